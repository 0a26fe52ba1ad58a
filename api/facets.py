"""Counts beside a search, so that a person sees what each further value would show."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from api import corrected_findings
from api.application import Application
from api.conditions import Condition, filter_of, joined, values_of
from api.corrected_findings import meant
from api.finding_filters import is_of_findings
from api.search import Question, build_query
from api.terms import describe
from infra.checks import check_facet
from infra.fields import FieldKind, split_token
from infra.query import Everything, FacetCount, Filter, Page
from infra.records import Assertion

SHOWN = 100  # values of a facet
COUNTED = 1_000

_NAMES = {
    "ef": "Ejection fraction",
    "ef_class": "Ejection fraction class",
    "edv": "End-diastolic volume",
    "esv": "End-systolic volume",
    "heart_corrected": "Heart measured by",
}
_UNITS = {"age": "years", "ef": "%", "edv": "mL", "esv": "mL"}
_LABELS = {
    "sex": {"M": "Male", "F": "Female", "O": "Other"},
    "laterality": {"L": "Left", "R": "Right", "B": "Both", "U": "Unpaired"},
    "has_report": {"true": "With report", "false": "Without report"},
    "heart_corrected": {"true": "A person’s correction", "false": "The machine alone"},
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value, what people read for it, its cases, and whether the search asks for it."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one field; `more` is how many are not shown (at most COUNTED are known)."""

    name: str
    kind: FieldKind
    values: tuple[Value, ...]
    more: int


def count(
    app: Application, question: Question, conditions: Sequence[Condition], names: Sequence[str]
) -> list[Facet]:
    """The facets of a search for `question` under `conditions`, in the order of `names`.

    A field's own conditions do not narrow its own counts. Raises BadQuery for a field without
    facets, and what build_query raises.
    """
    fields = {name: check_facet(name) for name in names}
    base = build_query(app, replace(question, filter=Everything(), page=Page(1)))
    counts: dict[str, tuple[FacetCount, ...]] = {}
    findings = question.findings
    for narrowing, together in _sets(conditions, list(fields)):
        query = replace(base, filter=joined([base.filter, meant(narrowing, findings)]))
        counts |= corrected_findings.facets(app, query, together, findings, COUNTED)
    return [
        _facet(name, fields[name].kind, counts[name], values_of(conditions, name)) for name in names
    ]


def label_of(name: str) -> str:
    """What people read for a field: "body_part" -> "Body part"."""
    if name in _NAMES:
        return _NAMES[name]
    words = name.replace("_", " ").replace("uid", "UID")
    return words[:1].upper() + words[1:]


def value_label(name: str, value: str) -> str:
    """What people read for a value of a field."""
    if name in _UNITS and (span := re.fullmatch(r"(\d+)-(\d+)", value)):
        return f"{span[1]}–{span[2]} {_UNITS[name]}"
    if name == "ef_class":
        return value.replace("_", " ").capitalize()
    if is_of_findings(name):
        assertion, key = split_token(value)
        is_name = name == "finding"
        known = key.replace("_", " ") if is_name else f"{key} {describe(name, key)}".strip()
        return known if assertion == Assertion.PRESENT else f"{known} ({assertion})"
    return _LABELS.get(name, {}).get(value, value)


def _sets(
    conditions: Sequence[Condition], names: Sequence[str]
) -> Iterator[tuple[Filter, list[str]]]:
    """What to count in: one set for all fields without conditions, one for each of the others."""
    own = {condition.name for condition in conditions}
    together = [name for name in names if name not in own]
    if together:
        yield filter_of(conditions), together
    for name in own.intersection(names):
        yield filter_of([one for one in conditions if one.name != name]), [name]


def _facet(name: str, kind: FieldKind, counts: Sequence[FacetCount], asked: Sequence[str]) -> Facet:
    wanted = {value.casefold(): value for value in asked}
    selected = [one for one in counts if one.value.casefold() in wanted]
    others = [one for one in counts if one.value.casefold() not in wanted]
    shown = sorted([*selected, *others[: max(0, SHOWN - len(selected))]], key=_largest_first)
    counted = {one.value.casefold() for one in selected}
    missing = [FacetCount(value, 0) for fold, value in wanted.items() if fold not in counted]
    values = (
        Value(
            value=one.value,
            label=value_label(name, one.value),
            count=one.count,
            selected=one.value.casefold() in wanted,
        )
        for one in (*shown, *missing)
    )
    return Facet(name, kind, tuple(values), more=len(counts) - len(shown))


def _largest_first(count: FacetCount) -> tuple[int, str]:
    return -count.count, count.value
