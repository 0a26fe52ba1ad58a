"""A filter tree compiled to a mask of the rows in memory."""

from functools import reduce

import numpy as np

from infra.checks import day_number
from infra.embedded.columns import Bools, ColumnView, RowsView
from infra.fields import FIELDS, FieldKind
from infra.query import AccessScope, And, AnyOf, Between, Everything, Exists, Filter, Not, Or


def rows_passing(tree: Filter, scope: AccessScope, view: RowsView) -> Bools:
    """Which rows are there, in scope, and pass a filter that `check_filter` has seen."""
    mask = view.alive & _passing(tree, view)
    if scope.datasets is not None:
        numbers = view.names.datasets.found(scope.datasets)
        allowed = np.zeros(len(view.names.datasets), np.bool_)  # counted last: names may be added
        allowed[numbers] = True
        mask &= allowed[view.datasets]
    return mask


def _passing(tree: Filter, view: RowsView) -> Bools:
    match tree:
        case Everything():
            return _all(view)
        case And(parts):
            return reduce(np.logical_and, (_passing(part, view) for part in parts), _all(view))
        case Or(parts):
            return reduce(np.logical_or, (_passing(part, view) for part in parts), ~_all(view))
        case Not(part):
            return ~_passing(part, view)
        case AnyOf(name, values):
            return _rows(view, name, _any_of(view.columns[name], values))
        case Between(name, low, high):
            return _rows(view, name, _between(view.columns[name], name, low, high))
        case Exists(name):
            return _rows(view, name, np.ones(len(view.columns[name].rows), np.bool_))


def _all(view: RowsView) -> Bools:
    return np.ones(len(view.alive), np.bool_)


def _rows(view: RowsView, name: str, pairs: Bools) -> Bools:
    """The rows of these pairs of a column."""
    mask = ~_all(view)
    mask[view.columns[name].rows[pairs]] = True
    return mask


def _any_of(column: ColumnView, values: tuple[str, ...]) -> Bools:
    numbers = column.folded.found(value.casefold() for value in values)
    wanted = np.zeros(len(column.folded), np.bool_)  # counted last: names may be added
    wanted[numbers] = True
    found: Bools = wanted[column.folds][column.values]
    return found


def _between(
    column: ColumnView, name: str, low: float | str | None, high: float | str | None
) -> Bools:
    pairs: Bools = ~np.isnan(column.values)
    if low is not None:
        pairs &= column.values >= _number(name, low)
    if high is not None:
        pairs &= column.values <= _number(name, high)
    return pairs


def _number(name: str, bound: float | str) -> float:
    if FIELDS[name].kind is FieldKind.DATE:
        return day_number(str(bound))
    return float(bound)
