"""`similis show`."""

import json

import click

from api.commands.common import home, json_option, print_json


@click.command(epilog="Example: similis show 2.25.1234")
@click.argument("uid")
@json_option
def show(uid: str, as_json: bool) -> None:
    """Print the case of a study or instance UID (stored or original) as a document."""
    from api.cases import case_of
    from api.documents import case_document

    with home() as app:
        document = case_document(case_of(app, uid))
    if as_json:
        print_json(document)
    else:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
