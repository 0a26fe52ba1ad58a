"""`similis restore`."""

from pathlib import Path

import click

from api.commands.common import json_option, print_json


@click.command(epilog="Example: SIMILIS_HOME=/new/home similis restore /backups/2026-11-21.tar")
@click.argument("source", type=click.Path(path_type=Path))
@json_option
def restore(source: Path, as_json: bool) -> None:
    """Bring a backup into an empty SIMILIS_HOME, after checking every byte of it."""
    from infra.settings import Settings
    from infra.wiring import bring_back

    counts = bring_back(Settings.from_environment(), source)
    if as_json:
        print_json(counts)
        return
    for name, value in counts.items():
        click.echo(f"{name:16} {value}")
