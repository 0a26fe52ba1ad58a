"""One search: which list answers it, how two are fused, and the page of hits."""

from dataclasses import replace

from infra.aws.opensearch_groups import Found, GroupSearch
from infra.aws.opensearch_near import NearSearch
from infra.cursor import Position, write_cursor
from infra.fusion import fuse
from infra.query import MAX_WINDOW, AccessScope, Hit, Hits, Query


class Search:
    """A checked query inside a scope."""

    def __init__(
        self, query: Query, scope: AccessScope, groups: GroupSearch, near: NearSearch
    ) -> None:
        self._query = query
        self._scope = scope
        self._groups = groups
        self._near = near

    def run(self, after: Position | None) -> Hits:
        """The page after a position."""
        query, size = self._query, self._query.page.size
        found, total = self._ranked(size + 1, after)
        start = 1 if after is None else after.rank + 1
        hits = tuple(self._hit(rank, one) for rank, one in enumerate(found[:size], start))
        return Hits(
            hits=hits,
            total=total,
            next=self._cursor(found[size - 1], hits[-1].rank) if len(found) > size else None,
            model_id=query.near.model_id if query.near else "",
        )

    def _ranked(self, size: int, after: Position | None) -> tuple[list[Found], int]:
        """The first groups after a position, and how many there are in all."""
        if self._query.near is None:
            return self._groups.page(self._query, self._scope, size, after)
        if self._query.text is None:
            return self._near.page(self._query, self._scope, size, after)
        by_text, total = self._groups.page(self._query, self._scope, MAX_WINDOW, None)
        by_vector, _ = self._near.page(self._query, self._scope, MAX_WINDOW, None)
        return _rest(_fused(by_vector, by_text), after)[:size], total

    def _hit(self, rank: int, found: Found) -> Hit:
        return Hit(
            rank=rank,
            score=0.0 if self._query.sort else found.score,
            instance_uid=found.instance_uid,
            series_uid=found.series_uid,
            study_uid=found.study_uid,
            vector_id=found.vector_id,
            frame=found.frame,
            cosine=found.cosine,
            text_score=found.text_score,
        )

    def _cursor(self, last: Found, rank: int) -> str:
        return write_cursor(self._query, Position(rank, last.score, last.group_id))


def _fused(by_vector: list[Found], by_text: list[Found]) -> list[Found]:
    near = {one.group_id: one for one in by_vector}
    text = {one.group_id: one for one in by_text}
    return [
        replace(
            near.get(group_id) or text[group_id],
            score=score,
            text_score=text[group_id].text_score if group_id in text else None,
        )
        for group_id, score in fuse(list(near), list(text))
    ]


def _rest(fused: list[Found], after: Position | None) -> list[Found]:
    """What comes after a position: after its group, where that is now, or else after its score."""
    if after is None:
        return fused
    for place, one in enumerate(fused):
        if one.group_id == after.group_id:
            return fused[place + 1 :]
    last = (-after.score, after.group_id)
    return [one for one in fused if (-one.score, one.group_id) > last]
