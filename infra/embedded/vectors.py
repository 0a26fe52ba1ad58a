"""Vectors in SQLite, and how an index in memory follows them.

The port (`put`, `replace`, `of_instance`, `iterate`, `count`, `delete`) is the truth; an index
calls `sync` beside it. Every stored vector has a row number that is never used twice: replacing a
vector takes its row away and adds a new one with a higher number, and what is taken away is noted.
So

    with database.read():                             # rows of other tables in the same snapshot
        position = NOWHERE                            # first time: everything
        changes = vectors.sync(model_id, position)
        forget(changes.gone)                          # row numbers that are no more
        for chunk in changes.chunks:                  # streamed, ascending row numbers
            add(chunk.rows, chunk.instance_uids, chunk.values)
        position = changes.position                   # next time: only what is new

Look for changes only when `database.data_version()` is another number than last time. `matrix`
fetches a few rows again (for exact rescoring), `describe` names rows for a hit.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from infra.checks import check_size, check_vectors
from infra.embedded.database import Database
from infra.records import Values, Vector, VectorKind

Rows = npt.NDArray[np.int64]

CHUNK = 2_048  # 8 MB of values
_STORED = np.dtype("<f4")
_COLUMNS = 'instance_uid, kind, frame, box, "values"'


@dataclass(frozen=True, slots=True)
class Position:
    """How far a follower has come: the last row it has seen, and the last note of a row gone."""

    row: int = 0
    gone: int = 0


NOWHERE = Position()


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Vectors in ascending order of `rows` (n,), with `values` (n, d) float32."""

    rows: Rows
    instance_uids: tuple[str, ...]
    values: Values


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What happened since a position. Forget `gone` before adding `chunks`."""

    gone: Rows
    chunks: Iterator[Chunk]
    position: Position


class EmbeddedVectors:
    """`VectorStore` on the table `vectors`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- the port ---------------------------------------------------------------------------------

    def put(self, vectors: Sequence[Vector]) -> None:
        """See VectorStore."""
        sizes = check_vectors(vectors)
        with self._database.write() as connection:
            for model_id, size in sizes.items():
                check_size(model_id, _size(connection, model_id) or size, size)
            for vector in vectors:
                _put(connection, vector)

    def replace(self, instance_uid: str, model_id: str, vectors: Sequence[Vector]) -> None:
        """See VectorStore. Raises ValueError for a vector of something else."""
        if any((v.instance_uid, v.model_id) != (instance_uid, model_id) for v in vectors):
            raise ValueError("replace() takes vectors of one instance and one model id")
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM vectors WHERE instance_uid = ? AND model ="
                " (SELECT model FROM vector_models WHERE model_id = ?)",
                (instance_uid, model_id),
            )
            self.put(vectors)

    def of_instance(self, instance_uid: str, model_id: str) -> list[Vector]:
        """See VectorStore."""
        with self._database.read() as connection:
            found = connection.execute(
                f"SELECT {_COLUMNS} FROM vectors JOIN vector_models USING (model)"
                " WHERE instance_uid = ? AND model_id = ? ORDER BY kind, frame, vector_id",
                (instance_uid, model_id),
            )
            return [_vector(model_id, row) for row in found]

    def iterate(self, model_id: str) -> Iterator[Vector]:
        """See VectorStore."""
        last = ""
        while True:
            with self._database.read() as connection:
                found = connection.execute(
                    f"SELECT {_COLUMNS} FROM vectors WHERE vector_id > ? AND model ="
                    " (SELECT model FROM vector_models WHERE model_id = ?)"
                    " ORDER BY vector_id LIMIT ?",
                    (last, model_id, CHUNK),
                ).fetchall()
            vectors = [_vector(model_id, row) for row in found]
            yield from vectors
            if len(vectors) < CHUNK:
                return
            last = vectors[-1].vector_id

    def count(self, model_id: str) -> int:
        """See VectorStore."""
        with self._database.read() as connection:
            (number,) = connection.execute(
                "SELECT count(*) FROM vectors JOIN vector_models USING (model) WHERE model_id = ?",
                (model_id,),
            ).fetchone()
            return int(number)

    def delete(self, instance_uids: Iterable[str]) -> int:
        """See VectorStore."""
        with self._database.write() as connection:
            return connection.execute(
                "DELETE FROM vectors WHERE instance_uid IN (SELECT value FROM json_each(?))",
                (json.dumps(list(instance_uids)),),
            ).rowcount

    # --- for the index ----------------------------------------------------------------------------

    def model_ids(self) -> list[str]:
        """Model ids that have vectors, sorted."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT model_id FROM vector_models WHERE EXISTS"
                " (SELECT 1 FROM vectors WHERE vectors.model = vector_models.model)"
                " ORDER BY model_id"
            )
            return [model_id for (model_id,) in found]

    def sync(self, model_id: str, since: Position = NOWHERE) -> Changes:
        """What was added and taken away since a position; read all of it in one `read()`.

        A row that came and went since is in neither. `chunks` may be left unread, but not kept.
        """
        with self._database.read() as connection:
            model = _model(connection, model_id)
            if model is None:
                return Changes(np.empty(0, np.int64), iter(()), since)
            last_row, last_gone = connection.execute(
                "SELECT coalesce((SELECT max(row) FROM vectors WHERE model = ?1), 0),"
                " coalesce((SELECT max(position) FROM vectors_gone), 0)",
                (model,),
            ).fetchone()
            gone = connection.execute(
                "SELECT row FROM vectors_gone WHERE position > ? AND model = ? AND row <= ?",
                (since.gone, model, since.row),
            ).fetchall()
        position = Position(max(last_row, since.row), max(last_gone, since.gone))
        rows = np.array([row for (row,) in gone], np.int64)
        return Changes(rows, self._chunks(model, since.row, position.row), position)

    def matrix(self, rows: Sequence[int] | Rows) -> Values:
        """The values of these rows of one model, (n, d) float32 in the order given; n > 0.

        Raises KeyError when one is no more.
        """
        found = self._fetch('row, "values"', rows)
        return _matrix([found[int(row)][0] for row in rows])

    def describe(self, rows: Sequence[int] | Rows) -> dict[int, tuple[str, str, int | None]]:
        """Row -> (vector_id, instance_uid, frame) of those that exist."""
        found = self._fetch("row, vector_id, instance_uid, frame", rows)
        return {row: (vector_id, uid, frame) for row, (vector_id, uid, frame) in found.items()}

    def _fetch(self, columns: str, rows: Sequence[int] | Rows) -> dict[int, tuple[Any, ...]]:
        wanted = json.dumps([int(row) for row in rows])
        with self._database.read() as connection:
            found = connection.execute(
                f"SELECT {columns} FROM vectors WHERE row IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
            return {row: tuple(rest) for row, *rest in found}

    def _chunks(self, model: int, after: int, up_to: int) -> Iterator[Chunk]:
        while True:
            with self._database.read() as connection:
                found = connection.execute(
                    'SELECT row, instance_uid, "values" FROM vectors'
                    " WHERE model = ? AND row > ? AND row <= ? ORDER BY row LIMIT ?",
                    (model, after, up_to, CHUNK),
                ).fetchall()
            if not found:
                return
            rows, instance_uids, blobs = zip(*found, strict=True)
            yield Chunk(np.array(rows, np.int64), instance_uids, _matrix(blobs))
            after = rows[-1]


def _put(connection: sqlite3.Connection, vector: Vector) -> None:
    model = _model(connection, vector.model_id)
    if model is None:
        model = connection.execute(
            "INSERT INTO vector_models (model_id) VALUES (?)", (vector.model_id,)
        ).lastrowid
    connection.execute(  # not INSERT OR REPLACE: that would not note the row that is gone
        "DELETE FROM vectors WHERE model = ? AND vector_id = ?", (model, vector.vector_id)
    )
    box = None if vector.box is None else json.dumps(vector.box)
    connection.execute(
        'INSERT INTO vectors (model, vector_id, instance_uid, kind, frame, box, "values")'
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            model,
            vector.vector_id,
            vector.instance_uid,
            vector.kind,
            vector.frame,
            box,
            vector.values.astype(_STORED, copy=False).tobytes(),
        ),
    )


def _model(connection: sqlite3.Connection, model_id: str) -> int | None:
    found = connection.execute(
        "SELECT model FROM vector_models WHERE model_id = ?", (model_id,)
    ).fetchone()
    return None if found is None else int(found[0])


def _size(connection: sqlite3.Connection, model_id: str) -> int:
    """How many numbers the stored vectors of a model have; 0 without any."""
    found = connection.execute(
        'SELECT length("values") FROM vectors WHERE model ='
        " (SELECT model FROM vector_models WHERE model_id = ?) LIMIT 1",
        (model_id,),
    ).fetchone()
    return 0 if found is None else int(found[0]) // _STORED.itemsize


def _matrix(blobs: Sequence[bytes]) -> Values:
    flat = np.frombuffer(b"".join(blobs), _STORED).astype(np.float32, copy=False)
    return flat.reshape(len(blobs), -1)


def _vector(model_id: str, row: tuple[str, str, int | None, str | None, bytes]) -> Vector:
    instance_uid, kind, frame, box, values = row
    left, top, right, bottom = (0, 0, 0, 0) if box is None else json.loads(box)
    return Vector(
        instance_uid=instance_uid,
        model_id=model_id,
        values=_matrix([values])[0],
        kind=VectorKind(kind),
        frame=frame,
        box=None if box is None else (left, top, right, bottom),
    )
