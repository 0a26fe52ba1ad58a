"""What runs a network, whatever runs it."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from infra.records import Values

Batch = npt.NDArray[np.float32]


class Engine(Protocol):
    """A network made ready for one device and one precision. May be called from several threads."""

    @property
    def batch(self) -> int:
        """How many pictures at a time keep the device busy."""

    def run(self, pictures: Batch) -> Values:
        """(n, channels, size, size) of light in [0, 1] -> (n, d) pooled features, float32.

        A picture's features do not depend on the pictures beside it.
        """
