"""A fence around untrusted files: worker processes that may crash, hang or run out of memory.

Each worker has a pipe of its own and one task at a time, so that whatever ends a worker is known to
belong to that task and touches no other. (Pools whose workers share a queue break as a whole when
an idle worker dies.) Workers come from a fork server that has the readers loaded: a new one takes
milliseconds and inherits no thread or file of this process.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple

from ingest.fencing.fence_worker import Confinement, Worker, start_server

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Initializer = Callable[..., object]


@dataclass(frozen=True, slots=True)
class _Task:
    future: Future[Any]
    function: Callable[..., Any]
    args: tuple[Any, ...]


class Fence:
    """Runs functions in `jobs` worker processes, each call bounded in time and memory.

    `seconds` bounds one call, `memory_mb` the address space of a worker. `initializer(*initargs)`
    runs once in each worker. Functions, arguments and results must be picklable. Use it as a
    context manager: leaving it waits for what was submitted, leaving it by an exception (Ctrl-C)
    kills the workers and cancels the rest. Threads may share it.
    """

    def __init__(
        self,
        jobs: int,
        seconds: float,
        memory_mb: int,
        initializer: Initializer | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        self._confinement = Confinement(seconds, memory_mb, initializer, initargs)
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._jobs = max(jobs, 1)
        self._threads: list[threading.Thread] = []
        self._workers: dict[int, Worker] = {}
        self._stopping = False

    def __enter__(self) -> Self:
        start_server()
        for number in range(self._jobs):
            thread = threading.Thread(
                target=self._serve, args=(number,), name=f"fence-{number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._cancel()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def submit(self, function: Callable[[*Ts], T], *args: *Ts) -> Future[T]:
        """Run `function(*args)` in a worker as soon as one is free.

        The future raises what the function raised, or RejectedFile: decoder_crashed when the worker
        died, too_slow when it was killed after `seconds`, too_much_memory when it had no more.
        """
        future: Future[T] = Future()
        self._tasks.put(_Task(future, function, args))
        return future

    def _cancel(self) -> None:
        self._stopping = True
        while True:
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                break
            if task is not None:
                task.future.cancel()
        for worker in list(self._workers.values()):
            worker.interrupt()

    def _serve(self, number: int) -> None:
        """One thread a worker: take a task, have it done, keep or replace the worker."""
        try:
            while (task := self._tasks.get()) is not None:
                if self._stopping:
                    task.future.cancel()
                elif task.future.set_running_or_notify_cancel():
                    self._perform(number, task)
        finally:
            self._dismiss(number)

    def _perform(self, number: int, task: _Task) -> None:
        try:
            result = self._worker(number).run(task.function, task.args)
        except BaseException as exc:  # noqa: BLE001 - it goes to whoever waits for the future
            task.future.set_exception(CancelledError() if self._stopping else exc)
        else:
            task.future.set_result(result)

    def _worker(self, number: int) -> Worker:
        """The live worker of a thread, a new one where it has died or is worn out."""
        worker = self._workers.get(number)
        if worker is None or not worker.is_fit():
            self._dismiss(number)
            worker = self._workers[number] = Worker(self._confinement)
        return worker

    def _dismiss(self, number: int) -> None:
        worker = self._workers.pop(number, None)
        if worker is not None:
            worker.stop()
