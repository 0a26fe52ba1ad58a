"""QIDO-RS: rows of studies, series and instances that a caller may see, page by page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

from api.viewing import attributes
from api.viewing.attributes import Row
from api.viewing.matching import INSTANCE_KEYS, SERIES_KEYS, STUDY_KEYS, Asked, asked
from api.viewing.objects import Viewer
from infra.errors import BadQuery
from infra.query import MAX_PAGE, Group, Page, Query
from infra.records import Case

CASES_AT_ONCE = 32
MOST_CASES = 20_000  # looked at for one query


class Level(Enum):
    """What a row is, which keys match it, and how a case is split into rows."""

    STUDY = (STUDY_KEYS, attributes.studies)
    SERIES = (SERIES_KEYS, attributes.series)
    INSTANCE = (INSTANCE_KEYS, attributes.instances)

    @property
    def keys(self) -> frozenset[str]:
        """Keywords that can be matched."""
        return self.value[0]

    @property
    def rows(self) -> Callable[[Case], Iterator[Row]]:
        """The rows of a case."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of rows; `more` of them exist, and `fuzzy` matching was asked for in vain."""

    rows: tuple[Row, ...]
    more: bool
    fuzzy: bool


def listing(
    viewer: Viewer, level: Level, parameters: list[tuple[str, str]], **place: str
) -> Listed:
    """Rows that match all parameters; `place` are keywords and UIDs from the path.

    Raises BadQuery for what cannot be matched, NotFound for a study of the path that is not there.
    """
    wanted = asked(parameters, level.keys)
    for keyword, uid in place.items():
        if wanted.keys.get(keyword, uid) != uid:
            return Listed((), more=False, fuzzy=wanted.fuzzy)
    wanted = replace(wanted, keys=wanted.keys | place)
    study = place.get("StudyInstanceUID")
    cases = iter([viewer.case(study)]) if study else _cases(viewer, wanted)
    rows = (row for case in cases for row in level.rows(case) if wanted.fits(row))
    found = list(islice(rows, wanted.offset, wanted.offset + wanted.limit + 1))
    return Listed(tuple(found[: wanted.limit]), more=len(found) > wanted.limit, fuzzy=wanted.fuzzy)


def _cases(viewer: Viewer, wanted: Asked) -> Iterator[Case]:
    """A query file that is named, and the cases of the archive that pass the indexed filter."""
    study = wanted.keys.get("StudyInstanceUID", "")
    if study and viewer.held.of_study(study, viewer.session):
        yield viewer.case(study)
        return
    looked_at = 0
    uids = _study_uids(viewer, wanted)
    while chunk := list(islice(uids, CASES_AT_ONCE)):
        looked_at += len(chunk)
        if looked_at > MOST_CASES:
            raise BadQuery("This matches too many studies to look through; narrow the query.")
        found = viewer.app.services.catalog.cases(chunk, viewer.app.scope)
        yield from (found[uid] for uid in chunk if uid in found)


def _study_uids(viewer: Viewer, wanted: Asked) -> Iterator[str]:
    query = Query(filter=wanted.indexed(), group=Group.CASE, page=Page(MAX_PAGE))
    while True:
        hits = viewer.app.services.index.search(query, viewer.app.scope)
        yield from (hit.study_uid for hit in hits.hits)
        if hits.next is None:
            return
        query = replace(query, page=Page(MAX_PAGE, hits.next))
