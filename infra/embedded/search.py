"""One search over a view of the index: what passes, how it is ranked, and the page of hits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from infra.cursor import Position, write_cursor
from infra.embedded.columns import NONE, Bools, Ints
from infra.embedded.index_text import Matches
from infra.embedded.mirror import View
from infra.embedded.nearest import Candidates, NearestSearch, Neighbour
from infra.embedded.ranking import best_groups, count_groups
from infra.embedded.vector_table import VectorsView
from infra.fusion import fuse
from infra.query import MAX_WINDOW, Everything, Group, Hit, Hits, Near, Query, Sort

_VectorName = tuple[str, str, int | None]  # instance UID, vector id, frame

# Store number -> (vector id, instance UID, frame)
Describe = Callable[[Sequence[int]], dict[int, tuple[str, str, int | None]]]

LAST = float(np.finfo(np.float64).min)  # the score of groups that have no value to be sorted by
SMALL_PAGE = 100  # hits; larger pages belong to exports, which wait for a proof


@dataclass(frozen=True, slots=True)
class _Found:
    """A group on the page, and what brought it there."""

    group: int
    score: float
    neighbour: Neighbour | None = None
    text_score: float | None = None


class Search:
    """`rows` pass filter and scope; `matches` are the text's, None without text.

    `unlimited`: the scope leaves nothing out. `describe` names vectors by their store numbers.
    """

    def __init__(
        self,
        query: Query,
        view: View,
        rows: Bools,
        matches: Matches | None,
        describe: Describe,
        *,
        unlimited: bool,
    ) -> None:
        self._query = query
        self._view = view
        self._matches = matches
        self._describe = describe
        self._unlimited = unlimited and isinstance(query.filter, Everything)
        self._groups = view.rows.groups(query.group)
        self._names = view.rows.group_names(query.group)
        self._filtered = rows if query.group is Group.CASE else rows & view.rows.has_image
        self._rows = self._filtered
        if matches is not None:
            self._rows = self._filtered & matches.found[view.rows.studies]

    def run(self, after: Position | None) -> Hits:
        """The page after a position."""
        near, size = self._query.near, self._query.page.size
        candidates = self._candidates() if near and self._matches is None else None
        found = self._ranked(candidates, size + 1, after)
        hits = self._hits(found[:size], 1 if after is None else after.rank + 1)
        return Hits(
            hits=hits,
            total=candidates.total if candidates else count_groups(self._groups[self._rows]),
            next=self._cursor(found[size - 1], hits[-1].rank) if len(found) > size else None,
            model_id=near.model_id if near else "",
        )

    def _ranked(
        self, candidates: Candidates | None, size: int, after: Position | None
    ) -> list[_Found]:
        near, sort = self._query.near, self._query.sort
        if sort is not None:
            return self._by_value(sort, size, after)
        if near is None:
            return self._by_text(size, after) if self._matches else self._by_id(size, after)
        if candidates is None:
            return self._fused(near, size, after)
        return self._by_vector(near, candidates, size, after)

    def _cursor(self, last: _Found, rank: int) -> str:
        position = Position(rank, last.score, self._names.names[last.group])
        return write_cursor(self._query, position)

    # --- the ranked lists -------------------------------------------------------------------------

    def _by_id(self, size: int, after: Position | None) -> list[_Found]:
        groups = np.unique(self._groups[self._rows])
        ranked = best_groups(groups, np.zeros(len(groups)), self._names.names, size, after)
        return [_Found(one.group, one.score) for one in ranked]

    def _by_value(self, sort: Sort, size: int, after: Position | None) -> list[_Found]:
        """Larger scores first: values as they are, or turned round for the least first."""
        column = self._view.rows.columns[sort.field]
        passing = self._rows[column.rows]
        groups, values = self._groups[column.rows[passing]], column.values[passing]
        scores = np.full(len(self._names), LAST)
        np.maximum.at(scores, groups, values if sort.descending else -values)
        every = np.unique(self._groups[self._rows])
        ranked = best_groups(every, scores[every], self._names.names, size, after)
        return [_Found(one.group, one.score) for one in ranked]

    def _by_text(self, size: int, after: Position | None) -> list[_Found]:
        assert self._matches is not None
        scores = np.full(len(self._names), -np.inf)
        rows = np.flatnonzero(self._rows)
        relevance = self._matches.scores[self._view.rows.studies[rows]]
        np.maximum.at(scores, self._groups[rows], relevance)
        groups = np.flatnonzero(scores > -np.inf)
        if after is not None:  # scores move a little when texts come: go on from where it is now
            last = self._names.find(after.group_id)
            if last is not None and scores[last] > -np.inf:
                after = Position(after.rank, float(scores[last]), after.group_id)
        ranked = best_groups(groups, scores[groups], self._names.names, size, after)
        return [_Found(one.group, one.score, text_score=one.score) for one in ranked]

    def _by_vector(
        self, near: Near, candidates: Candidates, size: int, after: Position | None
    ) -> list[_Found]:
        vectors = self._vectors()
        proof = not self._unlimited or after is not None or size > SMALL_PAGE + 1
        found = NearestSearch(vectors, near, size, after).run(candidates, proof=proof)
        return [_Found(one.group, one.score, neighbour=one) for one in found]

    def _fused(self, near: Near, size: int, after: Position | None) -> list[_Found]:
        by_vector = self._by_vector(near, self._candidates(), MAX_WINDOW, None)
        by_text = self._by_text(MAX_WINDOW, None)
        neighbours = {one.group: one.neighbour for one in by_vector}
        text_scores = {one.group: one.score for one in by_text}
        names = self._names.names
        number = {names[group]: group for group in (*neighbours, *text_scores)}
        fused = fuse(*([names[one.group] for one in part] for part in (by_vector, by_text)))
        return [
            _Found(number[name], score, neighbours.get(number[name]), text_scores.get(number[name]))
            for name, score in _rest(fused, after)[:size]
        ]

    # --- vectors ----------------------------------------------------------------------------------

    def _vectors(self) -> VectorsView:
        assert self._view.vectors is not None
        return self._view.vectors

    def _candidates(self) -> Candidates:
        """The vectors of rows that pass the filter."""
        if not self._unlimited:
            return self._worked_out_candidates()
        known = self._view.unfiltered
        if self._query.group not in known:
            known[self._query.group] = self._worked_out_candidates()
        return known[self._query.group]

    def _worked_out_candidates(self) -> Candidates:
        vectors = self._vectors()
        rows = self._rows_of(vectors.instances)
        passing = np.append(self._filtered, False)  # the last is where NONE leads
        places = np.flatnonzero(vectors.alive & passing[rows])
        return Candidates(places, self._groups[rows[places]], self._names.names)

    def _rows_of(self, instances: Ints) -> Ints:
        """The row of each instance, NONE for one that has none (yet)."""
        row_of_instance = np.append(self._view.rows.row_of_instance, np.int32(NONE))
        return row_of_instance[np.minimum(instances, len(row_of_instance) - 1)]

    # --- hits -------------------------------------------------------------------------------------

    def _hits(self, page: list[_Found], start: int) -> tuple[Hit, ...]:
        vectors = self._best_vectors([one.neighbour for one in page if one.neighbour])
        rows = self._best_rows([one.group for one in page if one.neighbour is None])
        return tuple(
            self._hit(rank, one, vectors.get(one.group), rows)
            for rank, one in enumerate(page, start)
        )

    def _hit(
        self, rank: int, found: _Found, vector: _VectorName | None, rows: dict[int, int]
    ) -> Hit:
        names = self._view.rows.names
        if vector is None:
            row = rows[found.group]
        else:
            row = int(self._view.rows.row_of_instance[names.instances.number(vector[0])])
        return Hit(
            rank=rank,
            score=0.0 if self._query.sort else found.score,
            instance_uid=names.instances.names[self._view.rows.instances[row]],
            series_uid=names.series.names[self._view.rows.series[row]],
            study_uid=names.studies.names[self._view.rows.studies[row]],
            vector_id="" if vector is None else vector[1],
            frame=None if vector is None else vector[2],
            cosine=found.neighbour.score if found.neighbour else None,
            text_score=found.text_score,
        )

    def _best_vectors(self, neighbours: list[Neighbour]) -> dict[int, _VectorName]:
        """Group -> the first by name of the vectors with its score."""
        places = [place for one in neighbours for place in one.places]
        numbers = self._vectors().numbers[places].tolist() if neighbours else []
        names = self._describe(numbers)
        name_at = {p: names[number] for p, number in zip(places, numbers, strict=True)}
        return {
            one.group: min((name_at[p][1], name_at[p][0], name_at[p][2]) for p in one.places)
            for one in neighbours
        }

    def _best_rows(self, groups: list[int]) -> dict[int, int]:
        """Group -> the row of its first instance among those that pass."""
        if not groups:
            return {}
        wanted = np.zeros(len(self._names), np.bool_)
        wanted[groups] = True
        rows = np.flatnonzero(self._rows & wanted[self._groups])
        names = self._view.rows.names.instances.names
        best: dict[int, int] = {}
        for row in sorted(rows.tolist(), key=lambda row: names[self._view.rows.instances[row]]):
            best.setdefault(int(self._groups[row]), row)
        return best


def _rest(fused: list[tuple[str, float]], after: Position | None) -> list[tuple[str, float]]:
    """What comes after a position: after its group, where that is now, or else after its score."""
    if after is None:
        return fused
    for place, (group_id, _) in enumerate(fused):
        if group_id == after.group_id:
            return fused[place + 1 :]
    return [
        (name, score) for name, score in fused if (-score, name) > (-after.score, after.group_id)
    ]
