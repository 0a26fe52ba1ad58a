"""Drawn anatomy: pictures that look like a chest film, a CT of the chest and a beating heart.

Nobody was imaged for them, so screenshots of them can be shown to anyone. All are seeded.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float64]
Pixels = npt.NDArray[Any]

FILM_MAX = 4095
AIR, LUNG, FAT, SOFT, BLOOD, BONE = -1000, -820, -90, 40, 160, 600  # Hounsfield units


def grid(rows: int, columns: int) -> tuple[Field, Field]:
    """Coordinates from -1 to 1, downwards and to the right."""
    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    return y, x


def inside(y: Field, x: Field, centre: tuple[float, float], size: tuple[float, float]) -> Field:
    """1 in an ellipse, 0 outside, with a soft edge."""
    radius = np.hypot((y - centre[0]) / size[0], (x - centre[1]) / size[1])
    return edge(1 - radius)


def edge(distance: Field) -> Field:
    """0 below, 1 above, softly."""
    return np.asarray(1 / (1 + np.exp(np.clip(-28 * distance, -60, 60))))


def chest_film(seed: int, *, effusion: bool = False, nodule: bool = False) -> Pixels:
    """A frontal chest film, (1, 480, 400) of 12 bits; fluid and nodule at its right edge."""
    random = np.random.default_rng(seed)
    y, x = grid(480, 400)
    y = y * random.uniform(0.93, 1.06) + random.uniform(-0.05, 0.05)
    x = x * random.uniform(0.93, 1.07) + random.uniform(-0.05, 0.05)
    film = 0.62 * inside(y, x, (0.25, 0), (1.35, 0.98))
    left = inside(y, x, (-0.02, 0.43), (0.7, 0.31))
    film -= 0.4 * (inside(y, x, (0.0, -0.42), (0.72, 0.33)) + left)
    film += 0.22 * inside(y, x, (0, 0), (1.4, 0.1)) + 0.12 * _ribs(y, x) * inside(
        y, x, (0, 0), (0.85, 0.82)
    )
    heart = 0.3 + random.uniform(-0.05, 0.08)
    film += 0.3 * inside(y, x, (0.34, 0.13), (0.34, heart))
    film += 0.28 * inside(y, x, (1.0, -0.45), (0.42, 0.55)) + 0.26 * inside(
        y, x, (1.03, 0.45), (0.4, 0.5)
    )
    film += (
        0.1
        * edge(0.03 - np.abs(y + 0.72 + 0.25 * np.abs(x)))
        * inside(y, x, (-0.72, 0), (0.5, 0.75))
    )
    if effusion:
        film += 0.38 * left * edge(y - 0.28 + 0.9 * (x - 0.3) ** 2)
    if nodule:
        film += 0.2 * inside(y, x, (-0.2, 0.45), (0.06, 0.065))
    film = random.uniform(0.72, 0.92) * film + random.normal(0, 0.012, film.shape)
    return np.clip(film * FILM_MAX, 0, FILM_MAX).astype(np.uint16)[None]


def _ribs(y: Field, x: Field) -> Field:
    return np.asarray(np.clip(np.sin(17 * (y + 0.42 * x**2)) * 3 - 1.6, 0, 1))


def chest_ct(seed: int, slices: int) -> Pixels:
    """Axial slices from the top downwards, (slices, 192, 192) in Hounsfield units."""
    random = np.random.default_rng(seed)
    stretch = 1 + random.normal(0, 0.05)
    made = [_slice(np.sin(np.pi * (0.15 + 0.7 * part)), stretch) for part in _parts(slices)]
    noisy = np.stack(made) + random.normal(0, 14, (slices, 192, 192))
    return np.maximum(noisy, AIR).astype(np.int16)


def _slice(fill: float, stretch: float) -> Field:
    y, x = grid(192, 192)
    x = x * stretch
    body = inside(y, x, (0, 0), (0.66, 0.92))
    picture = AIR + body * (FAT - AIR)
    picture += inside(y, x, (0, 0), (0.6, 0.86)) * (SOFT - FAT)
    for side in (-1, 1):
        lung = inside(y, x, (-0.02, side * 0.42), (0.46 * fill, 0.3 * fill))
        picture += lung * (LUNG - SOFT)
        vessels = 0.5 + 0.5 * np.sin(23 * x + 11 * fill) * np.sin(19 * y - 7 * fill)
        picture += lung * np.clip(vessels - 0.86, 0, 1) * 4200
    picture += inside(y, x, (-0.08, 0.1), (0.3 * fill, 0.26 * fill)) * (BLOOD - SOFT)
    picture += inside(y, x, (0.24, 0.1), (0.075, 0.075)) * (BLOOD - SOFT + 60)
    picture += inside(y, x, (0.44, 0), (0.13, 0.12)) * (BONE - SOFT)
    ring = np.hypot(y / 0.58, x / 0.84)
    ribs = np.exp(-(((ring - 1) * 28) ** 2)) * (np.sin(9 * np.arctan2(y, x) + 5 * fill) > 0.35)
    return np.asarray(picture + ribs * (BONE - SOFT))


def heart_cine(seed: int, frames: int) -> Pixels:
    """A four-chamber view of one beat, (frames, 240, 280) of 8 bits; it ends as it begins."""
    random = np.random.default_rng(seed)
    y, x = grid(240, 280)
    depth, angle = np.hypot(y + 1, x * 1.15), np.arctan2(x * 1.15, y + 1)
    sector = (np.abs(angle) < 0.66) & (depth < 1.95) & (depth > 0.08)
    speckle = sum(np.roll(random.gamma(0.6, 0.5, y.shape), n, axis=n % 2) for n in range(4))
    made = []
    for part in _parts(frames, closed=True):
        beat = 0.5 - 0.5 * np.cos(2 * np.pi * part)
        picture = 0.3 * np.ones_like(y)
        picture += 0.3 * inside(y, x, (0.0, 0.02), (0.72, 0.56))
        picture -= 0.55 * inside(y, x, (-0.12, 0.19), (0.42 - 0.1 * beat, 0.2 - 0.06 * beat))
        picture -= 0.55 * inside(y, x, (-0.06, -0.25), (0.32 - 0.06 * beat, 0.15 - 0.03 * beat))
        picture -= 0.5 * inside(y, x, (0.58, 0.18), (0.18 + 0.05 * beat, 0.17))
        picture -= 0.5 * inside(y, x, (0.56, -0.22), (0.17 + 0.04 * beat, 0.15))
        made.append(np.clip(picture, 0.02, 1) * speckle * sector * (1.1 - 0.3 * depth))
    return np.clip(np.stack(made) * 190, 0, 255).astype(np.uint8)


def _parts(count: int, *, closed: bool = False) -> list[float]:
    """Places from 0 to 1; closed: as of a circle, where 1 is 0 again."""
    return [float(part) for part in np.linspace(0, 1, count, endpoint=not closed)]
