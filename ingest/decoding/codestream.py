"""What a compressed picture says of itself in its first markers, before anything is decoded.

JPEG and JPEG-LS: ISO/IEC 10918-1 annex B, 14495-1 annex C; JPEG 2000 and HTJ2K: 15444-1 annex A.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum

from ingest.reasons import rejected


class Coding(StrEnum):
    """The family a stream belongs to, whatever the transfer syntax claims."""

    JPEG = "jpeg"
    JPEG_LOSSLESS = "jpeg_lossless"
    JPEG_LS = "jpeg_ls"
    JPEG_2000 = "jpeg_2000"  # and HTJ2K


@dataclass(frozen=True, slots=True, kw_only=True)
class Codestream:
    """Size, samples and colour of one compressed picture.

    `rgb` says whether three components are RGB (True) or YCbCr (False) as stored; None where the
    stream does not say. `transformed`: JPEG 2000's own colour transform, which decoders undo.
    """

    coding: Coding
    rows: int = 0
    columns: int = 0
    samples: int = 0
    precision: int = 0
    signed: bool = False
    rgb: bool | None = None
    transformed: bool = False


JP2 = b"\x00\x00\x00\x0cjP  "
END = b"\xff\xd9"  # EOI of JPEG, EOC of JPEG 2000; neither occurs inside compressed data
LOSSLESS_FRAMES = frozenset((0xC3, 0xC7, 0xCB, 0xCF))
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
START_OF_SCAN, ADOBE, JFIF, JPEG_LS_FRAME = 0xDA, 0xEE, 0xE0, 0xF7


def read_codestream(data: bytes) -> Codestream:
    """Read the markers.

    Raises RejectedFile: undecodable_pixels where it is none of these or its markers are damaged,
    truncated_pixel_data where its end is missing.
    """
    try:
        if data[:2] == b"\xff\xd8":
            return _jpeg(data)
        if data[:4] == b"\xff\x4f\xff\x51" or data.startswith(JP2):
            return _jpeg_2000(data)
    except (IndexError, struct.error) as exc:
        raise rejected("truncated_pixel_data", "a compressed picture has no body") from exc
    raise rejected("undecodable_pixels", "no compressed picture where one should be")


def _check_end(data: bytes, body: int) -> None:
    """Decoders fill what is missing with grey and say nothing, so the end marker must be there."""
    if data.rfind(END, body) < 0:
        raise rejected("truncated_pixel_data", "a compressed picture has no end")


# --- JPEG -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Marks:
    frame: int = 0
    body: bytes = b""
    adobe: int | None = None
    jfif: bool = False


def _jpeg(data: bytes) -> Codestream:
    marks = _Marks()
    position = 2
    while True:
        while data[position] == 0xFF:
            position += 1
        marker, length = data[position], struct.unpack_from(">H", data, position + 1)[0]
        segment = data[position + 3 : position + 1 + length]
        if marker == START_OF_SCAN:
            break
        _note(marks, marker, segment)
        position += 1 + length
        if data[position] != 0xFF:
            raise rejected("undecodable_pixels", "damaged JPEG markers")
    if not marks.frame:
        raise rejected("undecodable_pixels", "JPEG without a frame header")
    _check_end(data, position)
    return _jpeg_frame(marks)


def _note(marks: _Marks, marker: int, segment: bytes) -> None:
    if marker in FRAMES:
        marks.frame, marks.body = marker, segment
    elif marker == ADOBE and segment.startswith(b"Adobe"):
        marks.adobe = segment[11] if len(segment) > 11 else None
    elif marker == JFIF and segment.startswith(b"JFIF"):
        marks.jfif = True


def _jpeg_frame(marks: _Marks) -> Codestream:
    precision, rows, columns, samples = struct.unpack_from(">BHHB", marks.body)
    components = [marks.body[6 + 3 * n : 9 + 3 * n] for n in range(samples)]
    coding = Coding.JPEG
    if marks.frame == JPEG_LS_FRAME:
        coding = Coding.JPEG_LS
    elif marks.frame in LOSSLESS_FRAMES:
        coding = Coding.JPEG_LOSSLESS
    return Codestream(
        coding=coding,
        rows=rows,
        columns=columns,
        samples=samples,
        precision=precision,
        rgb=_is_rgb(marks, components) if coding is Coding.JPEG else None,
    )


def _is_rgb(marks: _Marks, components: list[bytes]) -> bool | None:
    """Adobe's flag, then component names, then JFIF or subsampling, which mean YCbCr."""
    if marks.adobe is not None:
        return marks.adobe == 0
    if [component[0] for component in components] == list(b"RGB"):
        return True
    if marks.jfif or len({component[1] for component in components}) > 1:
        return False
    return None


# --- JPEG 2000 ------------------------------------------------------------------------------------


def _jpeg_2000(data: bytes) -> Codestream:
    start = 0 if data[:2] == b"\xff\x4f" else data.find(b"\xff\x4f\xff\x51")
    if start < 0:
        raise rejected("undecodable_pixels", "JP2 file without a codestream")
    x1, y1, x0, y0 = struct.unpack_from(">4I", data, start + 8)
    samples, depth = struct.unpack_from(">HB", data, start + 40)
    end = data.find(b"\xff\x90", start)  # start of the first tile
    if end < 0:
        raise rejected("truncated_pixel_data", "a compressed picture has no body")
    _check_end(data, end)
    return Codestream(
        coding=Coding.JPEG_2000,
        rows=y1 - y0,
        columns=x1 - x0,
        samples=samples,
        precision=(depth & 0x7F) + 1,
        signed=bool(depth & 0x80),
        transformed=_has_transform(data, start, end),
    )


def _has_transform(data: bytes, start: int, end: int) -> bool:
    """The multiple component transform flag of COD (15444-1 A.6.1)."""
    position = start + 2
    while position < end:
        marker, length = struct.unpack_from(">HH", data, position)
        if marker == 0xFF52:
            return bool(data[position + 8])
        position += 2 + length
    return False
