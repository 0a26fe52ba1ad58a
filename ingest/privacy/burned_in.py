"""Text burned into ultrasound pictures: everything outside the regions becomes black.

The region calibration module (PS3.3 C.8.5.5) says where the picture shows the patient; names, dates
and institutions stand outside of it. What stands inside a region is not looked at.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import DataElement, Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders.base import get_encoder
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless

from embedder.display import Box
from ingest.fencing.guard import refuse_as
from ingest.reading import syntaxes
from ingest.reading.display import display_of, regions
from ingest.reading.quiet import quiet
from ingest.reading.values import integer, transfer_syntax, word
from ingest.reasons import rejected

Frame = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

# Loss leaves values this far from black (of 255) in a border that was black.
_NEARLY_BLACK = 4
# Attributes that describe the pixels as they were encoded before.
_STALE = (
    "SmallestImagePixelValue",
    "LargestImagePixelValue",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
)
_PALETTE = tuple(
    f"{kind}{colour}PaletteColorLookupTable{part}"
    for colour in ("Red", "Green", "Blue")
    for kind, part in (("", "Descriptor"), ("", "Data"), ("Segmented", "Data"))
)


def keep_boxes(dataset: Dataset) -> tuple[Box, ...]:
    """The parts of the picture that may stay; () where the header does not say."""
    return regions(dataset)


@quiet()
def check(dataset: Dataset) -> None:
    """Refuse a picture that says it has burned-in text but not where the text is not.

    Raises RejectedFile burned_in_text. A region that covers the whole picture says nothing.
    """
    if word(dataset, "BurnedInAnnotation") == "YES" and not _outside(dataset).any():
        raise rejected("burned_in_text")


@quiet()
def needs_cleaning(dataset: Dataset) -> bool:
    """Whether there is a part of the picture that must become black, whatever the header says.

    Many machines write BurnedInAnnotation NO, or nothing, over a name.
    """
    return bool(_outside(dataset).any())


@quiet()
def clean(dataset: Dataset, frames: Iterable[Frame]) -> Dataset:
    """Black out everything outside the regions in all frames; re-encode without loss.

    `frames` are those of `ingest.decoding.decode.frames`, taken one at a time. Where nothing had to
    be changed the pixels keep their encoding. The given dataset stays as it is; the new one says
    BurnedInAnnotation NO. Raises RejectedFile undecodable_pixels for frames of another size.
    """
    with refuse_as("undecodable_pixels"):
        outside, black = _outside(dataset), _black(dataset)
        encoder = _Encoder(dataset)
        changed = False
        for frame in frames:
            masked = frame.copy()
            masked[outside] = black
            changed |= _differs(frame, outside, black, encoder.tolerance)
            encoder.add(masked)
        cleaned = encoder.dataset() if changed else _copy(dataset)
        _put(cleaned, "BurnedInAnnotation", "NO")
    return cleaned


def _outside(dataset: Dataset) -> Mask:
    """True where no region is; all False without regions."""
    boxes = regions(dataset)
    if not boxes:
        return np.zeros((0, 0), np.bool_)
    outside = np.ones((integer(dataset, "Rows") or 0, integer(dataset, "Columns") or 0), np.bool_)
    for left, top, right, bottom in boxes:
        outside[top:bottom, left:right] = False
    return outside


def _black(dataset: Dataset) -> int:
    """The stored value that is shown black."""
    display = display_of(dataset, 0)
    if display.colour:
        return 0
    bits = display.bits_stored - display.signed
    if display.monochrome1:
        return int((1 << bits) - 1)
    return -(1 << bits) if display.signed else 0


def _differs(frame: Frame, outside: Mask, black: int, tolerance: int) -> bool:
    border = frame[outside].astype(np.int64)
    return bool(border.size and np.abs(border - black).max() > tolerance)


def _copy(dataset: Dataset) -> Dataset:
    """A dataset of the same elements, so that replacing one leaves the source as it is."""
    copied = Dataset(dict(dataset._dict))
    implicit, little = dataset.original_encoding
    copied.set_original_encoding(implicit, little, dataset.original_character_set)
    copied.file_meta = FileMetaDataset(dict(dataset.file_meta.items()))
    return copied


def _put(dataset: Dataset, keyword: str, value: object) -> None:
    """Set an element without touching the one that the original dataset shares."""
    dataset.pop(keyword, None)
    setattr(dataset, keyword, value)


class _Encoder:
    """Collects frames: JPEG-LS for unsigned 8 and 16 bit, uncompressed for anything else."""

    def __init__(self, dataset: Dataset) -> None:
        self._source = dataset
        self._lossy = transfer_syntax(dataset) in syntaxes.LOSSY
        self._encoded: list[bytes] = []
        self._example: Frame | None = None
        self.tolerance = _NEARLY_BLACK if self._lossy else 0

    def add(self, frame: Frame) -> None:
        """Take the next frame; all have one shape and dtype."""
        self._example = frame[:1, :1]
        if not self._is_jpeg_ls:
            self._encoded.append(frame.astype(frame.dtype.newbyteorder("<")).tobytes())
            return
        encode = get_encoder(JPEGLSLossless).encode
        self._encoded.append(encode(np.ascontiguousarray(frame), **self._options(frame)))

    def dataset(self) -> Dataset:
        """A copy of the source with the frames in place of its pixels."""
        cleaned = _copy(self._source)
        for keyword in _STALE if self._bits_stored < 8 or not self._colour else _STALE + _PALETTE:
            cleaned.pop(keyword, None)
        self._describe(cleaned)
        self._fill(cleaned)
        return cleaned

    def _fill(self, cleaned: Dataset) -> None:
        if self._is_jpeg_ls:
            _put(cleaned.file_meta, "TransferSyntaxUID", JPEGLSLossless)
            pixels = DataElement(0x7FE00010, "OB", encapsulate(self._encoded))
            pixels.is_undefined_length = True
        else:
            _put(cleaned.file_meta, "TransferSyntaxUID", ExplicitVRLittleEndian)
            data = b"".join(self._encoded)
            vr = "OB" if self._bits_allocated == 8 else "OW"
            pixels = DataElement(0x7FE00010, vr, data + b"\0" * (len(data) % 2))
        cleaned[0x7FE00010] = pixels

    def _describe(self, cleaned: Dataset) -> None:
        """The image pixel module (PS3.3 C.7.6.3) of the new frames."""
        if self._colour:
            _put(cleaned, "SamplesPerPixel", 3)
            _put(cleaned, "PhotometricInterpretation", "RGB")
            _put(cleaned, "PlanarConfiguration", 0)
            _put(cleaned, "PixelRepresentation", 0)
        _put(cleaned, "BitsAllocated", self._bits_allocated)
        _put(cleaned, "BitsStored", self._bits_stored)
        _put(cleaned, "HighBit", self._bits_stored - 1)
        if self._lossy:
            _put(cleaned, "LossyImageCompression", "01")

    def _options(self, frame: Frame) -> dict[str, Any]:
        return {
            "rows": frame.shape[0],
            "columns": frame.shape[1],
            "samples_per_pixel": 3 if self._colour else 1,
            "number_of_frames": 1,
            "bits_allocated": self._bits_allocated,
            "bits_stored": self._bits_stored,
            "photometric_interpretation": "RGB" if self._colour else "MONOCHROME2",
            "pixel_representation": 0,
            "planar_configuration": 0,
        }

    @property
    def _frame(self) -> Frame:
        if self._example is None:
            raise rejected("no_pixel_data")
        return self._example

    @property
    def _colour(self) -> bool:
        return self._frame.ndim == 3

    @property
    def _bits_allocated(self) -> int:
        return self._frame.dtype.itemsize * 8

    @property
    def _bits_stored(self) -> int:
        if self._colour:
            return self._bits_allocated
        return min(integer(self._source, "BitsStored") or 8, self._bits_allocated)

    @property
    def _is_jpeg_ls(self) -> bool:
        return self._frame.dtype.kind == "u" and self._bits_allocated <= 16
