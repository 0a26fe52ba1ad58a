"""Side, degree and place of a finding, read from its own words and the few around it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ingest.reports.lexicon import Attribute, Lexicon
from ingest.reports.linking import Span

_BEFORE, _AFTER = 5, 6  # words


class Attributes(NamedTuple):
    """Each "" where the report does not say it near the finding."""

    laterality: str = ""
    severity: str = ""
    location: str = ""


class AttributeFinder:
    """Finds the attributes of one report once and hands out those near a finding."""

    def __init__(
        self, words: Sequence[str], encoded: str, sentence_of: Sequence[int], lexicon: Lexicon
    ) -> None:
        self._words = words
        self._sentence_of = sentence_of
        self._found = list(lexicon.attributes.find(encoded))
        self._begins = [begin for begin, _, _ in self._found]

    def near(self, span: Span) -> Attributes:
        """The nearest of each kind in the finding, before it, or behind it; degrees not behind."""
        first = bisect_left(self._begins, span.begin - _BEFORE)
        best: dict[str, tuple[int, str]] = {}
        last = bisect_right(self._begins, span.end + _AFTER)
        for begin, end, kinds in self._found[first:last]:
            if self._sentence_of[begin] != self._sentence_of[span.begin]:
                continue
            for attribute in kinds:
                self._consider(best, attribute, begin, end, span)
        return Attributes(**{kind: value for kind, (_, value) in best.items()})

    def _consider(
        self,
        best: dict[str, tuple[int, str]],
        attribute: Attribute,
        begin: int,
        end: int,
        span: Span,
    ) -> None:
        behind = begin >= span.end
        if not attribute.kind:
            return
        if behind and attribute.kind == "severity":
            return
        low, high = (span.end, begin) if behind else (end, span.begin)
        if not _JOINTS.isdisjoint(self._words[low:high]):
            return
        distance = max(0, high - low)
        if attribute.kind not in best or distance < best[attribute.kind][0]:
            best[attribute.kind] = (distance, attribute.value)


_JOINTS = frozenset((",", ";", "but", "and", "or", "with", "no", "without", "than"))
