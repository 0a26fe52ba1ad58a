"""Compressed picture -> samples: for each coding the fastest decoder that is right.

CPU-ms for a film of 2500 × 2048, 12 in 16 bits, measured in one run:

| coding        | used                         | others                                       |
|---------------|------------------------------|----------------------------------------------|
| JPEG lossless | libjpeg-turbo 35             | liblj92 50, jpegsof3 85, gdcm 137            |
| JPEG-LS       | CharLS 81                    | pyjpegls 79 (the same library), gdcm 143     |
| JPEG 2000     | OpenJPEG 481                 | pylibjpeg 490 (the same library), gdcm 575   |
| HTJ2K         | OpenJPEG 56                  | OpenJPH 26, but it wraps white round to black |
| RLE           | PackBits 7 (`rle.py`)        | pylibjpeg 9, pydicom 61 to 85                |

There are no second choices on purpose. On 195 compressed samples none was needed; of 2,400 damaged
ones no picture that these refuse was decoded rightly by gdcm, and liblj92 crashed. A refused file
is better than a wrong picture.

To add a coding: a member of `Coding`, its markers in `codestream.py`, its decoder here, its
transfer syntaxes in `syntaxes.py`.
"""

from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt

from ingest.decoding.codestream import Codestream, Coding
from ingest.reasons import rejected

Frame = npt.NDArray[Any]


def decode_picture(data: bytes, stream: Codestream, rgb: bool) -> Frame:
    """Samples of one picture, shape (rows, columns) or (rows, columns, samples).

    `rgb` says how three JPEG components are stored; JPEG comes back as RGB whichever they are.
    Other codings come back as stored, but for JPEG 2000's own transform, which is undone.
    Raises RejectedFile undecodable_pixels, or whatever the decoder raises.
    """
    frame = DECODERS[stream.coding](data, stream, rgb)
    if frame.ndim == 3 and frame.shape[0] == stream.samples != frame.shape[2]:
        frame = np.moveaxis(frame, 0, -1)  # samples came one after the other
    if frame.ndim == 3 and frame.shape[2] == 1:
        frame = frame[..., 0]
    expected = (stream.rows, stream.columns, stream.samples)
    if frame.shape != (expected if stream.samples > 1 else expected[:2]):
        raise rejected("undecodable_pixels", "the decoder returned another size")
    return frame


def _libjpeg_turbo(data: bytes, stream: Codestream, rgb: bool) -> Frame:
    if stream.samples != 3:
        return imagecodecs.jpeg8_decode(data)
    stored = "RGB" if rgb or stream.coding is Coding.JPEG_LOSSLESS else "YCBCR"
    return imagecodecs.jpeg8_decode(data, colorspace=stored, outcolorspace="RGB")


def _charls(data: bytes, _stream: Codestream, _rgb: bool) -> Frame:
    return imagecodecs.jpegls_decode(data)


def _openjpeg(data: bytes, _stream: Codestream, _rgb: bool) -> Frame:
    return imagecodecs.jpeg2k_decode(data, numthreads=1)


DECODERS: dict[Coding, Callable[[bytes, Codestream, bool], Frame]] = {
    Coding.JPEG: _libjpeg_turbo,
    Coding.JPEG_LOSSLESS: _libjpeg_turbo,
    Coding.JPEG_LS: _charls,
    Coding.JPEG_2000: _openjpeg,
}
