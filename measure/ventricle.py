"""Class numbers of one frame -> the cavity's line, its apex and mitral plane, its size.

The long axis runs from the middle of the mitral plane to the farthest point of the cavity, the
apex (ASE/EACVI 2015). The mitral plane is where no myocardium lies against the cavity; the atrium
plays no part in it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measure import geometry, volumes
from measure.geometry import Numbers, Points
from measure.masks import outline, solid
from measure.scale import Scale
from measure.segmenter import CAVITY, MYOCARDIUM

LINE_POINTS = 96
SMOOTH = 1.5  # points of the line: takes the steps of pixels away
LEAST_PIXELS = 60
OPEN = (0.04, 0.45)  # the mitral plane's part of the cavity's line
COVERED = 0.25  # of the line must lie against myocardium for that to tell anything
CORNER = 0.5  # how much being at the side counts against being at the end
ALIKE = 1.12  # ends of a cavity whose widths differ by less look the same
END = 0.03  # of the axis: how far from its end the mitral plane is drawn without myocardium

Classes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Ventricle:
    """In pixels: `line` (n, 2) closed around the cavity, `apex` (2,), `base` (2, 2): both ends of
    the mitral plane.
    """

    line: Points
    apex: Points
    base: Points

    @property
    def middle_of_base(self) -> Points:
        """Where the long axis begins, (2,)."""
        return np.asarray(self.base.mean(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Of one frame, in mm and mm² (of an unknown scale: in pixel heights).

    `diameters_mm` (20,) from the mitral plane to the apex.
    """

    area_mm2: float
    length_mm: float
    diameters_mm: Numbers

    @property
    def discs_ml(self) -> float:
        """Volume by discs of one plane."""
        return volumes.discs(self.diameters_mm, self.length_mm)

    @property
    def area_length_ml(self) -> float:
        """Volume by area and length."""
        return volumes.area_length(self.area_mm2, self.length_mm)


def find_ventricle(classes: Classes, scale: Scale) -> Ventricle | None:
    """The ventricle in a mask, None where there is none worth measuring."""
    part, corner = _around_cavity(classes)
    cavity = solid(part == CAVITY)
    if cavity.sum() < LEAST_PIXELS:
        return None
    line = smooth_line(outline(cavity))
    near = _near_myocardium(part, line, int(cavity.sum()))
    line += corner
    base = _open_part(line, near, scale)
    if base is None:
        base = _wide_end(line, scale)
    return with_axis(line, _corners(line, base, scale), scale)


def _around_cavity(classes: Classes) -> tuple[Classes, Points]:
    """The part of a mask that has all of the cavity and what lies against it, and its corner."""
    rows, columns = ((classes == CAVITY).any(axis=axis).nonzero()[0] for axis in (1, 0))
    if not len(rows):
        return classes[:0, :0], np.zeros(2)
    edge = 2 + max(3, round(0.04 * max(np.ptp(rows), np.ptp(columns))))
    top, left = max(int(rows[0]) - edge, 0), max(int(columns[0]) - edge, 0)
    return classes[top : rows[-1] + edge, left : columns[-1] + edge], np.array([left, top], float)


def with_axis(line: Points, base: Points, scale: Scale) -> Ventricle:
    """A line with its mitral plane, and the point farthest from the middle of that."""
    distance = scale.to_mm(line) - scale.to_mm(base.mean(axis=0))
    return Ventricle(line, line[np.hypot(*distance.T).argmax()], base)


def shape_of(ventricle: Ventricle, scale: Scale) -> Shape:
    """Its size; geometry is done in mm, so that pixels need not be square."""
    line = scale.to_mm(ventricle.line)
    begin, end = scale.to_mm(ventricle.middle_of_base), scale.to_mm(ventricle.apex)
    places = (np.arange(volumes.DISCS) + 0.5) / volumes.DISCS
    length = float(np.hypot(*(end - begin)))
    if length == 0:
        return Shape(geometry.area(line), 0.0, np.zeros(volumes.DISCS))
    return Shape(geometry.area(line), length, geometry.widths(line, begin, end, places))


