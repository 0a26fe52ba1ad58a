"""How the store's tables come to be and change from release to release.

Each part of the store (`infra/embedded/tables.py`, `infra/embedded/index_tables.py`) lists its own
migrations, numbered from 1; the database remembers the last number of each part. A migration that
has been released is never edited: a change is a new one at the end.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from infra.errors import BadSetup


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of one part: statements that run together in one transaction."""

    part: str
    number: int
    statements: tuple[str, ...]


def versions(connection: sqlite3.Connection) -> dict[str, int]:
    """Part -> number of its last migration in this database; {} for a new one."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_versions"
        " (part TEXT PRIMARY KEY, number INTEGER NOT NULL)"
    )
    return dict(connection.execute("SELECT part, number FROM schema_versions"))


def stored_versions(path: Path) -> dict[str, int]:
    """The same, read from a file without opening it for writing."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return dict(connection.execute("SELECT part, number FROM schema_versions"))


def pending(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> list[Migration]:
    """The migrations this database still needs, in order.

    Raises BadSetup when it was written by a newer program, whose tables this one does not know.
    """
    return missing(versions(connection), migrations)


def missing(present: Mapping[str, int], migrations: Sequence[Migration]) -> list[Migration]:
    """The same for these versions of a database."""
    known: dict[str, int] = {}
    for migration in migrations:
        known[migration.part] = max(migration.number, known.get(migration.part, 0))
    for part, number in present.items():
        if number > known.get(part, 0):
            raise BadSetup(
                f"SIMILIS_HOME was written by a newer Similis ({part} tables of version {number}, "
                f"known here: {known.get(part, 0)}). Install that version, or restore a backup."
            )
    return [m for m in migrations if m.number > present.get(m.part, 0)]


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> list[Migration]:
    """Bring the database up to date and return what was done.

    `connection` is in autocommit mode. Each migration commits with its number: killed in between,
    the next call goes on where this one stopped.
    """
    done = pending(connection, migrations)
    for migration in done:
        _apply(connection, migration)
    return done


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in migration.statements:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO schema_versions VALUES (?1, ?2)"
            " ON CONFLICT (part) DO UPDATE SET number = ?2",
            (migration.part, migration.number),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
