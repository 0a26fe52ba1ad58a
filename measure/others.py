"""What lies around the cavity: lines of myocardium and atrium, to be looked at, not measured."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from measure.geometry import Points, resampled
from measure.masks import outline, solid
from measure.segmenter import ATRIUM, MYOCARDIUM

COARSE = 2  # every second pixel will do
LEAST_PIXELS = 40  # of the coarse picture
POINTS = 64  # of a line

_NOWHERE = np.empty((0, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Closed lines (n, 2) in pixels; (0, 2) where there is none."""

    myocardium: Points = field(default_factory=lambda: _NOWHERE)
    atrium: Points = field(default_factory=lambda: _NOWHERE)


def find_others(classes: npt.NDArray[np.uint8], corner: tuple[int, int] = (0, 0)) -> Others:
    """The largest piece of each in a mask of class numbers that begins at `corner` of a frame."""
    coarse = classes[::COARSE, ::COARSE]
    lines = (_line(coarse == number) for number in (MYOCARDIUM, ATRIUM))
    return Others(*(line + corner for line in lines))


def _line(found: npt.NDArray[np.bool_]) -> Points:
    piece = solid(found)
    if piece.sum() < LEAST_PIXELS:
        return _NOWHERE
    return resampled(outline(piece), POINTS) * COARSE + (COARSE - 1) / 2
