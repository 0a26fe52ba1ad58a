"""Counts of distinct cases by value, exact, over the rows in memory."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from infra.embedded.columns import Bools, ColumnView, Ints, RowsView
from infra.fields import FacetRule, Field
from infra.query import FacetCount

MAX_TABLE = 20_000_000  # cells of a value x case table; above, sorting takes less memory


def count_cases(field: Field, rows: Bools, view: RowsView, limit: int) -> tuple[FacetCount, ...]:
    """Values of a field among these rows with their cases: largest first, then by value."""
    column = view.columns[field.name]
    pairs = rows[column.rows]
    cases = view.studies[column.rows[pairs]]
    values = column.values[pairs]
    if field.facet is FacetRule.VALUES:
        counts = _by_keyword(column, values, cases, len(view.names.studies))
    else:
        counts = _by_span(field.facet, values, cases, len(view.names.studies))
    counts.sort(key=lambda count: (-count.count, count.value))
    return tuple(counts[:limit])


def _by_keyword(column: ColumnView, values: Ints, cases: Ints, all_cases: int) -> list[FacetCount]:
    counts = _distinct(column.folds[values], cases, len(column.folded), all_cases)
    present = np.flatnonzero(np.bincount(values, minlength=1))
    shown: dict[int, str] = {}
    for number in sorted(present, key=column.spellings.names.__getitem__):
        shown.setdefault(int(column.folds[number]), column.spellings.names[number])
    return [FacetCount(spelling, int(counts[folded])) for folded, spelling in shown.items()]


def _by_span(
    rule: FacetRule, values: npt.NDArray[np.float64], cases: Ints, all_cases: int
) -> list[FacetCount]:
    """Years of day numbers, or decades of numbers."""
    finite = np.isfinite(values)
    values, cases = values[finite], cases[finite]
    if rule is FacetRule.YEARS:
        spans = _years(values)
    else:
        spans = np.floor_divide(values, 10).astype(np.int64)
    kinds, numbers = np.unique(spans, return_inverse=True)
    counts = _distinct(numbers.astype(np.int32), cases, len(kinds), all_cases)
    return [
        FacetCount(_span_name(rule, int(k)), int(n)) for k, n in zip(kinds, counts, strict=True)
    ]


def _years(days: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    epoch = np.datetime64("0001-01-01") - np.timedelta64(1, "D")
    years = (epoch + days.astype("timedelta64[D]")).astype("datetime64[Y]")
    return years.astype(np.int64) + 1970


def _span_name(rule: FacetRule, number: int) -> str:
    return f"{number:04d}" if rule is FacetRule.YEARS else f"{number * 10}-{number * 10 + 9}"


def _distinct(values: Ints, cases: Ints, all_values: int, all_cases: int) -> Ints:
    """How many different cases each value has."""
    cells = values.astype(np.int64) * all_cases + cases
    if all_values * all_cases > MAX_TABLE:
        return _counted(np.unique(cells) // all_cases, all_values)
    seen = np.zeros((all_values, all_cases), np.bool_)
    seen.reshape(-1)[cells] = True
    counts: Ints = np.count_nonzero(seen, axis=1).astype(np.int32)
    return counts


def _counted(values: Iterable[int], all_values: int) -> Ints:
    return np.bincount(np.asarray(values), minlength=all_values).astype(np.int32)
