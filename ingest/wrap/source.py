"""What was in a picture file, whatever its format."""

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Lossy:
    """How a picture was compressed with loss: defined term and ratio (PS3.3 C.7.6.1.1.5)."""

    method: str
    ratio: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where the slices of a volume lie, in the patient's LPS coordinates in mm (PS3.3 C.7.6.2).

    `row` and `column` are the directions in which columns and rows count; slice k has its first
    pixel's centre at origin + k · step, `distance` mm from the next.
    """

    origin: Triple
    row: Triple
    column: Triple
    step: Triple
    distance: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """The pixels of one file.

    `pixels`: (frames, rows, columns) of any number type, or (frames, rows, columns, 3) uint8 RGB.
    `spacing_mm`: (row, column) distance where the file knows it. `geometry` for volumes only.
    `digest` is the sha256 of the content.
    """

    pixels: npt.NDArray[Any]
    digest: str
    spacing_mm: tuple[float, float] | None = None
    geometry: Geometry | None = None
    frame_ms: float | None = None
    lossy: Lossy | None = None
    scaled: bool = False

    @property
    def colour(self) -> bool:
        """Whether the pixels are RGB."""
        return self.pixels.ndim == 4

    @property
    def frames(self) -> int:
        """How many pictures there are."""
        return int(self.pixels.shape[0])
