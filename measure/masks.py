"""Masks: their largest part, their holes, and the line around them.

Rows of a mask are cut into runs (unbroken stretches of pixels), of which there are few; runs that
touch are one part.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Points = npt.NDArray[np.float64]
"""(n, 2): x to the right and y downwards, in pixels; the middle of the first pixel is (0, 0)."""

_Run = tuple[int, int, int]  # row, first column, end column


def solid(mask: Mask) -> Mask:
    """The largest connected part of a mask (pixels that share an edge), without holes."""
    part = largest_part(mask)
    return ~_outside(part) if part.any() else part


def largest_part(mask: Mask) -> Mask:
    """The connected part with the most pixels; the first one of equals."""
    runs = _runs(mask)
    if not runs:
        return np.zeros(mask.shape, np.bool_)
    parts = _parts(runs)
    sizes = np.bincount(parts, weights=[end - begin for _, begin, end in runs])
    largest = sizes.argmax()
    chosen = [run for run, part in zip(runs, parts, strict=True) if part == largest]
    return _drawn(mask.shape, chosen)


def _outside(mask: Mask) -> Mask:
    """Everything that can be reached from beyond the edge of the picture without crossing it."""
    ring = np.pad(~mask, 1, constant_values=True)
    runs = _runs(ring)
    parts = _parts(runs)
    chosen = [run for run, part in zip(runs, parts, strict=True) if part == parts[0]]
    return _drawn(ring.shape, chosen)[1:-1, 1:-1]


def _runs(mask: Mask) -> list[_Run]:
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, begins = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return list(zip(rows.tolist(), begins.tolist(), ends.tolist(), strict=True))


def _parts(runs: Sequence[_Run]) -> list[int]:
    """The number of the part that each run belongs to."""
    parent = list(range(len(runs)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    above = 0  # the first run that may touch the one looked at
    for number, (row, begin, end) in enumerate(runs):
        while runs[above][0] < row - 1 or (runs[above][0] == row - 1 and runs[above][2] <= begin):
            above += 1
        other = above
        while runs[other][0] == row - 1 and runs[other][1] < end:
            parent[root(other)] = root(number)
            other += 1
    return [root(number) for number in range(len(runs))]


def _drawn(shape: tuple[int, ...], runs: Sequence[_Run]) -> Mask:
    mask = np.zeros(shape, np.bool_)
    for row, begin, end in runs:
        mask[row, begin:end] = True
    return mask


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
