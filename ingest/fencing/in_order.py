"""Work spread over worker processes, results in the order of the work."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 32  # tasks per worker under way: more than a batch, so that none waits while it is embedded


def in_order(
    tasks: Iterable[T], submit: Callable[[T], Future[R]], jobs: int
) -> Iterator[tuple[T, Future[R]]]:
    """Submit tasks ahead of need and yield each with its future, in order.

    `jobs` is the number of workers; waiting for the future is the caller's.
    """
    window: deque[tuple[T, Future[R]]] = deque()
    for task in tasks:
        window.append((task, submit(task)))
        if len(window) >= AHEAD * jobs:
            yield window.popleft()
    while window:
        yield window.popleft()
