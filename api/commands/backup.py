"""`similis backup`."""

from pathlib import Path

import click

from api.commands.common import json_option, print_json


@click.command(epilog="Example: similis backup /backups/2026-11-21.tar")
@click.argument("target", type=click.Path(path_type=Path))
@json_option
def backup(target: Path, as_json: bool) -> None:
    """Copy the whole home, key included, to a folder or .tar file while it runs."""
    from infra.settings import Settings
    from infra.wiring import back_up

    counts = back_up(Settings.from_environment(), target)
    if as_json:
        print_json(counts)
        return
    for name, value in counts.items():
        click.echo(f"{name:16} {value}")
