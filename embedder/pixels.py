"""The one pixel path: a picture as it is indexed is the picture as it is asked for.

    render   stored values -> light       (embedder/light.py)
    fit      light -> the network's square
    thumbnail, open_picture               (embedder/pictures.py)

Pictures are uint8 all the way: see `embedder/light.py`. Only the embedder makes floats of them.

Light comes before size: a window is not linear, so shrinking stored values first gives another
picture, and how different it is would depend on the window. What weights want (channels, mean,
standard deviation) is the network's business (`embedder/densenet.py`): this path never changes with
a model.

Whoever changes a number that leaves these functions gives `PIXEL_PATH` a new name, because vectors
of two paths must never be compared; `tests/embedder/test_golden.py` fails otherwise. numpy and
Pillow only: it runs in the decoding processes.
"""

from io import BytesIO

import numpy as np
from PIL import Image as Pillow

from embedder.light import Image, Range, automatic_range, render
from embedder.pictures import open_picture

__all__ = [
    "PIXEL_PATH",
    "Image",
    "Range",
    "automatic_range",
    "fit",
    "open_picture",
    "render",
    "thumbnail",
]

PIXEL_PATH = "px1"


def fit(image: Image, size: int) -> Image:
    """The whole picture, as large as it fits into a square, centred on black.

    uint8 (rows, columns) or (rows, columns, 3) -> (size, size) or (size, size, 3), uint8.
    Antialiased (a triangle filter as wide as the reduction); the aspect is kept.
    """
    height, width = _scaled(image, size / max(image.shape[:2]))
    top, left = (size - height) // 2, (size - width) // 2
    small = Pillow.fromarray(image).resize((width, height), Pillow.Resampling.BILINEAR)
    square = np.zeros((size, size, *image.shape[2:]), np.uint8)
    square[top : top + height, left : left + width] = small
    return square


def thumbnail(image: Image, longest: int = 256) -> bytes:
    """A WebP without metadata of uint8 light; its longer side is at most `longest` pixels."""
    height, width = _scaled(image, min(1.0, longest / max(image.shape[:2])))
    # For the eye only, so the fast ways: box-reduced pixels, the quick WebP search.
    small = Pillow.fromarray(image).resize(
        (width, height), Pillow.Resampling.BILINEAR, reducing_gap=1.0
    )
    file = BytesIO()
    small.save(file, format="WEBP", quality=80, method=0)
    return file.getvalue()


def _scaled(image: Image, scale: float) -> tuple[int, int]:
    rows, columns = image.shape[:2]
    return max(1, round(rows * scale)), max(1, round(columns * scale))
