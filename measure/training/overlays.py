"""What machines burn into a picture: letters, a scale, a gray bar, an ECG trace."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

LETTERS = "ABCDEFGHIKLMNOPRSTUVWXYZ 0123456789 .:/%-"


def overlays(count: int, side: int, seed: int) -> npt.NDArray[np.float32]:
    """(count, 1, side, side) of light 0..1 to lay over pictures. The seed decides all of it."""
    rng = np.random.default_rng(seed)
    return np.stack([_overlay(side, rng) for _ in range(count)])[:, np.newaxis]


def _overlay(side: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 7)):
        _text(draw, side, rng)
    for part, chance in ((_scale, 0.4), (_bar, 0.3), (_trace, 0.4), (_calliper, 0.2)):
        if rng.random() < chance:
            part(draw, side, rng)
    return np.asarray(image, np.float32) / np.float32(255)


def _text(draw: ImageDraw.ImageDraw, side: int, rng: np.random.Generator) -> None:
    words = "".join(rng.choice(list(LETTERS), rng.integers(2, 15)))
    font = ImageFont.load_default(float(rng.uniform(4, 11)))
    edge = rng.random() < 0.8  # most text stands in the corners
    x = rng.choice([rng.uniform(0, 0.1), rng.uniform(0.6, 0.9)]) if edge else rng.uniform(0, 0.9)
    y = rng.choice([rng.uniform(0, 0.2), rng.uniform(0.8, 0.96)]) if edge else rng.uniform(0, 0.9)
    draw.text((x * side, y * side), words, fill=int(rng.integers(120, 256)), font=font)


def _scale(draw: ImageDraw.ImageDraw, side: int, rng: np.random.Generator) -> None:
    x = side * rng.choice([0.02, 0.96])
    for y in np.arange(0, side, rng.uniform(5, 16)):
        draw.line((x, y, x + 3, y), fill=200)


def _bar(draw: ImageDraw.ImageDraw, side: int, rng: np.random.Generator) -> None:
    left, top = side * rng.choice([0.01, 0.93]), side * rng.uniform(0, 0.2)
    height = side * rng.uniform(0.2, 0.5)
    for step in range(int(height)):
        draw.line((left, top + step, left + 5, top + step), fill=int(255 * (1 - step / height)))


def _trace(draw: ImageDraw.ImageDraw, side: int, rng: np.random.Generator) -> None:
    x = np.arange(0, side, 1.0)
    phase = (x / rng.uniform(20, 60) + rng.random()) % 1
    beat = np.exp(-(((phase - 0.3) / 0.03) ** 2)) - 0.3 * np.exp(-(((phase - 0.36) / 0.03) ** 2))
    y = side * rng.uniform(0.85, 0.97) - beat * rng.uniform(4, 14)
    draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), fill=int(rng.integers(120, 256)))


def _calliper(draw: ImageDraw.ImageDraw, side: int, rng: np.random.Generator) -> None:
    for x, y in rng.uniform(0.2, 0.8, (2, 2)) * side:
        draw.line((x - 2, y, x + 2, y), fill=255)
        draw.line((x, y - 2, x, y + 2), fill=255)
