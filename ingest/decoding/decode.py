"""Dataset -> frames of stored values or RGB, one at a time, whatever they are encoded in.

Run it in a fenced worker (`ingest/fencing/fence.py`): the decoders are native code and the files
are not to be trusted. Where header and compressed stream disagree, the stream decides (PS3.5 8.2).
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy.typing as npt
from pydicom import Dataset

from infra.settings import Settings
from ingest.decoding.codecs import decode_picture
from ingest.decoding.codestream import Codestream, Coding, read_codestream
from ingest.decoding.colour import ybr_to_rgb
from ingest.decoding.fragments import ITEM, frame_streams
from ingest.decoding.native import is_native_size, native_frames
from ingest.decoding.palette import palette_of
from ingest.decoding.pixel_hash import PixelHash
from ingest.decoding.rle import decode_rle
from ingest.decoding.stored_values import of_codestream, of_container
from ingest.fencing.guard import refuse_as
from ingest.reading import syntaxes
from ingest.reading.pixel_format import PixelFormat, pixel_format
from ingest.reading.quiet import quiet
from ingest.reasons import rejected

__all__ = ["PixelHash", "frames"]

Frame = npt.NDArray[Any]
Decode = Callable[[int], Frame]


def frames(ds: Dataset, settings: Settings, only: range | None = None) -> Iterator[Frame]:
    """Decode one frame after the other; at no time is more than one in memory.

    `only` names the frames to decode, counted from 0; those that are not there are left out.

    Grey frames have shape (rows, columns) and hold stored values, cut to BitsStored and
    sign-extended, in the narrowest integer dtype (float32 or float64 for float pixel data). Colour
    frames (RGB, YBR, PALETTE COLOR) are RGB of shape (rows, columns, 3), uint8, or uint16 where
    BitsStored is above 8. Frames may be read-only views. The header is checked before the first
    frame is asked for.

    Raises RejectedFile: no_pixel_data, bad_header, too_large, too_many_frames,
    truncated_pixel_data, unsupported_transfer_syntax, undecodable_pixels.
    """
    with quiet(), refuse_as("undecodable_pixels"):
        claimed = pixel_format(ds, settings)
        decode = _decoder(ds, claimed)
        if claimed.is_palette:
            decode = _then(decode, _palette(ds, claimed))
    wanted = range(claimed.frames) if only is None else only
    return _each([index for index in wanted if index < claimed.frames], decode)


def _each(wanted: Iterable[int], decode: Decode) -> Iterator[Frame]:
    for index in wanted:
        with refuse_as("undecodable_pixels"):
            frame = decode(index)
        yield frame


def _then(first: Decode, second: Callable[[Frame], Frame]) -> Decode:
    return lambda index: second(first(index))


def _decoder(ds: Dataset, claimed: PixelFormat) -> Decode:
    """How to decode a frame by its number: by what is there more than by what is declared."""
    element = ds[claimed.keyword]
    data: bytes = element.value
    declared_native = claimed.syntax in syntaxes.NATIVE
    if data[:4] == ITEM and (element.is_undefined_length or not declared_native):
        return _encapsulated(data, claimed, _offset_tables(ds))
    if not declared_native and not is_native_size(len(data), claimed):
        known = claimed.syntax in syntaxes.DECODABLE
        raise rejected("undecodable_pixels" if known else "unsupported_transfer_syntax")
    return _native(data, claimed, element.VR)


def _native(data: bytes, claimed: PixelFormat, vr: str) -> Decode:
    big = claimed.syntax == syntaxes.BIG_ENDIAN
    swapped = big and vr == "OW" and claimed.bits_allocated <= 8
    containers = native_frames(data, claimed, swapped)
    if claimed.is_float:
        return containers
    return _then(containers, lambda frame: _uncompressed(frame, claimed))


def _uncompressed(frame: Frame, claimed: PixelFormat) -> Frame:
    return _coloured(of_container(frame, claimed), claimed)


def _coloured(frame: Frame, claimed: PixelFormat) -> Frame:
    """Three samples as uint8 or uint16 RGB; grey as it is."""
    if claimed.samples != 3:
        return frame
    bits = claimed.bits_stored
    if bits > 16:
        frame, bits = (frame >> bits - 16).astype("u2"), 16
    if claimed.photometric.startswith(("YBR_FULL", "YBR_PARTIAL")):
        return ybr_to_rgb(frame, bits, partial="PARTIAL" in claimed.photometric)
    return frame


def _palette(ds: Dataset, claimed: PixelFormat) -> Callable[[Frame], Frame]:
    little = claimed.syntax != syntaxes.BIG_ENDIAN
    return palette_of(ds, claimed.bits_stored, signed=claimed.signed, little=little)


# --- encapsulated ---------------------------------------------------------------------------------


def _offset_tables(ds: Dataset) -> tuple[bytes, bytes] | None:
    offsets, lengths = ds.get("ExtendedOffsetTable"), ds.get("ExtendedOffsetTableLengths")
    return (offsets, lengths) if offsets and lengths else None


def _encapsulated(
    data: bytes, claimed: PixelFormat, extended: tuple[bytes, bytes] | None
) -> Decode:
    decode = _stream_decoder(claimed)
    places = frame_streams(data, claimed.frames, extended)

    def of_frame(index: int) -> Frame:
        spans = places[index]
        return decode(b"".join(data[begin:end] for begin, end in spans))

    return of_frame


def _stream_decoder(claimed: PixelFormat) -> Callable[[bytes], Frame]:
    if claimed.syntax == syntaxes.RLE:
        return lambda data: _uncompressed(decode_rle(data, claimed), claimed)
    if claimed.syntax == syntaxes.ENCAPSULATED_NATIVE:
        return lambda data: _one_native(data, claimed)
    if claimed.syntax == syntaxes.DEFLATED_FRAME:
        return lambda data: _one_native(_inflate(data, claimed), claimed)
    if claimed.syntax in syntaxes.CODESTREAM | syntaxes.NATIVE:
        return lambda data: _picture(data, claimed)
    raise rejected("unsupported_transfer_syntax")


def _one_native(data: bytes, claimed: PixelFormat) -> Frame:
    return _uncompressed(native_frames(data, claimed.of_one_frame(), swapped=False)(0), claimed)


def _inflate(data: bytes, claimed: PixelFormat) -> bytes:
    """One deflate stream a frame (PS3.5 A.4.13), no longer than the frame can be."""
    limit = claimed.values * 4 + 8
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit)


def _picture(data: bytes, claimed: PixelFormat) -> Frame:
    stream = read_codestream(data)
    _check_size(stream, claimed)
    said = claimed.photometric == "RGB"
    rgb = said if stream.rgb is None else stream.rgb
    frame = decode_picture(data, stream, rgb)
    frame = of_codestream(frame, stream, claimed, lossy=claimed.syntax in syntaxes.LOSSY)
    if stream.coding is Coding.JPEG or stream.transformed:
        return frame  # is RGB already
    return _coloured(frame, claimed)


def _check_size(stream: Codestream, claimed: PixelFormat) -> None:
    """Before a decoder allocates what the stream claims."""
    if (stream.rows, stream.columns, stream.samples) != (
        claimed.rows, claimed.columns, claimed.samples,
    ):  # fmt: skip
        raise rejected("undecodable_pixels", "the compressed picture has another size")
