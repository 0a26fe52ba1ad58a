"""The rows of findings, and which tagger has read which report. All but reading in a `write()`."""

import sqlite3

from infra.embedded.study_rows import touch


def put_findings(
    connection: sqlite3.Connection, study: int, report_id: str, records: str, tagger_id: str
) -> None:
    """Replace the findings (JSON) of a report; its case has changed only if they have."""
    known = connection.execute(
        "SELECT records FROM findings WHERE study = ? AND report_id = ?", (study, report_id)
    ).fetchone()
    connection.execute(
        "INSERT INTO findings (study, report_id, records, tagger_id) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT DO UPDATE SET records = ?3, tagger_id = ?4",
        (study, report_id, records, tagger_id),
    )
    if records != (known[0] if known else "[]"):
        touch(connection, study)


def forget_tagger(connection: sqlite3.Connection, study: int, report_id: str) -> None:
    """Note that no tagger has read the report as it is now."""
    connection.execute(
        "UPDATE findings SET tagger_id = '' WHERE study = ? AND report_id = ?", (study, report_id)
    )


def taggers_of(connection: sqlite3.Connection, study_uid: str) -> dict[str, str]:
    """Report id -> the tagger that has read it, where one has."""
    found = connection.execute(
        "SELECT report_id, tagger_id FROM findings JOIN studies USING (study)"
        " WHERE study_uid = ? AND tagger_id <> ''",
        (study_uid,),
    )
    return dict(found.fetchall())


def untagged_after(
    connection: sqlite3.Connection, last: tuple[int, str], tagger_id: str, limit: int
) -> list[tuple[int, str, str]]:
    """(study, report id, study UID) of reports not read by this tagger ("": by any), in order."""
    return connection.execute(
        "SELECT DISTINCT study, report_id, study_uid FROM reports JOIN studies USING (study)"
        " LEFT JOIN findings USING (study, report_id)"
        " WHERE (study, report_id) > (?1, ?2)"
        " AND (coalesce(tagger_id, '') = '' OR (?3 <> '' AND tagger_id <> ?3))"
        " ORDER BY study, report_id LIMIT ?4",
        (*last, tagger_id, limit),
    ).fetchall()
