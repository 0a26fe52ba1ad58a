"""Where the header and each frame are in a stored DICOM file, without reading its pixels.

Most files are read in place: a frame costs one seek. Those that cannot be (a deflated dataset,
frames that begin inside a byte, headers that only the tolerant reader takes,
`ingest.reading.parsing`) have no layout and are read as a whole behind the fence.
"""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from struct import unpack_from
from typing import BinaryIO

from pydicom import Dataset, dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian

from infra.errors import RejectedFile
from infra.settings import Settings
from ingest.decoding.fragments import ITEM, frame_streams
from ingest.decoding.native import frame_bits, is_native_size
from ingest.fencing.guard import refuse_as
from ingest.reading import syntaxes
from ingest.reading.parsing import PIXEL_TAGS, PIXEL_VRS, UNDEFINED
from ingest.reading.pixel_format import PixelFormat, pixel_format
from ingest.reading.quiet import quiet

KEYWORDS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData",
            0x7FE00010: "PixelData"}  # fmt: skip

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """A file that can be read in place.

    `head` bytes come before the pixel element `tag` of this `vr`. `frames` are the spans of each
    frame's bytes in the file: fragments if `encapsulated`, else one span of uncompressed values.
    """

    claimed: PixelFormat
    head: int
    tag: int
    vr: str
    encapsulated: bool
    frames: Sequence[Sequence[Span]]

    def read_frame(self, file: BinaryIO, index: int) -> bytes:
        """The bytes of a frame (counted from 0), its fragments joined."""
        parts = []
        for begin, end in self.frames[index]:
            file.seek(begin)
            parts.append(file.read(end - begin))
        return b"".join(parts)

    def read_head(self, file: BinaryIO) -> bytes:
        """Everything before the pixel element."""
        file.seek(0)
        return file.read(self.head)

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return 1_000 + 200 * len(self.frames)


def read_header(file: BinaryIO) -> Dataset:
    """The elements before the pixels; afterwards `file` is where they begin.

    Raises RejectedFile bad_header.
    """
    file.seek(0)
    with quiet(), refuse_as("bad_header"):
        return dcmread(file, stop_before_pixels=True, force=True)


def layout_of(file: BinaryIO, settings: Settings) -> Layout | None:
    """The layout of a file, None where it has to be read as a whole."""
    try:
        header = read_header(file)
        with quiet(), refuse_as("bad_header"):
            if header.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
                return None
            return _layout(header, file, settings)
    except RejectedFile:
        return None


def _layout(header: Dataset, file: BinaryIO, settings: Settings) -> Layout | None:
    head = file.tell()
    implicit, little = header.original_encoding
    order = "<" if little else ">"
    start = file.read(12)
    if implicit is None or len(start) < 12:
        return None
    group, number = unpack_from(order + "HH", start)
    tag = group << 16 | number
    if tag not in PIXEL_TAGS:
        return None
    begin = head + (8 if implicit else 12)
    length: int = unpack_from(order + "I", start, 4 if implicit else 8)[0]
    vr = PIXEL_VRS[tag] if implicit else start[4:6].decode("latin-1")
    setattr(header, KEYWORDS[tag], b"\0\0")  # or the format is that of a header without pixels
    claimed = pixel_format(header, settings)
    frames: Sequence[Sequence[Span]] | None
    if encapsulated := length == UNDEFINED:
        extended = header.get("ExtendedOffsetTable"), header.get("ExtendedOffsetTableLengths")
        tables = extended if all(extended) else None
        frames = _fragments(file, begin, claimed.frames, tables)
    elif (frames := _uncompressed(file, begin, length, claimed, vr)) is None:
        return None
    return Layout(
        claimed=claimed, head=head, tag=tag, vr=vr, encapsulated=encapsulated, frames=frames
    )


def _fragments(
    file: BinaryIO, begin: int, frames: int, extended: tuple[bytes, bytes] | None
) -> Sequence[Sequence[Span]]:
    """Spans by offset tables or by scanning; only the heads of items are touched."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        data = memoryview(mapped)
        rest = data[begin:]
        try:
            found = frame_streams(rest, frames, extended)
        finally:
            rest.release()
            data.release()
    return [[(begin + one, begin + end) for one, end in spans] for spans in found]


def _uncompressed(
    file: BinaryIO, begin: int, length: int, claimed: PixelFormat, vr: str
) -> Sequence[Sequence[Span]] | None:
    if claimed.syntax not in syntaxes.NATIVE and not is_native_size(length, claimed):
        return None
    bits = frame_bits(claimed, length)
    file.seek(begin)
    if bits % 8 or bits * claimed.frames > length * 8 or file.read(len(ITEM)) == ITEM:
        return None
    size = bits // 8
    if claimed.syntax == syntaxes.BIG_ENDIAN and vr == "OW" and size % 2:
        return None  # bytes are swapped in pairs, and frames begin inside of one
    return [[(begin + n * size, begin + (n + 1) * size)] for n in range(claimed.frames)]
