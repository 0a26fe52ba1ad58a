"""Masks: parts, holes, and the line around them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from measure import geometry
from measure.masks import outline, solid
from measure.pieces import SHARING, largest

SMALL_MASKS = arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def parts_by_flooding(mask: np.ndarray) -> list[set[tuple[int, int]]]:
    """The parts of a mask, found in the plainest way."""
    left = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    parts = []
    while left:
        part, edge = set(), {left.pop()}
        while edge:
            y, x = edge.pop()
            part.add((y, x))
            for near in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                if near in left:
                    left.remove(near)
                    edge.add(near)
        parts.append(part)
    return parts


@settings(derandomize=True, max_examples=200, deadline=None)
@given(SMALL_MASKS)
def test_the_largest_part_is_a_whole_part_and_none_is_larger(mask: np.ndarray) -> None:
    parts = parts_by_flooding(mask)
    found = {(int(y), int(x)) for y, x in np.argwhere(largest(mask, SHARING))}
    if not parts:
        assert not found
        return
    assert found in parts
    assert len(found) == max(map(len, parts))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(SMALL_MASKS)
def test_a_solid_mask_has_no_holes_and_its_line_has_its_area(mask: np.ndarray) -> None:
    whole = solid(mask)
    outside = parts_by_flooding(np.pad(~whole, 1, constant_values=True))
    assert len(outside) <= 1  # all that is not inside is reached from beyond the edge
    line = outline(whole)
    if whole.any():
        assert geometry.area(line) == pytest.approx(whole.sum() - 0.5, abs=0.01 + whole.sum() / 8)


def test_the_line_around_a_disc_is_where_the_disc_is() -> None:
    y, x = np.mgrid[:81, :101]
    line = outline((x - 60) ** 2 + (y - 35) ** 2 <= 30**2)
    radius = np.hypot(line[:, 0] - 60, line[:, 1] - 35)
    assert radius.min() > 29
    assert radius.max() < 31
    assert geometry.area(line) == pytest.approx(np.pi * 30**2, rel=0.01)
    assert geometry.centroid(line) == pytest.approx([60, 35], abs=0.05)


def test_widths_across_an_axis() -> None:
    square = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
    places = np.array([0.25, 0.5, 0.75])
    assert geometry.widths(
        square, np.array([5.0, 0]), np.array([5.0, 10]), places
    ) == pytest.approx([10, 10, 10])
    notched = np.array([[0.0, 0], [10, 0], [10, 10], [6, 10], [6, 4], [4, 4], [4, 10], [0, 10]])
    across = geometry.widths(notched, np.array([5.0, 0]), np.array([5.0, 10]), np.array([0.2, 0.8]))
    assert across == pytest.approx([10, 8])  # what lies between the legs is not inside
