"""A filter tree compiled to OpenSearch's query language."""

from collections.abc import Sequence
from math import inf, isinf

from infra.aws.opensearch_client import Json
from infra.aws.opensearch_documents import folded
from infra.checks import day_number
from infra.fields import FIELDS, FieldKind
from infra.query import AccessScope, And, AnyOf, Between, Everything, Exists, Filter, Not, Or

ALL: Json = {"match_all": {}}
NONE: Json = {"match_none": {}}
MOST_TERMS = 60_000  # of one clause; the server takes 65,536


def rows_passing(tree: Filter, scope: AccessScope, path: str = "") -> Json:
    """What rows pass a filter that `check_filter` has seen. `path` is where the rows are."""
    parts = [_passing(tree, path)]
    if scope.datasets is not None:
        parts.append(terms(f"{path}dataset", sorted(scope.datasets)))
    return every(parts)


def every(parts: Sequence[Json]) -> Json:
    """All of these."""
    wanted = [part for part in parts if part != ALL]
    if NONE in wanted:
        return NONE
    if len(wanted) < 2:
        return wanted[0] if wanted else ALL
    return {"bool": {"filter": wanted}}


def some(parts: Sequence[Json]) -> Json:
    """At least one of these."""
    wanted = [part for part in parts if part != NONE]
    if ALL in wanted:
        return ALL
    if len(wanted) < 2:
        return wanted[0] if wanted else NONE
    return {"bool": {"should": wanted, "minimum_should_match": 1}}


def no(part: Json) -> Json:
    """What is not so."""
    if part == ALL:
        return NONE
    if part == NONE:
        return ALL
    if set(part.get("bool", {})) == {"must_not"}:
        return every([part["bool"]["must_not"]])  # fewer levels: the server has a limit, too
    return {"bool": {"must_not": part}}


def terms(field: str, values: Sequence[str]) -> Json:
    """One of these whole values."""
    chunks = [values[at : at + MOST_TERMS] for at in range(0, len(values), MOST_TERMS)]
    return some([{"terms": {field: list(chunk)}} for chunk in chunks])


def _passing(tree: Filter, path: str) -> Json:
    match tree:
        case Everything():
            return ALL
        case And(parts):
            return every([_passing(part, path) for part in parts])
        case Or(parts):
            return some([_passing(part, path) for part in parts])
        case Not(part):
            return no(_passing(part, path))
        case AnyOf(name, values):
            return terms(f"{path}keys.{name}", sorted({folded(value) for value in values}))
        case Between(name, low, high):
            return _between(f"{path}keys.{name}", _number(name, low), _number(name, high))
        case Exists(name):
            return {"exists": {"field": f"{path}keys.{name}"}}


def _between(field: str, low: float | int | None, high: float | int | None) -> Json:
    if low == inf or high == -inf:
        return NONE  # what is stored is finite
    bounds = {
        name: bound
        for name, bound in (("gte", low), ("lte", high))
        if bound is not None and not isinf(bound)
    }
    return {"range": {field: bounds}} if bounds else {"exists": {"field": field}}


def _number(name: str, bound: float | str | None) -> float | int | None:
    if bound is None:
        return None
    return day_number(str(bound)) if FIELDS[name].kind is FieldKind.DATE else float(bound)
