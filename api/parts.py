"""Which parts of an archive answer: asked side by side, and never waited for longer than said."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic

from infra.errors import SimilisError, StorageFull

PATIENCE = 5.0  # seconds
WARMING = 15.0  # seconds from the first question on: drivers are loaded, connections are opened
FRESH = 1.0  # seconds for which an answer is given again: strangers may ask, too

Check = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Part:
    """What a part said of itself, or why it cannot be used and what to do. One that is full answers
    and takes no writes.
    """

    name: str
    answers: bool
    says: str
    full: bool = False


class Parts:
    """Asks the parts that `Services.parts` names. Threads may share it."""

    def __init__(
        self, checks: Mapping[str, Check], patience: float = PATIENCE, warming: float = WARMING
    ) -> None:
        self._checks = checks
        self._patience = patience
        self._warming = warming
        self._began: float | None = None
        self._lock = Lock()
        self._asked: dict[str, tuple[float, Future[str]]] = {}

    def ask(self) -> list[Part]:
        """Every part in the order of their names. One that still thinks is not asked again."""
        with self._lock:
            now = monotonic()
            self._began = self._began or now
            for name, check in self._checks.items():
                at, last = self._asked.get(name, (-FRESH, None))
                if last is None or (last.done() and now - at > FRESH):
                    self._asked[name] = now, _asked(check, name)
            pending = {name: answer for name, (_, answer) in self._asked.items()}
        wait(pending.values(), max(self._patience, self._began + self._warming - now))
        return [self._part(name, pending[name]) for name in sorted(pending)]

    def _part(self, name: str, answer: "Future[str]") -> Part:
        if not answer.done():
            says = f"It has not answered within {self._patience:g} seconds; it may do so later."
            return Part(name, False, says)
        try:
            return Part(name, True, answer.result())
        except StorageFull as error:
            return Part(name, True, str(error), full=True)
        except SimilisError as error:
            return Part(name, False, str(error))


def _asked(check: Check, name: str) -> "Future[str]":
    """In a thread that nobody waits for when the program ends, which a pool's threads are."""
    answer: Future[str] = Future()

    def run() -> None:
        try:
            answer.set_result(check())
        except BaseException as error:  # noqa: BLE001 - handed on to whoever reads the answer
            answer.set_exception(error)

    Thread(target=run, name=f"ask-{name}", daemon=True).start()
    return answer
