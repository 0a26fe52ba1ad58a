"""`similis search`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import (
    MENTIONS,
    findings_option,
    home,
    json_option,
    print_json,
    seeded_option,
)

if TYPE_CHECKING:
    from api.search import Answer


@click.command(
    epilog="Example: similis search --file film.dcm --filter sex=F --filter 'age=60..' "
    "--exclude patient"
)
@click.option(
    "--like",
    default="",
    metavar="UID",
    help="Ask with an indexed instance (stored or original UID).",
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="Ask with a DICOM, PNG, JPEG, TIFF or WebP file, which is not stored.",
)
@click.option("--frame", type=click.IntRange(min=0), help="Ask with one frame of a stack.")
@click.option(
    "--text",
    default="",
    help='Words of reports, descriptions and labels: "a phrase", pre*, AND, OR, NOT, ( ).',
)
@click.option(
    "--mentions",
    type=click.Choice(MENTIONS),
    default="present",
    show_default=True,
    help="What reports must say of a finding that --text is the name of.",
)
@click.option(
    "--k",
    "count",
    default=10,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="How many hits.",
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Narrow: modality=CT|MR, age=60..80, date=2019..2020, has_report=yes, label!=x. Repeat "
    "as needed; a wrong name lists all names.",
)
@click.option(
    "--exclude",
    type=click.Choice(["self", "patient", "study", "none"]),
    default="self",
    show_default=True,
    help="What to leave out of the hits: the image asked with, its study, its patient, or nothing.",
)
@click.option(
    "--group",
    type=click.Choice(["case", "series", "instance"]),
    default="instance",
    show_default=True,
    help="What one hit stands for.",
)
@click.option(
    "--sort",
    default="",
    metavar="NAME",
    help="Order by a number or date filter, e.g. ef; -ef for the largest first. Not with pictures.",
)
@click.option("--after", default=None, metavar="CURSOR", help="The `next` of the page before.")
@findings_option
@click.option("--facets", "with_facets", is_flag=True, help="Add counts of cases by value.")
@click.option(
    "--export",
    type=click.Choice(["csv", "jsonl"]),
    help="Write the whole result to stdout, with query and model id in every line.",
)
@seeded_option
@json_option
def search(
    like: str,
    file: Path | None,
    frame: int | None,
    text: str,
    mentions: str,
    count: int,
    filters: tuple[str, ...],
    exclude: str,
    group: str,
    sort: str,
    after: str | None,
    findings: str,
    with_facets: bool,
    export: str | None,
    seeded_weights: bool,
    as_json: bool,
) -> None:
    """Find the cases that look like an image, that a text matches, or both.

    Without --like, --file and --text: everything that passes the filters.
    """
    from api import export as exporting
    from api.corrected_findings import Findings
    from api.documents import answer_document
    from api.familiarity import familiarity
    from api.filters import parse_filters
    from api.mentions import Mentions
    from api.named_findings import matched_in
    from api.search import Exclude, Question, build_query, facets, search, search_first
    from infra.fields import FACETS, filter_named
    from infra.query import MAX_PAGE, Group, Page, Sort

    with home(seeded_weights=seeded_weights) as app:
        question = Question(
            like=like,
            file=file,
            frame=frame,
            text=text,
            mentions=Mentions(mentions),
            filter=parse_filters(filters),
            findings=Findings(findings),
            exclude=Exclude(exclude),
            group=Group(group),
            page=Page(min(count, MAX_PAGE), after),
            sort=Sort(filter_named(sort.removeprefix("-")).name, sort[:1] == "-") if sort else None,
        )
        query = build_query(app, question)
        if export:
            asked = exporting.asked(
                like, file, text, filters, exclude, group, mentions, findings, sort
            )
            exporting.write(app, query, asked, export, sys.stdout)
            return
        answer = search_first(app, query, count) if after is None else search(app, query)
        spoken_of = matched_in(app, answer, question) if as_json else {}
        document: dict[str, Any] = answer_document(answer, spoken_of)
        known = familiarity(app, query, answer)
        document["familiarity"] = known and {
            "unlike": known.unlike,
            "blank": known.blank,
            "nearest": known.nearest,
            "expected": known.expected,
        }
        if with_facets:
            found = facets(app, query, FACETS, question.findings)
            document["facets"] = {
                name: [{"value": c.value, "count": c.count} for c in counts]
                for name, counts in found.items()
            }
    if as_json:
        print_json(document)
    else:
        _show(answer, document.get("facets", {}))
        if known and known.unlike:
            why = (
                "the picture is blank"
                if known.blank
                else f"the nearest picture has a cosine of {known.nearest:.3f}, and pictures here "
                f"have {known.expected:.3f} or more"
            )
            click.echo(f"Nothing here looks like this: {why}.", err=True)


def _show(answer: "Answer", facets: dict[str, list[dict[str, Any]]]) -> None:
    for found in answer.hits:
        instance, case = found.instance, found.case
        about = ""
        if instance is not None:
            age = "" if instance.age_years is None else f"{instance.age_years:.0f}"
            parts = (instance.modality, instance.body_part, instance.view, instance.sex + age)
            about = " ".join(part for part in parts if part)
        report = "report" if case.current_reports else ""
        name = found.hit.instance_uid or found.hit.study_uid
        click.echo(
            f"{found.hit.rank:4} {found.hit.score:8.4f}  {about:24} {case.patient:18} "
            f"{report:6} {name}"
        )
    if answer.left_out:
        click.echo(answer.left_out, err=True)
    for name, counts in facets.items():
        values = ", ".join(f"{c['value']} {c['count']}" for c in counts[:8])
        click.echo(f"{name:14} {values or '-'}")
    model = f"; model {answer.model_id}" if answer.model_id else ""
    click.echo(f"{answer.total} in all{model}; not for diagnosis", err=True)
    if "-seeded-" in answer.model_id:
        click.echo("Seeded random weights: this ranking is NOT meaningful.", err=True)
