"""One frame of a file for a viewer, decoded or rendered. Runs in a fenced worker.

A frame is decoded from the header and its own bytes, so that a large file is never read as a whole.
"""

from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from struct import pack
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from pydicom import Dataset
from pydicom.dataelem import DataElement

from embedder import pixels
from embedder.display import Window
from infra.settings import Settings
from ingest.decoding import decode
from ingest.decoding.fragments import ITEM
from ingest.reading import dicom
from ingest.reading.display import display_of
from ingest.reading.quiet import quiet
from ingest.reasons import rejected

Frame = npt.NDArray[Any]
OFFSET_TABLES = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")
QUALITY = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameBytes:
    """A frame as it lies in a file.

    `head` is the file up to its pixel element `tag` of this `vr`, and `body` the frame's bytes; or
    `head` is the whole file, and `body` None. `index` counts from 0.
    """

    head: bytes
    index: int
    body: bytes | None = None
    tag: int = 0
    vr: str = ""
    encapsulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a frame is to be shown: `form` is a Pillow format, `size` the longest side in pixels."""

    form: str
    size: int
    window: Window | None = None


def plain_frame(frame: FrameBytes, settings: Settings) -> bytes:
    """The frame as Explicit VR Little Endian has it: grey as stored values, colour as RGB.

    Samples have the bits that `plain_bits` says. Raises RejectedFile.
    """
    dataset, decoded = _decoded(frame, settings)
    kind = "f" if decoded.dtype.kind == "f" else "u" if decoded.ndim == 3 else decoded.dtype.kind
    bits = plain_bits(
        int(dataset.get("BitsAllocated") or decoded.dtype.itemsize * 8),
        int(dataset.get("BitsStored") or 8),
        colour=decoded.ndim == 3,
        palette=dataset.get("PhotometricInterpretation") == "PALETTE COLOR",
    )
    bits = 32 if kind == "f" else bits
    return np.ascontiguousarray(decoded, f"<{kind}{bits // 8}").tobytes()


def plain_bits(allocated: int, stored: int, *, colour: bool, palette: bool) -> int:
    """Bits allocated to a sample of a decoded frame: 8, 16 or 32."""
    if palette:
        return 8
    needed = stored if colour else allocated
    return next((bits for bits in (8, 16) if needed <= bits), 16 if colour else 32)


def rendered_frame(frame: FrameBytes, look: Look, settings: Settings) -> bytes:
    """The frame by the one pixel path, as a picture file. Raises RejectedFile."""
    dataset, decoded = _decoded(frame, settings)
    display = display_of(dataset, frame.index)
    if look.window is not None and not display.colour:
        display = replace(display, window=look.window, voi_lut=None)
    picture = Pillow.fromarray(pixels.render(decoded, display))
    picture.thumbnail((look.size, look.size), Pillow.Resampling.BILINEAR)
    stream = BytesIO()
    picture.save(stream, look.form, quality=QUALITY)
    return stream.getvalue()


@quiet()
def _decoded(frame: FrameBytes, settings: Settings) -> tuple[Dataset, Frame]:
    """The header, and the frame of shape (rows, columns[, 3])."""
    dataset = dicom.parse(frame.head, settings)
    number = frame.index
    if frame.body is not None:
        _put_pixels(dataset, frame, frame.body)
        number = 0
    found = next(islice(decode.frames(dataset, settings), number, None), None)
    if found is None:
        raise rejected("truncated_pixel_data")
    return dataset, found


def _put_pixels(dataset: Dataset, frame: FrameBytes, body: bytes) -> None:
    """Make it a dataset of this one frame."""
    for keyword in OFFSET_TABLES:
        if keyword in dataset:
            del dataset[keyword]
    dataset.NumberOfFrames = 1
    if frame.encapsulated:  # an empty offset table, then the frame as one fragment
        body = ITEM + pack("<I", 0) + ITEM + pack("<I", len(body)) + body
    dataset[frame.tag] = DataElement(
        frame.tag,
        frame.vr,
        body,
        is_undefined_length=frame.encapsulated,
        already_converted=True,
    )
