"""A few pictures made of nothing but arithmetic, to time and compare engines with."""

import numpy as np
import numpy.typing as npt

from embedder.densenet import InputSpec
from embedder.engine import Batch

Numbers = npt.NDArray[np.float64]

COUNT = 8


def examples(spec: InputSpec) -> Batch:
    """8 pictures of soft shapes, edges and grain: (8, channels, size, size), always the same."""
    axis = np.linspace(-1.0, 1.0, spec.size)
    y, x = np.meshgrid(axis, axis, indexing="ij")
    pictures = [_picture(x, y, number) for number in range(COUNT)]
    grey = np.asarray(pictures, np.float32)[:, np.newaxis]
    return np.repeat(grey, spec.channels, axis=1)


def _picture(x: Numbers, y: Numbers, number: int) -> Numbers:
    random = np.random.Generator(np.random.PCG64(number))
    light = 0.3 + 0.2 * (x * np.cos(number) + y * np.sin(number))
    for _ in range(6):
        center_x, center_y, radius, depth = random.uniform(-0.8, 0.8, 4)
        distance = np.hypot(x - center_x, y - center_y)
        light += depth * np.exp(-((distance / (0.1 + abs(radius) / 2)) ** 2))
        light += 0.2 * (distance < abs(radius) / 2)
    light += random.uniform(-0.05, 0.05, light.shape)
    return np.asarray(np.clip(light, 0.0, 1.0))
