"""Arrays and name tables that only grow, so that a view taken earlier stays what it was."""

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

SMALLEST = 1_024


class Growing:
    """A numpy array that is appended to; a `view()` is not changed by what is appended later."""

    def __init__(self, dtype: npt.DTypeLike, width: int | None = None) -> None:
        self._shape = () if width is None else (width,)
        self._data: npt.NDArray[Any] = np.empty((0, *self._shape), dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, values: npt.ArrayLike) -> None:
        """Add these rows at the end."""
        added = np.asarray(values, self._data.dtype).reshape(-1, *self._shape)
        needed = self._length + len(added)
        if needed > len(self._data):
            larger = np.empty((max(SMALLEST, needed * 3 // 2), *self._shape), self._data.dtype)
            larger[: self._length] = self._data[: self._length]
            self._data = larger
        self._data[self._length : needed] = added
        self._length = needed

    def view(self) -> npt.NDArray[Any]:
        """What has been added so far, without a copy. Do not write to it."""
        return self._data[: self._length]


class Names:
    """Numbers for names, in the order they came: `names[number]`."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def number(self, name: str) -> int:
        """The number of a name; a new one takes the next."""
        found = self._numbers.get(name)
        if found is None:
            name = sys.intern(name)  # UIDs occur in several tables
            found = self._numbers[name] = len(self.names)
            self.names.append(name)
        return found

    def find(self, name: str) -> int | None:
        """The number of a name, if it has one."""
        return self._numbers.get(name)

    def found(self, names: Iterable[str]) -> list[int]:
        """The numbers of those names that have one."""
        numbers = (self._numbers.get(name) for name in names)
        return [number for number in numbers if number is not None]
