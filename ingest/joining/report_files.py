"""Reports that come beside the pictures: text files, CSV and JSONL tables, DICOM SR."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from infra.errors import RejectedFile, UserError
from infra.settings import Settings
from ingest.arrival.items import Item, shown
from ingest.arrival.walk import read, walk
from ingest.fencing.guard import refuse_as
from ingest.joining.report_drafts import UID, RefusedReport, ReportDraft, default_id, draft, refused
from ingest.reading.header import report_date
from ingest.reading.quiet import quiet
from ingest.reading.sr_text import REPORT_CLASSES, sr_text
from ingest.reading.tables import Table, decoded, read_table

__all__ = ["RefusedReport", "ReportDraft", "read_reports"]

log = logging.getLogger(__name__)

Found = ReportDraft | RefusedReport

TABLES = (".csv", ".tsv")
JSON_LINES = (".jsonl", ".ndjson")
COLUMNS = ("study_uid", "accession", "text", "report_id", "date", "status")


def read_reports(path: Path, settings: Settings) -> Iterator[Found]:
    """The reports in a folder (with archives and subfolders) or in one file, one by one.

    A text file is named by StudyInstanceUID or accession number. What is no report comes as a
    RefusedReport. Raises NotFound for a missing path and UserError for a given table without the
    needed columns, both before anything is read from the stream.
    """
    items = walk([path], settings)
    if path.suffix.lower() in TABLES and path.is_file():
        with path.open("rb") as handle:
            header = decoded(handle.readline()).splitlines()[:1]
        missing = _missing(read_table(header))
        if missing:
            raise UserError(f"{shown(path.name)} {missing}")
    return _reports(items, settings)


def _reports(items: Iterator[Item], settings: Settings) -> Iterator[Found]:
    for item in items:
        try:
            data = read(item, settings)
        except RejectedFile as error:
            yield refused(item.file, error.reason, error.message)
            continue
        yield from _in_file(item.file, data)


def _in_file(file: str, data: bytes) -> Iterator[Found]:
    name = PurePath(file)
    suffix = name.suffix.lower()
    if suffix == ".txt":
        key = "study_uid" if UID.fullmatch(name.stem) else "accession"
        yield draft({key: name.stem.strip(), "text": decoded(data)}, file)
    elif suffix in TABLES:
        yield from _in_table(file, data)
    elif suffix in JSON_LINES:
        yield from _in_json_lines(file, data)
    else:
        yield _in_document(file, data)


# --- tables ---------------------------------------------------------------------------------------


def _in_table(file: str, data: bytes) -> Iterator[Found]:
    table = read_table(io.StringIO(decoded(data), newline=""))
    missing = _missing(table)
    if missing:
        yield refused(file, "missing_columns", f"The table {missing}")
        return
    for line in table.lines:
        source = f"{file}:{line.number}"
        if line.problem:
            yield refused(source, "bad_row", f"The row cannot be used: {line.problem}.")
        else:
            yield draft(_known(line.values), source)


def _missing(table: Table) -> str:
    """What a table lacks to hold reports; "" if nothing."""
    there = {column.lower() for column in table.columns}
    if "text" not in there:
        return "has no column text; its columns are " + (", ".join(table.columns) or "none") + "."
    if there.isdisjoint(("study_uid", "accession")):
        return "has neither a column study_uid nor a column accession."
    return ""


def _in_json_lines(file: str, data: bytes) -> Iterator[Found]:
    for number, line in enumerate(io.StringIO(decoded(data)), 1):
        if not line.strip():
            continue
        source = f"{file}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield draft(_known(row), source)
        else:
            yield refused(source, "bad_row", "The line is not one JSON object.")


def _known(row: dict[str, Any]) -> dict[str, str]:
    """The values of the columns that matter, as text; numbers and null are taken, too."""
    lower = {str(name).strip().lower(): value for name, value in row.items()}
    return {
        name: str(lower[name]).strip()
        for name in COLUMNS
        if isinstance(lower.get(name), str | int | float)
    }


# --- DICOM ----------------------------------------------------------------------------------------


def _in_document(file: str, data: bytes) -> Found:
    """A report from a DICOM SR file."""
    from pydicom import dcmread

    try:
        with refuse_as("bad_header"), quiet():
            dataset = dcmread(io.BytesIO(data))
            if str(dataset.get("SOPClassUID", "")) not in REPORT_CLASSES:
                return _no_report(file)
            return draft(_of_document(dataset), file)
    except RejectedFile:
        log.debug("not readable as a report", exc_info=True)
        return _no_report(file)


def _no_report(file: str) -> RefusedReport:
    kinds = "a text file, a CSV or JSONL table, or a DICOM structured report"
    return refused(file, "not_a_report", f"This is not {kinds}.")


def document_id(dataset: Any) -> str:
    """The report that a structured report is a version of.

    A study may have several documents, each with versions; a version has a UID of its own, so that
    only the study and the document's title stay.
    """
    study_uid = str(dataset.get("StudyInstanceUID") or "").strip()
    accession = str(dataset.get("AccessionNumber") or "").strip()
    titles = dataset.get("ConceptNameCodeSequence") or []
    title = str(titles[0].get("CodeValue", "")) if titles else ""
    return f"{default_id(study_uid, accession)}/{title}"


def _of_document(dataset: Any) -> dict[str, str]:
    def text(keyword: str) -> str:
        return str(dataset.get(keyword) or "").strip()

    study_uid, accession = text("StudyInstanceUID"), text("AccessionNumber")
    written = report_date(dataset)
    return {
        "study_uid": study_uid,
        "accession": accession,
        "text": sr_text(dataset),
        "report_id": document_id(dataset),
        "date": written.isoformat() if written else "",
        "status": (text("PreliminaryFlag") or text("VerificationFlag")).lower(),
    }
