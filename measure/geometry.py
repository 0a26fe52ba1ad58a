"""Plane geometry of closed lines. Points are (n, 2), x and y in one unit; results are in its
powers.
"""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.float64]


def area(line: Points) -> float:
    """The area inside a closed line (shoelace formula)."""
    x, y = line[:, 0], line[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def length(line: Points, *, closed: bool = True) -> float:
    """The length of a line."""
    steps = np.diff(np.vstack([line, line[:1]]) if closed else line, axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


def centroid(line: Points) -> Points:
    """The centre of gravity of the area inside a closed line, (2,)."""
    x, y = line[:, 0], line[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    total = cross.sum()
    if abs(total) < 1e-12:
        return np.asarray(line.mean(axis=0))
    sums = [((x + np.roll(x, -1)) * cross).sum(), ((y + np.roll(y, -1)) * cross).sum()]
    return np.array(sums, np.float64) / float(3 * total)


def long_direction(line: Points) -> Points:
    """The unit vector along which evenly spread points of a closed line vary most, (2,)."""
    even = resampled(line, 128)
    _, vectors = np.linalg.eigh(np.cov((even - even.mean(axis=0)).T))
    return np.asarray(vectors[:, -1])


def resampled(line: Points, count: int) -> Points:
    """`count` points evenly spread over a closed line, beginning where it begins."""
    closed = np.vstack([line, line[:1]])
    steps = np.hypot(*np.diff(closed, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, at[-1], count, endpoint=False)
    return np.column_stack([np.interp(wanted, at, closed[:, axis]) for axis in (0, 1)])


def widths(line: Points, begin: Points, end: Points, places: Numbers) -> Numbers:
    """How wide the inside of a closed line is across the axis from `begin` to `end`.

    `places` are parts of the axis, 0 at `begin` and 1 at `end`. Where a crossing line leaves the
    inside and enters it again, the parts inside are added.
    """
    axis = end - begin
    size = float(np.hypot(*axis))
    along, across = axis / size, np.array([-axis[1], axis[0]]) / size
    u, v = (line - begin) @ along, (line - begin) @ across
    u2, v2 = np.roll(u, -1), np.roll(v, -1)
    found = np.zeros(len(places))
    for number, place in enumerate(places * size):
        crossed = (u <= place) != (u2 <= place)
        part = (place - u[crossed]) / (u2[crossed] - u[crossed])
        at = np.sort(v[crossed] + part * (v2[crossed] - v[crossed]))
        found[number] = (at[1::2] - at[::2]).sum()
    return found
