"""Nearest neighbours in memory, with and without a sketch, against brute force."""

from collections.abc import Callable

import numpy as np
import pytest

from infra.cursor import Position
from infra.embedded import nearest, vector_table
from infra.embedded.nearest import Candidates, NearestSearch
from infra.embedded.sketch import MOST, UNPROVEN
from infra.embedded.vector_table import VectorTable
from infra.query import Near
from infra.records import VECTOR_SIZE, Values

BLOCK = 1_536
COUNT = 2 * BLOCK + 700
NAMES = [f"g{number:05}" for number in np.random.default_rng(1).permutation(COUNT)]


def unit(values: Values) -> Values:
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def low_rank(rng: np.random.Generator) -> Values:
    """Like pictures: close together, in few directions."""
    latent = rng.normal(size=(COUNT, 12)) * 2.0 ** -np.arange(12)
    return unit(1 + 0.1 * latent @ rng.normal(size=(12, VECTOR_SIZE)))


def isotropic(rng: np.random.Generator) -> Values:
    """No direction is better than another: no sketch can prove anything."""
    return unit(rng.normal(size=(COUNT, VECTOR_SIZE)))


def repeated(rng: np.random.Generator) -> Values:
    """Only forty different vectors: ties everywhere."""
    return unit(rng.normal(size=(40, VECTOR_SIZE)))[rng.integers(0, 40, COUNT)]


KINDS: list[Callable[[np.random.Generator], Values]] = [low_rank, isotropic, repeated]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.__name__)
def table(request: pytest.FixtureRequest) -> tuple[VectorTable, Values]:
    values = request.param(np.random.default_rng(7))
    table = VectorTable(BLOCK)
    half = COUNT // 2
    table.append(np.arange(half), range(half), values[:half])
    table.make_sketch()
    for start in range(half, COUNT, 1_000):  # added to the sketch as they come
        part = range(start, min(start + 1_000, COUNT))
        table.append(np.array(part), part, values[start : start + 1_000])
    return table, values


def brute_force(
    values: Values, query: Values, among: Candidates, size: int, after: Position | None
) -> list[tuple[str, float, set[int]]]:
    cosines = np.round(values[among.places].astype(np.float64) @ query.astype(np.float64), 7)
    best: dict[int, float] = {}
    for group, cosine in zip(among.groups.tolist(), cosines.tolist(), strict=True):
        best[group] = max(cosine, best.get(group, -2.0))
    ranked = sorted((-score, among.names[group], group) for group, score in best.items())
    if after is not None:
        ranked = [one for one in ranked if one[:2] > (-after.score, after.group_id)]
    return [
        (name, -score, set(among.places[(among.groups == group) & (cosines == -score)].tolist()))
        for score, name, group in ranked[:size]
    ]


def search(
    table: VectorTable, near: Values, among: Candidates, size: int, after: Position | None,
    *, proof: bool = True,
) -> list[tuple[str, float, set[int]]]:  # fmt: skip
    found = NearestSearch(table.view(), Near(near, "m"), size, after).run(among, proof=proof)
    return [(among.names[one.group], one.score, set(one.places)) for one in found]


