"""`similis check`."""

from typing import Any

import click

from api.commands.common import json_option, print_json, seeded_option


@click.command(epilog="Example: similis check --json")
@seeded_option
@json_option
def check(seeded_weights: bool, as_json: bool) -> None:
    """Say what is configured, which model and weights are used, and what is missing."""
    from api.checks import run

    document = run(seeded_weights=seeded_weights)
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        if name != "problems":
            click.echo(f"{name.replace('_', ' '):18} {_in_words(value)}")
    for problem in document["problems"]:
        click.echo(f"note: {problem}", err=True)


def _in_words(value: Any) -> str:
    """A value on one line: what it names, one after the other."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_in_words(one)}" for name, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
