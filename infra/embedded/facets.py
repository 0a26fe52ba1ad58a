"""Counts of distinct cases by value, exact, over the rows in memory."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from infra.embedded.columns import NONE, Bools, ColumnView, Ints, RowsView
from infra.fields import FacetRule, Field
from infra.query import FacetCount

MAX_TABLE = 20_000_000  # cells of a value x case table; above, sorting takes less memory
LONG_ROW = 2_000  # cases; numpy counts rows of more quicker one by one


def count_cases(field: Field, rows: Bools, view: RowsView, limit: int) -> tuple[FacetCount, ...]:
    """Values of a field among these rows with their cases: largest first, then by value."""
    column = view.columns[field.name]
    if field.of_case:
        return _in_order(_of_cases(column, _one_row_each(rows, view)), limit)
    pairs = rows[column.rows]
    cases = view.studies[column.rows[pairs]]
    values = column.values[pairs]
    if field.facet is FacetRule.VALUES:
        counts = _by_keyword(column, values, cases, len(view.names.studies))
    else:
        counts = _by_span(field.facet, values, cases, len(view.names.studies))
    return _in_order(counts, limit)


def _in_order(counts: list[FacetCount], limit: int) -> tuple[FacetCount, ...]:
    counts.sort(key=lambda count: (-count.count, count.value))
    return tuple(counts[:limit])


def _one_row_each(rows: Bools, view: RowsView) -> Bools:
    """Of these rows one for each case."""
    places = np.flatnonzero(rows)
    row_of_case = np.full(len(view.names.studies), NONE, np.int32)
    row_of_case[view.studies[places]] = places
    chosen = np.zeros(len(rows), np.bool_)
    chosen[row_of_case[row_of_case != NONE]] = True
    return chosen


def _of_cases(column: ColumnView, rows: Bools) -> list[FacetCount]:
    """Counts of keywords that all rows of a case have: no case is counted twice, so none needs to
    be told from another.
    """
    values = column.values[rows[column.rows]]
    counts = np.bincount(column.folds[values], minlength=len(column.folded))
    return _spelled(column, values, counts)


def _by_keyword(column: ColumnView, values: Ints, cases: Ints, all_cases: int) -> list[FacetCount]:
    counts = _distinct(column.folds[values], cases, len(column.folded), all_cases)
    return _spelled(column, values, counts)


def _spelled(column: ColumnView, values: Ints, counts: npt.NDArray[Any]) -> list[FacetCount]:
    """Counts by folded form, each with the first in order of its spellings."""
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
    if all_cases > LONG_ROW:
        return np.array([np.count_nonzero(row) for row in seen], np.int32)
    counts: Ints = np.count_nonzero(seen, axis=1).astype(np.int32)
    return counts


def _counted(values: Iterable[int], all_values: int) -> Ints:
    return np.bincount(np.asarray(values), minlength=all_values).astype(np.int32)
