"""Whether a query can be asked at all: the same rules for every store."""

from collections.abc import Iterable
from datetime import date
from math import isfinite, isnan, nan

import numpy as np

from infra.errors import BadQuery
from infra.fields import FacetRule, Field, FieldKind, field_named
from infra.query import (
    MAX_PAGE,
    AllText,
    And,
    AnyOf,
    AnyText,
    Between,
    Exists,
    Filter,
    Near,
    Not,
    NoText,
    Or,
    Phrase,
    Query,
    Text,
)
from infra.records import LARGEST_VECTOR, Vector
from infra.text import MAX_DEPTH, MAX_WORDS

MAX_FILTER_DEPTH = 50


def check_query(query: Query) -> None:
    """Raises BadQuery, which says what to do, for what no store can answer."""
    if not 1 <= query.page.size <= MAX_PAGE:
        raise BadQuery(f"A page has 1 to {MAX_PAGE:,} hits, not {query.page.size}.")
    check_filter(query.filter)
    if query.text is not None:
        check_text(query.text)
    if query.near is not None:
        _check_near(query.near)
    if query.sort is not None:
        _check_sort(query)


def check_filter(tree: Filter, depth: int = 0) -> None:
    """Raises BadQuery for an unknown field or a value of the wrong kind anywhere in the tree."""
    if depth > MAX_FILTER_DEPTH:
        raise BadQuery(f"The filter has more than {MAX_FILTER_DEPTH} levels.")
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                check_filter(part, depth + 1)
        case Not(part):
            check_filter(part, depth + 1)
        case AnyOf(name, values):
            _check_values(field_named(name), values)
        case Between(name, low, high):
            _check_bounds(field_named(name), low, high)
        case Exists(name):
            field_named(name)


def check_text(tree: Text, depth: int = 0) -> int:
    """How many words the tree has. Raises BadQuery where it is larger than `parse_text` makes."""
    if depth > 2 * MAX_DEPTH + 2:  # brackets, with a NOT before each
        raise BadQuery("The search text has too many brackets in each other.")
    match tree:
        case Phrase(words):
            count = len(words)
        case NoText(part):
            count = check_text(part, depth + 1)
        case AllText(parts) | AnyText(parts):
            count = sum(check_text(part, depth + 1) for part in parts)
    if not 1 <= count <= MAX_WORDS:
        raise BadQuery(f"A search text has 1 to {MAX_WORDS} words.")
    return count


def check_facet(name: str) -> Field:
    """The field of this name. Raises BadQuery when it is not counted."""
    field = field_named(name)
    if field.facet is FacetRule.NONE:
        raise BadQuery(f"{name} has too many values to be counted.")
    return field


def day_number(text: str) -> int:
    """Days since 1 January of the year 1, which is day 1. Raises ValueError unless YYYY-MM-DD."""
    if len(text) != 10:  # Python also reads weeks and days without hyphens
        raise ValueError("not YYYY-MM-DD")
    return date.fromisoformat(text).toordinal()


def _check_values(field: Field, values: tuple[str, ...]) -> None:
    if field.kind not in (FieldKind.KEYWORD, FieldKind.FLAG):
        raise BadQuery(f"{field.name} is a {field.kind}: give a range from … to ….")
    if not all(isinstance(value, str) for value in values):
        raise BadQuery(f"{field.name} is compared with text.")
    if field.kind is FieldKind.FLAG and not {v.casefold() for v in values} <= {"true", "false"}:
        raise BadQuery(f"{field.name} is true or false.")


def _check_bounds(field: Field, low: object, high: object) -> None:
    if field.kind not in (FieldKind.NUMBER, FieldKind.DATE):
        raise BadQuery(f"{field.name} has no order: give its values, not a range.")
    for bound in (low, high):
        if bound is not None:
            (_check_number if field.kind is FieldKind.NUMBER else _check_day)(field.name, bound)


def _check_number(name: str, bound: object) -> None:
    if isinstance(bound, bool) or not isinstance(bound, int | float):
        raise BadQuery(f"{name} is a number.")
    try:
        number = float(bound)
    except OverflowError:
        number = nan
    if isnan(number):
        raise BadQuery(f"{name} is a number that can be computed with.")


def _check_day(name: str, bound: object) -> None:
    try:
        day_number(bound if isinstance(bound, str) else "")
    except ValueError:
        raise BadQuery(f"{name} is a day: write YYYY-MM-DD.") from None


def _check_sort(query: Query) -> None:
    assert query.sort is not None
    if query.near is not None:
        raise BadQuery("Hits like a picture come in the order of likeness: ask without the sort.")
    field = field_named(query.sort.field)
    if field.kind not in (FieldKind.NUMBER, FieldKind.DATE):
        raise BadQuery(f"{field.name} has no order: sort by a number or a date.")


def _check_near(near: Near) -> None:
    if near.values.ndim != 1 or not 1 <= near.values.size <= LARGEST_VECTOR:
        raise BadQuery(f"A query vector has 1 to {LARGEST_VECTOR:,} values in a row.")
    norm = float(np.linalg.norm(near.values.astype(np.float64)))
    if not isfinite(norm) or abs(norm - 1) > 0.01:
        raise BadQuery("A query vector has length 1: divide it by its L2 norm.")


def check_dimension(near: Near, dimension: int) -> None:
    """Raises BadQuery for a vector of another size than those that the index has of its model."""
    if near.values.size != dimension:
        raise BadQuery(
            f"A query vector of {near.model_id} has {dimension} values, not {near.values.size}: "
            "embed the query with that model."
        )


def check_vectors(vectors: Iterable[Vector]) -> dict[str, int]:
    """Model id -> how many numbers its vectors have.

    Raises ValueError unless they are float32, 1 to LARGEST_VECTOR, as many in all of a model id.
    """
    sizes: dict[str, int] = {}
    for vector in vectors:
        values, model_id = vector.values, vector.model_id
        if values.ndim != 1 or not 1 <= values.size <= LARGEST_VECTOR or values.dtype != np.float32:
            raise ValueError(f"a vector has 1 to {LARGEST_VECTOR} float32 values")
        check_size(model_id, sizes.setdefault(model_id, values.size), values.size)
    return sizes


def check_size(model_id: str, known: int, size: int) -> None:
    """Raises ValueError unless vectors of a model have the known size."""
    if size != known:
        raise ValueError(f"a vector of {model_id} has {known} float32 values, not {size}")
