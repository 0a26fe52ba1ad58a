"""Reciprocal rank fusion."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.fusion import SMOOTHING, fuse
from infra.query import MAX_WINDOW

rankings = st.lists(st.integers(0, 30).map(str), unique=True)


def test_by_hand() -> None:
    fused = fuse(["a", "b"], ["b", "c"])
    assert [name for name, _ in fused] == ["b", "a", "c"]
    assert [score for _, score in fused] == pytest.approx([1 / 62 + 1 / 61, 1 / 61, 1 / 62])


def test_equal_scores_come_by_id() -> None:
    assert [name for name, _ in fuse(["b", "a"], ["a", "b"])] == ["a", "b"]
    assert [name for name, _ in fuse(["x"], ["d"])] == ["d", "x"]


def test_only_the_window_counts() -> None:
    ranking = [f"{n:05}" for n in range(MAX_WINDOW + 1)]
    assert len(fuse(ranking)) == MAX_WINDOW
    assert fuse(ranking)[-1] == (ranking[-2], 1 / (SMOOTHING + MAX_WINDOW))


@settings(derandomize=True, deadline=None)
@given(one=rankings, other=rankings)
def test_fusion_keeps_what_both_agree_on(one: list[str], other: list[str]) -> None:
    fused = fuse(one, other)
    place = {name: number for number, (name, _) in enumerate(fused)}
    assert place.keys() == {*one, *other}
    assert fused == sorted(fused, key=lambda item: (-item[1], item[0]))
    assert fused == fuse(other, one)
    both = [name for name in one if name in other]
    for better in both:
        for worse in both:
            if one.index(better) < one.index(worse) and other.index(better) < other.index(worse):
                assert place[better] < place[worse]
