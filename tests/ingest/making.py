"""DICOM files made to measure, in every encoding that the tests need."""

import io
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from ingest.reading.quiet import quiet

Frames = npt.NDArray[Any]
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


@quiet()
def dataset(frames: Frames, bits: int | None = None, **attributes: Any) -> Dataset:
    """An Explicit VR Little Endian image; frames are (n, rows, columns[, 3]) integers."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = SECONDARY_CAPTURE
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    made.StudyInstanceUID, made.SeriesInstanceUID = "1.2.1", "1.2.2"
    made.Modality = "OT"
    made.PatientID = "someone"
    made.SamplesPerPixel = 3 if frames.ndim == 4 else 1
    made.PhotometricInterpretation = "RGB" if frames.ndim == 4 else "MONOCHROME2"
    if frames.ndim == 4:
        made.PlanarConfiguration = 0
    made.NumberOfFrames = len(frames)
    made.Rows, made.Columns = frames.shape[1:3]
    made.BitsAllocated = frames.dtype.itemsize * 8
    made.BitsStored = bits or made.BitsAllocated
    made.HighBit = made.BitsStored - 1
    made.PixelRepresentation = int(frames.dtype.kind == "i")
    raw = frames.tobytes()
    made.PixelData = raw + b"\0" * (len(raw) % 2)
    made["PixelData"].VR = "OB" if made.BitsAllocated == 8 else "OW"
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


@quiet()
def file_of(made: Dataset) -> bytes:
    """The dataset as the bytes of a DICOM file."""
    stream = io.BytesIO()
    dcmwrite(stream, made, enforce_file_format=True)
    return stream.getvalue()


def _compressed(made: Dataset, syntax: str, streams: list[bytes]) -> bytes:
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate(streams)
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    return file_of(made)


def _native(syntax: str) -> Callable[[Frames, int], bytes]:
    def encode(frames: Frames, bits: int) -> bytes:
        made = dataset(frames, bits)
        made.file_meta.TransferSyntaxUID = syntax
        if syntax == ExplicitVRBigEndian:
            made.PixelData = frames.byteswap().tobytes()
            made["PixelData"].VR = "OB" if frames.dtype.itemsize == 1 else "OW"
        return file_of(made)

    return encode


def _planar(frames: Frames, bits: int) -> bytes:
    made = dataset(frames, bits)
    if frames.ndim == 4:
        made.PlanarConfiguration = 1
        made.PixelData = np.moveaxis(frames, -1, 1).tobytes()
    return file_of(made)


def _wide(frames: Frames, bits: int) -> bytes:
    """The same values in containers of twice the size."""
    return file_of(dataset(frames.astype(f"{frames.dtype.kind}{frames.dtype.itemsize * 2}"), bits))


def _rle(frames: Frames, bits: int) -> bytes:
    made = dataset(frames, bits)
    made.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    return file_of(made)


def _unsigned(frames: Frames, bits: int) -> Frames:
    """Two's complement in `bits` bits, as JPEG and JPEG-LS carry signed values."""
    raw = frames.view(f"u{frames.dtype.itemsize}")
    return raw & raw.dtype.type((1 << bits) - 1)


def _jpeg_ls(frames: Frames, bits: int) -> bytes:
    streams = [imagecodecs.jpegls_encode(frame) for frame in _unsigned(frames, bits)]
    return _compressed(dataset(frames, bits), JPEGLSLossless, streams)


def _jpeg_lossless(frames: Frames, bits: int) -> bytes:
    colour = {"colorspace": "RGB", "outcolorspace": "RGB"} if frames.ndim == 4 else {}
    streams = [
        imagecodecs.jpeg8_encode(frame, lossless=True, predictor=1, bitspersample=bits, **colour)
        for frame in _unsigned(frames, bits)
    ]
    return _compressed(dataset(frames, bits), JPEGLosslessSV1, streams)


def _jpeg_2000(frames: Frames, bits: int) -> bytes:
    streams = [
        imagecodecs.jpeg2k_encode(frame, level=0, reversible=True, codecformat="J2K")
        for frame in frames
    ]
    made = dataset(frames, bits)
    if frames.ndim == 4:
        made.PhotometricInterpretation = "YBR_RCT"
    return _compressed(made, JPEG2000Lossless, streams)


def _htj2k(frames: Frames, bits: int) -> bytes:
    streams = [imagecodecs.htj2k_encode(frame, reversible=True) for frame in frames]
    return _compressed(dataset(frames, bits), HTJ2KLossless, streams)


LOSSLESS: dict[str, Callable[[Frames, int], bytes]] = {
    "implicit": _native(ImplicitVRLittleEndian),
    "explicit": _native(ExplicitVRLittleEndian),
    "big endian": _native(ExplicitVRBigEndian),
    "deflated": _native(DeflatedExplicitVRLittleEndian),
    "planar": _planar,
    "wide": _wide,
    "RLE": _rle,
    "JPEG-LS": _jpeg_ls,
    "JPEG lossless": _jpeg_lossless,
    "JPEG 2000": _jpeg_2000,
    "HTJ2K": _htj2k,
}
