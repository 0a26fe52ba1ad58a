"""`similis evaluate echo`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import json_option, print_json

if TYPE_CHECKING:
    from measure.evaluation.sources import Source

STRUCTURES = "lv_cavity,myocardium,left_atrium"
QUANTITIES = (
    ("ejection_fraction", "EF", "%"),
    ("end_diastolic_volume", "EDV", "mL"),
    ("end_systolic_volume", "ESV", "mL"),
)
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog="Example: similis evaluate echo frames.csv --plots plots/ --json")
@click.argument("table", type=FILE)
@click.option(
    "--masks",
    type=FOLDER,
    help="Score these masks, named as `similis segment` names them, instead of making masks now.",
)
@click.option(
    "--structures",
    default=STRUCTURES,
    show_default=True,
    help="With --masks: names of their classes 1, 2 …",
)
@click.option(
    "--weights", type=FILE, help="A file of train-segmenter, before SIMILIS_SEGMENTER_WEIGHTS."
)
@click.option(
    "--run",
    "runs",
    multiple=True,
    type=FOLDER,
    help="A run of train-segmenter, scored on the patients that it held out. Repeatable.",
)
@click.option(
    "--reference",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of ejection fractions that others measured (patient, ef): says how well ours agree.",
)
@click.option("--plots", type=click.Path(path_type=Path), help="Folder for SVG plots.")
@click.option(
    "--changes",
    is_flag=True,
    help="Also score frames changed in gain, noise, sector, size, orientation and text (slow).",
)
@json_option
@click.pass_obj
def echo(
    json_before: bool,
    table: Path,
    masks: Path | None,
    structures: str,
    weights: Path | None,
    runs: tuple[Path, ...],
    reference: Path | None,
    plots: Path | None,
    changes: bool,
    as_json: bool,
) -> None:
    """Score masks of heart frames, and the ejection fractions that follow from them.

    TABLE is a CSV with columns file, mask_file, patient, and for ejection fractions phase (ED or
    ES); also sex, row_spacing_mm and col_spacing_mm where they are known. Intervals are 95 %.
    """
    from api.reference_values import compare_patients, read_references
    from measure.evaluation.echo import judge, scorecard

    references = read_references(reference, "patient") if reference else None
    sources = _sources(table, masks, structures, weights, runs)
    names = sources[0].structures
    judged = [one for s in sources for one in judge(s.truths, s.mask, len(names) + 1)]
    card: dict[str, Any] = {
        "model_id": ", ".join(source.model_id for source in sources),
        "table": table.name,
    }
    card |= scorecard(judged, names)
    if references is not None:
        card["reference"] = compare_patients(card["pairs"], references)
    if changes:
        card["changes"] = _changes(sources)
    if plots is not None:
        _draw(card, plots)
    if as_json or json_before:
        print_json(card)
        return
    _print(card)


def _sources(
    table: Path, masks: Path | None, structures: str, weights: Path | None, runs: tuple[Path, ...]
) -> "list[Source]":
    from dataclasses import replace

    from infra.settings import Settings
    from measure.evaluation.echo import read_truth
    from measure.evaluation.sources import of_masks, of_network, of_runs
    from measure.weights import find_network

    truths = read_truth(table)
    if masks is not None:
        return [of_masks(truths, masks, tuple(structures.split(",")))]
    settings = Settings.from_environment()
    if runs:
        return of_runs(truths, runs, settings)
    if weights is not None:
        settings = replace(settings, segmenter_weights=weights)
    return [of_network(truths, find_network(settings), settings)]


def _changes(sources: "list[Source]") -> list[dict[str, Any]]:
    """Mean Dice of each structure under each change, over all sources that can segment."""
    import numpy as np

    from measure.evaluation.echo import robustness

    names = sources[0].structures
    values: dict[str, list[list[float]]] = {}
    for source in sources:
        if source.segment is None:
            raise click.UsageError("--changes needs a network, not --masks.")
        for change, rows in robustness(source.truths, source.segment, len(names)).items():
            values.setdefault(change, []).extend(rows)
    return [
        {
            "change": change,
            "dice": dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True)),
        }
        for change, rows in values.items()
    ]


def _draw(card: dict[str, Any], folder: Path) -> None:
    from measure.evaluation.plots import bland_altman, scatter

    pairs = [pair for pair in card["pairs"] if pair["measured"] is not None]
    found = card["ejection_fraction"]
    if found is None:
        click.echo("no plots: fewer than three patients with both phases", err=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    measured, truth = [pair["measured"] for pair in pairs], [pair["true"] for pair in pairs]
    name, limits = "Ejection fraction", (found["low"], found["bias"], found["high"])
    (folder / "ef-scatter.svg").write_text(scatter(measured, truth, name, "%"), encoding="utf-8")
    (folder / "ef-bland-altman.svg").write_text(
        bland_altman(measured, truth, name, "%", limits), encoding="utf-8"
    )


def _print(card: dict[str, Any]) -> None:
    click.echo(f"{card['frames']} frames of {card['patients']} patients  {card['model_id']}")
    click.echo(f"{'Dice':<16}{'mean':>8}  95 %           {'5th pct':>8}{'least':>8}")
    for row in card["dice"]:
        low, high = row["interval"]
        click.echo(
            f"{row['structure']:<16}{row['mean']:>8.3f}  {low:.3f}–{high:.3f}    "
            f"{row['p5']:>8.3f}{row['least']:>8.3f}"
        )
    for key, name, unit in QUANTITIES:
        if card[key] is not None:
            click.echo(_agreement(card[key], name, unit))
    if "reference" in card:
        _print_reference(card["reference"])
    if card["not_measured"]:
        click.echo(f"{card['not_measured']} patients without a measured ejection fraction")
    for name, rows in card["classes"].items():
        for row in rows:
            click.echo(f"{name}: true {row['true']}, measured {row['measured']}: {row['patients']}")
    for row in card.get("changes", []):
        values = "  ".join(f"{name} {value:.3f}" for name, value in row["dice"].items())
        click.echo(f"{row['change']:<20}{values}")


def _print_reference(found: dict[str, Any]) -> None:
    if found["ejection_fraction"] is None:
        click.echo("EF against the reference: fewer than three patients are in both tables")
        return
    click.echo(_agreement(found["ejection_fraction"], "EF against the reference", "%"))
    if found["missing"]:
        click.echo(f"{len(found['missing'])} patients are not in the reference")


def _agreement(found: dict[str, Any], name: str, unit: str) -> str:
    r, icc = ("-" if found[key] is None else f"{found[key]:.3f}" for key in ("pearson_r", "icc"))
    mae_low, mae_high = found["mae_interval"]
    bias_low, bias_high = found["bias_interval"]
    return (
        f"{name} ({unit}): {found['pairs']} pairs, MAE {found['mae']:.2f} "
        f"({mae_low:.2f}–{mae_high:.2f}), bias {found['bias']:+.2f} "
        f"({bias_low:+.2f} to {bias_high:+.2f}), limits of agreement {found['low']:+.1f} to "
        f"{found['high']:+.1f}, r {r}, ICC {icc}"
    )
