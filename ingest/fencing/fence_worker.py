"""One fenced worker process, seen from both of its ends."""

import contextlib
import multiprocessing
import os
import pickle
import resource
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any

from infra.errors import BackendError, RejectedFile
from infra.settings import MEGA
from ingest.reasons import rejected

START_SECONDS = 120.0  # for a worker to start, on a machine that is busy
GRACE_SECONDS = 5.0
TASKS = 1_000  # then a worker is replaced: native decoders leak
OUT_OF_MEMORY = "too_much_memory"
PRELOAD = [
    "ingest.decoding.decode",
    "ingest.reading.dicom",
    "ingest.reading.display",
    "ingest.arrival.prepare",
]
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
# glibc gives blocks of over 128 KiB back at once, and the kernel then clears every page anew for
# the next film: a fifth of the time of reading one. 32 MiB is the most that glibc takes here.
KEPT_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * MEGA),
    "MALLOC_TRIM_THRESHOLD_": str(256 * MEGA),
    "MALLOC_TOP_PAD_": str(16 * MEGA),
}


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a worker may use, and what it runs first."""

    seconds: float
    memory_mb: int
    initializer: Callable[..., object] | None
    initargs: tuple[Any, ...]


def start_server() -> None:
    """Start the fork server, with the readers loaded and native libraries kept to one thread."""
    multiprocessing.set_forkserver_preload(PRELOAD)
    wanted = ONE_THREAD | KEPT_MEMORY
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)  # the server inherits it; libraries read it when they are loaded
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Worker:
    """The parent's end: starts the process, gives it one task at a time, buries it."""

    def __init__(self, confinement: Confinement) -> None:
        """Start and wait until it is ready.

        Raises what the initializer raised, or BackendError when the process cannot start.
        """
        context = multiprocessing.get_context("forkserver")
        self._seconds = confinement.seconds
        self._tasks = 0
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, confinement), daemon=True)
        self._process.start()
        theirs.close()
        try:
            if not self._pipe.poll(START_SECONDS):
                raise BackendError("A decoding process did not start.")
            _unpack(self._pipe.recv_bytes())
        except BaseException as exc:
            self.kill()
            if isinstance(exc, EOFError | OSError):
                raise BackendError("A decoding process died while it started.") from exc
            raise

    def is_fit(self) -> bool:
        """Whether it can take another task."""
        return self._tasks < TASKS and self._process.is_alive()

    def run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """The function's result. Raises its exception, or RejectedFile when the worker ended."""
        self._tasks += 1
        message = pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)
        try:
            self._pipe.send_bytes(message)
            if not self._pipe.poll(self._seconds):
                raise rejected("too_slow", f"the limit is {self._seconds:g} s")
            answer = self._pipe.recv_bytes()
        except (EOFError, OSError) as exc:
            raise self._cause_of_death() from exc
        except RejectedFile:
            self.kill()
            raise
        try:
            return _unpack(answer)
        except RejectedFile as exc:
            if exc.reason == OUT_OF_MEMORY:
                self.kill()  # what it holds may not come back
            raise

    def _cause_of_death(self) -> RejectedFile:
        self._process.join(GRACE_SECONDS)
        code = self._process.exitcode
        self.kill()
        # the kernel's out-of-memory killer sends SIGKILL, and nobody else here does
        if code == -signal.SIGKILL:
            return rejected(OUT_OF_MEMORY)
        return rejected("decoder_crashed", f"exit code {code}")

    def interrupt(self) -> None:
        """Kill the process from another thread; the one that waits in `run` sees it end."""
        self._process.kill()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def stop(self) -> None:
        """End it when it is idle."""
        self._pipe.close()
        self._process.join(GRACE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _unpack(message: bytes) -> Any:
    succeeded, value = pickle.loads(message)  # noqa: S301 - from our own worker
    if succeeded:
        return value
    raise value


# --- inside the worker ----------------------------------------------------------------------------


def _work(pipe: Connection, confinement: Confinement) -> None:
    _confine(confinement)
    first = confinement.initializer or (lambda: None)
    pipe.send_bytes(_call(first, confinement.initargs))
    with contextlib.suppress(EOFError, OSError):  # the parent is done, or dead
        while True:
            message = pipe.recv_bytes()
            signal.setitimer(signal.ITIMER_REAL, confinement.seconds + GRACE_SECONDS)
            answer = _answer(message)
            signal.setitimer(signal.ITIMER_REAL, 0)
            pipe.send_bytes(answer)


def _confine(confinement: Confinement) -> None:
    """Bound memory, leave no core files and no orphans, leave Ctrl-C to the parent."""
    os.environ.update(ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # if the parent is killed while this process hangs, the timer around each task ends it
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    memory = confinement.memory_mb * MEGA
    with contextlib.suppress(ValueError, OSError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _answer(message: bytes) -> bytes:
    try:
        function, args = pickle.loads(message)  # noqa: S301 - from our own parent
    except MemoryError:
        return pickle.dumps((False, rejected(OUT_OF_MEMORY)))
    return _call(function, args)


def _call(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """The function's result or exception, pickled."""
    try:
        return pickle.dumps((True, function(*args)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((False, rejected(OUT_OF_MEMORY)))
    except BaseException as exc:  # noqa: BLE001 - it is raised again in the parent
        return _pickled(exc)


def _pickled(error: BaseException) -> bytes:
    """An exception that can be raised in the parent; others by their name only."""
    try:
        message = pickle.dumps((False, error))
        pickle.loads(message)  # noqa: S301 - some exceptions cannot be made again
    except Exception:  # noqa: BLE001 - whatever its __reduce__ does
        name = type(error).__name__
        return pickle.dumps((False, BackendError(f"A decoding process failed: {name}.")))
    return message
