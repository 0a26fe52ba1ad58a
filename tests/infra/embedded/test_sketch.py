"""Sketches of vectors: bounds that hold, and finding the largest values."""

import numpy as np
import pytest

from infra.embedded.sketch import Sketch, about_largest, finds_neighbours, largest
from infra.records import VECTOR_SIZE, Values


def unit(values: Values) -> Values:
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("rank", [3, 100, VECTOR_SIZE])
def test_no_cosine_is_above_its_bound(rank: int) -> None:
    rng = np.random.default_rng(rank)
    basis = rng.normal(size=(rank, VECTOR_SIZE))
    values = unit(1 + rng.normal(size=(500, rank)) @ basis / rank)
    sketch = Sketch(values[:100])
    sketch.append(values[:300])
    sketch.append(values[300:])
    for query in (*values[::50], unit(rng.normal(size=(1, VECTOR_SIZE)))[0]):
        estimates, slack = sketch.view().estimate(query)
        cosines = values.astype(np.float64) @ query.astype(np.float64)
        assert (cosines <= estimates + slack).all()
        assert (cosines >= estimates - slack).all()


def test_neighbours_are_found_only_where_there_are_good_directions() -> None:
    rng = np.random.default_rng(2)
    good = unit(1 + rng.normal(size=(3_000, 5)) @ rng.normal(size=(5, VECTOR_SIZE)))
    for values, expected in ((good, True), (unit(rng.normal(size=(3_000, VECTOR_SIZE))), False)):
        sketch = Sketch(values[:1_000])
        sketch.append(values)
        assert (
            finds_neighbours(sketch.view(), [values[:2_000], values[2_000:]], values[:20])
            is expected
        )


def test_largest() -> None:
    values = np.random.default_rng(3).permutation(10_000).astype(np.float32)
    assert set(values[largest(values, 100)]) == set(range(9_900, 10_000))
    assert sorted(largest(values[:5], 100)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("count", [1, 8, 100, 5_000, 20_000])
def test_about_largest(count: int) -> None:
    rng = np.random.default_rng(4)
    for values in (rng.permutation(10_000).astype(np.float32), np.ones(10_000, np.float32)):
        found = about_largest(values, count)
        assert min(count, 10_000) // 2 <= len(found) <= min(4 * count, 10_000)
        assert len(set(found.tolist())) == len(found)
        assert values[found].min() >= 10_000 - 4 * count or values.max() == 1
