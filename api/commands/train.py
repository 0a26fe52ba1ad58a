"""`similis train`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import home, json_option, print_json, print_shortcuts

if TYPE_CHECKING:
    from embedder.training.recipe import Recipe


@click.command(
    epilog="Example: similis train recipe.toml --data pictures/ --out weights.safetensors"
)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option(
    "--data",
    default=Path(),
    type=click.Path(path_type=Path),
    help="The folder that the recipe's tables are relative to; this one by default.",
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The .safetensors to write."
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where pictures and checkpoints are kept, to go on after a break; OUT.state by default.",
)
@click.option(
    "--start",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Weights to start from instead of random ones.",
)
@click.option(
    "--archive",
    is_flag=True,
    help="Learn from this archive, too: its pictures, labelled by what reports say is present.",
)
@click.option(
    "--adapter",
    is_flag=True,
    help="Fit a light adapter to --start, or to the weights in use: about a minute.",
)
@click.option("--threads", type=click.IntRange(min=1), help="Processor threads of the training.")
@json_option
def train(
    recipe: Path,
    data: Path,
    out: Path,
    state: Path | None,
    start: Path | None,
    archive: bool,
    adapter: bool,
    threads: int | None,
    as_json: bool,
) -> None:
    """Train weights by a RECIPE (TOML) from tables of labelled pictures.

    Run again after a break, it goes on from its last checkpoint. Uses a GPU where there is one.
    """
    from tqdm import tqdm

    from api.training import Training, adapt, train
    from embedder.torch_engine import cuda_is_here
    from embedder.training.recipe import read_recipe, read_tables
    from infra.errors import NotFound
    from infra.logs import configure
    from infra.settings import Settings

    if not out.absolute().parent.is_dir():
        raise NotFound(f"There is no folder {out.parent} to write into: make it first.")
    settings = Settings.from_environment()
    configure(settings.log_level, as_json=settings.log_json)
    wanted = read_recipe(recipe)
    state = state or out.with_suffix(".state")
    if archive:
        wanted = with_archive(wanted, state)
    if threads:
        import torch

        torch.set_num_threads(threads)
    training = Training(
        recipe=wanted,
        rows=read_tables(wanted, data),
        state=state,
        out=out,
        start=start,
        device="cuda" if settings.device != "cpu" and cuda_is_here() else "cpu",
    )
    with tqdm(total=wanted.steps, disable=not sys.stderr.isatty(), unit="step") as bar:

        def told(step: int, losses: Mapping[str, float]) -> None:
            bar.update(step + 1 - bar.n)
            bar.set_postfix_str(f"loss {losses['all']:.3f}")

        record = (adapt if adapter else train)(training, settings, told)
    if as_json:
        print_json(record)
        return
    if adapter:
        for table, score in record["after"].items():
            click.echo(f"{table:30} mAP@10 {record['before'][table]:.3f} → {score:.3f}")
        return
    scores = record["validation"][-1]["map_at_10"] if record["validation"] else {}
    click.echo(f"{out}: {record['weights_sha256'][:12]}, {record['seconds']:.0f} s")
    for table, score in scores.items():
        click.echo(f"{table:30} mAP@10 {score:.3f}")
    print_shortcuts(record["shortcuts"])


def with_archive(recipe: "Recipe", state: Path) -> "Recipe":
    """The recipe with the archive of the environment as one more table, copied into `state`."""
    from dataclasses import replace

    from api.archive_table import NAME, write_archive_table
    from embedder.training.recipe import TableSource

    with home() as app:
        table = write_archive_table(app, state / NAME)
    source = TableSource(name=NAME, path=str(table.absolute()))
    return replace(recipe, tables=(*recipe.tables, source))
