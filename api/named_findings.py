"""Which findings a search names, in its text or by its filters, and where reports speak of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from api.application import Application
from api.corrected_findings import Findings
from api.search import Answer, Question
from infra import corrections
from infra.fields import FINDING_FIELDS, split_token
from infra.icd10 import Level, key_at
from infra.query import And, AnyOf, Filter, Not, Or
from infra.records import Case, Finding

MAX_NAMED = 1_000  # characters of a text in which findings are looked for


@dataclass(frozen=True, slots=True)
class Named:
    """`ids` of findings that the text names, and (field, token) pairs of the filters."""

    ids: frozenset[str] = frozenset()
    tokens: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ids or self.tokens)

    def means(self, finding: Finding) -> bool:
        """Whether it is one that the search names; filters name an assertion, too."""
        if finding.finding_id in self.ids:
            return True
        return any(
            (assertion, key) == (finding.assertion, _key(field, finding).casefold())
            for field, token in self.tokens
            for assertion, key in [split_token(token.casefold())]
        )

    def of(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Those that the search names."""
        return tuple(one for one in findings if self.means(one))


def named(text: str, tree: Filter) -> Named:
    """The findings of a search. The tagger is opened for a text only."""
    return Named(named_in(text), frozenset(_tokens(tree)))


def named_in(text: str) -> frozenset[str]:
    """Ids of the findings that a text names, as the tagger reads it."""
    if not text.strip() or len(text) > MAX_NAMED:
        return frozenset()
    from ingest.reports.opening import open_rules

    words = text.translate(_SIGNS)
    return frozenset(finding.finding_id for finding in open_rules().read(words).findings)


def matched(
    app: Application, cases: Sequence[Case], search: Named, findings: Findings
) -> list[tuple[Finding, ...]]:
    """Where the current reports of each case speak of what the search names, in the order of
    reports; in one round trip.
    """
    if not search:
        return [() for _ in cases]
    return [search.of(found) for found in findings_of(app, cases, findings)]


def matched_in(
    app: Application, answer: Answer, question: Question
) -> dict[str, tuple[Finding, ...]]:
    """Study UID -> what `matched` finds, for the hits of an answer that have any."""
    cases = {hit.case.study_uid: hit.case for hit in answer.hits if hit.case.current_reports}
    if not cases:
        return {}
    search = named(question.text, question.filter)
    found = matched(app, list(cases.values()), search, question.findings)
    return {uid: own for uid, own in zip(cases, found, strict=True) if own}


def findings_of(
    app: Application, cases: Sequence[Case], findings: Findings
) -> list[tuple[Finding, ...]]:
    """What the current reports of each case say, in the form that is asked."""
    if findings is Findings.TAGGED:
        return [case.current_findings for case in cases]
    uids = {case.study_uid for case in cases}
    said = app.services.annotations.of_studies(uids, corrections.KIND)
    return [corrections.corrected_findings(case, said.get(case.study_uid, ())) for case in cases]


_SIGNS = str.maketrans('"*()', "    ")  # of the search language


def _key(field: str, finding: Finding) -> str:
    return finding.finding_id if field == "finding" else key_at(Level(field), finding.code)


def _tokens(tree: Filter) -> Iterator[tuple[str, str]]:
    """Tokens that a case must or may have; those under a Not are not what is looked for."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _tokens(part)
        case AnyOf(field, values) if field in FINDING_FIELDS:
            yield from ((field, value) for value in values)
        case Not() | _:
            return
