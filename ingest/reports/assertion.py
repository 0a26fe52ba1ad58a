"""How a report speaks of a finding, and which words decide it.

Triggers, their reach and what stops them are in `data/triggers.tsv`. Of several that reach a
finding, the strongest kind decides (`_STRENGTH`), and of equal ones the nearest.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from infra.records import Assertion
from ingest.reports.lexicon import Lexicon
from ingest.reports.linking import Span
from ingest.reports.tokens import LINE, Tokens

# "history of possible X" is historical, "no history of X" absent; "possible" and "likely" equal.
_STRENGTH = {
    "family": 1,
    "uncertain!": 2,
    "hypothetical": 3,
    "absent": 4,
    "historical": 5,
    "uncertain": 6,
    "present": 6,
}
_KIND = {"uncertain!": Assertion.UNCERTAIN}
_LIST_WORDS = frozenset(("or", "and", "nor"))
_VERSUS = frozenset(("versus", "vs"))
_LOOK_BACK, _LOOK_AHEAD = 60, 30  # words: no trigger reaches further
_JOINTS = _LIST_WORDS | {",", "of", "in", "to", "(", "versus", "vs"}
_OR = frozenset(("or", "nor"))


class _Cue(NamedTuple):
    begin: int
    end: int
    kind: str
    direction: str
    window: int


@dataclass(frozen=True, slots=True)
class Decision:
    """An assertion and the words that decided it: `begin` to `end` (both 0: nothing said)."""

    assertion: Assertion
    begin: int = 0
    end: int = 0


class Assertions:
    """Decides for the findings of one report."""

    def __init__(
        self,
        tokens: Tokens,
        encoded: str,
        starts: Sequence[int],
        lexicon: Lexicon,
        spans: Sequence[Span] = (),
    ) -> None:
        self._span_ends = sorted(span.end for span in spans)
        self._words = tokens.words
        self._starts = starts
        cues = [
            _Cue(begin, end, *trigger)
            # The end of the text counts as the end of a line: "Effusion: no".
            for begin, end, triggers in lexicon.triggers.find_all(
                encoded + lexicon.vocabulary[LINE]
            )
            for trigger in triggers
            if trigger.kind != "skip"
        ]
        self._cues = [cue for cue in cues if cue.kind != "own"]
        self._cue_begins = [cue.begin for cue in self._cues]
        self._predicates = {cue.begin for cue in cues if cue.kind == "own"}
        named = {at for span in spans if span.is_phrase for at in range(span.begin, span.end)}
        # The heart of "heart failure" begins no clause.
        self._stops = [at for at, _, _ in lexicon.stops.find(encoded) if at not in named]
        self._ends = (*starts[1:], len(tokens))

    def decide(self, span: Span) -> Decision:
        """What is said of this finding; present where nothing is."""
        reaching = [cue for cue in self._near(span) if self._reaches(cue, span)]
        if not reaching:
            return Decision(Assertion.PRESENT)
        best = min(reaching, key=lambda cue: (_STRENGTH[cue.kind], _distance(cue, span)))
        if best.kind == "family" and any(cue.kind == "absent" for cue in reaching):
            best = next(cue for cue in reaching if cue.kind == "absent")
        kind = _KIND.get(best.kind) or Assertion(best.kind)
        return Decision(kind, best.begin, best.end)

    def _near(self, span: Span) -> list[_Cue]:
        """The cues of the finding's sentence."""
        number = bisect_right(self._starts, span.begin) - 1
        last = number + 1 == len(self._starts)
        end = len(self._words) if last else self._starts[number + 1]
        first = max(self._starts[number], span.begin - _LOOK_BACK)
        return self._cues[
            bisect_left(self._cue_begins, first) : bisect_left(
                self._cue_begins, min(end, span.end + _LOOK_AHEAD)
            )
        ]

    def _reaches(self, cue: _Cue, span: Span) -> bool:
        if cue.kind == "historical" and cue.begin <= span.begin < cue.end < span.end:
            # "old granulomatous disease", not "former smoker", nor words that others marked
            return bool(span.code) and not span.code.startswith("Z")
        if cue.direction != "after" and cue.end <= span.anchor_begin:
            return (
                span.anchor_begin - cue.end < cue.window
                and not self._stopped(cue.end, span.anchor_begin, span)
                and not (cue.kind == "absent" and self._apart(cue.end, span))
            )
        if cue.direction != "before" and cue.begin >= span.anchor_end:
            return (
                cue.begin - span.anchor_end < cue.window
                and not self._stopped(span.anchor_end, cue.begin, span)
                and not self._other_item(span.anchor_end, cue.begin)
            )
        return False

    def _stopped(self, begin: int, end: int, span: Span) -> bool:
        """Whether words between stop the reach; those inside the finding do not.

        A stop that begins with a comma (", small") does not stop in a list that ends with "or".
        """
        stops = self._stops[bisect_left(self._stops, begin) : bisect_left(self._stops, end)]
        stops = [at for at in stops if not span.begin <= at < span.end]
        if not stops or any(self._words[at] != "," for at in stops):
            return bool(stops)
        return not self._listed(begin, end)

    def _apart(self, begin: int, span: Span) -> bool:
        """Whether the finding is no part of the list that a "no" ending at `begin` opens: it has
        a predicate of its own ("no edema, effusion is small") or an alternative ("no edema,
        effusion versus scar"), or no word joins it.
        """
        owned = span.end in self._predicates or self._alternative(span)
        apart = owned and "," in self._words[begin : span.begin]
        return apart or self._unlisted(begin, span.begin)

    def _alternative(self, span: Span) -> bool:
        """Whether "versus" sets the finding against another: none of a "no" list does."""
        beside = self._words[max(span.begin - 2, 0) : span.begin] + self._words[span.end :][:1]
        return not _VERSUS.isdisjoint(beside)

    def _unlisted(self, begin: int, end: int) -> bool:
        """Whether another finding stands between and no list joins it to the one at `end`: of a
        text without commas, "no effusion mild cardiomegaly".
        """
        at = bisect_right(self._span_ends, end) - 1
        if at < 0 or self._span_ends[at] <= begin:
            return False
        between = self._words[self._span_ends[at] : end]
        # With nothing between they are one thing or a list: "nodular masses", "effusion/edema".
        joined = not between or not _JOINTS.isdisjoint(between)
        return not joined and not self._listed(self._span_ends[at], end)

    def _listed(self, begin: int, end: int) -> bool:
        """Whether the list that goes on at `end` has an "or" before the sentence or clause ends."""
        last = min(self._ends[bisect_right(self._starts, begin) - 1], end + _LOOK_AHEAD)
        stops = self._stops[bisect_left(self._stops, end) : bisect_left(self._stops, last)]
        last = next((at for at in stops if self._words[at] != ","), last)
        return not _OR.isdisjoint(self._words[begin:last])

    def _other_item(self, begin: int, end: int) -> bool:
        """A comma with no "or" between: what follows belongs to the next item of a list."""
        between = self._words[begin:end]
        return "," in between and _LIST_WORDS.isdisjoint(between)


def _distance(cue: _Cue, span: Span) -> int:
    return span.begin - cue.end if cue.end <= span.begin else cue.begin - span.anchor_end
