"""Which way up a clip shows the heart: some machines, and people, put its apex at the bottom.

The network has learnt hearts whose apex is at the top, and hardly takes others for hearts. So where
it is not sure of the first frames of a clip, these are shown to it turned, too.
"""

from collections.abc import Mapping
from enum import Enum

import numpy as np
import numpy.typing as npt

LOOKED = 5  # frames of a clip that may tell
SURE = 0.9  # presence: a frame that has as much is not turned, which most upright hearts have
LEAST_PRESENT = 0.5  # below it nothing is drawn: a mask on a picture without a heart misleads
LEAST_TURNED = 0.7  # presence: more is asked of a turned frame, as turning gives three chances

Picture = npt.NDArray[np.uint8]


class Turn(Enum):
    """How a frame is turned before the network sees it, and its mask afterwards: twice is not at
    all. The values are steps through rows and columns.
    """

    NONE = (1, 1)
    FLIPPED = (-1, 1)
    ROTATED = (-1, -1)

    def of(self, picture: Picture) -> Picture:
        """(rows, columns[, 3]) turned; the array itself where it is not."""
        if self is Turn.NONE:
            return picture
        rows, columns = self.value
        return np.ascontiguousarray(picture[::rows, ::columns])


class Orientation:
    """The turn of one clip, as its frames tell it, one after the other."""

    def __init__(self) -> None:
        self.turn = Turn.NONE
        self._left = LOOKED

    def doubts(self, present: float) -> bool:
        """Whether to turn a frame that has this presence as it is."""
        if present >= SURE:
            self._left = 0
        return self._left > 0

    def decide(self, present: Mapping[Turn, float]) -> None:
        """By the presence that one frame has in every way; if none tells, the next one may."""
        best = max(Turn, key=lambda turn: present[turn])
        if best is not Turn.NONE and present[best] >= LEAST_TURNED:
            self.turn, self._left = best, 0
        elif present[Turn.NONE] >= LEAST_PRESENT:
            self._left = 0
        else:
            self._left -= 1
