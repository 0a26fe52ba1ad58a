"""Whether the server can answer: the stores now, the model once it has been opened or given up."""

import logging
from threading import Event, Thread

from api.application import Application
from api.parts import Parts
from infra.errors import SimilisError

log = logging.getLogger(__name__)


class Readiness:
    """Opens the model in the background, so that the page is there at once.

    Without a model everything but questions with a picture works; `problem` says what is missing.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._parts = Parts(application.services.parts)
        self._tried = Event()
        self._thread: Thread | None = None
        self.problem = ""

    def start(self) -> None:
        """Begin to open the model, and to connect to the stores, which nobody waits for."""
        Thread(target=self._parts.ask, name="warm-up", daemon=True).start()
        self._thread = Thread(target=self._open_model, name="open-model", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until the model has been opened or given up."""
        if self._thread is not None:
            self._thread.join()

    def waiting(self) -> bool:
        """Whether the model is still being opened."""
        return not self._tried.is_set()

    def trouble(self) -> tuple[dict[str, str], dict[str, str]]:
        """The parts that cannot be used now, and those that take no writes, each with why and what
        to do; asks them.
        """
        parts = self._parts.ask()
        down = {part.name: part.says for part in parts if not part.answers}
        return down, {part.name: part.says for part in parts if part.full}

    def _open_model(self) -> None:
        application = self._application
        try:
            # The first model that is used decides for an archive: looking must not decide.
            if application.services.models.active() is None:
                _ = application.embedder
            else:
                application.open_model()
        except SimilisError as error:
            self.problem = str(error)
            log.warning("no model: questions with a picture cannot be answered",
                        extra={"reason": self.problem})  # fmt: skip
        finally:
            self._tried.set()
