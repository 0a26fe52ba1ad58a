"""`similis migrate`."""

import click

from api.commands.common import json_option, print_json


@click.command(epilog="Example: similis migrate")
@json_option
def migrate(as_json: bool) -> None:
    """Bring the stored data to the form that this version writes.

    Opening a home does the same; this prints the number of its migrations before and after.
    """
    from infra.settings import Settings
    from infra.wiring import migrate_home

    document = migrate_home(Settings.from_environment())
    if as_json:
        print_json(document)
    else:
        click.echo(f"schema {document['before']} -> {document['after']}")
