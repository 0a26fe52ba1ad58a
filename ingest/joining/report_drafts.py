"""A report as it was received, before it has a study."""

import re
from dataclasses import dataclass
from datetime import date

from ingest.reading.tables import day

LONGEST_TEXT = 1_000_000  # characters
UID = re.compile(r"(?=.{3,64}$)\d+(\.\d+)+")  # PS3.5 9.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """A report with its real identifiers: nothing here is pseudonymised or scrubbed yet.

    At least one of `study_uid` and `accession` is set. `report_id` is the given one, or derived
    from them alone, so that a newer file is a newer version. `source` is "FILE" or "FILE:LINE".
    """

    report_id: str
    study_uid: str
    accession: str
    text: str
    date: date | None
    status: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedReport:
    """Something among the reports that is none: a stable reason code and one sentence."""

    source: str
    reason: str
    message: str


def draft(values: dict[str, str], source: str) -> ReportDraft | RefusedReport:
    """A report from named values (study_uid, accession, text, report_id, date, status)."""
    study_uid, accession = values.get("study_uid", ""), values.get("accession", "")
    text = clean(values.get("text", ""))
    if not study_uid and not accession:
        return refused(source, "no_study", "It names neither study_uid nor accession.")
    if not text:
        return refused(source, "no_text", "It has no text.")
    if len(text) > LONGEST_TEXT:
        return refused(source, "too_large", f"It is longer than {LONGEST_TEXT:,} characters.")
    try:
        written = day(values.get("date", ""))
    except ValueError:
        return refused(source, "bad_date", "Its date is not written as YYYY-MM-DD.")
    return ReportDraft(
        report_id=values.get("report_id", "") or default_id(study_uid, accession),
        study_uid=study_uid,
        accession=accession,
        text=text,
        date=written,
        status=values.get("status", ""),
        source=source,
    )


def refused(source: str, reason: str, message: str) -> RefusedReport:
    """A RefusedReport, by position."""
    return RefusedReport(source=source, reason=reason, message=message)


def default_id(study_uid: str, accession: str) -> str:
    """The id of the one report of a study that came without an id."""
    return f"study:{study_uid}" if study_uid else f"accession:{accession}"


def clean(text: str) -> str:
    """Text with LF line ends and without NUL, which databases cut off at."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