def smooth_line(line: Points) -> Points:
    """LINE_POINTS evenly spread points without the steps of pixels; the area stays."""
    even = geometry.resampled(line, LINE_POINTS)
    reach = np.arange(-5, 6)
    weights = np.exp(-((reach / SMOOTH) ** 2) / 2)
    weights /= weights.sum()
    rounded = sum(w * np.roll(even, -int(n), axis=0) for n, w in zip(reach, weights, strict=True))
    middle = geometry.centroid(line)
    grown = np.sqrt(geometry.area(line) / max(geometry.area(np.asarray(rounded)), 1e-9))
    return np.asarray((rounded - middle) * grown + middle)


def _near_myocardium(classes: Classes, line: Points, pixels: int) -> npt.NDArray[np.bool_]:
    """Which points of the line have myocardium in a small square around them."""
    reach = max(3, round(0.03 * pixels**0.5))
    wall = np.pad((classes == MYOCARDIUM), reach + 1)
    sums = np.cumsum(np.cumsum(wall, axis=0, dtype=np.int32), axis=1)
    rows, columns = classes.shape
    x = np.clip(np.rint(line[:, 0]).astype(int), 0, columns - 1)
    y = np.clip(np.rint(line[:, 1]).astype(int), 0, rows - 1)
    far = 2 * reach + 1
    inside = sums[y + far, x + far] - sums[y, x + far] - sums[y + far, x] + sums[y, x]
    return np.asarray(inside > 0)


def _open_part(line: Points, near: npt.NDArray[np.bool_], scale: Scale) -> Points | None:
    """Both ends of the longest part of the line without myocardium that lies at an end."""
    if near.mean() < COVERED or near.all():
        return None
    mm = scale.to_mm(line)
    direction, middle = geometry.long_direction(mm), geometry.centroid(mm)
    along = np.abs((mm - middle) @ direction)
    best: tuple[float, Points] | None = None
    for begin, count in _open_runs(_closed(near)):
        part = np.arange(begin, begin + count) % len(line)
        if not OPEN[0] <= count / len(line) <= OPEN[1]:
            continue
        if along[part].mean() < 0.4 * along.max():  # a gap in a side wall
            continue
        if best is None or count > best[0]:
            best = (count, line[[part[0], part[-1]]])
    return best[1] if best else None


def _corners(line: Points, base: Points, scale: Scale) -> Points:
    """Both corners of the cavity at the end where its mitral plane was seen.

    A wall that was found too short would let the plane run up that side: over masks with a third of
    one wall missing this keeps volumes within 2 %, where the plane alone errs by up to 17 %.
    """
    mm = scale.to_mm(line)
    middle = scale.to_mm(base).mean(axis=0)
    away = middle - mm[np.hypot(*(mm - middle).T).argmax()]
    size = float(np.hypot(*away))
    if size == 0:
        return base
    along, across = away / size, np.array([-away[1], away[0]]) / size
    down, side = (mm - middle) @ along, (mm - middle) @ across
    return line[[(down - CORNER * side).argmax(), (down + CORNER * side).argmax()]]


def _closed(near: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Without single points of myocardium, which would cut the mitral plane in two."""
    return near & (np.roll(near, 1) | np.roll(near, -1))


def _open_runs(near: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first point, number of points) of the parts of a ring that are not near."""
    if near.all() or not near.any():
        return []
    start = int(np.flatnonzero(near)[0])
    edges = np.diff(np.concatenate([[0], (~np.roll(near, -start)).astype(np.int8), [0]]))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(b) + start, int(e - b)) for b, e in zip(begins, ends, strict=True)]


def _wide_end(line: Points, scale: Scale) -> Points:
    """The mitral plane by form alone: the wider end of the cavity; of equal ones the lower."""
    mm = scale.to_mm(line)
    direction, middle = geometry.long_direction(mm), geometry.centroid(mm)
    along = (mm - middle) @ direction
    begin, end = middle + direction * along.min(), middle + direction * along.max()
    first, last = geometry.widths(mm, begin, end, np.array([0.15, 0.85]))
    lower = end[1] > begin[1]
    swap = last > first if max(first, last) > ALIKE * max(min(first, last), 1e-9) else lower
    if swap:
        direction, along = -direction, -along
    across = np.array([-direction[1], direction[0]])
    at_end = along <= along.min() + END * (along.max() - along.min())
    side = (mm[at_end] - middle) @ across
    chosen = mm[at_end][[side.argmin(), side.argmax()]]
    return scale.to_pixels(chosen)
