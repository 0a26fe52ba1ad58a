"""`similis migrate`."""

import sys
from pathlib import Path
from typing import Any

import click

from api.commands.common import json_option, print_json


@click.command(epilog="Example: similis migrate --to-catalog dynamodb --to-blobs s3")
@click.option(
    "--to-index", type=click.Choice(["embedded", "opensearch"]), help="Move the index there."
)
@click.option(
    "--to-catalog",
    type=click.Choice(["embedded", "dynamodb"]),
    help="Move cases, vectors, ledger, annotations and models there.",
)
@click.option("--to-blobs", type=click.Choice(["embedded", "s3"]), help="Move the files there.")
@click.option(
    "--to-home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Move into this folder, with the key.",
)
@json_option
def migrate(
    to_index: str | None,
    to_catalog: str | None,
    to_blobs: str | None,
    to_home: Path | None,
    as_json: bool,
) -> None:
    """Bring the stored data to the form that this version writes, or move it to other stores.

    Without options: opening a home does the same; this prints the number of its migrations before
    and after. With --to-…: everything is copied, compared, and left where it was, too; repeat the
    command when it was cut off. Nothing else may write meanwhile.
    """
    from infra.settings import Settings
    from infra.wiring import migrate_home

    settings = Settings.from_environment()
    if to_index or to_catalog or to_blobs or to_home:
        document = _moved(settings, to_index, to_catalog, to_blobs, to_home)
        if as_json:
            print_json(document)
        else:
            _show(document)
        return
    document = migrate_home(settings)
    if as_json:
        print_json(document)
    else:
        click.echo(f"schema {document['before']} -> {document['after']}")


def _moved(
    settings: Any, index: str | None, catalog: str | None, blobs: str | None, home: Path | None
) -> dict[str, Any]:
    from tqdm import tqdm

    from api.moving import Destination, move

    destination = Destination(
        index=index or "", catalog=catalog or "", blobs=blobs or "", home=home
    )
    shown = ""
    with tqdm(disable=not sys.stderr.isatty(), unit="") as bar:

        def step(kind: str, count: int) -> None:
            nonlocal shown
            if kind != shown:
                bar.reset()
                bar.set_description(kind)
                shown = kind
            bar.update(count)

        return move(settings, destination, step)


def _show(document: dict[str, Any]) -> None:
    for name, value in document.items():
        if name != "settings":
            click.echo(f"{name.replace('_', ' '):18} {value}")
    click.echo("Everything is the same there. From now on:")
    for name, value in document["settings"].items():
        click.echo(f"  SIMILIS_{name.upper()}={value}")
