"""Stored values of a frame -> light: 8 bits, from 0 (black) to 255 (white).

Why 8 bits: they are what displays show, what an exported PNG holds, and what torchvision's training
pipelines resize and feed to networks; floats would take four times the memory at every step.
Formulas are computed in float64, and rounded once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from embedder.display import Box, Display, Lut, Window

Image = npt.NDArray[np.uint8]
Stored = npt.NDArray[Any]  # what a decoder gives: any integer or float type
Numbers = npt.NDArray[np.float64]

WHITE = 255
BLOCK = 1 << 18  # values looked up at a time: numpy turns each into an index of 8 bytes
SAMPLE = 65_536  # pixels that an automatic range looks at: ±0.05 percentile points, under 1 ms
LOW_PERCENTILE, HIGH_PERCENTILE = 0.5, 99.5


@dataclass(frozen=True, slots=True)
class Range:
    """Values in modality units that show as black (`low`) and white (`high`)."""

    low: float
    high: float


SOFT_TISSUE = Range(-160.0, 240.0)  # CT in Hounsfield units: centre 40, width 400


def render(frame: Stored, display: Display, default: Range | None = None) -> Image:
    """Show a frame the way its header asks for.

    `frame` is (rows, columns) of stored values, or (rows, columns, 3) RGB for a colour display; the
    result is uint8 of the same shape, whatever the header says. 8-bit colour comes back as it is,
    and float colour counts as light in [0, 1]. `default` is used where the header has no usable VOI
    LUT or window; without it the frame's own `automatic_range` is (as ingest does, also for the
    frames of a stack: they pass by one at a time).

    The order is that of the PS3.4 N.2 pipeline: modality LUT or rescale, VOI LUT (preferred: it
    holds more than a window can) or window, polarity. Padding turns black last, so that it is black
    in MONOCHROME1 too, and then everything outside `display.keep` does.
    """
    frame = _plain(frame)
    image = _colour(frame, display) if display.colour else _grey(frame, display, default)
    return _only(image, display.keep) if display.keep else image


def automatic_range(frames: Stored, display: Display) -> Range:
    """The range for a header without a usable VOI LUT or window.

    `frames` are stored values of one frame or of a stack (n, rows, columns). Up to 8 bits stored:
    all of them, as such pictures were made for the eye. CT in Hounsfield units: soft tissue,
    -160 to 240. Everything else: the 0.5th to 99.5th percentile of a regular sample without padding
    and non-finite values.
    """
    frames = _plain(frames)
    if display.bits_stored <= 8 and frames.dtype.kind in "iu" and _fits(frames, display):
        every = _modality(_every_stored_value(display), display)
        return Range(float(every.min()), float(every.max()))
    if display.modality == "CT" and (display.signed or display.intercept < 0):
        return SOFT_TISSUE
    sample = _sample(frames)
    with np.errstate(all="ignore"):
        values = _modality(sample, display)[~_is_padding(sample, display)]
    values = values[np.isfinite(values)]
    if values.size == 0:
        return Range(0.0, 1.0)
    low, high = np.percentile(values, (LOW_PERCENTILE, HIGH_PERCENTILE))
    if low == high:  # almost everything is equal: what differs is the picture
        low, high = values.min(), values.max()
    return Range(float(low), float(high))


def _plain(frame: Stored) -> Stored:
    """Native byte order and no booleans, so that views and tables work."""
    if frame.dtype.kind == "b":
        return frame.astype(np.uint8)
    return frame.astype(frame.dtype.newbyteorder("="), copy=False)


def _grey(frame: Stored, display: Display, default: Range | None) -> Image:
    if default is None and not _has_entries(display.voi_lut) and not _usable(display.window):
        default = automatic_range(frame, display)
    return _by_table(frame, lambda stored: _light(stored, display, default))


def _by_table(frame: Stored, light: Callable[[Stored], Image]) -> Image:
    """`light` of every pixel, computed once for each value between the least and the greatest.

    So no array of floats has the size of the frame, unless its values have more than 16 bits.
    """
    if frame.dtype.kind == "f" or frame.dtype.itemsize > 2 or frame.size == 0:
        return light(frame)
    unsigned = np.dtype(f"u{frame.dtype.itemsize}")
    stored = np.arange(int(frame.min()), int(frame.max()) + 1).astype(frame.dtype)
    table = np.zeros(1 << 8 * frame.dtype.itemsize, np.uint8)
    table[stored.view(unsigned)] = light(stored)  # negative values are found at their bits
    index, image = frame.view(unsigned), np.empty(frame.shape, np.uint8)
    rows = max(1, BLOCK * len(frame) // frame.size)
    for top in range(0, len(frame), rows):
        # "clip" clips nothing here: it lets numpy write straight into the picture.
        np.take(table, index[top : top + rows], out=image[top : top + rows], mode="clip")
    return image


def _light(stored: Stored, display: Display, default: Range | None) -> Image:
    with np.errstate(all="ignore"):  # whatever a header makes overflow is made finite in the end
        light = _voi(_modality(stored, display), display, default)
        if display.monochrome1:
            light = 1.0 - light
        light[_is_padding(stored, display)] = 0.0
        return _in_steps(light)


def _in_steps(light: Numbers) -> Image:
    """[0, 1] -> 0 to 255, rounded half up; what is no number is black."""
    whole = np.clip(np.nan_to_num(light, nan=0.0), 0.0, 1.0)
    return (whole * WHITE + 0.5).astype(np.uint8)


def _modality(stored: Stored, display: Display) -> Numbers:
    """PS3.3 C.11.1; a slope that is zero or not finite counts as none."""
    if _has_entries(display.modality_lut):
        return _look_up(stored, display.modality_lut)
    slope = display.slope if np.isfinite(display.slope) and display.slope != 0 else 1.0
    intercept = display.intercept if np.isfinite(display.intercept) else 0.0
    return stored.astype(np.float64) * slope + intercept


def _voi(values: Numbers, display: Display, default: Range | None) -> Numbers:
    if _has_entries(display.voi_lut):
        entries = display.voi_lut.values
        white = max((1 << display.voi_lut.bits) - 1, int(entries.max()), 1)
        return _look_up(values, display.voi_lut) / white
    window = _usable(display.window)
    if window is not None:
        return windowed(values, window)
    span = Range(0.0, 1.0) if default is None else default
    if not span.high > span.low:
        return np.where(values > span.low, 1.0, 0.0)
    return (values - span.low) / (span.high - span.low)


def _usable(window: Window | None) -> Window | None:
    """The window if it is one that can be applied: finite, and wider than nothing."""
    if window is None or not np.isfinite((window.center, window.width)).all() or window.width <= 0:
        return None
    return window


def windowed(values: Numbers, window: Window) -> Numbers:
    """PS3.3 C.11.2.1.2 with 0 and 1 as the least and greatest output.

    LINEAR needs a width of at least 1; a narrower one, as float-valued data often has, is read as
    LINEAR_EXACT.
    """
    center, width = window.center, window.width
    if window.function == "SIGMOID":
        steepness = np.clip(-4.0 * (values - center) / width, -700.0, 700.0)  # exp stays finite
        return np.asarray(1.0 / (1.0 + np.exp(steepness)))
    if window.function == "LINEAR_EXACT" or width < 1:
        return np.clip((values - center) / width + 0.5, 0.0, 1.0)
    if width == 1:
        return np.where(values > center - 0.5, 1.0, 0.0)
    return np.clip((values - (center - 0.5)) / (width - 1.0) + 0.5, 0.0, 1.0)


def _has_entries(lut: Lut | None) -> TypeGuard[Lut]:
    return lut is not None and lut.values.size > 0


def _look_up(values: Stored, lut: Lut) -> Numbers:
    last = lut.values.size - 1
    index = np.clip(np.rint(np.nan_to_num(values.astype(np.float64))) - lut.first, 0, last)
    return np.asarray(lut.values[index.astype(np.intp)], np.float64)


def _is_padding(stored: Stored, display: Display) -> npt.NDArray[np.bool_]:
    unknown = np.isnan(stored) if stored.dtype.kind == "f" else np.zeros(stored.shape, bool)
    if display.padding is None:
        return unknown
    low, high = sorted(display.padding)
    return unknown | ((stored >= low) & (stored <= high))


def _colour(frame: Stored, display: Display) -> Image:
    if frame.dtype.kind == "f":
        return _in_steps(frame)
    bits = display.bits_stored if _fits(frame, display) else 8 * frame.dtype.itemsize
    if frame.dtype == np.uint8 and bits == 8:
        return frame
    return _by_table(frame, lambda stored: _in_steps(stored / ((1 << bits) - 1)))


def _only(image: Image, keep: tuple[Box, ...]) -> Image:
    kept = np.zeros_like(image)
    for left, top, right, bottom in keep:
        part = slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))
        kept[part] = image[part]
    return kept


def _every_stored_value(display: Display) -> Stored:
    half = 1 << (display.bits_stored - 1)
    return np.arange(-half, half) if display.signed else np.arange(2 * half)


def _fits(frames: Stored, display: Display) -> bool:
    """Whether the values are within the bits that the header says are stored."""
    if display.bits_stored < 1 or frames.size == 0:
        return False
    every = (1 << display.bits_stored) - 1
    low, high = (-(every // 2) - 1, every // 2) if display.signed else (0, every)
    return bool(frames.min() >= low and frames.max() <= high)


def _sample(frames: Stored) -> Stored:
    """At most about SAMPLE values: every n-th row and column, of 16 evenly spaced frames."""
    if frames.ndim == 3:
        frames = frames[:: -(-len(frames) // 16)] if len(frames) else frames
    step = int(np.ceil(np.sqrt(max(frames.size / SAMPLE, 1.0))))
    return frames[..., ::step, ::step]
