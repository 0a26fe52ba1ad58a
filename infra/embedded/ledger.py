"""`Ledger` on SQLite: received files, waiting reports, tombstones and unfinished studies."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from infra.codec import from_json, sortable, to_json
from infra.embedded.database import Database
from infra.records import LedgerRow, Outcome, UnfinishedStudy, WaitingReport

PAGE = 1_000
_OWNING = (Outcome.INDEXED, Outcome.ATTACHED)
_OWNER = "outcome IN ('indexed', 'attached') AND instance_uid <> ''"  # as the index says it
_GIVEN = "SELECT value FROM json_each(?)"


class EmbeddedLedger:
    """One row per received file, reports that wait, tombstones, and unfinished studies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- received files ---------------------------------------------------------------------------

    def mark(self, rows: Sequence[LedgerRow]) -> None:
        """See Ledger. A row is a file with a content: the same file with other bytes is another."""
        with self._database.write() as connection:
            for row in rows:
                _mark(connection, row)

    def owners(self, instance_uids: Iterable[str]) -> dict[str, LedgerRow]:
        """See Ledger."""
        with self._database.read() as connection:
            found = connection.execute(
                f"SELECT instance_uid, record FROM ledger"
                f" WHERE instance_uid IN ({_GIVEN}) AND {_OWNER}",
                (json.dumps(list(instance_uids)),),
            )
            return {uid: from_json(LedgerRow, record) for uid, record in found}

    def of_files(self, files: Iterable[str]) -> dict[str, list[LedgerRow]]:
        """See Ledger."""
        rows: dict[str, list[LedgerRow]] = {}
        with self._database.read() as connection:
            found = connection.execute(
                f"SELECT file, record FROM ledger WHERE file IN ({_GIVEN})"
                " ORDER BY file, at DESC, row DESC",
                (json.dumps(list(files)),),
            )
            for file, record in found:
                rows.setdefault(file, []).append(from_json(LedgerRow, record))
        return rows

    def rows(self, *, refused: bool = False) -> Iterator[LedgerRow]:
        """See Ledger."""
        which = "outcome = 'refused'" if refused else "TRUE"
        last = ("", "", 0)
        while True:
            with self._database.read() as connection:
                found = connection.execute(
                    f"SELECT file, at, row, record FROM ledger"
                    f" WHERE {which} AND (file, at, row) > (?, ?, ?)"
                    " ORDER BY file, at, row LIMIT ?",
                    (*last, PAGE),
                ).fetchall()
            yield from (from_json(LedgerRow, record) for *_, record in found)
            if len(found) < PAGE:
                return
            last = found[-1][:3]

    def counts(self) -> dict[str, int]:
        """See Ledger. Outcomes without rows are left out."""
        with self._database.read() as connection:
            found = connection.execute("SELECT outcome, count(*) FROM ledger GROUP BY outcome")
            return dict(found.fetchall())

    def forget(self, study_uids: Iterable[str]) -> int:
        """See Ledger."""
        with self._database.write() as connection:
            return connection.execute(
                f"DELETE FROM ledger WHERE study_uid <> '' AND study_uid IN ({_GIVEN})",
                (json.dumps(list(study_uids)),),
            ).rowcount

    # --- waiting reports --------------------------------------------------------------------------

    def put_waiting(self, reports: Sequence[WaitingReport]) -> None:
        """See Ledger. One that replaces another takes a new place in the order."""
        with self._database.write() as connection:
            for report in reports:
                received_at = report.received_at and report.received_at.isoformat()
                connection.execute(
                    "INSERT OR REPLACE INTO waiting (waiting_id, key, sealed, received_at, joined)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (report.waiting_id, report.key, report.sealed, received_at, report.joined),
                )

    def waiting(self, keys: Iterable[str]) -> list[WaitingReport]:
        """See Ledger."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT waiting_id, key, sealed, received_at, joined FROM waiting"
                f" WHERE key IN ({_GIVEN}) ORDER BY arrived",
                (json.dumps(list(keys)),),
            )
            return [_waiting(row) for row in found]

    def all_waiting(self) -> Iterator[WaitingReport]:
        """See Ledger."""
        last = 0
        while True:
            with self._database.read() as connection:
                found = connection.execute(
                    "SELECT arrived, waiting_id, key, sealed, received_at, joined FROM waiting"
                    " WHERE arrived > ? ORDER BY arrived LIMIT ?",
                    (last, PAGE),
                ).fetchall()
            yield from (_waiting(tuple(row)) for _, *row in found)
            if len(found) < PAGE:
                return
            last = found[-1][0]

    def drop_waiting(self, waiting_ids: Iterable[str]) -> None:
        """See Ledger."""
        with self._database.write() as connection:
            connection.execute(
                f"DELETE FROM waiting WHERE waiting_id IN ({_GIVEN})",
                (json.dumps(list(waiting_ids)),),
            )

    def note_joined(self, waiting_ids: Iterable[str]) -> None:
        """See Ledger."""
        with self._database.write() as connection:
            connection.execute(
                f"UPDATE waiting SET joined = 1 WHERE joined = 0 AND waiting_id IN ({_GIVEN})",
                (json.dumps(list(waiting_ids)),),
            )

    def count_waiting(self) -> int:
        """See Ledger."""
        with self._database.read() as connection:
            (number,) = connection.execute(
                "SELECT count(*) FROM waiting WHERE joined = 0"
            ).fetchone()
            return int(number)

    # --- tombstones -------------------------------------------------------------------------------

    def bury(self, tokens: Iterable[str]) -> None:
        """See Ledger."""
        with self._database.write() as connection:
            connection.execute(
                f"INSERT OR IGNORE INTO tombstones {_GIVEN}", (json.dumps(list(tokens)),)
            )

    def buried(self, tokens: Iterable[str]) -> set[str]:
        """See Ledger."""
        with self._database.read() as connection:
            found = connection.execute(
                f"SELECT token FROM tombstones WHERE token IN ({_GIVEN})",
                (json.dumps(list(tokens)),),
            )
            return {token for (token,) in found}

    def unbury(self, tokens: Iterable[str]) -> None:
        """See Ledger."""
        with self._database.write() as connection:
            connection.execute(
                f"DELETE FROM tombstones WHERE token IN ({_GIVEN})", (json.dumps(list(tokens)),)
            )

    def tombstones(self) -> Iterator[str]:
        """See Ledger."""
        last = ""
        while True:
            with self._database.read() as connection:
                found = connection.execute(
                    "SELECT token FROM tombstones WHERE token > ? ORDER BY token LIMIT ?",
                    (last, PAGE),
                ).fetchall()
            yield from (token for (token,) in found)
            if len(found) < PAGE:
                return
            (last,) = found[-1]

    # --- unfinished studies -----------------------------------------------------------------------

    def begin(self, notes: Sequence[UnfinishedStudy]) -> None:
        """See Ledger."""
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO unfinished VALUES (?, ?, ?)",
                [(note.note_id, note.study_uid, to_json(note)) for note in notes],
            )

    def unfinished(self) -> list[UnfinishedStudy]:
        """See Ledger."""
        with self._database.read() as connection:
            found = connection.execute("SELECT record FROM unfinished ORDER BY study_uid, note_id")
            return [from_json(UnfinishedStudy, record) for (record,) in found]

    def finish(self, note_ids: Iterable[str]) -> None:
        """See Ledger."""
        with self._database.write() as connection:
            connection.execute(
                f"DELETE FROM unfinished WHERE note_id IN ({_GIVEN})",
                (json.dumps(list(note_ids)),),
            )


def _mark(connection: sqlite3.Connection, row: LedgerRow) -> None:
    connection.execute(
        "DELETE FROM ledger WHERE file = ? AND (sha256 = ? OR sha256 = '')", (row.file, row.sha256)
    )
    if row.outcome in _OWNING and _is_owned(connection, row.instance_uid):
        row = replace(row, outcome=Outcome.DUPLICATE)
    connection.execute(
        "INSERT INTO ledger (file, sha256, outcome, instance_uid, study_uid, at, record)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row.file,
            row.sha256,
            row.outcome,
            row.instance_uid,
            row.study_uid,
            sortable(row.at),
            to_json(row),
        ),
    )


def _is_owned(connection: sqlite3.Connection, instance_uid: str) -> bool:
    found = connection.execute(
        f"SELECT 1 FROM ledger WHERE instance_uid = ? AND {_OWNER}", (instance_uid,)
    )
    return found.fetchone() is not None


def _waiting(row: tuple[str, str, bytes, str | None, int]) -> WaitingReport:
    waiting_id, key, sealed, received_at, joined = row
    return WaitingReport(
        waiting_id=waiting_id,
        key=key,
        sealed=sealed,
        received_at=datetime.fromisoformat(received_at) if received_at else None,
        joined=bool(joined),
    )
