"""Conditions as a program gives them -> the filter tree; `api/filters.py` is for people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.filters import parse_filters
from api.finding_filters import finding_filter, is_of_findings, tokens_of
from infra.errors import BadQuery
from infra.fields import FacetRule, Field, FieldKind, filter_named
from infra.query import And, AnyOf, Between, Everything, Exists, Filter, Not, Or

MAX_CONDITIONS = 50
MAX_VALUES = 1_000
_LAST = 1e-9  # below the next decade


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition on a field; what is given of it is all required.

    Values and bounds are text; those of number and date fields may also be spans, as facets name
    them: "60-69", "2019".
    """

    name: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    exists: bool | None = None


def filter_of(conditions: Sequence[Condition]) -> Filter:
    """All conditions as one filter. Raises BadQuery, which names the field."""
    if len(conditions) > MAX_CONDITIONS:
        raise BadQuery(f"A search has at most {MAX_CONDITIONS} conditions.")
    return joined([part for condition in conditions for part in _parts(condition)])


def joined(parts: Sequence[Filter]) -> Filter:
    """What passes all parts."""
    needed = [part for part in parts if not isinstance(part, Everything)]
    if not needed:
        return Everything()
    return needed[0] if len(needed) == 1 else And(tuple(needed))


def _parts(condition: Condition) -> list[Filter]:
    field = filter_named(condition.name)
    parts: list[Filter] = []
    if condition.any_of:
        parts.append(_any(field, condition.any_of))
    if condition.none_of:
        parts.append(Not(_any(field, condition.none_of)))
    if condition.low or condition.high:
        parts.append(_range(field, condition.low, condition.high))
    if condition.exists is not None:
        parts.append(Exists(field.name) if condition.exists else Not(Exists(field.name)))
    if not parts:
        raise BadQuery(f"The condition on {field.name} says nothing: give values or a range.")
    return parts


def _any(field: Field, values: Sequence[str]) -> Filter:
    if len(values) > MAX_VALUES:
        raise BadQuery(f"A condition has at most {MAX_VALUES:,} values.")
    if is_of_findings(field.name):
        return finding_filter(field.name, values)
    if field.kind is FieldKind.KEYWORD:
        return AnyOf(field.name, tuple(values))
    parts = tuple(_value(field, value) for value in values)
    return parts[0] if len(parts) == 1 else Or(parts)


def _value(field: Field, value: str) -> Filter:
    """One flag, or one span of numbers or days. "60-69" as facets name it ends before 70."""
    parsed = parse_filters([f"{field.name}={_plain(field, value)}"])
    if field.facet is FacetRule.DECADES and isinstance(parsed, Between):
        low, high = parsed.low, parsed.high
        if isinstance(low, float) and low % 10 == 0 and high == low + 9:
            return Between(field.name, low, low + 10 - _LAST)
    return parsed


def _range(field: Field, low: str, high: str) -> Filter:
    if field.kind not in (FieldKind.NUMBER, FieldKind.DATE):
        raise BadQuery(f"The filter {field.name} has no order: give its values, not a range.")
    return parse_filters([f"{field.name}={_plain(field, low)}..{_plain(field, high)}"])


def _plain(field: Field, value: str) -> str:
    """The value, once it is sure that it cannot be read as more than a value."""
    if len(value) > 40 or any(sign in value for sign in "=<>!|\n"):
        raise BadQuery(f"The filter {field.name} does not take a value like this.")
    return value


def values_of(conditions: Iterable[Condition], name: str) -> list[str]:
    """The values that are asked for of a field, as facets name them."""
    given = [value for one in conditions if one.name == name for value in one.any_of]
    if not is_of_findings(name):
        return given
    named = (tokens_of(name, value) for value in given)
    return [token for field, tokens in named if field == name for token in tokens]
