"""Uncompressed pixel data: any frame straight from its place (PS3.5 8.1, 8.2, annex D)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.decoding.colour import expand_422
from ingest.reading import syntaxes
from ingest.reading.pixel_format import PixelFormat
from ingest.reasons import rejected

Frame = npt.NDArray[Any]
Buffer = bytes | memoryview


def frame_bits(claimed: PixelFormat, available: int) -> int:
    """Bits of one frame. YBR_FULL_422 counts two samples a pixel, unless three are there."""
    values = claimed.values
    if claimed.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422"):
        halved = claimed.rows * claimed.columns * 2
        if available * 8 < values * claimed.frames * claimed.bits_allocated:
            values = halved
    return values * claimed.bits_allocated


def is_native_size(available: int, claimed: PixelFormat) -> bool:
    """Whether so many bytes are just the uncompressed pixels (and a byte that makes them even)."""
    needed = (frame_bits(claimed, available) * claimed.frames + 7) // 8
    return 0 <= available - needed <= 1


def native_frames(data: Buffer, claimed: PixelFormat, swapped: bool) -> Callable[[int], Frame]:
    """A function from a frame's number to its container values of claimed.shape.

    `swapped`: bytes are paired in big-endian words (8 bits or fewer in OW, PS3.5 8.1.1).
    Raises RejectedFile truncated_pixel_data when not all frames are there.
    """
    bits = frame_bits(claimed, len(data))
    needed = (bits * claimed.frames + 7) // 8
    if len(data) < needed:
        raise rejected("truncated_pixel_data", f"{len(data)} of {needed} bytes are there")
    if swapped:
        even = len(data) // 2 * 2
        data = np.frombuffer(data[:even], dtype="u2").byteswap().tobytes() + bytes(data[even:])
    return lambda index: _shaped(_values(data, claimed, index * bits, bits), claimed)


def _values(data: Buffer, claimed: PixelFormat, start: int, bits: int) -> Frame:
    """The samples in `bits` bits from bit `start` on, one after the other."""
    if claimed.bits_allocated == 1:
        begin, end = start // 8, (start + bits + 7) // 8
        packed = np.frombuffer(data[begin:end], dtype=np.uint8)
        return np.unpackbits(packed, bitorder="little")[start % 8 : start % 8 + bits]
    if claimed.bits_allocated == 12:
        return _twelve(data, start, bits)
    size = claimed.bits_allocated // 8
    order = ">" if claimed.syntax == syntaxes.BIG_ENDIAN else "<"
    kind = "f" if claimed.is_float else "u"
    found = np.frombuffer(data, dtype=f"{order}{kind}{size}", count=bits // 8 // size,
                          offset=start // 8)  # fmt: skip
    return found.astype(found.dtype.newbyteorder("="), copy=False)


def _twelve(data: Buffer, start: int, bits: int) -> Frame:
    """Two values in three bytes, the lowest bits first (ACR-NEMA, PS3.5 annex D)."""
    begin, end = start // 24 * 3, (start + bits + 7) // 8
    padded = np.frombuffer(bytes(data[begin:end]) + b"\0\0", dtype=np.uint8)
    triples = padded[: len(padded) // 3 * 3].reshape(-1, 3).astype(np.uint16)
    values = np.empty((len(triples), 2), dtype=np.uint16)
    values[:, 0] = triples[:, 0] | (triples[:, 1] & 0x0F) << 8
    values[:, 1] = triples[:, 1] >> 4 | triples[:, 2] << 4
    first = start % 24 // 12
    return values.reshape(-1)[first : first + bits // 12]


def _shaped(values: Frame, claimed: PixelFormat) -> Frame:
    if values.size != claimed.values:
        return expand_422(values, claimed.rows, claimed.columns)
    if claimed.samples == 3 and claimed.planar:
        return np.moveaxis(values.reshape(3, claimed.rows, claimed.columns), 0, -1)
    return values.reshape(claimed.shape)
