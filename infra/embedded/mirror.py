"""The index in memory: SQLite rows once read, and caught up with whoever has written since."""

import sqlite3
import threading
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from infra.embedded import index_rows
from infra.embedded.columns import NONE, RowsView, RowTable
from infra.embedded.growing import Growing
from infra.embedded.index_rows import Numbers
from infra.embedded.nearest import Candidates
from infra.embedded.vector_table import VectorsView, VectorTable
from infra.embedded.vectors import NOWHERE, EmbeddedVectors, Position
from infra.query import Group

LITTER = 10_000  # rows or vectors that are gone; when they are also most, all is read anew
SKETCH_AFTER = 3  # searches by vector: a process that asks one question need not pay for a sketch


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """All of the index at one moment; nothing in it changes any more.

    `unfiltered` keeps what every search without a filter needs, once one has worked it out.
    """

    rows: RowsView
    study_of_text: npt.NDArray[np.int32]
    vectors: VectorsView | None
    unfiltered: dict[Group, Candidates] = field(default_factory=dict)


@dataclass(slots=True)
class _Followed:
    """The vectors of one model id, and how far they have been read."""

    table: VectorTable
    position: Position = NOWHERE
    searches: int = 0


class Mirror:
    """What every search reads. Threads take turns to catch up, and then search side by side."""

    def __init__(self, vectors: EmbeddedVectors) -> None:
        self._vectors = vectors
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._seen = Numbers()
        self._rows = RowTable()
        self._rows_view = self._rows.view()
        self._study_of_text = Growing(np.int32)
        self._followed: dict[str, _Followed] = {}
        self._views: dict[str | None, View] = {}

    def view(
        self, connection: sqlite3.Connection, model_id: str | None = None, *, sketch: bool = False
    ) -> View:
        """The index as it is in the connection's snapshot, with the vectors of a model id if asked.

        `sketch`: make one now where it pays, not after the first searches.
        """
        with self._lock:  # the snapshot begins with the first SELECT, here: views never go back
            try:
                return self._caught_up(connection, model_id, sketch)
            except BaseException:
                self._forget()  # it may have stopped half-way
                raise

    def _caught_up(
        self, connection: sqlite3.Connection, model_id: str | None, sketch: bool
    ) -> View:
        now = index_rows.numbers(connection)
        if self._outdated(now):
            self._forget()
        self._follow_rows(connection, now)
        vectors = None if model_id is None else self._follow_vectors(model_id, sketch)
        last = self._views.get(model_id)
        if now != self._seen or last is None or last.vectors is not vectors:
            last = View(self._rows_view, self._study_of_text.view(), vectors)
            self._views = {**(self._views if now == self._seen else {}), model_id: last}
        self._seen = now
        return last

    def _outdated(self, now: Numbers) -> bool:
        """Whether most is litter, or numbers went back (a restored or rolled-back store)."""
        tables = [(len(self._rows), self._rows.gone)]
        tables += [(len(f.table), f.table.gone) for f in self._followed.values()]
        litter = any(gone > LITTER and 2 * gone > size for size, gone in tables)
        return litter or any(getattr(now, name) < getattr(self._seen, name) for name in _NAMES)

    def _follow_rows(self, connection: sqlite3.Connection, now: Numbers) -> None:
        seen = self._seen
        if now.texts != seen.texts:
            found = index_rows.texts_since(connection, seen.texts)
            study_of_text = np.full(now.texts + 1 - len(self._study_of_text), NONE, np.int32)
            for number, study_uid in found:
                place = number - len(self._study_of_text)
                study_of_text[place] = self._rows.names.studies.number(study_uid)
            self._study_of_text.append(study_of_text)
        if (now.rows, now.rows_gone) != (seen.rows, seen.rows_gone):
            gone = index_rows.rows_gone_since(connection, seen.rows_gone, seen.rows)
            self._rows.remove(gone)
            for rows in index_rows.rows_since(connection, seen.rows):
                self._rows.append(rows)
            self._rows_view = self._rows.view()

    def _follow_vectors(self, model_id: str, sketch: bool) -> VectorsView:
        followed = self._followed.setdefault(model_id, _Followed(VectorTable()))
        changes = self._vectors.sync(model_id, followed.position)
        followed.table.remove(changes.gone)
        number = self._rows.names.instances.number
        for chunk in changes.chunks:
            followed.table.append(chunk.rows, map(number, chunk.instance_uids), chunk.values)
        followed.position = changes.position
        followed.searches += 1
        if followed.table.wants_sketch and (sketch or followed.searches >= SKETCH_AFTER):
            followed.table.make_sketch()
        return followed.table.view()


_NAMES = ("rows", "rows_gone", "texts", "vectors", "vectors_gone")
