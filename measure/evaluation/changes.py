"""Frames as other machines would have shown them: how much worse are the masks then?

Fixed changes, other than those of the training: each turns a frame and its mask into another pair.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Array = npt.NDArray[np.uint8]
Pair = tuple[Array, Array]
TEXT = "ADULT ECHO  TIS 0.8  MI 1.2\n48 Hz  16 cm\nHR 67"


def _levels(change: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]) -> Array:
    """What a gray value 0..255 becomes."""
    values = change(np.arange(256) / 255)
    return np.asarray(np.clip(np.rint(values * 255), 0, 255), np.uint8)


def _repainted(table: Array) -> Callable[[Array, Array], Pair]:
    return lambda frame, mask: (table[frame], mask)


def _mirrored(frame: Array, mask: Array) -> Pair:
    return frame[:, ::-1].copy(), mask[:, ::-1].copy()


def _turned(across: int) -> Callable[[Array, Array], Pair]:
    """Upside down, and mirrored where `across` is -1: then it is turned by 180 degrees."""

    def change(frame: Array, mask: Array) -> Pair:
        return frame[::-1, ::across].copy(), mask[::-1, ::across].copy()

    return change


def _speckled(frame: Array, mask: Array) -> Pair:
    rng = np.random.default_rng(0)
    noise = rng.rayleigh(0.8, (frame.shape[0] // 3 + 1, frame.shape[1] // 3 + 1))
    grain = np.kron(noise, np.ones((3, 3)))[: frame.shape[0], : frame.shape[1]]
    return np.asarray(np.clip(frame * (0.6 + 0.4 * grain), 0, 255), np.uint8), mask


def _narrow(frame: Array, mask: Array) -> Pair:
    """A sector of 60 degrees from the top's middle."""
    rows, columns = frame.shape
    y, x = np.mgrid[:rows, :columns]
    outside = np.abs(np.arctan2(x - columns / 2, y + 1)) > np.radians(30)
    return np.where(outside, 0, frame).astype(np.uint8), mask


def _resized(factor: float, across: float = 1.0) -> Callable[[Array, Array], Pair]:
    def change(frame: Array, mask: Array) -> Pair:
        size = (round(frame.shape[1] * factor * across), round(frame.shape[0] * factor))
        return (
            np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.BILINEAR)),
            np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST)),
        )

    return change


def _bordered(frame: Array, mask: Array) -> Pair:
    rows, columns = frame.shape
    around = ((rows // 4, rows // 8), (columns // 3, columns // 6))
    return np.pad(frame, around), np.pad(mask, around)


def _lettered(frame: Array, mask: Array) -> Pair:
    """Text, a gray bar and an ECG trace on a wider black screen, as machines save it."""
    frame, mask = _bordered(frame, mask)
    image = Image.fromarray(frame)
    draw, (width, height) = ImageDraw.Draw(image), image.size
    font = ImageFont.load_default(height / 28)
    draw.multiline_text((4, 4), TEXT, fill=230, font=font)
    draw.multiline_text((width * 0.8, height * 0.85), "S5-1\nC 50", fill=230, font=font)
    for step in range(height // 3):
        draw.line((width - 14, 10 + step, width - 4, 10 + step), fill=255 - step * 765 // height)
    x = np.arange(width)
    beat = np.exp(-((((x / width * 3) % 1 - 0.4) / 0.02) ** 2)) * height * 0.08
    draw.line(list(zip(x.tolist(), (height * 0.95 - beat).tolist(), strict=True)), fill=200)
    return np.asarray(image), mask


def _small(frame: Array, mask: Array) -> Pair:
    """In a quarter of the screen's width, beside letters of an eighth of its height."""
    height, width = frame.shape
    screen, truth = (Image.new("L", (4 * width, 4 * height)) for _ in range(2))
    font, corner = ImageFont.load_default(height / 2), (2 * width, 2 * height)
    ImageDraw.Draw(screen).multiline_text((width // 8, height // 8), TEXT, fill=230, font=font)
    for whole, part in ((screen, frame), (truth, mask)):
        whole.paste(Image.fromarray(part), corner)
    return np.asarray(screen), np.asarray(truth)


def _blurred(frame: Array, mask: Array) -> Pair:
    return np.asarray(Image.fromarray(frame).filter(ImageFilter.GaussianBlur(3))), mask


def _cropped(frame: Array, mask: Array) -> Pair:
    """Only the middle of the sector, without its edges."""
    rows, columns = frame.shape
    cut = np.s_[: int(rows * 0.95), int(columns * 0.15) : int(columns * 0.85)]
    return frame[cut].copy(), mask[cut].copy()


CHANGES: Mapping[str, Callable[[Array, Array], Pair]] = {
    "gain_half": _repainted(_levels(lambda x: x * 0.5)),
    "gain_double": _repainted(_levels(lambda x: x * 2)),
    "gamma_0.6": _repainted(_levels(lambda x: x**0.6)),
    "gamma_1.6": _repainted(_levels(lambda x: x**1.6)),
    "speckle": _speckled,
    "sector_60_degrees": _narrow,
    "sector_cropped": _cropped,
    "size_third": _resized(1 / 3),
    "size_double": _resized(2),
    "stretched": _resized(0.8, 1.25),
    "mirrored": _mirrored,
    "upside_down": _turned(1),
    "turned_180_degrees": _turned(-1),
    "black_border": _bordered,
    "burned_in_text": _lettered,
    "small_beside_letters": _small,
    "blurred": _blurred,
}
"""Name -> change; gray frames and masks of (rows, columns)."""
