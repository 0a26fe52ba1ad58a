"""`similis icd10`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import (
    ASSERTIONS,
    MENTIONS,
    findings_option,
    home,
    json_option,
    seeded_option,
)

if TYPE_CHECKING:
    from api.analytics_rows import Chart
    from api.case_sets import CaseSet
    from infra.records import Assertion


@click.command(epilog="Example: similis icd10 --by block --filter modality=CR --json")
@click.option(
    "--by",
    type=click.Choice(["chapter", "block", "category", "code", "finding"]),
    default="category",
    show_default=True,
    help="How finely findings are told apart.",
)
@click.option(
    "--within", default="", metavar="KEY", help="Only inside this chapter, block or category."
)
@click.option(
    "--chart",
    type=click.Choice(["overview", "year", "month", "age", "sex", "pairs", "enrichment"]),
    default="overview",
    show_default=True,
    help="Counts by assertion, over time, by age or sex, pairs in one case, or what is more "
    "frequent than in the whole archive.",
)
@click.option(
    "--key", "keys", multiple=True, help="What to show over time, by age or sex, or in pairs."
)
@click.option(
    "--assertion",
    type=click.Choice(ASSERTIONS),
    default="present",
    show_default=True,
    help="What is counted in charts other than the overview.",
)
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="As in search.")
@click.option("--text", default="", help="As in search.")
@click.option(
    "--mentions",
    type=click.Choice(MENTIONS),
    default="present",
    show_default=True,
    help="What reports must say of a finding that --text is the name of.",
)
@click.option("--like", default="", metavar="UID", help="Count in the neighbours of an image.")
@click.option("--file", type=click.Path(path_type=Path), help="Count in the neighbours of a file.")
@click.option(
    "--neighbours",
    type=click.IntRange(1, 1_000),
    default=100,
    show_default=True,
    help="How many neighbours.",
)
@click.option(
    "--among",
    multiple=True,
    metavar="NAME=VALUE",
    help="Count only these of the cases that were chosen: filters are applied afterwards.",
)
@findings_option
@click.option(
    "--export",
    metavar="FORM",
    help="Write all rows: csv or json to stdout, FILE.csv, FILE.json or FILE.parquet to a file.",
)
@seeded_option
@json_option
def icd10(
    by: str,
    within: str,
    chart: str,
    keys: tuple[str, ...],
    assertion: str,
    filters: tuple[str, ...],
    text: str,
    mentions: str,
    like: str,
    file: Path | None,
    neighbours: int,
    among: tuple[str, ...],
    findings: str,
    export: str | None,
    seeded_weights: bool,
    as_json: bool,
) -> None:
    """Count the cases whose reports find something, by ICD-10-CM.

    A case counts once for each key and assertion, however often its reports say it.
    """
    from api import analytics_rows
    from api.case_sets import case_set
    from api.corrected_findings import Findings
    from api.filters import parse_filters
    from api.mentions import Mentions
    from api.search import Question
    from infra.records import Assertion

    form, target = _target(export)
    with home(seeded_weights=seeded_weights) as app:
        question = Question(
            like=like,
            file=file,
            text=text,
            mentions=Mentions(mentions),
            filter=parse_filters(filters),
            findings=Findings(findings),
        )
        cases = case_set(app, question, neighbours, parse_filters(among))
        made = _chart(cases, chart, by, within, keys, Assertion(assertion))
    if target is not None:
        target.write_bytes(analytics_rows.encoded(made, form))
    elif as_json or form == "json":
        click.echo(analytics_rows.as_json(made))
    elif form == "csv":
        click.echo(analytics_rows.as_csv(made), nl=False)
    else:
        _show(made)


def _target(export: str | None) -> tuple[str, Path | None]:
    """(form, file to write): "" for no export, None for stdout."""
    if export in (None, "csv", "json"):
        return export or "", None
    path = Path(export)
    form = path.suffix.lower().removeprefix(".")
    if form not in ("csv", "json", "parquet"):
        raise click.BadParameter(
            "csv, json, or a file that ends with .csv, .json or .parquet", param_hint="--export"
        )
    return form, path


def _chart(
    cases: "CaseSet",
    chart: str,
    by: str,
    within: str,
    keys: tuple[str, ...],
    assertion: "Assertion",
) -> "Chart":
    from api.analytics import cooccurrence, overview, spread
    from api.enrichment import enrichment

    if chart == "overview":
        return overview(cases, by, within)
    if chart == "pairs":
        return cooccurrence(cases, by, keys, assertion, within)
    if chart == "enrichment":
        return enrichment(cases, by, assertion, within)
    return spread(cases, chart, by, keys, assertion, within)


def _show(chart: "Chart") -> None:
    """Rows as columns of text; totals go to stderr."""
    from api.analytics_rows import document

    found = document(chart)
    rows = found.pop("rows")
    for row in rows:
        words = str(row.pop("description", ""))
        cells = (f"{v:.3g}" if isinstance(v, float) else str(v) for v in row.values())
        click.echo("  ".join(f"{cell:>10}" for cell in cells) + f"  {words}".rstrip())
    if rows:
        click.echo("columns: " + ", ".join(rows[0]), err=True)
    click.echo(
        ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.items()), err=True
    )
