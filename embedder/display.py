"""How the stored values of a frame become light: what a header says, free of DICOM objects."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lut:
    """A lookup table (PS3.3 C.11.1, C.11.2): input `first` maps to values[0]; beyond it, clamped.

    `values` is uint16 of shape (n,); `bits` says how many bits an entry has.
    """

    first: int
    values: npt.NDArray[np.uint16]
    bits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A VOI window in modality units (PS3.3 C.11.2.1.2).

    `function` is LINEAR, LINEAR_EXACT or SIGMOID.
    """

    center: float
    width: float
    function: str = "LINEAR"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Display:
    """Rules for one frame, in the order they apply: padding, modality, VOI, polarity, mask.

    `colour` frames are RGB of shape (rows, columns, 3) and skip modality, VOI and polarity.
    `padding` is the inclusive range of stored values that mean "no measurement".
    `keep` are the parts of the picture that show the patient (ultrasound regions) as
    (left, top, right, bottom), right and bottom exclusive; the rest becomes black. () keeps all.
    """

    modality: str = ""
    bits_stored: int = 8
    signed: bool = False
    colour: bool = False
    monochrome1: bool = False
    slope: float = 1.0
    intercept: float = 0.0
    modality_lut: Lut | None = None
    voi_lut: Lut | None = None
    window: Window | None = None
    padding: tuple[int, int] | None = None
    keep: tuple[Box, ...] = ()
