"""What commands share: options, JSON output, the opened home."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from api.application import Application

# The values of infra.records.Assertion and api.mentions.Mentions, whose modules load slowly.
ASSERTIONS = ("present", "absent", "uncertain", "historical", "hypothetical", "family")
MENTIONS = (*ASSERTIONS, "any")
FINDINGS = ("tagged", "corrected")  # those of api.corrected_findings.Findings

Function = TypeVar("Function", bound=Callable[..., Any])


def json_option(function: Function) -> Function:
    """`--json`: one JSON document on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(
        function
    )


def tables_option(help: str) -> Callable[[Function], Function]:
    """`--labels TABLE`, repeatable: tables of pictures."""
    return click.option(
        "--labels",
        "tables",
        required=True,
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=f"{help} Repeatable.",
    )


def split_option(function: Function) -> Function:
    """`--split NAME`: only some rows of the tables."""
    return click.option("--split", default="", help="Only rows of this split, such as val.")(
        function
    )


def findings_option(function: Function) -> Function:
    """`--findings`: whose findings filters and counts mean."""
    return click.option(
        "--findings",
        type=click.Choice(FINDINGS),
        default="tagged",
        show_default=True,
        help="Findings as the tagger found them, or after people's corrections.",
    )(function)


def jobs_option(function: Function) -> Function:
    """`--jobs N`: decoding processes; None takes those of the settings."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        help="Decoding processes; one for each processor by default.",
    )(function)


def seeded_option(function: Function) -> Function:
    """`--seeded-weights`, the same as SIMILIS_SEEDED_WEIGHTS=1."""
    return click.option(
        "--seeded-weights",
        is_flag=True,
        help="Use seeded random weights (to try things out: ranking is not meaningful).",
    )(function)


@contextmanager
def home(*, seeded_weights: bool = False, **changes: Any) -> Iterator["Application"]:
    """Open the home of the environment with the log configured."""
    from api.application import opened
    from infra.logs import configure
    from infra.settings import Settings

    settings = Settings.from_environment()
    configure(settings.log_level, as_json=settings.log_json)
    if seeded_weights:
        changes["seeded_weights"] = True
    with opened(**changes) as app:
        yield app


def print_json(document: Any) -> None:
    """One JSON document, UTF-8, without NaN."""
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))


def print_shortcuts(found: list[dict[str, Any]]) -> None:
    """mAP@10 above chance with an attribute held still, of the first model."""
    if found:
        click.echo("above chance in mAP@10, when those may answer whose value is any, same, other")
    for one in found:
        name, model = next(iter(one["models"].items()))
        gains = "  ".join(
            f"{who} {gain['mean']:+.3f} ({gain['low']:+.3f} to {gain['high']:+.3f})"
            for who, gain in model["above_chance"].items()
            if gain["mean"] is not None
        )
        alike = model["same_value@10"]
        click.echo(
            f"  {one['table']}, {one['attribute']:<6} {name}: {gains}; same {one['attribute']}@10 "
            f"{alike['found']['mean']:.3f}, by chance {alike['chance']['mean']:.3f}"
        )