def candidates(rng: np.random.Generator, kept: float, group_size: int) -> Candidates:
    places = np.flatnonzero(rng.random(COUNT) < kept)
    return Candidates(places, (places // group_size).astype(np.int32), NAMES)


@pytest.mark.parametrize("kept", [1.0, 0.5, 0.02])
@pytest.mark.parametrize("group_size", [1, 3, 2_000])
def test_pages_equal_brute_force(
    table: tuple[VectorTable, Values], kept: float, group_size: int
) -> None:
    rng = np.random.default_rng(int(kept * 100) + group_size)
    among = candidates(rng, kept, group_size)
    near = unit(table[1][:1] + 0.01 * rng.normal(size=(1, VECTOR_SIZE)))[0]
    after = None
    for size in (3, 10, 40, 200):
        page = search(table[0], near, among, size, after)
        assert page == brute_force(table[1], near, among, size, after)
        if page:
            name, score, _ = page[-1]
            after = Position(0, score, name)


def test_unproven_pages_equal_brute_force_here(table: tuple[VectorTable, Values]) -> None:
    rng = np.random.default_rng(3)
    among = candidates(rng, 1.0, 1)
    for number in rng.integers(0, COUNT, 10):
        near = table[1][number]
        expected = brute_force(table[1], near, among, 10, None)
        assert search(table[0], near, among, 10, None, proof=False) == expected


def test_a_sketch_proves_pages_of_picture_like_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    values = low_rank(np.random.default_rng(8))
    table = VectorTable(BLOCK)
    table.append(np.arange(COUNT), range(COUNT), values)
    table.make_sketch()

    def refuse(*_: object) -> None:
        raise AssertionError("all vectors were scored")

    monkeypatch.setattr(nearest.NearestSearch, "_score_all", refuse)
    among = Candidates(np.arange(COUNT), np.arange(COUNT, dtype=np.int32), NAMES)
    assert search(table, values[5], among, 10, None) == brute_force(
        values, values[5], among, 10, None
    )


def test_vectors_unlike_those_the_sketch_was_made_from() -> None:
    """Their estimates are low, their cosines high: only the bound can find them."""
    rng = np.random.default_rng(10)
    values, aside = low_rank(rng), unit(rng.normal(size=(1, VECTOR_SIZE)))
    hidden = unit(0.8 * values[:20] + 0.6 * aside + 1e-3 * rng.normal(size=(20, VECTOR_SIZE)))
    table = VectorTable(BLOCK)
    table.append(np.arange(COUNT - 20), range(COUNT - 20), values[20:])
    table.make_sketch()
    table.append(np.arange(COUNT - 20, COUNT), range(20), hidden)
    every = np.concatenate([values[20:], hidden])
    near = unit(0.8 * values[20:21] + 0.6 * aside)[0]
    likest = np.argsort(-(every[:-20] @ near))
    groups = np.empty(COUNT, np.int32)
    groups[likest] = np.arange(COUNT - 20)
    groups[-20:] = np.arange(20) // 2  # with the likest of the others, which are found at once
    for names in (groups, np.arange(COUNT, dtype=np.int32)):
        among, after = Candidates(np.arange(COUNT), names, NAMES), None
        for size in (3, 4, 10, 50):
            page = search(table, near, among, size, after)
            assert page == brute_force(every, near, among, size, after)
            after = Position(0, page[-1][1], page[-1][0])


def test_more_ties_than_are_looked_at() -> None:
    values = low_rank(np.random.default_rng(12))
    copies = UNPROVEN * 2
    values[-copies:] = values[0]
    table = VectorTable(BLOCK)
    table.append(np.arange(COUNT - copies), range(COUNT - copies), values[:-copies])
    table.make_sketch()
    table.append(np.arange(COUNT - copies, COUNT), range(copies), values[-copies:])
    assert table.view().trusted
    among = Candidates(np.arange(COUNT), np.arange(COUNT, dtype=np.int32), NAMES)
    for proof in (True, False):
        page = search(table, values[0], among, 10, None, proof=proof)
        assert page == brute_force(values, values[0], among, 10, None)


def test_views_do_not_change() -> None:
    values = isotropic(np.random.default_rng(9))[:20]
    table = VectorTable(BLOCK)
    table.append(np.arange(10), range(10), values[:10])
    before = table.view()
    table.remove(np.array([3, 4, 99]))
    table.append(np.arange(10, 20), range(10), values[10:])
    assert before.alive.all()
    assert len(before.estimates(values[0], None)) == 10
    assert np.flatnonzero(~table.view().alive).tolist() == [3, 4]
    assert table.gone == 2
    assert len(table.view().estimates(values[0], None)) == 20


def test_equal_vectors_tie_exactly_wherever_they_are() -> None:
    one = unit(np.random.default_rng(4).normal(size=(1, VECTOR_SIZE)))
    table = VectorTable(BLOCK)
    table.append(np.arange(COUNT), range(COUNT), np.repeat(one, COUNT, axis=0))
    near = unit(np.random.default_rng(5).normal(size=(1, VECTOR_SIZE)))[0]
    places = np.array([0, 1, 7, BLOCK - 1, BLOCK, COUNT - 1])
    assert len(set(table.view().cosines(near, places).tolist())) == 1
    assert len(set(table.view().cosines(near, np.arange(COUNT)).tolist())) == 1


@pytest.mark.parametrize("size", [1, 37, 100, 2_048])
def test_vectors_of_any_size_are_found_exactly(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_table, "WORTH_A_SKETCH", COUNT)
    rng = np.random.default_rng(size)
    values = unit(1 + 0.2 * rng.normal(size=(COUNT, 5)) @ rng.normal(size=(5, size)))
    table = VectorTable(BLOCK)
    table.append(np.arange(COUNT), range(COUNT), values)
    assert table.view().dimension == size
    assert table.wants_sketch == (size > MOST)  # shorter ones are read as quickly as sketches
    if table.wants_sketch:
        table.make_sketch()
    among = candidates(rng, 1.0, 1)
    for query in (values[5], unit(rng.normal(size=(1, size)))[0]):
        found = search(table, query, among, 20, None)
        assert found == brute_force(values, query, among, 20, None)
