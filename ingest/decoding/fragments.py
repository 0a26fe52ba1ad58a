"""Encapsulated pixel data -> one compressed stream per frame (PS3.5 A.4).

Offset tables are often missing or wrong, so fragments are grouped by what is surest first.
"""

import struct
from dataclasses import dataclass

from ingest.reasons import rejected

ITEM = b"\xfe\xff\x00\xe0"
SEQUENCE_END = b"\xfe\xff\xdd\xe0"
UNDEFINED = 0xFFFFFFFF
STARTS = (
    b"\xff\xd8\xff",  # JPEG, JPEG-LS
    b"\xff\x4f\xff\x51",  # JPEG 2000, HTJ2K
    b"\x00\x00\x00\x0cjP  ",  # JP2 file
)
Buffer = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Items:
    """The items of encapsulated pixel data: (begin, end) of each value, and where the last ends.

    `cut` says that the data ends inside an item.
    """

    spans: list[tuple[int, int]]
    end: int
    cut: bool


def walk_items(data: Buffer, begin: int = 0) -> Items:
    """Read items from `begin` up to a delimiter, something that is no item, or the end."""
    spans: list[tuple[int, int]] = []
    position = begin
    while position + 8 <= len(data) and bytes(data[position : position + 4]) == ITEM:
        length: int = struct.unpack_from("<I", data, position + 4)[0]
        value = position + 8
        if length == UNDEFINED or value + length > len(data):
            spans.append((value, len(data)))
            return Items(spans, len(data), cut=True)
        spans.append((value, value + length))
        position = value + length
    return Items(spans, position, cut=False)


def frame_streams(
    data: Buffer, frames: int, extended: tuple[bytes, bytes] | None = None
) -> list[list[tuple[int, int]]]:
    """For each frame the (begin, end) of its fragments in `data`.

    `extended` are Extended Offset Table and its lengths (PS3.3 C.7.6.3). Raises RejectedFile
    truncated_pixel_data when there are fewer frames than promised.
    """
    items = walk_items(data)
    if not items.spans:
        raise rejected("truncated_pixel_data", "no fragments")
    table, fragments = items.spans[0], items.spans[1:]
    if items.cut or not fragments:
        raise rejected("truncated_pixel_data", f"{len(fragments)} fragments, the last is cut")
    grouped = _group(data, table, fragments, frames, extended)
    if len(grouped) < frames:
        raise rejected("truncated_pixel_data", f"{len(grouped)} of {frames} frames are there")
    return grouped[:frames]


def _group(
    data: Buffer,
    table: tuple[int, int],
    fragments: list[tuple[int, int]],
    frames: int,
    extended: tuple[bytes, bytes] | None,
) -> list[list[tuple[int, int]]]:
    if frames == 1:
        return [fragments]
    if len(fragments) == frames:
        return [[fragment] for fragment in fragments]
    offsets = _offsets(data, table, extended)
    by_table = _by_offsets(fragments, offsets, fragments[0][0] - 8)
    return by_table if len(by_table) == frames else _by_start(data, fragments)


def _offsets(
    data: Buffer, table: tuple[int, int], extended: tuple[bytes, bytes] | None
) -> list[int]:
    if extended:
        size = len(extended[0]) // 8
        return list(struct.unpack_from(f"<{size}Q", extended[0]))
    size = (table[1] - table[0]) // 4
    return list(struct.unpack_from(f"<{size}I", data, table[0]))


def _by_offsets(
    fragments: list[tuple[int, int]], offsets: list[int], origin: int
) -> list[list[tuple[int, int]]]:
    """Group by a table of offsets from the first fragment's tag; [] where it fits none."""
    starts = {offset + origin + 8 for offset in offsets}
    if not starts <= {begin for begin, _ in fragments}:
        return []
    return _split(fragments, [begin in starts for begin, _ in fragments])


def _by_start(data: Buffer, fragments: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Group by the marker with which a compressed picture starts."""
    heads = (bytes(data[begin : begin + 12]) for begin, _ in fragments)
    return _split(fragments, [head.startswith(STARTS) for head in heads])


def _split(fragments: list[tuple[int, int]], first: list[bool]) -> list[list[tuple[int, int]]]:
    grouped: list[list[tuple[int, int]]] = []
    for fragment, starts in zip(fragments, first, strict=True):
        if starts or not grouped:
            grouped.append([])
        grouped[-1].append(fragment)
    return grouped
