"""PALETTE COLOR -> RGB (PS3.3 C.7.6.3.1.5, C.7.9)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import Dataset
from pydicom.pixels.processing import apply_color_lut

from ingest.reading.luts import FULL, descriptor_of, entries
from ingest.reasons import rejected

Frame = npt.NDArray[Any]
Colours = npt.NDArray[np.uint8]

CHANNELS = ("Red", "Green", "Blue")


def palette_of(ds: Dataset, bits: int, *, signed: bool, little: bool) -> Callable[[Frame], Colours]:
    """The palette of a dataset as a function from stored indices (rows, columns) to uint8 RGB.

    Colours are always 8 bits: the upper byte of 16-bit entries (C.7.6.3.1.6), or the lower one
    where no entry uses more. Indices outside take the first or last colour. Segmented palettes are
    expanded. Raises RejectedFile bad_header where there is no usable palette.
    """
    if bits > 16:
        raise rejected("bad_header", "palette indices of more than 16 bits")
    lowest = -(1 << bits - 1) if signed else 0
    stored = np.arange(lowest, lowest + (1 << bits))
    segmented = "SegmentedRedPaletteColorLookupTableData" in ds
    table = _segmented(ds, stored) if segmented else _plain(ds, stored, signed, little)
    if table.max() > 255:
        table = table >> 8
    colours = table.astype(np.uint8)
    return lambda frame: np.take(colours, frame if lowest == 0 else frame - lowest, axis=0)


def _plain(ds: Dataset, stored: Frame, signed: bool, little: bool) -> Frame:
    columns = []
    for channel in CHANNELS:
        name = f"{channel}PaletteColorLookupTable"
        descriptor = descriptor_of(ds, f"{name}Descriptor", signed=signed)
        if descriptor is None:
            raise rejected("bad_header", "the palette is missing or damaged")
        count, first, depth = descriptor
        values = entries(ds, f"{name}Data", count, depth, little)
        if values.size == 0:
            raise rejected("bad_header", "the palette is missing or damaged")
        columns.append(values[np.clip(stored - first, 0, values.size - 1)])
    return np.stack(columns, axis=-1)


def _segmented(ds: Dataset, stored: Frame) -> Frame:
    indices = np.clip(stored, 0, FULL - 1).astype(np.uint16)
    table: Frame = apply_color_lut(indices[None], ds)[0, :, :3]
    return table
