"""`similis evaluate`."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import home, json_option, print_json
from api.commands.evaluate_echo import echo
from api.commands.evaluate_precision import precision
from api.commands.evaluate_retrieval import retrieval
from api.commands.evaluate_views import views

if TYPE_CHECKING:
    from ingest.reports.evaluation.scoring import Score


@click.group(epilog="Example: similis evaluate reports --gold gold.csv --reports reports.tgz")
@json_option
@click.pass_context
def evaluate(context: click.Context, as_json: bool) -> None:
    """Score what Similis does against truth that you have."""
    context.obj = as_json  # --json may stand before or behind the kind


@evaluate.command(
    epilog="Example: similis evaluate reports --gold openi_gold_dev.csv --reports "
    "NLMCXR_reports.tgz --folds 8-10 --json"
)
@click.option(
    "--gold",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Truth: NegBio CSV, NegEx table, CodiEsp or our own JSON lines; see docs/tagging.md.",
)
@click.option(
    "--reports",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The archive with the texts, where the truth holds none.",
)
@click.option(
    "--corrections",
    is_flag=True,
    help="Truth: the archive's reports that people corrected, instead of --gold.",
)
@click.option("--split", default="", help="Only documents of this split, such as dev.")
@click.option(
    "--folds",
    default="0-10",
    show_default=True,
    metavar="FIRST-END",
    help="Only reports of these tenths (a hash of their id): make rules on some, test on others.",
)
@json_option
@click.pass_obj
def reports(
    json_before: bool,
    gold: Path | None,
    reports: Path | None,
    corrections: bool,
    split: str,
    folds: str,
    as_json: bool,
) -> None:
    """Score the report tagger: a row for each finding or assertion with a 95 % interval of F1."""
    from ingest.reports.evaluation.gold import Folds, judge, judge_documents
    from ingest.reports.evaluation.scoring import scorecard
    from ingest.reports.tagger import open_tagger

    first, end = _range(folds)
    tagger = open_tagger()
    if gold and not corrections:
        judged = judge(gold, reports, tagger, Folds(first, end), split)
    elif corrections and not gold:
        judged = list(judge_documents(_truth(), tagger, Folds(first, end)))
    else:
        raise click.UsageError("Give the truth: --gold FILE or --corrections.")
    scores = scorecard(judged)
    if as_json or json_before:
        rows = [asdict(score) for score in scores]
        name = gold.name if gold else "corrections"
        print_json({"tagger_id": tagger.tagger_id, "gold": name, "rows": rows})
        return
    _print(scores)


@evaluate.command(epilog="Example: similis evaluate corrections > truth.jsonl")
def corrections() -> None:
    """Write the reports that people corrected as truth, one JSON object a line.

    `similis evaluate reports --gold FILE` reads them. The lines hold the texts of reports.
    """
    from api.corrections import truth_line

    for document in _truth():
        click.echo(truth_line(document))


def _truth() -> Iterator[dict[str, Any]]:
    from api.corrections import truth

    with home() as app:
        yield from truth(app)


evaluate.add_command(echo)
evaluate.add_command(precision)
evaluate.add_command(retrieval)
evaluate.add_command(views)


def _range(folds: str) -> tuple[int, int]:
    first, _, end = folds.partition("-")
    if not (first.isdigit() and end.isdigit() and int(first) < int(end) <= 10):
        raise click.BadParameter("two numbers such as 8-10", param_hint="--folds")
    return int(first), int(end)


def _print(scores: "list[Score]") -> None:
    click.echo(
        f"{'':<28}{'tp':>6}{'fp':>6}{'fn':>6}  precision  recall  F1     95 %           fp rate"
    )
    for score in scores:
        rates = [score.precision, score.recall, score.f1, score.low, score.high, score.false_rate]
        p, r, f1, low, high, false_rate = ("-" if x is None else f"{x:.3f}" for x in rates)
        click.echo(
            f"{score.label:<28}{score.tp:>6}{score.fp:>6}{score.fn:>6}  {p:<9}  {r:<6}  {f1:<5}  "
            f"{low:<5}–{high:<7} {false_rate}"
        )
