"""Text -> sections, findings and entities: the whole story on one page.

text -> words -> sentences -> phrases of the lexicon -> assertion -> findings
"""

import gc
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra.records import Assertion, Finding, Report
from ingest.reports.assertion import Assertions, Decision
from ingest.reports.attributes import AttributeFinder
from ingest.reports.cache import compiled_lexicon, default_cache
from ingest.reports.lexicon import Lexicon, lexicon_of
from ingest.reports.linking import Span, link
from ingest.reports.personal import personal_spans
from ingest.reports.sections import Section, section_at, split_sections
from ingest.reports.sentences import sentence_starts, unwrapped
from ingest.reports.tokens import Tokens

VERSION = 1
ASKED = "asked"  # default of sections that say why the examination was made
_SCORES = {"": 1.0, Assertion.PRESENT: 0.9, Assertion.UNCERTAIN: 0.5}


@dataclass(frozen=True, slots=True)
class Entity:
    """Something named in a report that is no finding: anatomy, procedure, test, medication,
    device, or a span of personal data ("personal:date"). Offsets count code points.
    """

    kind: str
    begin: int
    end: int


class RulesTagger:
    """A ReportTagger of our own rules. Thread-safe: nothing changes after it is opened."""

    def __init__(self, lexicon: Lexicon, sources: str) -> None:
        self.lexicon = lexicon
        self._tagger_id = f"similis-rules-{VERSION}-{sources[:12]}"

    @property
    def tagger_id(self) -> str:
        """Version of the code and the beginning of the hash of all rules."""
        return self._tagger_id

    def tag(self, report: Report) -> Sequence[Finding]:
        """Findings in the order of their offsets, which slice back to the text."""
        return self.read(report.text, report.report_id, report.version).findings

    def read(self, text: str, report_id: str = "", version: int = 1) -> "Reading":
        """Everything that is found in a text; entities and sections only when asked for."""
        return Reading(self, text, report_id, version)


def open_tagger(cache: Path | None = None) -> RulesTagger:
    """Load the lexicon, compiling it first where `cache` does not hold it (some seconds).

    `cache` is a folder, by default the platform's. Raises BadSetup for a wrong table.
    """
    with _no_collection():
        sources, compiled = compiled_lexicon(cache or default_cache())
        return RulesTagger(lexicon_of(compiled), sources)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Half a million new objects, none of them garbage: loading takes half the time (0.35 s)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Reading:
    """One report, read."""

    def __init__(self, tagger: RulesTagger, text: str, report_id: str, version: int) -> None:
        self._tagger, self._text = tagger, text
        self._report = (report_id, version)
        self.sections = split_sections(text)
        self._tokens = Tokens(text)
        self._sentences = unwrapped(self._tokens, sentence_starts(self._tokens))
        self._encoded = tagger.lexicon.vocabulary.encode(self._tokens.words)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """In the order of their offsets."""
        tokens, lexicon = self._tokens, self._tagger.lexicon
        if not tokens.words:
            return ()
        starts = self._starts()
        sentence_of = _numbered(starts, len(tokens))
        spans = link(tokens, self._encoded, sentence_of, lexicon)
        assertions = Assertions(tokens, self._encoded, starts, lexicon, spans)
        attributes = AttributeFinder(tokens.words, self._encoded, sentence_of, lexicon)
        return tuple(self._finding(span, assertions.decide(span), attributes) for span in spans)

    def assertion_at(self, begin: int, end: int) -> tuple[Assertion, str]:
        """How the text speaks of what stands from `begin` to `end` (code points), and the words
        that decided it: for spans that others found.
        """
        tokens = self._tokens
        first = min(bisect_right(tokens.begins, begin) - 1, len(tokens) - 1)
        last = max(bisect_left(tokens.begins, end), first + 1)
        span = Span(max(first, 0), last, max(first, 0), last, "", "")
        starts = self._starts()
        decision = Assertions(tokens, self._encoded, starts, self._tagger.lexicon).decide(span)
        return self._said(span, decision, section_at(self.sections, begin))

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """In the order of their offsets."""
        begins, ends = self._tokens.begins, self._tokens.ends
        named = [
            Entity(kinds[0], begins[begin], ends[end - 1])
            for begin, end, kinds in self._tagger.lexicon.entities.find(self._encoded)
        ]
        private = [Entity(f"personal:{kind}", b, e) for b, e, kind in personal_spans(self._text)]
        return tuple(sorted(named + private, key=lambda entity: (entity.begin, entity.end)))

    def _starts(self) -> list[int]:
        """Sentences end with their section, too."""
        borders = {bisect_left(self._tokens.begins, s.begin) for s in self.sections}
        borders.discard(len(self._tokens))
        return sorted(borders.union(self._sentences))

    def _finding(self, span: Span, decision: Decision, attributes: AttributeFinder) -> Finding:
        begin, end = self._tokens.begins[span.begin], self._tokens.ends[span.end - 1]
        section = section_at(self.sections, begin)
        assertion, trigger = self._said(span, decision, section)
        return Finding(
            report_id=self._report[0],
            report_version=self._report[1],
            text=self._text[begin:end],
            begin=begin,
            end=end,
            finding_id=span.finding_id,
            code=span.code,
            assertion=assertion,
            trigger=trigger,
            section=section.name,
            score=_SCORES[""] if not trigger else _SCORES.get(assertion, 0.9),
            tagger_id=self._tagger.tagger_id,
            **attributes.near(span)._asdict(),
        )

    def _said(self, span: Span, decision: Decision, section: Section) -> tuple[Assertion, str]:
        """What the words say, or else what the section says."""
        trigger = ""
        if decision.end:
            tokens = self._tokens
            last = min(decision.end, len(tokens)) - 1  # the end of the text may belong to it
            trigger = self._text[tokens.begins[decision.begin] : tokens.ends[last]].strip()
        if decision.assertion != Assertion.PRESENT or not section.default:
            return decision.assertion, trigger
        if section.default != ASKED:
            return Assertion(section.default), section.heading
        if span.imaging and not trigger:
            return Assertion.UNCERTAIN, section.heading
        return decision.assertion, trigger


def _numbered(starts: Sequence[int], count: int) -> list[int]:
    """For each word the number of its sentence."""
    numbers: list[int] = []
    for number, begin in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else count
        numbers.extend([number] * (end - begin))
    return numbers
