"""`similis evaluate views`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import json_option, print_json

if TYPE_CHECKING:
    from api.view_scores import Confusion


@click.command(
    epilog="Example: similis evaluate views --truth echo/frames.csv --others films/ --json"
)
@click.option(
    "--truth",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with the columns file and view (A4C, other, m_mode, doppler, colour); "
    "without a column view every file is A4C.",
)
@click.option(
    "--others",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Files that show no apical four-chamber heart; repeatable.",
)
@json_option
@click.pass_obj
def views(json_before: bool, truth: Path | None, others: tuple[Path, ...], as_json: bool) -> None:
    """Score how modes and views are told: a confusion matrix."""
    from api.view_scores import OFF, score
    from infra.settings import Settings
    from measure.opening import open_segmenter

    if truth is None and not others:
        raise click.UsageError("Name --truth, --others, or both.")
    settings = Settings.from_environment()
    segmenter = open_segmenter(settings)
    found = score(truth, others, settings, segmenter)
    if as_json or json_before:
        print_json(
            {
                "model_id": segmenter.model_id,
                "accuracy": found.accuracy,
                "refused": found.refused,
                "off": list(OFF),
                "rows": [
                    {"truth": t, "predicted": p, "files": n}
                    for (t, p), n in sorted(found.counts.items())
                ],
            }
        )
        return
    _print(found, OFF)


def _print(found: "Confusion", off: tuple[str, ...]) -> None:
    columns = found.predictions
    click.echo("truth \\ told " + "".join(f"{name:>10}" for name in columns))
    for truth in found.truths:
        counts = "".join(f"{found.counts[truth, name]:>10}" for name in columns)
        click.echo(f"{truth:<13}{counts}")
    if found.accuracy is not None:
        click.echo(f"told right: {found.accuracy:.1%}; not read: {found.refused}")
    click.echo(f"{', '.join(off)}: off, because no labelled pictures of these were at hand.")
