"""Compressed picture -> samples, by an ordered chain of decoders for each coding.

The first of a chain is the fastest of those that are right. CPU-ms for a film of 2500 × 2048, 12 in
16 bits, measured in one run:

| coding        | first                        | others                               |
|---------------|------------------------------|--------------------------------------|
| JPEG lossless | libjpeg-turbo 35             | liblj92 50, jpegsof3 85              |
| JPEG-LS       | CharLS 81                    | pyjpegls 79 (same library), gdcm 143 |
| JPEG 2000     | OpenJPEG 481                 | pylibjpeg 490, gdcm 575              |
| HTJ2K         | OpenJPEG 56                  | OpenJPH 26, wraps white to black     |
| RLE           | PackBits 7 (`ingest/rle.py`) | pylibjpeg 9, pydicom 61–85           |

All come with imagecodecs. To add a coding: a member of `Coding`, its markers in `codestream.py`,
its decoders here, its transfer syntaxes in `syntaxes.py`.
"""

from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt

from infra.errors import RejectedFile
from ingest.codestream import Codestream, Coding
from ingest.guard import refuse_as
from ingest.reasons import rejected

Frame = npt.NDArray[Any]
Decoder = Callable[[bytes, Codestream, bool], Frame]


def decode_picture(data: bytes, stream: Codestream, rgb: bool) -> Frame:
    """Samples of one picture, shape (rows, columns) or (rows, columns, samples).

    `rgb` says how three JPEG components are stored; JPEG comes back as RGB whichever they are.
    Other codings come back as stored, but for JPEG 2000's own transform, which is undone.
    Raises RejectedFile undecodable_pixels when no decoder of the chain can.
    """
    for decoder in CHAINS[stream.coding]:
        try:
            with refuse_as("undecodable_pixels"):
                return _shaped(decoder(data, stream, rgb), stream)
        except RejectedFile as exc:
            failure = exc
    raise failure


def _shaped(frame: Frame, stream: Codestream) -> Frame:
    if frame.ndim == 3 and frame.shape[0] == stream.samples != frame.shape[2]:
        frame = np.moveaxis(frame, 0, -1)  # samples came one after the other
    if frame.ndim == 3 and frame.shape[2] == 1:
        frame = frame[..., 0]
    expected = (stream.rows, stream.columns, stream.samples)
    if stream.rows and frame.shape != (expected if stream.samples > 1 else expected[:2]):
        raise rejected("undecodable_pixels", "the decoder returned another size")
    return frame


def _libjpeg_turbo(data: bytes, stream: Codestream, rgb: bool) -> Frame:
    if stream.samples != 3:
        return imagecodecs.jpeg8_decode(data)
    stored = "RGB" if rgb or stream.coding is Coding.JPEG_LOSSLESS else "YCBCR"
    return imagecodecs.jpeg8_decode(data, colorspace=stored, outcolorspace="RGB")


def _liblj92(data: bytes, _stream: Codestream, _rgb: bool) -> Frame:
    return imagecodecs.ljpeg_decode(data)


def _jpegsof3(data: bytes, _stream: Codestream, _rgb: bool) -> Frame:
    return imagecodecs.jpegsof3_decode(data)


def _charls(data: bytes, _stream: Codestream, _rgb: bool) -> Frame:
    return imagecodecs.jpegls_decode(data)


def _openjpeg(data: bytes, _stream: Codestream, _rgb: bool) -> Frame:
    return imagecodecs.jpeg2k_decode(data, numthreads=1)


def _libjxl(data: bytes, _stream: Codestream, _rgb: bool) -> Frame:
    return imagecodecs.jpegxl_decode(data, numthreads=1)


CHAINS: dict[Coding, tuple[Decoder, ...]] = {
    Coding.JPEG: (_libjpeg_turbo,),
    Coding.JPEG_LOSSLESS: (_libjpeg_turbo, _liblj92, _jpegsof3),
    Coding.JPEG_LS: (_charls,),
    Coding.JPEG_2000: (_openjpeg,),
    Coding.JPEG_XL: (_libjxl,),
}
