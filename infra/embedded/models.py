"""`ModelRegistry` on SQLite."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

from infra.codec import from_json, sortable, to_json
from infra.embedded.database import Database
from infra.errors import NotFound
from infra.records import ModelRecord


class EmbeddedModels:
    """Which models made vectors in this home."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, record: ModelRecord) -> None:
        """See ModelRegistry. A record without created_at is created now."""
        with self._database.write() as connection:
            found = connection.execute(
                "SELECT record FROM models WHERE model_id = ?", (record.model_id,)
            ).fetchone()
            first = from_json(ModelRecord, found[0]).created_at if found else record.created_at
            stored = replace(record, created_at=first or datetime.now(UTC))
            connection.execute(
                "INSERT INTO models (model_id, created_at, record) VALUES (?1, ?2, ?3)"
                " ON CONFLICT DO UPDATE SET record = ?3",
                (stored.model_id, sortable(stored.created_at), to_json(stored)),
            )

    def models(self) -> list[ModelRecord]:
        """See ModelRegistry."""
        with self._database.read() as connection:
            found = connection.execute("SELECT record FROM models ORDER BY created_at, model_id")
            return [from_json(ModelRecord, record) for (record,) in found]

    def active(self) -> ModelRecord | None:
        """See ModelRegistry."""
        return self._marked("active")

    def activate(self, model_id: str) -> None:
        """See ModelRegistry."""
        with self._database.write() as connection:
            _mark(connection, "active", model_id)
            connection.execute("UPDATE models SET announced = 0 WHERE model_id = ?", (model_id,))

    def announce(self, model_id: str | None) -> None:
        """See ModelRegistry."""
        with self._database.write() as connection:
            _mark(connection, "announced", model_id)

    def announced(self) -> ModelRecord | None:
        """See ModelRegistry."""
        return self._marked("announced")

    def _marked(self, how: str) -> ModelRecord | None:
        with self._database.read() as connection:
            found = connection.execute(f"SELECT record FROM models WHERE {how} = 1").fetchone()
            return None if found is None else from_json(ModelRecord, found[0])

    def agree(self, one: str, other: str, min_cosine: float) -> None:
        """See ModelRegistry. A later gate replaces an earlier one."""
        first, second = sorted((one, other))
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO agreements VALUES (?, ?, ?)", (first, second, min_cosine)
            )

    def agreement(self, one: str, other: str) -> float | None:
        """See ModelRegistry."""
        if one == other:
            return 1.0
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT min_cosine FROM agreements WHERE one = ? AND other = ?",
                tuple(sorted((one, other))),
            ).fetchone()
            return None if found is None else float(found[0])


def _mark(connection: sqlite3.Connection, how: str, model_id: str | None) -> None:
    """Make one model, or none, the only one with this mark."""
    connection.execute(f"UPDATE models SET {how} = 0 WHERE {how} = 1")
    if model_id is None:
        return
    found = connection.execute(f"UPDATE models SET {how} = 1 WHERE model_id = ?", (model_id,))
    if found.rowcount == 0:  # raising undoes the first statement, too
        raise NotFound(f"No model {model_id!r} has been registered in this home.")
