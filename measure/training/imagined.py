"""Pictures in which nothing is to be found, made up: textures in a sector, shuffled hearts,
time-motion traces. They teach that a sector alone is no heart.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

Pictures = npt.NDArray[np.uint8]
TILES = 4


def imagined(frames: Pictures, count: int, seed: int) -> Pictures:
    """(count, side, side) made from (n, side, side) real frames. The seed decides all of it."""
    rng = np.random.default_rng(seed)
    makers = (_texture, _shuffled, _time_motion)
    chosen = rng.integers(len(frames), size=count)
    return np.stack([makers[k % 3](frames[frame], rng) for k, frame in enumerate(chosen)])


def _smooth_noise(side: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    total = np.zeros((side, side), np.float32)
    for grain in (3, 8, 24, side):
        coarse = Image.fromarray(rng.standard_normal((grain, grain)).astype(np.float32))
        total += rng.random() * np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC))
    return total


def _texture(frame: Pictures, rng: np.random.Generator) -> Pictures:
    """Clouds and grain where the frame has signal: its sector without its heart."""
    noise = _smooth_noise(len(frame), rng)
    noise = (noise - noise.min()) / (np.ptp(noise) + 1e-6)
    lit = frame > 6
    return np.asarray(np.where(lit, 8 + 220 * noise ** rng.uniform(1, 3), 0), np.uint8)


def _shuffled(frame: Pictures, rng: np.random.Generator) -> Pictures:
    """The frame's tiles in another order."""
    side = len(frame) // TILES
    tiles = [
        frame[y * side : (y + 1) * side, x * side : (x + 1) * side]
        for y in range(TILES)
        for x in range(TILES)
    ]
    order = rng.permutation(len(tiles)).reshape(TILES, TILES)
    return np.vstack([np.hstack([tiles[k] for k in line]) for line in order])


def _time_motion(frame: Pictures, rng: np.random.Generator) -> Pictures:
    """One column over time, moving with a heart beat: an M-mode."""
    side = len(frame)
    column = frame[:, rng.integers(side // 3, 2 * side // 3)]
    beat = np.sin(np.arange(side) / side * 2 * np.pi * rng.uniform(1, 6))
    rows = np.arange(side)[:, np.newaxis] + rng.uniform(1, 8) * beat[np.newaxis]
    picture = column[np.clip(np.rint(rows), 0, side - 1).astype(int)]
    grain = rng.normal(1, 0.2, picture.shape)
    return np.asarray(np.clip(picture * grain, 0, 255), np.uint8)
