"""Which version of a report is current, and what makes a new one."""

import sqlite3
from dataclasses import replace

from infra.catalog_rules import with_current
from infra.codec import from_json, to_json
from infra.records import Report


def add_version(connection: sqlite3.Connection, study: int, report: Report) -> tuple[Report, bool]:
    """Store a version of a report unless the newest says the same; (as stored, whether new)."""
    history = _history(connection, study, report.report_id)
    if history and history[-1].text == report.text:
        return with_current(history)[-1], False
    history.append(replace(report, version=len(history) + 1))
    connection.execute(
        "INSERT INTO reports VALUES (?, ?, ?, ?)",
        (study, report.report_id, len(history), to_json(history[-1])),
    )
    return with_current(history)[-1], True


def is_current(connection: sqlite3.Connection, study: int, report_id: str, version: int) -> bool:
    """Whether this is the current version of a report."""
    history = with_current(_history(connection, study, report_id))
    return any(report.current and report.version == version for report in history)


def _history(connection: sqlite3.Connection, study: int, report_id: str) -> list[Report]:
    found = connection.execute(
        "SELECT record FROM reports WHERE study = ? AND report_id = ? ORDER BY version",
        (study, report_id),
    )
    return [from_json(Report, record) for (record,) in found]
