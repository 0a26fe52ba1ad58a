"""Numbers of any type -> stored values of 8 or 16 bits, and the line that leads back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.valuerep import format_number_as_ds

from ingest.wrap.fields import BadRow

Numbers = npt.NDArray[Any]

HIGHEST = 65_535


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """Stored values (uint8, uint16 or int16) with value = stored · slope + intercept.

    `exact` is False where values had to be rounded: by at most slope / 2.
    """

    values: Numbers
    slope: float = 1.0
    intercept: float = 0.0
    exact: bool = True

    @property
    def rescaled(self) -> bool:
        """Whether the line is another than the identity."""
        return (self.slope, self.intercept) != (1.0, 0.0)


def stored(values: Numbers) -> Stored:
    """Store whole numbers exactly where 16 bits hold them; scale everything else to 16 bits.

    What is no number (NaN, infinity) becomes the smallest value. Raises BadRow.
    """
    if values.dtype in (np.uint8, np.uint16, np.int16):
        return Stored(values)
    values, low, high, complete = _finite(values)
    if _whole(values):
        for kind in (np.uint8, np.int16, np.uint16):
            if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
                return Stored(values.astype(kind), exact=complete)
        if high - low <= HIGHEST and _as_decimal_string(low) == low:
            return Stored((values - low).astype(np.uint16), 1.0, low, complete)
    return _scaled(values, low, high)


def to_8_bits(values: Numbers) -> Stored:
    """Grey from 0 to 255: whole numbers in that range stay, others are stretched to it.

    Raises BadRow.
    """
    if values.dtype == np.uint8:
        return Stored(values)
    values, low, high, complete = _finite(values)
    if low >= 0 and high <= 255 and _whole(values):
        return Stored(values.astype(np.uint8), exact=complete)
    share = (values.astype(np.float64) - low) / ((high - low) or 1.0)
    return Stored(np.rint(share * 255).astype(np.uint8), exact=False)


def _finite(values: Numbers) -> tuple[Numbers, float, float, bool]:
    """Values without NaN and infinity, their range, and whether there were none of those."""
    if values.dtype.kind not in "iufb":
        raise BadRow(f"its numbers are of a type ({values.dtype}) that has no DICOM form")
    known = np.isfinite(values)
    complete = bool(known.all())
    if not known.any():
        raise BadRow("it holds no numbers")
    low = float(values.min() if complete else values[known].min())
    high = float(values.max() if complete else values[known].max())
    if not np.isfinite(high - low):
        raise BadRow("its numbers are too far apart")
    return (values if complete else np.where(known, values, low)), low, high, complete


def _whole(values: Numbers) -> bool:
    return values.dtype.kind != "f" or bool(np.array_equal(values, np.rint(values)))


def _as_decimal_string(number: float) -> float:
    return float(format_number_as_ds(number))


def _scaled(values: Numbers, low: float, high: float) -> Stored:
    """Spread over 16 bits; slope and intercept are what their decimal strings can say."""
    intercept = _as_decimal_string(low)
    slope = _as_decimal_string((high - low) / HIGHEST) or 1.0
    steps = np.rint((values.astype(np.float64) - intercept) / slope)
    return Stored(np.clip(steps, 0, HIGHEST).astype(np.uint16), slope, intercept, exact=False)
