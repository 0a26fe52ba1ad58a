"""What the network saw, tidied up: hearts are in one piece and have no holes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measure.fitting import Placement
from measure.pieces import filled, largest

Chances = npt.NDArray[np.float32]
Classes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Tidied:
    """`chances` (classes, side, side) and which class wins where, (side, side)."""

    chances: Chances
    winners: Classes

    @property
    def confidence(self) -> float:
        """Mean probability of the winner over all that is no background, 0..1; 0 without any."""
        found = self.winners > 0
        return float(self.chances[:, found].max(axis=0).mean()) if found.any() else 0.0

    def has(self, number: int) -> bool:
        """Whether this structure is anywhere."""
        return bool((self.winners == number).any())


def tidy(chances: Chances) -> Tidied:
    """(classes, side, side) probabilities: of each structure only its largest piece is left, and
    holes inside it are filled.
    """
    winners = _winners(chances)
    result = chances
    for number in range(1, len(chances)):
        found = winners == number
        window = _around(found)
        if window is None:
            continue
        found = found[window]
        kept = filled(largest(found))
        if np.array_equal(kept, found):
            continue
        if result is chances:
            result = chances.copy()
        inside = result[(slice(None), *window)]
        inside[number][_grown(found & ~kept) & ~kept] = 0
        holes = kept & ~found
        inside[:, holes] = 0
        inside[number][holes] = 1
    return Tidied(result, winners if result is chances else _winners(result))


def _winners(chances: Chances) -> Classes:
    """The first class of those with the greatest probability: `argmax`, which takes more than twice
    as long over so few classes.
    """
    winners = np.zeros(chances.shape[1:], np.uint8)
    best = chances[0].copy()
    for number in range(1, len(chances)):
        np.copyto(winners, number, where=chances[number] > best)
        np.maximum(best, chances[number], out=best)
    return winners


def _around(found: Mask) -> tuple[slice, slice] | None:
    """The window around a mask and one pixel more on each side; None around nothing.

    Whatever lies outside it reaches the edge of the picture, so holes are the same within it.
    """
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    if not rows.size:
        return None
    return (
        slice(max(int(rows[0]) - 1, 0), int(rows[-1]) + 2),
        slice(max(int(columns[0]) - 1, 0), int(columns[-1]) + 2),
    )


def spread(tidied: Tidied, placement: Placement, rows: int, columns: int) -> Classes:
    """Class numbers at the frame's own size: probabilities between pixels, then the greatest."""
    from PIL import Image

    classes = np.zeros((rows, columns), np.uint8)
    window = _window(tidied.winners, placement)
    if window is None:
        return classes
    box, (left, top, right, bottom) = window
    size = (right - left, bottom - top)
    best = np.full(size[::-1], -1.0, np.float32)
    inside = classes[top:bottom, left:right]
    for number, plane in enumerate(tidied.chances):
        wide = np.asarray(
            Image.fromarray(plane).resize(size, Image.Resampling.BILINEAR, box=box), np.float32
        )
        np.copyto(inside, number, where=wide > best)
        np.maximum(best, wide, out=best)
    return classes


def _window(
    winners: Classes, placement: Placement
) -> tuple[tuple[float, float, float, float], tuple[int, int, int, int]] | None:
    """The part of the picture that has anything in it, and the same part of the frame."""
    x0, y0, x1, y1 = placement.inner
    found = winners[y0:y1, x0:x1] > 0
    ys, xs = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    if not ys.size:
        return None
    left, top, right, bottom = placement.box
    across, down = (right - left) / (x1 - x0), (bottom - top) / (y1 - y0)
    frame = (
        left + int(max(xs[0] - 1, 0) * across),
        top + int(max(ys[0] - 1, 0) * down),
        min(left + int(np.ceil((xs[-1] + 2) * across)), right),
        min(top + int(np.ceil((ys[-1] + 2) * down)), bottom),
    )
    box = (
        x0 + (frame[0] - left) / across,
        y0 + (frame[1] - top) / down,
        min(x0 + (frame[2] - left) / across, float(x1)),
        min(y0 + (frame[3] - top) / down, float(y1)),
    )
    return box, frame


def _grown(found: Mask) -> Mask:
    """Every pixel within one step."""
    wide = np.pad(found, 1)
    rows = wide[:-2] | wide[1:-1] | wide[2:]
    return np.asarray(rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:])
