"""`similis train-segmenter`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import json_option, print_json

if TYPE_CHECKING:
    from measure.training.runs import Plan

STRUCTURES = "lv_cavity,myocardium,left_atrium"
FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(
    "train-segmenter",
    epilog="Example: similis train-segmenter frames.csv --out run/ --structures lv_cavity",
)
@click.argument("table", type=FILE)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the run; the same again goes on after an interruption.",
)
@click.option(
    "--structures",
    default=STRUCTURES,
    show_default=True,
    help="Names of the classes 1, 2 … in the masks.",
)
@click.option(
    "--from", "start", type=FILE, help="Fine-tune these weights; their structures may differ."
)
@click.option(
    "--negatives",
    multiple=True,
    type=FILE,
    help="CSV (file, patient) of pictures in which nothing is to be found. Repeatable.",
)
@click.option(
    "--held-out",
    default="0/5",
    show_default=True,
    metavar="FOLD/FOLDS|none",
    help="Patients to score on instead of training on them.",
)
@click.option(
    "--calibration-of",
    multiple=True,
    type=FOLDER,
    help="Runs whose calibration to take over with --held-out none. Repeatable.",
)
@click.option("--epochs", type=click.IntRange(1, 10_000), help="72, or 30 to fine-tune.")
@click.option(
    "--rate",
    type=click.FloatRange(0, 1, min_open=True),
    help="Highest learning rate: 0.0025, or 0.001 to fine-tune.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Decides everything that is drawn.",
)
@click.option(
    "--side",
    type=click.IntRange(32, 512),
    default=128,
    show_default=True,
    help="Side of the network's input in pixels, a multiple of 32.",
)
@json_option
def train_segmenter(
    table: Path,
    out: Path,
    structures: str,
    start: Path | None,
    negatives: tuple[Path, ...],
    held_out: str,
    calibration_of: tuple[Path, ...],
    epochs: int | None,
    rate: float | None,
    seed: int,
    side: int,
    as_json: bool,
) -> None:
    """Train the segmentation network on frames and masks of your own.

    TABLE is a CSV with columns file, mask_file and patient. Masks are PNGs of class numbers of the
    frame's own size; a frame without a mask_file shows nothing that is to be found. Frames and
    masks never leave this computer. Writes OUT/segmenter.safetensors and OUT/run.json.
    """
    from measure.training.loop import fine_tuning
    from measure.training.runs import Plan, pooled_calibration, train
    from measure.training.starting import shape_of, started

    names = tuple(name.strip() for name in structures.split(",") if name.strip())
    network = started(start, names) if start else None
    plan = Plan(
        table=table,
        shape=network.shape if network else shape_of(names, side),
        recipe=fine_tuning(fine=network is not None, epochs=epochs, rate=rate, seed=seed),
        negatives=negatives,
        held_out=_held_out(held_out),
        start=network,
        calibration=pooled_calibration(calibration_of),
    )
    record = train(plan, out, lambda epoch, loss: _tell(plan, epoch, loss))
    if as_json:
        print_json(record)
        return
    click.echo(
        f"{record['model_id']} of {record['frames']} frames: {out / 'segmenter.safetensors'}"
    )
    for name, scores in record["held_out_scores"].items():
        click.echo(f"{name}: Dice {scores['dice']:.3f}, 5th percentile {scores['dice_p5']:.3f}")


def _tell(plan: "Plan", epoch: int, loss: float) -> None:
    click.echo(f"epoch {epoch} of {plan.recipe.epochs}: loss {loss:.4f}", err=True)


def _held_out(text: str) -> tuple[int, int] | None:
    if text == "none":
        return None
    fold, _, folds = text.partition("/")
    if not (fold.isdigit() and folds.isdigit() and int(fold) < int(folds) >= 2):
        raise click.BadParameter("such as 0/5, or none", param_hint="--held-out")
    return int(fold), int(folds)
