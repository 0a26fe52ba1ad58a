"""A frame of any size -> the square picture that the network sees, and the way back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from measure.pieces import labelled
from measure.segmenter import Frame

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
DARK = 16  # at most this counts as the black around the picture
LEAST_LIT = 0.01  # a line belongs to the picture when more than this part of it is not dark
COARSE = 64  # most cells along a side of the grid on which lit areas are told from letters
COARSE_LIT = 48  # of 255: a cell counts as lit when about a fifth of it is
LARGE = 0.2  # of the largest area
MARGIN = 2  # cells: the corners of a sector fill theirs only a little
EMPTY = 4.0  # grey values up to this say nothing about gain

Gray = npt.NDArray[np.uint8]
Picture = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the content of a frame lies in the square picture.

    `box` is (left, top, right, bottom) in the frame, `inner` the same in the picture, whose side is
    `side`; right and bottom are exclusive.
    """

    box: tuple[int, int, int, int]
    inner: tuple[int, int, int, int]
    side: int


def gray(frame: Frame) -> Gray:
    """(rows, columns[, 3]) -> (rows, columns). Raises ValueError for another shape or dtype."""
    if frame.dtype != np.uint8 or frame.size == 0:
        raise ValueError("a frame is a uint8 array that is not empty")
    if frame.ndim == 2:
        return frame
    if frame.ndim == 3 and frame.shape[2] == 3:
        return np.asarray(np.rint(frame @ LUMA), np.uint8)
    raise ValueError(f"a frame has shape (rows, columns) or (rows, columns, 3), not {frame.shape}")


def place(picture: Gray, side: int, large: float = LARGE) -> Placement:
    """Cut the black border off, keep the proportions and centre what is left."""
    left, top, right, bottom = box = content_box(picture, large)
    width, height = right - left, bottom - top
    scale = side / max(width, height)
    inner_width = max(1, round(width * scale))
    inner_height = max(1, round(height * scale))
    x, y = (side - inner_width) // 2, (side - inner_height) // 2
    return Placement(box, (x, y, x + inner_width, y + inner_height), side)


def content_box(picture: Gray, large: float = LARGE) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of what is not black; all of a picture that is black.

    Letters and scales beside the sector do not count: only the largest lit area does, and others
    of at least this part of its size.
    """
    lit = (picture > DARK).view(np.uint8)
    down, across = _large_areas(lit, large)
    inside = lit[down, across]
    columns = _lit_lines(inside, axis=0)
    rows = _lit_lines(inside, axis=1)
    if not columns.size or not rows.size:
        return 0, 0, picture.shape[1], picture.shape[0]
    left, top = across.start, down.start
    return (
        left + int(columns[0]),
        top + int(rows[0]),
        left + int(columns[-1]) + 1,
        top + int(rows[-1]) + 1,
    )


def _lit_lines(lit: Gray, axis: int) -> npt.NDArray[np.intp]:
    """Numbers of the columns (axis 0) or rows (axis 1) that belong to the picture."""
    counts = np.add.reduce(lit, axis=axis, dtype=np.uint32)
    return np.flatnonzero(counts > LEAST_LIT * lit.shape[axis])


def _large_areas(lit: Gray, large: float) -> tuple[slice, slice]:
    """The window (rows, columns) around all lit areas that are not small beside the largest."""
    rows, columns = lit.shape
    cell = -(-columns // COARSE), -(-rows // COARSE)
    coarse = np.asarray(Image.fromarray(lit * np.uint8(255)).reduce(cell))
    pieces = labelled(coarse > COARSE_LIT)
    sizes = np.bincount(pieces.ravel())[1:]
    if sizes.size < 2:
        return slice(0, rows), slice(0, columns)
    kept = np.isin(pieces, 1 + np.flatnonzero(sizes >= large * sizes.max()))
    y, x = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    return _wide(y, cell[1], rows), _wide(x, cell[0], columns)


def _wide(cells: npt.NDArray[np.intp], size: int, length: int) -> slice:
    """The pixels of these cells of `size` pixels, and of MARGIN more on either side."""
    begin, end = (int(cells[0]) - MARGIN) * size, (int(cells[-1]) + 1 + MARGIN) * size
    return slice(max(begin, 0), min(end, length))


def fit(picture: Gray, placement: Placement) -> Gray:
    """(rows, columns) -> (side, side): smoothed when it shrinks, black beside the content."""
    left, top, right, bottom = placement.inner
    small = Image.fromarray(picture).resize(
        (right - left, bottom - top), Image.Resampling.BILINEAR, box=placement.box
    )
    square = np.zeros((placement.side, placement.side), np.uint8)
    square[top:bottom, left:right] = np.asarray(small)
    return square


def fit_mask(mask: Gray, placement: Placement) -> Gray:
    """The same for class numbers: the nearest one, background beside the content."""
    left, top, right, bottom = placement.inner
    small = Image.fromarray(mask).resize(
        (right - left, bottom - top), Image.Resampling.NEAREST, box=placement.box
    )
    square = np.zeros((placement.side, placement.side), np.uint8)
    square[top:bottom, left:right] = np.asarray(small)
    return square


def normalise(square: Gray) -> Picture:
    """(side, side) uint8 -> float32 of mean 0 and deviation 1 over what is not empty.

    So that gain and brightness make little difference.
    """
    values = square.astype(np.float32)
    lit = values[values > EMPTY]
    if lit.size < 2:
        return np.zeros_like(values)
    return np.asarray((values - lit.mean()) / (lit.std() + 1.0), np.float32)
