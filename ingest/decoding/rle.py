"""RLE Lossless frames (PS3.5 annex G): a header of offsets, then one PackBits segment a byte plane.

One-bit pictures, which other decoders refuse or die of, are packed bits inside the one segment.
"""

import struct
from itertools import pairwise
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt

from ingest.reading.pixel_format import PixelFormat
from ingest.reasons import rejected

HEADER = 64


def decode_rle(data: bytes, claimed: PixelFormat) -> npt.NDArray[Any]:
    """One frame as unsigned container values of claimed.shape.

    Raises RejectedFile: truncated_pixel_data, undecodable_pixels.
    """
    planes = _planes(data, claimed)
    if claimed.bits_allocated == 1:
        return _bits(planes[0], claimed)
    size = claimed.bits_allocated // 8
    pixels = claimed.rows * claimed.columns
    frame = np.empty((pixels, claimed.samples, size), dtype=np.uint8)
    for number, plane in enumerate(planes):  # most significant byte first, sample by sample
        sample, byte = divmod(number, size)
        frame[:, sample, size - 1 - byte] = _cut(plane, pixels)
    return frame.view(f"<u{size}").reshape(claimed.shape)


def _planes(data: bytes, claimed: PixelFormat) -> list[bytes]:
    if len(data) < HEADER:
        raise rejected("truncated_pixel_data", "an RLE frame has no header")
    count, *offsets = struct.unpack_from("<16I", data)
    expected = claimed.samples * max(claimed.bits_allocated // 8, 1)
    if count != expected:
        raise rejected("undecodable_pixels", f"{count} RLE segments in place of {expected}")
    bounds = [*offsets[:count], len(data)]
    if bounds != sorted(bounds) or bounds[0] < HEADER:
        raise rejected("truncated_pixel_data", "RLE segments lie outside of the frame")
    return [bytes(imagecodecs.packbits_decode(data[begin:end])) for begin, end in pairwise(bounds)]


def _cut(plane: bytes, size: int) -> npt.NDArray[np.uint8]:
    if len(plane) < size:
        raise rejected("truncated_pixel_data", f"an RLE segment has {len(plane)} of {size} bytes")
    return np.frombuffer(plane, dtype=np.uint8, count=size)


def _bits(plane: bytes, claimed: PixelFormat) -> npt.NDArray[np.uint8]:
    """One bit a pixel, least significant first; some write a byte a pixel instead."""
    if len(plane) >= claimed.values:
        marked = np.minimum(_cut(plane, claimed.values), 1)
        return marked.reshape(claimed.shape)
    packed = _cut(plane, (claimed.values + 7) // 8)
    bits: npt.NDArray[np.uint8] = np.unpackbits(packed, count=claimed.values, bitorder="little")
    return bits.reshape(claimed.shape)
