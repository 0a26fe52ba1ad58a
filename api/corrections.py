"""People's corrections of findings as a use case: say one, list them, and make truth of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from api.application import Application
from api.finding_terms import name_of
from api.marks import MAX_COMMENT
from api.terms import is_code
from infra import corrections
from infra.corrections import PERSON, Correction, body_of, corrections_of, in_force
from infra.errors import BadQuery, NotFound, Unavailable
from infra.records import Annotation, Assertion, Case, CaseHead, Finding, Report
from infra.reindexing import index_as_said
from ingest.reports.sections import section_at, split_sections
from ingest.reports.titles import slug

LONGEST = 500  # characters of a report that one finding may stand for
CASES_AT_ONCE = 256
TRIES = 20  # of a correction beside which others say something


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A finding as the case shows it now, by its place and name."""

    begin: int
    end: int
    finding_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a person says: `finding_id` "" for the code's own name."""

    begin: int
    end: int
    code: str
    assertion: Assertion
    finding_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A correction to be made: see `infra.corrections.Correction`."""

    study_uid: str
    report_id: str
    report_version: int
    before: Meant | None
    after: Stated | None
    author: str
    comment: str = ""


def correct(app: Application, said: Said) -> Annotation:
    """Keep a correction and index its case again; of two at once the second sees the first's words.

    Raises NotFound for a study outside the scope, and BadQuery for what does not fit the report as
    it is now: it may have a newer version, or someone else may have corrected it.
    """
    if len(said.comment) > MAX_COMMENT:
        raise BadQuery(f"A comment has at most {MAX_COMMENT:,} characters.")
    for _ in range(TRIES):
        with app.services.together():
            head = app.services.catalog.heads([said.study_uid], app.scope).get(said.study_uid)
            if head is None:
                raise NotFound("There is no study of this UID.")
            others = app.services.annotations.of_studies([said.study_uid], corrections.KIND)
            seen = others.get(said.study_uid, [])
            annotation = _annotation(head, seen, said)
            if app.services.annotations.put(annotation, seen=seen):
                index_as_said(app.services, said.study_uid)
                return annotation
    raise Unavailable("Others keep correcting this case; try again in a moment.")


def _annotation(head: CaseHead, seen: Sequence[Annotation], said: Said) -> Annotation:
    report = _report(head, said)
    before = _meant(head, seen, said) if said.before else None
    after = _stated(report, said.after, before) if said.after else None
    if before is None and after is None:
        raise BadQuery("A correction names the finding that is meant, what it is, or both.")
    return Annotation(
        annotation_id=uuid4().hex,
        study_uid=said.study_uid,
        instance_uid="",
        kind=corrections.KIND,
        body=body_of(before, after, said.comment),
        author=said.author,
        at=datetime.now(UTC),
    )


def standing(
    case: Case | CaseHead, annotations: Sequence[Annotation]
) -> list[tuple[Correction, bool]]:
    """All corrections of a case, oldest first, and whether each is in force."""
    all_of_them = corrections_of(annotations)
    own = {one.annotation.annotation_id for one in in_force(all_of_them, case.current_reports)}
    return [(one, one.annotation.annotation_id in own) for one in all_of_them]


def _report(head: CaseHead, said: Said) -> Report:
    for report in head.current_reports:
        if report.report_id == said.report_id:
            if report.version != said.report_version:
                raise BadQuery("This report has a newer version now: read the case again.")
            return report
    raise BadQuery("This study has no such report.")


def _meant(head: CaseHead, seen: Sequence[Annotation], said: Said) -> Finding:
    for one in corrections.corrected_findings(head, seen):
        place = Meant(begin=one.begin, end=one.end, finding_id=one.finding_id)
        if one.report_id == said.report_id and place == said.before:
            return one
    raise BadQuery("This finding is no longer there: someone corrected it. Read the case again.")


def _stated(report: Report, stated: Stated, before: Finding | None) -> Finding:
    text = report.text[stated.begin : stated.end] if stated.begin >= 0 else ""
    if not text.strip() or len(text) != stated.end - stated.begin or len(text) > LONGEST:
        raise BadQuery(f"A finding stands for 1 to {LONGEST} characters of the report.")
    code = stated.code.strip().upper()
    if not is_code(code):
        raise BadQuery("This is no code of ICD-10-CM.")
    kept = before if before and before.code == code else None  # what else was said of it
    return Finding(
        report_id=report.report_id,
        report_version=report.version,
        text=text,
        begin=stated.begin,
        end=stated.end,
        finding_id=slug(stated.finding_id) or (kept.finding_id if kept else name_of(code)),
        code=code,
        assertion=stated.assertion,
        section=section_at(split_sections(report.text), stated.begin).name,
        tagger_id=PERSON,
        laterality=kept.laterality if kept else "",
        severity=kept.severity if kept else "",
        location=kept.location if kept else "",
    )


# --- truth ----------------------------------------------------------------------------------------


def truth(app: Application) -> Iterator[dict[str, Any]]:
    """Each report with a correction in force as truth that `similis evaluate reports` reads.

    What nobody touched in such a report is taken as right: whoever corrects a report has read it.
    """
    studies = app.services.catalog.study_uids(app.scope)
    while chunk := list(islice(studies, CASES_AT_ONCE)):
        said = app.services.annotations.of_studies(chunk, corrections.KIND)
        heads = app.services.catalog.heads(said, app.scope)
        for uid in sorted(heads):
            yield from _truth_of(heads[uid], said[uid])


def truth_line(document: dict[str, Any]) -> str:
    """One line of a file of truth."""
    return json.dumps(document, ensure_ascii=False)


def _truth_of(head: CaseHead, annotations: Sequence[Annotation]) -> Iterator[dict[str, Any]]:
    touched = {one.of.report_id for one, counts in standing(head, annotations) if counts}
    findings = corrections.corrected_findings(head, annotations)
    for report in head.current_reports:
        if report.report_id in touched:
            own = [one for one in findings if one.report_id == report.report_id]
            yield {
                "id": f"{head.study_uid}/{report.report_id}",
                "text": report.text,
                "findings": [_truth(one) for one in own],
            }


def _truth(finding: Finding) -> dict[str, Any]:
    return {
        "finding_id": finding.finding_id,
        "assertion": finding.assertion.value,
        "code": finding.code,
        "begin": finding.begin,
        "end": finding.end,
        "text": finding.text,
        "by": finding.tagger_id,
    }
