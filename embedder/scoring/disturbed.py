"""Pictures as they might have come instead: what a good vector should not mind.

Each takes fitted grey light (side, side) uint8 and gives the same shape. The queries are disturbed,
the indexed pictures are not.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.uint8]

ZOOM = 0.85  # the part of the side that a crop keeps
DEGREES = 6.0
LOW, HIGH = 20, 210  # a tighter window: darker becomes black, lighter white


def tighter_window(picture: Picture) -> Picture:
    """Less range: contrast rises, both ends are lost."""
    light = (picture.astype(np.float32) - LOW) / (HIGH - LOW)
    return np.asarray(light.clip(0, 1) * 255, np.uint8)


def darker(picture: Picture) -> Picture:
    """A gamma of 1.6."""
    return np.asarray((picture / 255) ** 1.6 * 255, np.uint8)


def inverted(picture: Picture) -> Picture:
    """The other polarity."""
    return np.asarray(255 - picture, np.uint8)


def with_text(picture: Picture) -> Picture:
    """Letters burned in at two corners."""
    page = Image.fromarray(picture)
    pen, side = ImageDraw.Draw(page), picture.shape[0]
    font = ImageFont.load_default(size=max(8, side * 0.07))
    pen.text((side * 0.03, side * 0.02), "R  PORTABLE", fill=255, font=font)
    pen.text((side * 0.5, side * 0.9), "12:41 AP ERECT", fill=255, font=font)
    return np.asarray(page)


def cropped(picture: Picture) -> Picture:
    """The middle, as large as the whole was."""
    side = picture.shape[0]
    edge = side * (1 - ZOOM) / 2
    box = (edge, edge, side - edge, side - edge)
    page = Image.fromarray(picture)
    return np.asarray(page.resize(page.size, Image.Resampling.BILINEAR, box=box))


def turned(picture: Picture) -> Picture:
    """Turned by a few degrees."""
    return np.asarray(Image.fromarray(picture).rotate(DEGREES, Image.Resampling.BILINEAR))


DISTURBANCES: Mapping[str, Callable[[Picture], Picture]] = {
    "window": tighter_window,
    "gamma": darker,
    "inverted": inverted,
    "text": with_text,
    "crop": cropped,
    "rotation": turned,
}
