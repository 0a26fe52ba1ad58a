"""Masks made solid, and the line around them."""

import numpy as np
import numpy.typing as npt

from measure.pieces import SHARING, filled, largest

Mask = npt.NDArray[np.bool_]
Points = npt.NDArray[np.float64]
"""(n, 2): x to the right and y downwards, in pixels; the middle of the first pixel is (0, 0)."""


def solid(mask: Mask) -> Mask:
    """The largest connected part of a mask (pixels that share an edge), without holes."""
    return filled(largest(mask, SHARING))


_TURNS = ((0, 1), (1, 0), (0, -1), (-1, 0))  # right, down, left, up, as (row, column)


def outline(mask: Mask) -> Points:
    """The line around a solid mask, clockwise as seen, through the middles of pixel edges.

    (0, 2) for an empty mask. Its area is that of the pixels less half a pixel.
    """
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return np.empty((0, 2))
    held = np.pad(mask, 1)
    row, column = int(rows[0]) + 1, int(columns[0]) + 1  # the corner above left of this pixel
    start, way = (row, column), 0
    line: list[tuple[float, float]] = []
    while True:
        step = _TURNS[way]
        line.append((column + step[1] / 2, row + step[0] / 2))
        row, column = row + step[0], column + step[1]
        if (row, column) == start:
            break
        way = _next_way(held, row, column, way)
    # Corners of the padded picture: the middle of its pixel (1, 1) is at corner + 1/2.
    return np.array(line) - 1.5


def _next_way(held: Mask, row: int, column: int, way: int) -> int:
    """Keep the mask to the right: turn right where it goes on there, else straight, else left."""
    for turn in (1, 0, 3):
        new = (way + turn) % 4
        right, left = _sides(row, column, new)
        if held[right] and not held[left]:
            return new
    return (way + 2) % 4


def _sides(row: int, column: int, way: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The pixels to the right and left of the pixel edge that leads away from a corner."""
    above_left, above_right = (row - 1, column - 1), (row - 1, column)
    below_left, below_right = (row, column - 1), (row, column)
    return (
        (below_right, above_right),
        (below_left, below_right),
        (above_left, below_left),
        (above_right, above_left),
    )[way]
