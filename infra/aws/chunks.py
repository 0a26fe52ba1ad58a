"""Long text in pieces that a service with a size limit takes, overlapping at sentence ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

OVERLAP = 600  # bytes; some sentences of context on both sides of a border

_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """text[begin:end] of a whole text, in code points. What begins in `own_begin`..`own_end` is
    taken from this chunk; what lies around it is context, and belongs to a neighbour.
    """

    begin: int
    end: int
    own_begin: int
    own_end: int


def chunks_of(text: str, limit: int) -> list[Chunk]:
    """Chunks of at most `limit` bytes of UTF-8 each, which is the stricter reading of a limit.

    Their own parts follow each other without a gap. One chunk where the text is short enough.
    """
    bounds = list(_bounds(text, limit))
    borders = [_border(text, end, begin) for (_, end), (begin, _) in pairwise(bounds)]
    return [
        Chunk(begin, end, own_begin, own_end)
        for (begin, end), own_begin, own_end in zip(
            bounds, [0, *borders], [*borders, len(text)], strict=True
        )
    ]


def _bounds(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each chunk."""
    begin = 0
    while True:
        most = _reach(text, begin, limit)
        if most == len(text):
            yield begin, most
            return
        low = _reach(text, begin, limit // 2)
        end = _last_break(text, low, most)
        yield begin, end
        wanted = _back(text, end, min(OVERLAP, limit // 4))
        begin = _last_break(text, max(begin + 1, wanted - OVERLAP), wanted)


def _border(text: str, end: int, begin: int) -> int:
    """Where, inside the overlap from `begin` to `end`, the later chunk takes over."""
    middle = (begin + end) // 2
    return max(begin, _last_break(text, begin, middle)) if begin < end else end


def _reach(text: str, begin: int, size: int) -> int:
    """The furthest end with text[begin:end] of at most `size` bytes, and at least one character."""
    part = text[begin : begin + size].encode()[:size].decode(errors="ignore")
    return min(len(text), begin + max(1, len(part)))


def _back(text: str, end: int, size: int) -> int:
    """The earliest begin with text[begin:end] of at most `size` bytes."""
    part = text[max(0, end - size) : end].encode()[-size:].decode(errors="ignore")
    return end - len(part)


def _last_break(text: str, low: int, high: int) -> int:
    """The last start of a sentence in low..high, or else of a word, or `high`."""
    for kind in (_SENTENCE_END, _SPACE):
        places = [found.end() for found in kind.finditer(text, low, high)]
        if places:
            return places[-1]
    return high
