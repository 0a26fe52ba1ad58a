"""Pixels -> millimetres, X and Y apart."""

from dataclasses import dataclass

import numpy as np

from measure.geometry import Points


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of a pixel in mm; `known` is False where only its form is (unit: its height)."""

    x_mm: float
    y_mm: float
    known: bool = True

    def to_mm(self, points: Points) -> Points:
        """Pixels to mm; (n, 2) or (2,)."""
        return np.asarray(points * (self.x_mm, self.y_mm))

    def to_pixels(self, points: Points) -> Points:
        """And back."""
        return np.asarray(points / (self.x_mm, self.y_mm))


def unknown_scale(aspect: tuple[float, float] = (1.0, 1.0)) -> Scale:
    """Of a picture of which only PixelAspectRatio (height, width; PS3.3 C.7.6.3.1.7) is known."""
    return Scale(x_mm=aspect[1] / aspect[0], y_mm=1.0, known=False)
