"""Index rows and case texts in SQLite: writing them, and following what others have written."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite

from infra.checks import day_number
from infra.fields import FIELDS, FieldKind
from infra.records import CaseText, IndexRow
from infra.text import searchable

CHUNK = 4_096

_OF_IMAGE = "instance_uid = ? AND instance_uid <> ''"  # in the words of its partial index
_IN_STUDIES = "study_uid IN (SELECT value FROM json_each(?))"
_FOLLOWED = ("index_rows", "index_rows_gone", "index_texts", "vectors", "vectors_gone")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The highest number each table has given out: two that are equal mean that nothing changed."""

    rows: int = 0
    rows_gone: int = 0
    texts: int = 0
    vectors: int = 0
    vectors_gone: int = 0


@dataclass(frozen=True, slots=True)
class StoredRow:
    """An index row as it is read back: `number` is its place in the table."""

    number: int
    instance_uid: str
    series_uid: str
    study_uid: str
    dataset: str
    keys: dict[str, list[str] | list[float]]


def numbers(connection: sqlite3.Connection) -> Numbers:
    """How far the tables have come in this snapshot."""
    found = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    return Numbers(*(found.get(name, 0) for name in _FOLLOWED))


# --- writing --------------------------------------------------------------------------------------


def put_row(connection: sqlite3.Connection, row: IndexRow) -> None:
    """Store a row unless a higher version of it is there. Raises ValueError for wrong values."""
    _check(row)
    if not row.instance_uid:
        _put_imageless(connection, row)
        return
    old = connection.execute(
        "SELECT row, version, series_uid, study_uid, dataset, keys FROM index_rows"
        f" WHERE {_OF_IMAGE}",
        (row.instance_uid,),
    ).fetchone()
    if old and old[3] == row.study_uid and old[1] > row.version:
        return
    content = (row.series_uid, row.study_uid, row.dataset, _dumped(row))
    if old and old[2:] == content:
        _set_version(connection, "index_rows", old[0], row.version)
    else:
        connection.execute(f"DELETE FROM index_rows WHERE {_OF_IMAGE}", (row.instance_uid,))
        _insert_row(connection, row)
    connection.execute(
        "DELETE FROM index_rows WHERE study_uid = ? AND instance_uid = ''", (row.study_uid,)
    )


def _put_imageless(connection: sqlite3.Connection, row: IndexRow) -> None:
    """A case without images: its row gives way to any with an image that is not older."""
    (newer,) = connection.execute(
        "SELECT count(*) FROM index_rows"
        " WHERE study_uid = ?1 AND (version > ?2 OR (version = ?2 AND instance_uid <> ''))",
        (row.study_uid, row.version),
    ).fetchone()
    if not newer:
        connection.execute("DELETE FROM index_rows WHERE study_uid = ?", (row.study_uid,))
        _insert_row(connection, row)


def _insert_row(connection: sqlite3.Connection, row: IndexRow) -> None:
    connection.execute(
        "INSERT INTO index_rows (instance_uid, series_uid, study_uid, dataset, version, keys)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (row.instance_uid, row.series_uid, row.study_uid, row.dataset, row.version, _dumped(row)),
    )


def put_text(connection: sqlite3.Connection, text: CaseText) -> None:
    """Store a case's text unless a higher version of it is there."""
    old = connection.execute(
        "SELECT row, version, dataset, text FROM index_texts WHERE study_uid = ?",
        (text.study_uid,),
    ).fetchone()
    if old and old[1] > text.version:
        return
    content = (text.dataset, searchable(text.text))
    if old and old[2:] == content:
        _set_version(connection, "index_texts", old[0], text.version)
        return
    connection.execute("DELETE FROM index_texts WHERE study_uid = ?", (text.study_uid,))
    connection.execute(
        "INSERT INTO index_texts (study_uid, version, dataset, text) VALUES (?, ?, ?, ?)",
        (text.study_uid, text.version, *content),
    )


def _set_version(connection: sqlite3.Connection, table: str, row: int, version: int) -> None:
    connection.execute(f"UPDATE {table} SET version = ? WHERE row = ?", (version, row))


def _check(row: IndexRow) -> None:
    """What is stored can be searched: ISO days in date fields, finite numbers in number fields."""
    for name in row.keys.keys() & FIELDS.keys():
        for value in row.keys[name]:
            if FIELDS[name].kind is FieldKind.DATE:
                day_number(str(value))
            elif FIELDS[name].kind is FieldKind.NUMBER and not isfinite(float(value)):
                raise ValueError(f"{name} is not a finite number")


def _dumped(row: IndexRow) -> str:
    return json.dumps(row.keys, sort_keys=True)


def delete_studies(
    connection: sqlite3.Connection, study_uids: Iterable[str]
) -> tuple[int, list[str]]:
    """Delete rows and texts; how many rows there were, and the instances they were of."""
    studies = json.dumps(list(study_uids))
    found = connection.execute(
        f"SELECT instance_uid FROM index_rows WHERE {_IN_STUDIES}", (studies,)
    )
    instances = [uid for (uid,) in found]
    connection.execute(f"DELETE FROM index_rows WHERE {_IN_STUDIES}", (studies,))
    connection.execute(f"DELETE FROM index_texts WHERE {_IN_STUDIES}", (studies,))
    return len(instances), [uid for uid in instances if uid]


def delete_everything(connection: sqlite3.Connection) -> None:
    """Delete all rows and texts."""
    connection.execute("DELETE FROM index_rows WHERE true")  # "true": so that the trigger runs
    connection.execute("DELETE FROM index_texts WHERE true")


# --- following ------------------------------------------------------------------------------------


def rows_since(connection: sqlite3.Connection, after: int) -> Iterator[list[StoredRow]]:
    """Rows with a higher number, ascending, in chunks."""
    found = connection.execute(
        "SELECT row, instance_uid, series_uid, study_uid, dataset, keys FROM index_rows"
        " WHERE row > ? ORDER BY row",
        (after,),
    )
    while chunk := found.fetchmany(CHUNK):
        keys = json.loads(f"[{','.join(row[5] for row in chunk)}]")  # one call: twice as fast
        yield [
            StoredRow(number, instance, series, study, dataset, its_keys)
            for (number, instance, series, study, dataset, _), its_keys in zip(
                chunk, keys, strict=True
            )
        ]


def texts_since(connection: sqlite3.Connection, number: int) -> Iterator[tuple[int, str]]:
    """Number and study of texts with a higher number, ascending."""
    return connection.execute(
        "SELECT row, study_uid FROM index_texts WHERE row > ? ORDER BY row", (number,)
    )


def rows_gone_since(connection: sqlite3.Connection, position: int, up_to: int) -> list[int]:
    """Numbers of rows up to `up_to` that are no more, noted after `position`."""
    found = connection.execute(
        "SELECT row FROM index_rows_gone WHERE position > ? AND row <= ?", (position, up_to)
    )
    return [row for (row,) in found]
