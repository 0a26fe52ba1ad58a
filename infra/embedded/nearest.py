"""The groups nearest to a query vector, with the best vector of each.

Exact, by one of two ways that give the same answer. With a sketch (`sketch.py`): score the vectors
that look best, then all whose bound reaches the last hit found; when that leaves few, it is proven
that no other vector belongs on the page. Otherwise: score all. Only when `proof` is not asked for
and the bound leaves too many, the UNPROVEN vectors that look best stand for all: with vectors where
that has been tried and missed nothing.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from infra.cursor import Position
from infra.embedded.ranking import Ranked, best_groups, count_groups
from infra.embedded.sketch import ROUNDING, UNPROVEN, about_largest, largest
from infra.embedded.vector_table import Ints, Scores, VectorsView
from infra.query import Near
from infra.records import Values

FIRST = (8, 128)  # times the page: vectors scored to find its last hit; more where groups are large
DIRECT = 1_000  # vectors that are scored at once, without looking at sketches
FEW = 8  # scoring one vector in eight one by one costs as much as scoring all in a row


@dataclass(frozen=True, eq=False)  # no slots: of the cached property
class Candidates:
    """Places of vectors that may be hits, each vector's group, and the groups' ids."""

    places: Ints
    groups: npt.NDArray[np.int32]
    names: list[str]

    @cached_property
    def total(self) -> int:
        """How many different groups there are."""
        return count_groups(self.groups)

    def at(self, chosen: npt.NDArray[np.generic]) -> "Candidates":
        """Only these, by mask or index."""
        return Candidates(self.places[chosen], self.groups[chosen], self.names)


@dataclass(frozen=True, slots=True)
class Neighbour(Ranked):
    """A group and the places of the vectors that have its score (usually one)."""

    places: tuple[int, ...]


class NearestSearch:
    """One search: a query among vectors, for a page of `size` groups after a position."""

    def __init__(self, vectors: VectorsView, near: Near, size: int, after: Position | None) -> None:
        self._vectors = vectors
        self._query = np.ascontiguousarray(near.values, np.float32)
        self._size = size
        self._after = after

    def run(self, among: Candidates, *, proof: bool) -> list[Neighbour]:
        """The page. `proof`: exact without exception."""
        sketch = self._vectors.sketch
        if sketch is None or len(among.places) <= DIRECT:
            return self._score_all(among)
        estimates, slack = sketch.estimate(self._query)
        if len(among.places) < len(estimates):
            estimates, slack = estimates[among.places], slack[among.places]
        page = None
        first = self._first(among, estimates)
        if len(first) == self._size:
            page = self._proven(among, estimates + slack, first[-1].score)
            if page is None and self._vectors.trusted and not proof:
                page = self._likely(among, estimates)
        return self._score_all(among) if page is None else page

    @property
    def _few(self) -> int:
        return len(self._vectors.numbers) // FEW

    def _first(self, among: Candidates, estimates: Values) -> list[Neighbour]:
        """A page of those that look best: its last hit says how good the last hit is at least."""
        page: list[Neighbour] = []
        for times in FIRST:
            page = self._score(among.at(about_largest(estimates, times * self._size)))
            if len(page) == self._size:
                break
        return page

    def _proven(self, among: Candidates, bounds: Values, last: float) -> list[Neighbour] | None:
        """The page, if few vectors can be as good as `last`."""
        possible = bounds >= last - ROUNDING
        if np.count_nonzero(possible) > self._few:
            return None
        page = self._score(among.at(possible))
        # Short, or lower than `last`: some groups were on earlier pages, by another vector.
        return page if len(page) == self._size and page[-1].score >= last else None

    def _likely(self, among: Candidates, estimates: Values) -> list[Neighbour] | None:
        """The page of those that look best, unless more may have the score of its last hit."""
        chosen = among.at(largest(estimates, UNPROVEN))
        cosines = self._vectors.cosines(self._query, chosen.places)
        page = self._page(chosen, cosines)
        return page if len(page) == self._size and cosines.min() < page[-1].score else None

    def _score_all(self, among: Candidates) -> list[Neighbour]:
        """Score in float32 what the page can hold, then exactly what comes within its error."""
        every = len(among.places) > self._few
        estimates = self._vectors.estimates(self._query, None if every else among.places)
        estimates = estimates[among.places] if every else estimates
        best = np.full(len(among.names), -np.inf, np.float32)
        np.maximum.at(best, among.groups, estimates)
        sure = best
        if self._after is not None:
            best[best > self._after.score + ROUNDING] = -np.inf  # these were on earlier pages
            sure = best[best < self._after.score - ROUNDING]
        last = _last_of(sure[sure > -np.inf], self._size)
        kept = (estimates >= last - 2 * ROUNDING) & (best[among.groups] > -np.inf)
        return self._score(among.at(kept))

    def _score(self, among: Candidates) -> list[Neighbour]:
        """The page of the groups of these vectors, by their exact cosines."""
        return self._page(among, self._vectors.cosines(self._query, among.places))

    def _page(self, among: Candidates, cosines: Scores) -> list[Neighbour]:
        order = np.lexsort((-cosines, among.groups))
        groups, first = np.unique(among.groups[order], return_index=True)
        page = best_groups(groups, cosines[order][first], among.names, self._size, self._after)
        on_page = {one.group: one.score for one in page}
        places: dict[int, list[int]] = {group: [] for group in on_page}
        for i in np.flatnonzero(np.isin(among.groups, list(on_page))):
            group = int(among.groups[i])
            if cosines[i] == on_page[group]:
                places[group].append(int(among.places[i]))
        return [Neighbour(one.group, one.score, tuple(places[one.group])) for one in page]


def _last_of(values: npt.NDArray[np.float32], size: int) -> float:
    """The `size`-th largest of these, or no bound at all when there are not more."""
    if len(values) <= size:
        return -np.inf
    return float(np.partition(values, len(values) - size)[len(values) - size])
