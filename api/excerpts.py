"""Report text in marked and unmarked pieces, and excerpts of it around what was asked.

Matches are found by SQLite FTS5 itself, with the tokenizer of `infra/text.py`, so that diacritics,
prefixes and phrases mean here what they mean in a search.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from infra.query import AllText, AnyText, NoText, Phrase, Text
from infra.text import TOKENIZER, parse_text, searchable

EXCERPT = 280  # characters, about four lines on a card
LEAD = 60  # characters before the first match
CUT = "…"

_BEGIN, _END = "\x02", "\x03"  # what FTS5 puts around a match; no report holds them afterwards
_MARKS = re.compile("[\x02\x03]")

Span = tuple[int, int]  # begin and end in Unicode code points


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that matches what was asked, or does not."""

    text: str
    marked: bool


def marked_text(text: str, asked: str) -> list[Piece]:
    """The whole text in pieces; joined they are the text. Raises BadQuery as parse_text does."""
    spans = matches([text], parse_text(asked) if asked else None)[0]
    return list(_pieces(text, 0, len(text), spans))


def excerpts(reports: Sequence[Sequence[str]], asked: Text | None) -> list[list[Piece]]:
    """For each case, given as the texts of its reports: the excerpt of the first text that
    matches, or else the start of the first one; [] where there is no text.
    """
    texts = [text for case in reports for text in case]
    spans = iter(matches(texts, asked))
    return [_of_case([(text, next(spans)) for text in case]) for case in reports]


def matches(texts: Sequence[str], asked: Text | None) -> list[list[Span]]:
    """The spans of each text that match a phrase which `asked` wants, in order, not overlapping."""
    phrases = list(_wanted(asked)) if asked is not None else []
    if not phrases or not texts:
        return [[] for _ in texts]
    found: list[list[Span]] = [[] for _ in texts]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = '{TOKENIZER}')")
        rows = ((i, _MARKS.sub(" ", searchable(text))) for i, text in enumerate(texts))
        connection.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", rows)
        highlighted = connection.execute(
            "SELECT rowid, highlight(t, 0, ?, ?) FROM t WHERE t MATCH ?",
            (_BEGIN, _END, " OR ".join(map(_expression, phrases))),
        )
        for number, text in highlighted:
            found[number] = list(_spans(text))
    return found


def _wanted(text: Text) -> Iterator[Phrase]:
    """The phrases that a match may hold: not those that it must not."""
    match text:
        case Phrase():
            yield text
        case AllText(parts) | AnyText(parts):
            for part in parts:
                yield from _wanted(part)
        case NoText():
            return


def _expression(phrase: Phrase) -> str:
    quoted = searchable(" ".join(phrase.words)).replace('"', '""')
    return f'"{quoted}"' + ("*" if phrase.prefix else "")


def _spans(highlighted: str) -> Iterator[Span]:
    """Where the marks are, counted as if they were not there."""
    begin = 0
    for number, mark in enumerate(_MARKS.finditer(highlighted)):
        if mark[0] == _BEGIN:
            begin = mark.start() - number
        else:
            yield begin, mark.start() - number


def _of_case(texts: Sequence[tuple[str, list[Span]]]) -> list[Piece]:
    present = [(text, spans) for text, spans in texts if text.strip()]
    for text, spans in present:
        if spans:
            return _around(text, spans)
    return _around(present[0][0], []) if present else []


def _around(text: str, spans: list[Span]) -> list[Piece]:
    """EXCERPT characters from a little before the first span, cut between words."""
    begin = _word_start(text, max(0, spans[0][0] - LEAD)) if spans else 0
    begin = min(begin, spans[0][0]) if spans else begin
    end = _word_end(text, begin, begin + EXCERPT)
    pieces = list(_pieces(text, begin, end, spans))
    before = [Piece(CUT, marked=False)] if begin > 0 else []
    after = [Piece(CUT, marked=False)] if end < len(text.rstrip()) else []
    return [*before, *pieces, *after]


def _word_start(text: str, at: int) -> int:
    """The first start of a word from `at` on."""
    if at == 0:
        return 0
    space = re.compile(r"\s+").search(text, at - 1)
    return space.end() if space else at


def _word_end(text: str, begin: int, at: int) -> int:
    """The last end of a word up to `at`; `at` itself inside a word without end."""
    if at >= len(text):
        return len(text)
    cut = len(text[begin : at + 1].rstrip()) + begin
    if cut <= at:  # a space is at the border
        return cut
    words = re.match(r".*\S(?=\s)", text[begin:at], re.DOTALL)
    return begin + words.end() if words else at


def _pieces(text: str, begin: int, end: int, spans: Sequence[Span]) -> Iterator[Piece]:
    """text[begin:end], marked where spans are."""
    at = begin
    for low, high in spans:
        low, high = max(low, begin), min(high, end)
        if low >= high:
            continue
        if at < low:
            yield Piece(text[at:low], marked=False)
        yield Piece(text[low:high], marked=True)
        at = high
    if at < end:
        yield Piece(text[at:end], marked=False)
