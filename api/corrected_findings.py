"""Findings as the tagger found them, or after people's corrections: filters and counts in the form
that is asked.

The index keeps the corrected form only of cases that have corrections (`infra/fields.py`). So a
filter asks those by it and all others by what the tagger found; counts of the two are added.
"""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from api.application import Application
from api.finding_filters import is_of_findings
from infra.fields import CORRECTED, corrected_name
from infra.query import And, AnyOf, Exists, FacetCount, Facets, Filter, Not, Or, Query

_HAS = AnyOf(CORRECTED, ("true",))
_EVERY_VALUE = 10_000_000


class Findings(StrEnum):
    """Whose findings are meant."""

    TAGGED = "tagged"
    CORRECTED = "corrected"


def meant(tree: Filter, findings: Findings) -> Filter:
    """The filter that a person's filter stands for."""
    if findings is Findings.TAGGED:
        return tree
    match tree:
        case And(parts):
            return And(tuple(meant(part, findings) for part in parts))
        case Or(parts):
            return Or(tuple(meant(part, findings) for part in parts))
        case Not(part):
            return Not(meant(part, findings))
        case AnyOf(name, values) if is_of_findings(name):
            return _either(tree, AnyOf(corrected_name(name), values))
        case Exists(name) if is_of_findings(name):
            return _either(tree, Exists(corrected_name(name)))
    return tree


def _either(tagged: Filter, own: Filter) -> Filter:
    """Only cases with corrections have values of the corrected form."""
    return Or((own, And((Not(_HAS), tagged))))


def facets(
    app: Application, query: Query, names: Sequence[str], findings: Findings, limit: int
) -> Facets:
    """`SearchIndex.facets` of a query whose filter is `meant` already."""
    index = app.services.index
    if findings is Findings.TAGGED or not any(map(is_of_findings, names)):
        return index.facets(query, names, app.scope, limit=limit)
    others = [name for name in names if not is_of_findings(name)]
    own = [name for name in names if is_of_findings(name)]
    found = index.facets(query, others, app.scope, limit=limit)
    untouched = index.facets(_among(query, Not(_HAS)), own, app.scope, limit=_EVERY_VALUE)
    touched = index.facets(
        _among(query, _HAS), [corrected_name(name) for name in own], app.scope, limit=_EVERY_VALUE
    )
    for name in own:
        found[name] = _added(untouched[name], touched[corrected_name(name)])[:limit]
    return {name: found[name] for name in names}


def _among(query: Query, part: Filter) -> Query:
    return Query(filter=And((query.filter, part)), text=query.text, group=query.group)


def _added(one: Sequence[FacetCount], other: Sequence[FacetCount]) -> tuple[FacetCount, ...]:
    """No case is in both: the sums count distinct cases. Spellings may differ in case."""
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for count in (*one, *other):
        fold = count.value.casefold()
        shown[fold] = min(shown.get(fold, count.value), count.value)
        counts[fold] += count.count
    added = (FacetCount(shown[fold], number) for fold, number in counts.items())
    return tuple(sorted(added, key=lambda count: (-count.count, count.value)))
