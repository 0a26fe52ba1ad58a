"""What runs a segmentation network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from measure.fitting import Picture


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """`chances` (classes, side, side) float32, probabilities; `presence` a raw score."""

    chances: npt.NDArray[np.float32]
    presence: float


class Engine(Protocol):
    """Runs one network. The same picture gives the same scores whatever runs beside it."""

    depth: int
    """How many pictures to have under way; 0 where `start` itself does the work."""

    def start(self, picture: Picture) -> Callable[[], Scores]:
        """Begin with a (side, side) picture of `measure.fitting`; call the result to wait for it.

        One thread at a time begins; another may wait for results, one at a time.
        """
