"""A cache that is bounded by weight and forgets what was used longest ago."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """Values by key, together no heavier than `most`. Threads may share it."""

    def __init__(self, most: int, weigh: Callable[[V], int]) -> None:
        self._most, self._weigh = most, weigh
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._weight = 0

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key, made if it is not here; two threads may make it at once."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._weight += self._weigh(value)
            while self._weight > self._most and len(self._values) > 1:
                _, old = self._values.popitem(last=False)
                self._weight -= self._weigh(old)
        return value
