"""Decoded samples -> stored values: unused bits away, signs in place (PS3.5 8.1.1, PS3.3 C.7.6.3).

Stored values come in the narrowest dtype for BitsStored: (u)int8, (u)int16 or (u)int32.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.decoding.codestream import Codestream, Coding
from ingest.reading.pixel_format import PixelFormat

Frame = npt.NDArray[Any]


def dtype_of(bits: int, signed: bool) -> np.dtype[Any]:
    """The narrowest integer dtype with so many bits."""
    size = 1 if bits <= 8 else 2 if bits <= 16 else 4
    return np.dtype(f"{'i' if signed else 'u'}{size}")


def of_container(frame: Frame, claimed: PixelFormat) -> Frame:
    """Values of an uncompressed container (unsigned): the bits up to HighBit, sign-extended."""
    shift = claimed.high_bit + 1 - claimed.bits_stored
    if shift:
        frame = frame >> shift
    return _low_bits(frame, claimed.bits_stored, claimed.signed)


def of_codestream(frame: Frame, stream: Codestream, claimed: PixelFormat, lossy: bool) -> Frame:
    """Values of a compressed picture, whose own precision and sign may differ from the header's.

    JPEG and JPEG-LS carry two's complement as unsigned numbers. JPEG 2000 has signs of its own:
    where the header disagrees, the same bits are read the header's way. Loss may carry values out
    of BitsStored: they are clipped then, because cutting bits off would turn white into black.
    """
    bits = claimed.bits_stored
    own_signs = stream.coding is Coding.JPEG_2000
    if own_signs and stream.signed != claimed.signed:
        return _fit(_low_bits(frame, stream.precision, claimed.signed), bits, claimed.signed)
    if own_signs and claimed.signed:
        return _fit(frame, bits, signed=True)
    if lossy and not claimed.signed:
        return _fit(frame, bits, signed=False)
    return _low_bits(frame, bits, claimed.signed)


def _fit(frame: Frame, bits: int, signed: bool) -> Frame:
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if frame.min() < low or frame.max() > high:
        frame = np.clip(frame, low, high)
    return frame.astype(dtype_of(bits, signed), copy=False)


def _low_bits(frame: Frame, bits: int, signed: bool) -> Frame:
    """The lowest bits of each value as unsigned or two's complement numbers."""
    narrow = dtype_of(bits, signed)
    unused = narrow.itemsize * 8 - bits
    frame = frame.astype(f"u{narrow.itemsize}", copy=False)  # wraps, which keeps the low bits
    if not unused:
        return frame.view(narrow)
    if signed:
        return (frame << unused).view(narrow) >> unused
    highest = (1 << bits) - 1
    return frame & frame.dtype.type(highest) if frame.max(initial=0) > highest else frame
