"""What finds structures in frames: the port that measurements are built on.

Masks hold class numbers, as in docs/cli.md: 0 background, 1 cavity of the left ventricle,
2 myocardium, 3 left atrium.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

BACKGROUND, CAVITY, MYOCARDIUM, ATRIUM = 0, 1, 2, 3

Frame = npt.NDArray[np.uint8]
"""(rows, columns), or (rows, columns, 3) RGB, as displayed (0..255)."""


@dataclass(frozen=True, slots=True, eq=False)
class Segmented:
    """What was found in one frame.

    `classes` has shape (rows, columns), the frame's own size, uint8 class numbers.
    `confidence` is the mean probability of the found structures, calibrated, 0..1; 0 where nothing
    was found. `present` is the probability that a left ventricle is to be seen, 0..1.
    """

    classes: npt.NDArray[np.uint8]
    confidence: float
    present: float


class Segmenter(Protocol):
    """Finds the structures of a frame."""

    @property
    def model_id(self) -> str:
        """Which network and weights: results of two model ids are never mixed."""

    def segment(self, frames: Iterable[Frame]) -> Iterator[Segmented]:
        """One result for each frame of a clip, in order. Streams: a long clip is never held as a
        whole.
        """


class ClipSegmenter(Segmenter, Protocol):
    """One that takes many clips in a row."""

    def segment_clips(self, clips: Iterable[Iterable[Frame]]) -> Iterator[Segmented]:
        """As `segment` with each of the clips, without a pause between one and the next."""
