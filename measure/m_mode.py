"""An M-mode strip -> the lines of septum and posterior wall.

The cavity is the widest dark band between two bright ones. Each line is the path through all
columns along which brightness changes most in its direction (dynamic programming), with what lies
between it and the line before being dark, or bright, as it must be. Validated on phantoms only.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

REACH = 4  # rows on each side of a line that are compared
STEEPEST = 4  # rows that a line may move from one column to the next
CROSSED = 0.08  # price of a row that should not lie between two lines, of the usual contrast
BEND = 0.15  # price of a row of movement
PERICARDIUM, STEP = 1.12, 0.15  # times, and parts, of the wall before it: the band, its edge
LEAST_CONTRAST = 0.12  # between wall and cavity, of full brightness


@dataclass(frozen=True, slots=True, eq=False)
class Walls:
    """Rows by column: upper and lower line of the septum, then of the posterior wall.

    `contrast` is how much brighter the walls are than the cavity, 0..1.
    """

    septum_top: Numbers
    septum: Numbers
    posterior: Numbers
    posterior_bottom: Numbers
    contrast: float


def trace_walls(strip: npt.NDArray[np.uint8]) -> Walls | None:
    """The walls in a grey or RGB strip of depth (rows) by time (columns); None where unseen."""
    grey = strip.mean(axis=2) if strip.ndim == 3 else strip.astype(np.float64)
    grey = _blurred(_blurred(grey / 255, 1.5, 0), 2.0, 1)
    if min(grey.shape) < 8 * REACH:
        return None
    level = _otsu(grey)
    dark = grey < level
    middle = _middle_of_cavity(dark)
    if middle is None:
        return None
    above, below = _means_around(grey)
    septum = _path(above - below, dark, range(0, middle), middle, wanted_dark=True)
    posterior = _path(below - above, dark, range(middle, len(grey)), middle, wanted_dark=True)
    top = _path(below - above, dark, range(0, middle), septum, wanted_dark=False)
    bottom = _path(above - below, dark, range(middle, len(grey)), posterior, wanted_dark=False)
    bottom = _without_pericardium(grey, below - above, posterior, bottom)
    walls = Walls(top, septum, posterior, bottom, _contrast(grey, septum, posterior))
    return walls if walls.contrast >= LEAST_CONTRAST else None


def _blurred(image: Numbers, sigma: float, axis: int) -> Numbers:
    reach = np.arange(-int(3 * sigma), int(3 * sigma) + 1)
    weights = np.exp(-((reach / sigma) ** 2) / 2)
    weights /= weights.sum()
    width = [(0, 0), (0, 0)]
    width[axis] = (len(reach) // 2, len(reach) // 2)
    padded = np.pad(image, width, mode="edge")
    size = image.shape[axis]
    parts = (w * padded.take(range(n, n + size), axis) for n, w in enumerate(weights))
    return np.asarray(sum(parts))


def _otsu(image: Numbers) -> float:
    """The level that parts dark from bright best (Otsu 1979)."""
    counts, edges = np.histogram(image, 128)
    middles = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(all="ignore"):
        gap = sums / below - (sums[-1] - sums) / above
    return float(middles[np.nan_to_num(below * above * gap**2).argmax()])


def _middle_of_cavity(dark: npt.NDArray[np.bool_]) -> int | None:
    """The row that lies in the widest closed dark band in most columns."""
    score = np.zeros(len(dark))
    for column in range(dark.shape[1]):
        edges = np.diff(np.concatenate([[0], dark[:, column].astype(np.int8), [0]]))
        for begin, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
            if begin > 0 and end < len(dark):
                score[begin:end] += end - begin
    return int(np.flatnonzero(score >= 0.98 * score.max()).mean()) if score.max() > 0 else None


def _means_around(grey: Numbers) -> tuple[Numbers, Numbers]:
    """Mean brightness of REACH rows above, and below, the upper edge of each row."""
    sums = np.cumsum(np.pad(grey, ((REACH + 1, REACH), (0, 0)), mode="edge"), axis=0)
    rows = len(grey)
    above = (sums[REACH : REACH + rows] - sums[:rows]) / REACH
    below = (sums[2 * REACH : 2 * REACH + rows] - sums[REACH : REACH + rows]) / REACH
    return above, below


def _path(
    change: Numbers,
    dark: npt.NDArray[np.bool_],
    rows: range,
    origin: int | Numbers,
    *,
    wanted_dark: bool,
) -> Numbers:
    """The line along which `change` is largest, with only dark (or bright) between it and `origin`.

    Rows are edges: 10 is between the rows 9 and 10. The place between edges is that of a parabola.
    """
    wrong = (~dark if wanted_dark else dark).astype(np.float64)
    passed = np.concatenate([np.zeros((1, wrong.shape[1])), np.cumsum(wrong, axis=0)])
    at = np.broadcast_to(np.rint(origin).astype(int), (wrong.shape[1],))
    columns = np.arange(wrong.shape[1])
    between = np.abs(passed[rows.start : rows.stop] - passed[at, columns])
    outside = np.arange(rows.start, rows.stop)[:, None] * np.ones_like(at)
    beyond = (outside > at - REACH) if rows.start == 0 else (outside < at + REACH)
    scale = max(float(np.percentile(change, 99)), 1e-6)
    price = -change[rows.start : rows.stop] / scale + CROSSED * between
    price = price + (10.0 * beyond if not wanted_dark else 0.0)
    line = _cheapest(price)
    return line + rows.start + _between_rows(change[rows.start : rows.stop], line)


def _cheapest(price: Numbers) -> npt.NDArray[np.intp]:
    """The row in each column of the path with the smallest sum of prices."""
    count, columns = price.shape
    total = price[:, 0].copy()
    came_from = np.zeros(price.shape, np.intp)
    steps = np.arange(-STEEPEST, STEEPEST + 1)
    for column in range(1, columns):
        padded = np.pad(total, STEEPEST, constant_values=np.inf)
        choices = np.stack([padded[STEEPEST + s : STEEPEST + s + count] for s in steps])
        choices += BEND * np.abs(steps)[:, None]
        best = choices.argmin(axis=0)
        came_from[:, column] = np.arange(count) + steps[best]
        total = choices[best, np.arange(count)] + price[:, column]
    path = np.empty(columns, np.intp)
    path[-1] = total.argmin()
    for column in range(columns - 1, 0, -1):
        path[column - 1] = came_from[path[column], column]
    return path


def _between_rows(change: Numbers, line: npt.NDArray[np.intp]) -> Numbers:
    columns = np.arange(change.shape[1])
    inner = np.clip(line, 1, len(change) - 2)
    before, here, after = (change[inner + step, columns] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    part = np.where(bend < 0, (before - after) / np.where(bend < 0, 2 * bend, 1.0), 0.0)
    return np.asarray(np.where(inner == line, np.clip(part, -0.5, 0.5), 0.0))


def _without_pericardium(
    grey: Numbers, change: Numbers, posterior: Numbers, bottom: Numbers
) -> Numbers:
    """The end of the posterior wall: where a much brighter band follows it, this is pericardium,
    which is no part of the wall (ASE: to its leading edge).
    """
    rows = np.arange(len(grey))[:, None]
    outside = (rows < posterior + REACH) | (rows > bottom - 2)
    price = np.where(outside, 10.0, -change / max(float(np.percentile(change, 99)), 1e-6))
    line = _cheapest(price)
    inner = line + _between_rows(change, line)
    wall, band = (rows > posterior) & (rows < inner), (rows >= inner) & (rows < bottom)
    if not wall.any() or not band.any():
        return bottom
    light = grey[wall].mean()
    step = np.median(change[line, np.arange(len(line))])
    follows = grey[band].mean() > PERICARDIUM * light and step > STEP * light
    return inner if follows else bottom


def _contrast(grey: Numbers, septum: Numbers, posterior: Numbers) -> float:
    rows = np.arange(len(grey))[:, None]
    inside = (rows >= septum + 2) & (rows < posterior - 2)
    walls = ((rows < septum - 1) & (rows >= septum - 2 * REACH)) | (
        (rows > posterior + 1) & (rows <= posterior + 2 * REACH)
    )
    if not inside.any() or not walls.any():
        return 0.0
    return float(grey[walls].mean() - grey[inside].mean())
