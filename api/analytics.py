"""Analytics over findings: how many distinct cases of a set have what, and what goes with what.

Everything is counted by the index as cases with a token (`infra/fields.py`), so a case counts once
however often its reports say a thing. Nothing is cut without saying so: totals are always there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from api.case_sets import REPORTED, CaseSet, total
from api.terms import describe
from infra.errors import BadQuery
from infra.fields import FINDING_FIELDS, split_token, token
from infra.icd10 import Level, place
from infra.query import AnyOf, Exists, Not
from infra.records import Assertion

MOST_KEYS = 50  # that are told apart in one chart
USUAL_KEYS = 10
GROUPS = {"year": "date", "month": "month", "age": "age", "sex": "sex"}  # what, and its field


@dataclass(frozen=True, slots=True)
class Row:
    """A key with its numbers of cases by assertion."""

    key: str
    description: str
    counts: dict[Assertion, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Rows of one level, most present cases first; all of them, or those `within` a coarser key.

    `reported_cases` of the `total_cases` have a report; the others say nothing of any finding.
    """

    by: str
    within: str
    total_cases: int
    reported_cases: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One year, month, decade or sex: its cases, those with a report, and those with each key."""

    name: str
    cases: int
    reported_cases: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How keys are spread over groups, in their order. `unknown` are cases without a value. A case
    with images of several dates counts in each.
    """

    group_by: str
    by: str
    assertion: Assertion
    keys: tuple[Row, ...]
    more_keys: int
    groups: tuple[Group, ...]
    unknown: int
    total_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two keys: cases with both; `lift` is 1 for what is independent among reported cases."""

    one: str
    other: str
    cases: int
    lift: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooccurrence:
    """All pairs of the keys that are shown; `more_keys` are not."""

    by: str
    assertion: Assertion
    keys: tuple[Row, ...]
    more_keys: int
    pairs: tuple[Pair, ...]
    total_cases: int
    reported_cases: int


_NAMED = {assertion.value: assertion for assertion in Assertion}
_NONE = dict.fromkeys(Assertion, 0)


@dataclass(slots=True)
class _Counted:
    """Tokens of a field, by key."""

    rows: dict[str, dict[Assertion, int]] = field(default_factory=dict)

    def add(self, value: str, count: int) -> None:
        assertion, key = split_token(value)
        if key not in self.rows:
            self.rows[key] = _NONE.copy()
        self.rows[key][_NAMED[assertion]] = count


def overview(cases: CaseSet, by: str, within: str = "") -> Overview:
    """Distinct cases by key and assertion. Raises BadQuery for an unknown level."""
    check_level(by)
    counted = cases.facets("dataset", "has_report", by)
    return Overview(
        by=by,
        within=within,
        total_cases=total(counted["dataset"]),
        reported_cases=sum(c.count for c in counted["has_report"] if c.value == "true"),
        rows=_rows(by, within, ((c.value, c.count) for c in counted[by])),
    )


def spread(
    cases: CaseSet,
    group_by: str,
    by: str,
    keys: Sequence[str] = (),
    assertion: Assertion = Assertion.PRESENT,
    within: str = "",
) -> Spread:
    """Keys over years, months, decades of age or sexes: those given, or the most frequent ones.

    Raises BadQuery for an unknown group or level, or too many keys.
    """
    if group_by not in GROUPS:
        raise BadQuery(f"Cases are grouped by {', '.join(GROUPS)}, not {group_by!r}.")
    name = GROUPS[group_by]
    shown, more = _shown(cases, by, keys, assertion, within)
    of_all = {c.value: c.count for c in cases.facets(name)[name]}
    reported = {c.value: c.count for c in cases.facets(name, among=REPORTED)[name]}
    by_key = {
        row.key: {
            c.value: c.count
            for c in cases.facets(name, among=AnyOf(by, (token(assertion, row.key),)))[name]
        }
        for row in shown
    }
    groups = (
        Group(
            name=value,
            cases=count,
            reported_cases=reported.get(value, 0),
            counts={key: counts.get(value, 0) for key, counts in by_key.items()},
        )
        for value, count in sorted(of_all.items(), key=lambda item: _in_order(item[0]))
    )
    return Spread(
        group_by=group_by,
        by=by,
        assertion=assertion,
        keys=shown,
        more_keys=more,
        groups=tuple(groups),
        unknown=cases.size(Not(Exists(name))),
        total_cases=cases.size(),
    )


def cooccurrence(
    cases: CaseSet,
    by: str,
    keys: Sequence[str] = (),
    assertion: Assertion = Assertion.PRESENT,
    within: str = "",
) -> Cooccurrence:
    """Pairs of keys in one case: of those given, or of the most frequent ones."""
    shown, more = _shown(cases, by, keys, assertion, within)
    everything = cases.size()
    reported = cases.size(REPORTED)
    pairs: list[Pair] = []
    for number, row in enumerate(shown):
        among = AnyOf(by, (token(assertion, row.key),))
        both = {c.value: c.count for c in cases.facets(by, among=among)[by]}
        for other in shown[number + 1 :]:
            count = both.get(token(assertion, other.key), 0)
            expected = row.counts[assertion] * other.counts[assertion] / max(reported, 1)
            ratio = count / expected if expected else 0.0
            pairs.append(Pair(one=row.key, other=other.key, cases=count, lift=ratio))
    return Cooccurrence(
        by=by,
        assertion=assertion,
        keys=shown,
        more_keys=more,
        pairs=tuple(sorted(pairs, key=lambda pair: (-pair.cases, pair.one, pair.other))),
        total_cases=everything,
        reported_cases=reported,
    )


def check_level(by: str) -> None:
    """Raises BadQuery for what findings are not counted by."""
    if by not in FINDING_FIELDS:
        raise BadQuery(f"Findings are counted by {', '.join(FINDING_FIELDS)}, not {by!r}.")


def _shown(
    cases: CaseSet, by: str, keys: Sequence[str], assertion: Assertion, within: str
) -> tuple[tuple[Row, ...], int]:
    """Rows of the keys to be told apart, and how many others there are."""
    if len(keys) > MOST_KEYS:
        raise BadQuery(f"A chart tells at most {MOST_KEYS} keys apart.")
    rows = [row for row in overview(cases, by, within).rows if row.counts[assertion]]
    rows.sort(key=lambda row: (-row.counts[assertion], row.key))
    if not keys:
        return tuple(rows[:USUAL_KEYS]), max(0, len(rows) - USUAL_KEYS)
    known = {row.key.casefold(): row for row in rows}
    wanted = {key.casefold(): key for key in keys}
    shown = tuple(known.get(f, Row(key, describe(by, key), _NONE)) for f, key in wanted.items())
    return shown, len(rows) - sum(fold in known for fold in wanted)


def _rows(by: str, within: str, counts: Iterable[tuple[str, int]]) -> tuple[Row, ...]:
    counted = _Counted()
    for value, count in counts:
        counted.add(value, count)
    rows = (
        Row(key, describe(by, key), by_assertion)
        for key, by_assertion in counted.rows.items()
        if not within or belongs(by, key, within)
    )
    return tuple(
        sorted(rows, key=lambda r: (-r.counts[Assertion.PRESENT], -sum(r.counts.values()), r.key))
    )


def belongs(by: str, key: str, within: str) -> bool:
    """Whether a key of a level is inside a category, block or chapter (or is that itself)."""
    if by == Level.CHAPTER or key == within:
        return key == within
    above = place(key)
    if by == Level.BLOCK:
        return above.chapter == within
    return within.upper() in (above.category, above.block, above.chapter)


def _in_order(name: str) -> tuple[float, str]:
    """Decades by their first year; other names as they are."""
    first = name.partition("-")[0]
    return (float(first) if first.isdecimal() and len(first) < 4 else 0.0, name)
