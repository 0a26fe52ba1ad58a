"""How to look at a clip: some machines, and people, put the heart's apex at the bottom.

The network has learnt hearts whose apex is at the top and which fill the picture, and hardly takes
others for hearts. So where it is not sure of the first frames of a clip, it looks at these in other
ways, too.
"""

from collections.abc import Mapping
from enum import Enum

import numpy as np
import numpy.typing as npt

from measure.fitting import LARGE

LOOKED = 5  # frames of a clip that may tell
SURE = 0.9  # presence: a frame that has as much is looked at once, and most upright hearts have it
LEAST_PRESENT = 0.5  # below it nothing is drawn: a mask on a picture without a heart misleads
LEAST_OTHER = 0.7  # presence: more is asked of the other ways, as they are so many chances more

Picture = npt.NDArray[np.uint8]


class Look(Enum):
    """How the network is shown a frame: steps through its rows and columns, so that turning twice
    is not turning at all, and how large a lit area must be beside the largest one to be shown.
    """

    PLAIN = (1, 1, LARGE)
    FLIPPED = (-1, 1, LARGE)
    ROTATED = (-1, -1, LARGE)
    ALONE = (1, 1, 1.0)

    @property
    def large(self) -> float:
        """For `measure.fitting.place`."""
        return self.value[2]

    def turned(self, picture: Picture) -> Picture:
        """(rows, columns[, 3]) turned, or turned back; the array itself where it is not."""
        rows, columns, _ = self.value
        if rows == columns == 1:
            return picture
        return np.ascontiguousarray(picture[::rows, ::columns])


class ClipLook:
    """How to look at one clip, as its frames tell it, one after the other."""

    def __init__(self) -> None:
        self.look = Look.PLAIN
        self._left = LOOKED

    def doubts(self, present: float) -> bool:
        """Whether to look in other ways at a frame that has this presence in the plain one."""
        if present >= SURE:
            self._left = 0
        return self._left > 0

    def decide(self, present: Mapping[Look, float]) -> None:
        """By the presence that one frame has in every way; if none tells, the next one may."""
        best = max(Look, key=lambda look: present[look])
        if best is not Look.PLAIN and present[best] >= LEAST_OTHER:
            self.look, self._left = best, 0
        elif present[Look.PLAIN] >= LEAST_PRESENT:
            self._left = 0
        else:
            self._left -= 1
