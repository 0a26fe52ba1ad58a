"""YBR colour spaces of DICOM -> RGB (PS3.3 C.7.6.3.1.2)."""

from typing import Any

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[Any]

# PS3.3 C.7.6.3.1.2: RGB from full-range YCbCr, ITU-R BT.601
_TO_RGB = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]], dtype=np.float32)


def ybr_to_rgb(frame: Frame, bits: int, partial: bool = False) -> Frame:
    """YBR_FULL (or, retired, YBR_PARTIAL) -> RGB, (rows, columns, 3) of unsigned `bits` values."""
    if frame.dtype == np.uint8 and bits == 8 and not partial:
        from PIL import Image  # exact tables for this case, and 20 times faster

        picture = Image.frombuffer("YCbCr", frame.shape[1::-1], np.ascontiguousarray(frame))
        return np.asarray(picture.convert("RGB"))
    scale, top = float(1 << bits - 8) if bits > 8 else 1.0, (1 << bits) - 1
    ybr = frame.astype(np.float32)
    ybr[..., 1:] -= float(1 << bits - 1)
    if partial:  # 16..235 and 16..240 of 8 bits
        ybr[..., 0] = (ybr[..., 0] - 16 * scale) * (255 / 219)
        ybr[..., 1:] *= 255 / 224
    rgb: Frame = np.clip(np.rint(ybr @ _TO_RGB.T), 0, top)
    return rgb.astype(frame.dtype)


def expand_422(samples: npt.NDArray[Any], rows: int, columns: int) -> Frame:
    """Uncompressed YBR_FULL_422 (Y Y Cb Cr for two pixels) -> (rows, columns, 3)."""
    pairs = samples.reshape(rows, columns // 2, 4)
    frame = np.empty((rows, columns // 2, 2, 3), dtype=samples.dtype)
    frame[..., 0] = pairs[..., :2]
    frame[..., 1] = pairs[..., 2:3]
    frame[..., 2] = pairs[..., 3:4]
    return frame.reshape(rows, columns, 3)
