"""One number for a picture, whatever it is encoded in."""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[Any]


class PixelHash:
    """sha256 over decoded frames: of each its shape, dtype and values, little endian.

    Equal values give an equal hash, whatever container they came in: each frame is hashed in the
    narrowest of uint8, uint16, int16 and int32 … that holds its values (float64 for floats), so
    transfer syntax, bits allocated, planar configuration and dtype of the array do not matter.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def update(self, frame: Frame) -> None:
        """Add one frame of shape (rows, columns) or (rows, columns, 3)."""
        dtype = _canonical(frame)
        shape = "x".join(str(size) for size in frame.shape)
        self._digest.update(f"{shape} {dtype.str}\n".encode())
        self._digest.update(np.ascontiguousarray(frame, dtype=dtype).data)

    def hexdigest(self) -> str:
        """The hash of the frames so far: 64 hexadecimal digits."""
        return self._digest.hexdigest()


def _canonical(frame: Frame) -> np.dtype[Any]:
    if frame.dtype.kind == "f":
        return np.dtype("<f8")
    low, high = (int(frame.min()), int(frame.max())) if frame.size else (0, 0)
    for name in ("u1", "<u2", "<i2", "<i4", "<u4"):
        limits = np.iinfo(name)
        if limits.min <= low and high <= limits.max:
            return np.dtype(name)
    return np.dtype("<i8")
