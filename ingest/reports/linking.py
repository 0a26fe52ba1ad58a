"""Words of a report -> spans with a finding id and an ICD-10-CM code."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.reports.lexicon import Entry, Lexicon, Piece
from ingest.reports.tokens import Tokens

_LONG, _BLOCK = 400, 40  # words


@dataclass(frozen=True, slots=True)
class Span:
    """A linked stretch of words, `begin` to `end`; triggers must reach `anchor_begin` or
    `anchor_end`: of "heart is not enlarged" the word "enlarged".
    """

    begin: int
    end: int
    anchor_begin: int
    anchor_end: int
    finding_id: str
    code: str
    imaging: bool = False

    @property
    def is_phrase(self) -> bool:
        """Whether it is one phrase of the lexicon, not two pieces with words between."""
        return (self.begin, self.end) == (self.anchor_begin, self.anchor_end)


def link(tokens: Tokens, encoded: str, sentence_of: Sequence[int], lexicon: Lexicon) -> list[Span]:
    """All findings in the order of their places."""
    contexts = _Contexts(tokens.words, lexicon)
    spans = [
        Span(begin, end, begin, end, entry.finding_id, entry.code, entry.imaging)
        for begin, end, entries in lexicon.findings.find(encoded)
        if (entry := _meant(entries, contexts.at(begin), tokens, begin)) is not None
        and sentence_of[begin] == sentence_of[end - 1]
    ]
    spans.extend(_in_pieces(encoded, sentence_of, lexicon, spans))
    return sorted(spans, key=lambda span: (span.begin, span.end))


class _Contexts:
    """What a report is about: all of a short one, a long one around each word."""

    def __init__(self, words: Sequence[str], lexicon: Lexicon) -> None:
        self._words = words
        self._cues = lexicon.contexts
        self._known: dict[int, set[str]] = {}

    def at(self, word: int) -> set[str]:
        """Names of the contexts that hold at a word."""
        block = word // _BLOCK if len(self._words) > _LONG else 0
        if block not in self._known:
            self._known[block] = self._of(block)
        return self._known[block]

    def _of(self, block: int) -> set[str]:
        if len(self._words) > _LONG:
            words = set(self._words[max(0, block - 1) * _BLOCK : (block + 2) * _BLOCK])
        else:
            words = set(self._words)
        return {name for name, cues in self._cues.items() if not cues.isdisjoint(words)}


def _meant(
    entries: tuple[Entry, ...], contexts: set[str], tokens: Tokens, begin: int
) -> Entry | None:
    """The first meaning that fits the report, if there is one."""
    for entry in entries:
        if entry.capitals and not tokens.text[tokens.begins[begin] : tokens.ends[begin]].isupper():
            continue
        if not entry.context or entry.context in contexts:
            return entry
    return None


# --- findings said in two pieces ------------------------------------------------------------------


def _in_pieces(
    encoded: str, sentence_of: Sequence[int], lexicon: Lexicon, spans: Sequence[Span]
) -> Iterator[Span]:
    """Pairs of pieces that stand near enough in one sentence and are not part of a finding."""
    taken = [(span.begin, span.end) for span in spans]
    waiting: dict[tuple[int, int], tuple[int, int]] = {}  # (rule, slot) -> its last place
    for begin, end, pieces in lexicon.pieces.find(encoded):
        for piece in pieces:
            span = _pair(waiting.get((piece.rule, 1 - piece.slot)), (begin, end), piece, lexicon)
            waiting[piece.rule, piece.slot] = (begin, end)
            if span is None or sentence_of[span.begin] != sentence_of[end - 1]:
                continue
            if not _overlaps(span, taken):
                waiting.pop((piece.rule, piece.slot))
                yield span


def _pair(
    other: tuple[int, int] | None, place: tuple[int, int], piece: Piece, lexicon: Lexicon
) -> Span | None:
    rule = lexicon.part_rules[piece.rule]
    if other is None or place[0] - other[1] > rule.gap or place[0] < other[1]:
        return None
    anchor = place if piece.slot == 1 else other
    return Span(other[0], place[1], *anchor, rule.finding_id, rule.code, imaging=True)


def _overlaps(span: Span, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a finding that stands on its own covers one of the ends. Only near ones count."""
    at = bisect_left(taken, (span.end, 0))
    return any(end > span.begin for _, end in taken[max(0, at - 3) : at])
