"""The studies of a patient in the order of time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from api.application import Application
from infra.query import MAX_PAGE, AnyOf, Group, Page, Query
from infra.records import Case, Day

LONGEST = 100  # studies of one patient; the oldest are left out


def timelines(app: Application, cases: Sequence[Case]) -> list[list[Case]]:
    """For each case: its patient's studies in scope, oldest first, the case itself included.

    Studies without a date come last. Two round trips for each MAX_PAGE studies, however many cases.
    """
    by_patient: dict[str, dict[str, Case]] = {}
    for case in (*_studies({case.patient for case in cases if case.patient}, app), *cases):
        by_patient.setdefault(case.patient, {})[case.study_uid] = case
    return [
        _ordered(by_patient[case.patient].values(), case) if case.patient else [case]
        for case in cases
    ]


def day_of(case: Case) -> Day | None:
    """The study's day: of its images, or of its first report where it has none."""
    days = (
        *(instance.study_date for instance in case.instances),
        *(report.date for report in case.current_reports),
    )
    return next((day for day in days if day), None)


def description_of(case: Case) -> str:
    """The study's description, or the title of what is attached where it has no images."""
    texts = (
        *(instance.study_description for instance in case.instances),
        *(attachment.title for attachment in case.attachments),
    )
    return next((text for text in texts if text), "")


def _studies(patients: Collection[str], app: Application) -> Iterator[Case]:
    """Every study of these patients that may be seen."""
    if not patients:
        return
    query = Query(
        filter=AnyOf("patient", tuple(sorted(patients))), group=Group.CASE, page=Page(MAX_PAGE)
    )
    while True:
        found = app.services.index.search(query, app.scope)
        cases = app.services.catalog.cases([hit.study_uid for hit in found.hits], app.scope)
        yield from cases.values()
        if found.next is None:
            return
        query = replace(query, page=Page(MAX_PAGE, found.next))


def _ordered(cases: Collection[Case], own: Case) -> list[Case]:
    """By day and UID; the latest LONGEST, and `own` in any case."""
    ordered = sorted(cases, key=lambda case: (day_of(case) or Day.max, case.study_uid))
    if len(ordered) <= LONGEST:
        return ordered
    latest = ordered[-LONGEST:]
    return latest if own in latest else [own, *latest[1:]]
