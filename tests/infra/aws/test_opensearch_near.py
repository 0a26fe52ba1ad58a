"""Vector queries over more vectors than are all compared: the graph, and pages far down the list.

What is right is worked out in plain Python (tests/oracle.py).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from infra.aws import opensearch_near
from infra.aws.opensearch_index import OpenSearchIndex
from infra.query import AccessScope, AnyOf, Group, Hit, Near, Page, Query
from infra.records import VECTOR_SIZE, IndexRow, Values, Vector, VectorKind
from infra.text import parse_text
from tests.infra.aws.opensearch_servers import opened
from tests.oracle import Oracle, group_id

ALL = AccessScope.everything()
CASES = 60


def _unit(values: np.ndarray) -> Values:
    return (values / np.linalg.norm(values)).astype(np.float32)


def _archive() -> tuple[list[IndexRow], list[Vector]]:
    """Cases of one to four images, of which some have several vectors; a few are all alike."""
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(6, VECTOR_SIZE))
    alike = _unit(centres[0])
    rows, vectors = [], []
    for case in range(CASES):
        for number in range(1 + case % 4):
            study = f"S{case:02}"
            uid = f"{study}.{number % 2}.{number}"
            keys = {"modality": (("CT", "MR", "US")[case % 3],), "sex": ("MF"[number % 2],)}
            rows.append(
                IndexRow(
                    instance_uid=uid,
                    series_uid=f"{study}.{number % 2}",
                    study_uid=study,
                    dataset=f"d{case % 2}",
                    version=1,
                    keys=keys,
                )
            )
            for frame in range(1 + 2 * (case % 5 == 0)):
                noise = rng.normal(size=VECTOR_SIZE)
                values = alike if case % 10 == 3 else _unit(centres[case % 6] + 0.7 * noise)
                vectors.append(
                    Vector(
                        instance_uid=uid,
                        model_id="m1",
                        values=values,
                        kind=VectorKind.SLICE,
                        frame=frame,
                    )
                )
    return rows, vectors


ROWS, VECTORS = _archive()
ANSWERS = Oracle()
ANSWERS.put_vectors(VECTORS)
ANSWERS.put(ROWS, [])


@pytest.fixture(scope="module")
def index() -> Iterator[OpenSearchIndex]:
    with opened(exact_below=0, ef_search=400) as (made, _):
        made.put_vectors(VECTORS[: len(VECTORS) // 2])
        made.put(ROWS, [])
        made.put_vectors(VECTORS[len(VECTORS) // 2 :])
        yield made


def _query(**changes: object) -> Query:
    values = _unit(VECTORS[0].values + 0.02 * np.random.default_rng(1).normal(size=VECTOR_SIZE))
    return replace(Query(near=Near(values, "m1"), page=Page(7)), **changes)


def _pages(index: OpenSearchIndex, query: Query, scope: AccessScope) -> Iterator[Hit]:
    after = None
    while True:
        hits = index.search(replace(query, page=replace(query.page, after=after)), scope)
        assert hits.total == ANSWERS.total(query, scope)
        yield from hits.hits
        after = hits.next
        if after is None:
            return


def _assert_right(index: OpenSearchIndex, query: Query, scope: AccessScope = ALL) -> None:
    expected = ANSWERS.ranked(query, scope)
    found = list(_pages(index, query, scope))
    assert [(hit.instance_uid, hit.vector_id, hit.score) for hit in found] == [
        (one.instance_uid, one.vector_id, one.score) for one in expected
    ]


@pytest.mark.parametrize("group", Group)
def test_every_page_is_that_of_comparing_all(index: OpenSearchIndex, group: Group) -> None:
    _assert_right(index, _query(group=group))


@pytest.mark.parametrize("group", Group)
def test_filters_and_scope_are_inside_the_search(index: OpenSearchIndex, group: Group) -> None:
    women = AnyOf("sex", ("F",))
    _assert_right(index, _query(group=group, filter=women), AccessScope.only("d1"))
    _assert_right(index, _query(group=group, filter=AnyOf("modality", ("nope",))))


@pytest.mark.parametrize("group", Group)
def test_pages_beyond_the_servers_window(
    index: OpenSearchIndex, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_near, "WINDOW", 40)
    _assert_right(index, _query(group=group, page=Page(9)))


def test_groups_are_asked_for_until_there_are_enough() -> None:
    """One case has more vectors than the graph is asked for at once."""
    near = [_unit(np.eye(1, VECTOR_SIZE, 0)[0] + 1e-3 * np.eye(1, VECTOR_SIZE, n)[0])
            for n in range(1, 301)]  # fmt: skip
    far = [_unit(np.eye(1, VECTOR_SIZE, 0)[0] + n * np.eye(1, VECTOR_SIZE, 1)[0]) for n in (1, 2)]
    slices = [
        Vector(instance_uid="a", model_id="m1", values=v, kind=VectorKind.SLICE, frame=n)
        for n, v in enumerate(near)
    ]
    others = [Vector(instance_uid=f"b{n}", model_id="m1", values=v) for n, v in enumerate(far)]
    rows = [
        IndexRow(instance_uid=uid, series_uid="R", study_uid=f"S{uid}", dataset="d", version=1)
        for uid in ("a", "b0", "b1")
    ]
    with opened(exact_below=0) as (index, _):
        index.put(rows, [])
        index.put_vectors(slices + others)
        query = Query(near=Near(slices[0].values, "m1"), group=Group.CASE, page=Page(2))
        hits = index.search(query, ALL)
        assert [hit.study_uid for hit in hits.hits] == ["Sa", "Sb0"]
        assert hits.total == 3
        assert len(hits.hits[0].vector_id) > 0


def test_totals_count_groups_with_a_vector(index: OpenSearchIndex) -> None:
    extra = replace(ROWS[0], instance_uid="X.0.9", series_uid="X.0", study_uid="X")
    index.put([extra], [])  # has no vector: rows are not as many as vectors now
    try:
        for group in Group:
            query = _query(group=group)
            assert index.search(query, ALL).total == ANSWERS.total(query, ALL)
    finally:
        index.delete(["X"])


def test_both_lists_are_fused(index: OpenSearchIndex) -> None:
    query = _query(text=parse_text("-anything"), group=Group.CASE, page=Page(100))
    expected = ANSWERS.ranked(query, ALL)
    hits = index.search(query, ALL).hits
    assert [hit.study_uid for hit in hits] == [one.group_id for one in expected]
    assert {group_id(ROWS[0], Group.CASE)} <= {hit.study_uid for hit in hits}
