"""PNG, JPEG, TIFF, BMP and PGM files through Pillow."""

import hashlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, ImageSequence

from infra.settings import MEGA
from ingest.wrap.fields import BadRow
from ingest.wrap.source import Lossy, Source

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "PPM")
LARGEST_SIDE = 65_535  # Rows and Columns are US
LARGEST_FILE = 1024 * MEGA
GREY_NUMBERS = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")


def read_picture(path: Path, largest: int) -> Source:
    """Read a picture of at most `largest` bytes decoded.

    Grey stays as it is (8, 16 or 32 bits, floats); everything else becomes 8-bit RGB, or grey where
    all three channels are equal. Transparency is laid on black. Raises BadRow.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise BadRow("the file is too large")
    data = path.read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd but readable metadata
            with Image.open(path, formats=FORMATS) as image:
                frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
                _check_size(image.width, image.height, frames, largest)
                pixels = _frames(image, frames)
                lossy = _lossy(image, pixels, len(data))
    except BadRow:
        raise
    except Exception as error:  # untrusted bytes: Pillow raises a dozen types here
        raise BadRow(f"it cannot be read as a picture ({type(error).__name__})") from error
    return Source(pixels=pixels, digest=hashlib.sha256(data).hexdigest(), lossy=lossy)


def _check_size(width: int, height: int, frames: int, largest: int) -> None:
    if max(width, height) > LARGEST_SIDE or width * height * frames * 4 > largest:
        raise BadRow(f"{width} × {height} pixels × {frames} frames are too many")


def _frames(image: Image.Image, count: int) -> npt.NDArray[Any]:
    if count == 1:
        return _grey_if_grey(_array(image)[np.newaxis])
    arrays = [_array(frame) for frame in ImageSequence.Iterator(image)]
    if any(array.shape != arrays[0].shape for array in arrays):
        raise BadRow("its pages differ in size or colour")
    return _grey_if_grey(np.stack(arrays))


def _array(image: Image.Image) -> npt.NDArray[Any]:
    """Pixels of one frame, upright: (rows, columns) or (rows, columns, 3)."""
    image = ImageOps.exif_transpose(image)
    if image.mode in GREY_NUMBERS:
        return np.asarray(image)
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L"))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        black = Image.new("RGBA", image.size, (0, 0, 0, 255))
        image = Image.alpha_composite(black, image)
    return np.asarray(image.convert("RGB"))


def _grey_if_grey(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if pixels.ndim == 3:
        return pixels
    red, green, blue = (pixels[..., channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return np.ascontiguousarray(red)
    return pixels


def _lossy(image: Image.Image, pixels: npt.NDArray[Any], size: int) -> Lossy | None:
    if image.format == "JPEG" or image.info.get("compression") == "jpeg":
        return Lossy("ISO_10918_1", max(pixels.nbytes / size, 0.01))
    return None
