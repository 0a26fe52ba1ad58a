"""The index rows in memory, a column a field, so that filters and facets are array operations.

Rows are only ever appended. A column is a list of pairs (row, value): a row without the value has
no pair, one with several has several. A row that is gone is not `alive`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from infra.checks import day_number
from infra.embedded.growing import Growing, Names
from infra.embedded.index_rows import StoredRow
from infra.fields import FIELDS, FieldKind
from infra.query import Group

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]

NONE = -1  # in place of a number: there is none


@dataclass(frozen=True, slots=True, eq=False)
class ColumnView:
    """Pairs of `rows` and `values`: float64 (days for dates), or int32 numbers of spellings.

    Keywords have `spellings` by number, `folds` (spelling number -> number of its folded form, as
    case does not matter) and `folded`, the numbers of folded forms.
    """

    rows: Ints
    values: npt.NDArray[Any]
    spellings: Names
    folds: Ints
    folded: Names


class Column:
    """One field of all rows."""

    def __init__(self, kind: FieldKind) -> None:
        self._kind = kind
        self._numeric = kind in (FieldKind.NUMBER, FieldKind.DATE)
        self._rows = Growing(np.int32)
        self._values = Growing(np.float64 if self._numeric else np.int32)
        self._spellings = Names()
        self._folds = Growing(np.int32)
        self._folded = Names()

    def append(self, rows: list[int], values: list[Any]) -> None:
        """Add pairs; `rows` ascend from call to call."""
        if self._kind is FieldKind.DATE:
            values = [day_number(value) for value in values]
        elif not self._numeric:
            known = len(self._spellings)
            values = [self._spellings.number(value) for value in values]
            new = self._spellings.names[known:]
            self._folds.append([self._folded.number(value.casefold()) for value in new])
        self._rows.append(rows)
        self._values.append(values)

    def view(self) -> ColumnView:
        """The pairs so far."""
        return ColumnView(
            self._rows.view(),
            self._values.view(),
            self._spellings,
            self._folds.view(),
            self._folded,
        )


@dataclass(frozen=True, slots=True, eq=False)
class RowsView:
    """The rows at one moment. Numbers of instances, series, studies and datasets are in `names`.

    `row_of_instance[instance]` is its row, or NONE. `alive` tells the rows that are not gone.
    """

    alive: Bools
    instances: Ints
    series: Ints
    studies: Ints
    datasets: Ints
    has_image: Bools
    row_of_instance: Ints
    names: "RowNames"
    columns: Mapping[str, ColumnView]

    def groups(self, group: Group) -> Ints:
        """The number of each row's group."""
        by_group = {Group.INSTANCE: self.instances, Group.SERIES: self.series}
        return by_group.get(group, self.studies)

    def group_names(self, group: Group) -> Names:
        """What the numbers of groups stand for."""
        by_group = {Group.INSTANCE: self.names.instances, Group.SERIES: self.names.series}
        return by_group.get(group, self.names.studies)


class RowNames:
    """Numbers for the UIDs and datasets of all rows; shared with the vectors of the instances."""

    def __init__(self) -> None:
        self.instances = Names()
        self.series = Names()
        self.studies = Names()
        self.datasets = Names()


class RowTable:
    """All rows in memory; `view()` is safe to use while rows are added and removed."""

    def __init__(self) -> None:
        self.names = RowNames()
        self.gone = 0
        self._place: dict[int, int] = {}  # number in the store -> row here
        self._alive = Growing(np.bool_)
        self._has_image = Growing(np.bool_)
        self._uids = Growing(np.int32, width=4)  # instance, series, study, dataset
        self._row_of_instance = np.empty(0, np.int32)
        self._columns = {name: Column(field.kind) for name, field in FIELDS.items()}

    def __len__(self) -> int:
        return len(self._alive)

    def remove(self, numbers: Iterable[int]) -> None:
        """Rows that are no more, by their number in the store; unknown ones are passed over."""
        places = [p for p in (self._place.pop(number, None) for number in numbers) if p is not None]
        if places:
            self.gone += len(places)
            alive = Growing(np.bool_)  # a copy: views share the old one
            alive.append(self._alive.view())
            alive.view()[places] = False
            self._alive = alive

    def append(self, rows: Iterable[StoredRow]) -> None:
        """Add rows; one of an instance that was there before has been removed first."""
        first = len(self)
        pairs: dict[str, tuple[list[int], list[Any]]] = {name: ([], []) for name in FIELDS}
        uids: list[tuple[int, int, int, int]] = []
        has_image: list[bool] = []
        for place, row in enumerate(rows, start=first):
            self._place[row.number] = place
            uids.append(self._numbers(row))
            has_image.append(bool(row.instance_uid))
            for name in row.keys.keys() & pairs.keys():  # a field may have been removed since
                values = row.keys[name]
                pairs[name][0].extend([place] * len(values))
                pairs[name][1].extend(values)
        self._uids.append(np.array(uids, np.int32).reshape(-1, 4))
        self._has_image.append(has_image)
        self._alive.append(np.ones(len(uids), np.bool_))
        for name, (places, values) in pairs.items():
            self._columns[name].append(places, values)

    def _numbers(self, row: StoredRow) -> tuple[int, int, int, int]:
        names = self.names
        return (
            names.instances.number(row.instance_uid),
            names.series.number(row.series_uid),
            names.studies.number(row.study_uid),
            names.datasets.number(row.dataset),
        )

    def view(self) -> RowsView:
        """The rows as they are now."""
        uids, alive = self._uids.view(), self._alive.view()
        row_of_instance = np.full(len(self.names.instances), NONE, np.int32)
        places = np.flatnonzero(alive & self._has_image.view())
        row_of_instance[uids[places, 0]] = places
        return RowsView(
            alive=alive,
            instances=np.ascontiguousarray(uids[:, 0]),
            series=np.ascontiguousarray(uids[:, 1]),
            studies=np.ascontiguousarray(uids[:, 2]),
            datasets=np.ascontiguousarray(uids[:, 3]),
            has_image=self._has_image.view(),
            row_of_instance=row_of_instance,
            names=self.names,
            columns={name: column.view() for name, column in self._columns.items()},
        )
