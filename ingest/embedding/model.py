"""The model that a run embeds with, opened only if it has to."""

import threading
from collections.abc import Callable, Sequence

from infra.ports import Embedder, ModelRegistry
from infra.records import Values
from ingest.embedding.model_gate import model_in_use
from ingest.embedding.spool import Pictures
from ingest.embedding.vectors import embed_all


class Model:
    """The model of a run, opened and let through the gate when the first file needs it.

    Threads take turns with it. Every method raises BadSetup as `model_in_use` does.
    """

    def __init__(self, models: ModelRegistry, open_model: Callable[[], Embedder]) -> None:
        self._models = models
        self._open_model = open_model
        self._opened: tuple[Embedder, str] | None = None
        self._lock = threading.RLock()

    @property
    def size(self) -> int:
        """Side of the square pictures that it wants, in pixels."""
        return self._use()[0].size

    @property
    def model_id(self) -> str:
        """The id under which its vectors are kept here."""
        return self._use()[1]

    def embed_all(self, spools: Sequence[Pictures]) -> Values:
        """All pictures of all files, in order -> (n, d)."""
        with self._lock:
            return embed_all(self._use()[0], spools)

    def _use(self) -> tuple[Embedder, str]:
        with self._lock:
            if self._opened is None:
                embedder = self._open_model()
                self._opened = embedder, model_in_use(self._models, embedder)
            return self._opened
