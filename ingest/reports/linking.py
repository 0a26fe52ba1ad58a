"""Words of a report -> spans with a finding id and an ICD-10-CM code."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.reports.lexicon import Entry, Lexicon, Piece
from ingest.reports.tokens import Tokens

_LONG, _BLOCK, _FEW = 400, 40, 4  # words
_JOINTS = frozenset(("or", "and", ","))


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
    contexts = _Contexts(tokens, lexicon)
    spans = [
        Span(begin, end, begin, end, entry.finding_id, entry.code, entry.imaging)
        for begin, end, entry in _phrases(tokens, encoded, contexts, lexicon)
        if entry.finding_id and sentence_of[begin] == sentence_of[end - 1]
    ]
    spans.extend(_elided(spans, tokens, encoded, contexts, lexicon))
    pairs = _nearest(_in_pieces(encoded, sentence_of, lexicon, spans), tokens.words)
    refined = {(pair.anchor_begin, pair.anchor_end) for pair in pairs}
    spans = [span for span in spans if (span.begin, span.end) not in refined]
    return sorted([*spans, *pairs], key=lambda span: (span.begin, span.end))


def _phrases(
    tokens: Tokens, encoded: str, contexts: "_Contexts", lexicon: Lexicon
) -> Iterator[tuple[int, int, Entry]]:
    """The longest phrases that mean something here; of one that does not, what its end means."""
    for begin, end, entries in lexicon.findings.find(encoded):
        here = contexts.at(begin)
        entry = _meant(entries, here, tokens, end)
        if entry is not None:
            yield begin, end, entry
        elif end - begin > 1:
            for first, last, inner in lexicon.findings.find(encoded[begin + 1 : end]):
                entry = _meant(inner, here, tokens, begin + 1 + last)
                if entry is not None:
                    yield begin + 1 + first, begin + 1 + last, entry


def _elided(
    spans: Sequence[Span], tokens: Tokens, encoded: str, contexts: "_Contexts", lexicon: Lexicon
) -> list[Span]:
    """What is left out before "or" and "and": the pleural effusion of "pericardial or pleural
    effusion" has its noun, the pericardial one shares it.
    """
    found: list[Span] = []
    for span in spans:
        at = span.begin - 1
        while span.end - span.begin > 1 and at > 0 and tokens.words[at] in _JOINTS:
            entries = lexicon.findings.meaning(encoded[at - 1] + encoded[span.end - 1])
            entry = _meant(entries, contexts.at(at), tokens, at) if entries else None
            if entry is None:
                break
            if (entry.finding_id, entry.code) != (span.finding_id, span.code):
                place = (at - 1, span.end)
                found.append(Span(*place, *place, entry.finding_id, entry.code, entry.imaging))
            at -= 2
    return found


class _Contexts:
    """What a report is about: all of a short one, a long one around each word."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon) -> None:
        self._words = tokens.words
        self._cues = lexicon.contexts
        # A few words in capitals may be nothing but an abbreviation: "?PE".
        capitals = len(tokens) > _FEW and tokens.text.isupper()
        self._always = set() if capitals else {"mixed"}
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
        said = {name for name, cues in self._cues.items() if not cues.isdisjoint(words)}
        return said | self._always


def _meant(
    entries: tuple[Entry, ...], contexts: set[str], tokens: Tokens, end: int
) -> Entry | None:
    """The first meaning that fits the report, if there is one. Of "severe AS" the last word has to
    be in capitals.
    """
    for entry in entries:
        last = end - 1
        if entry.capitals and not tokens.text[tokens.begins[last] : tokens.ends[last]].isupper():
            continue
        if not entry.context or _holds(entry.context, contexts):
            return entry
    return None


def _holds(context: str, contexts: set[str]) -> bool:
    """Whether all names hold, and none of those behind a "-"."""
    return all(
        name[1:] not in contexts if name.startswith("-") else name in contexts
        for name in context.split()
    )


# --- findings said in two pieces ------------------------------------------------------------------


def _in_pieces(
    encoded: str, sentence_of: Sequence[int], lexicon: Lexicon, spans: Sequence[Span]
) -> Iterator[Span]:
    """Pairs of pieces that stand near enough in one sentence and are not part of a finding, unless
    they say more of it: the "clavicle" of "the clavicle is fractured".
    """
    taken = [(span.begin, span.end) for span in spans]
    general = {(span.begin, span.end): span.finding_id for span in spans}
    waiting: dict[tuple[int, int], tuple[int, int]] = {}  # (rule, slot) -> its last place
    said = list(lexicon.pieces.find(encoded))
    paired = _paired(pieces for _, _, pieces in said)
    for begin, end, pieces in said if paired else ():
        for piece in pieces:
            if piece.rule not in paired:
                continue
            span = _pair(waiting.get((piece.rule, 1 - piece.slot)), (begin, end), piece, lexicon)
            waiting[piece.rule, piece.slot] = (begin, end)
            if span is None or sentence_of[span.begin] != sentence_of[end - 1]:
                continue
            anchor = (span.anchor_begin, span.anchor_end)
            own = anchor if _refines(span.finding_id, general.get(anchor, "")) else None
            if not _overlaps(span, taken, own):
                waiting.pop((piece.rule, piece.slot))
                yield span


def _paired(said: Iterable[tuple[Piece, ...]]) -> set[int]:
    """The rules of which a report has both pieces: few of the many that one word begins."""
    rules: tuple[set[int], set[int]] = (set(), set())
    for pieces in set(said):
        for piece in pieces:
            rules[piece.slot].add(piece.rule)
    return rules[0] & rules[1]


def _nearest(pairs: Iterator[Span], words: Sequence[str]) -> list[Span]:
    """Of several places for one "fracture" the nearest of each category: "intertrochanteric" of an
    intertrochanteric fracture of the femur. A heading ("WRIST: ") is a place where no other is.
    """
    best: dict[tuple[int, int, str], Span] = {}
    below_heading: dict[tuple[int, int], Span] = {}
    for pair in pairs:
        anchor = (pair.anchor_begin, pair.anchor_end)
        if ":" in words[pair.begin : pair.end]:
            below_heading[anchor] = pair
            continue
        key = (*anchor, pair.code[:3])
        if key not in best or pair.end - pair.begin < best[key].end - best[key].begin:
            best[key] = pair
    placed = {key[:2] for key in best}
    return [*best.values(), *(p for anchor, p in below_heading.items() if anchor not in placed)]


def _pair(
    other: tuple[int, int] | None, place: tuple[int, int], piece: Piece, lexicon: Lexicon
) -> Span | None:
    rule = lexicon.part_rules[piece.rule]
    if other is None or place[0] - other[1] > rule.gap or place[0] < other[1]:
        return None
    anchor = place if piece.slot == 1 else other
    return Span(other[0], place[1], *anchor, rule.finding_id, rule.code, imaging=True)


def _refines(finding_id: str, general: str) -> bool:
    """A "clavicle_fracture" says more than a "fracture"."""
    return bool(general) and f"_{finding_id}".endswith(f"_{general}")


def _overlaps(
    span: Span, taken: Sequence[tuple[int, int]], own: tuple[int, int] | None = None
) -> bool:
    """Whether a finding that stands on its own, other than `own`, covers one of the ends. Only
    near ones count.
    """
    at = bisect_left(taken, (span.end, 0))
    near = taken[max(0, at - 3) : at]
    return any(end > span.begin and (begin, end) != own for begin, end in near)
