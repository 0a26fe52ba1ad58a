"""`similis schema`."""

import json
from pathlib import Path

import click

from api.commands.common import json_option


@click.command(epilog="Example: similis schema --output api/schema.graphql")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of printing.",
)
@json_option
def schema(output: Path | None, as_json: bool) -> None:
    """Print the GraphQL schema that the server answers by."""
    from api.schema.schema import introspection, sdl

    text = json.dumps(introspection(), ensure_ascii=False) + "\n" if as_json else sdl()
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
