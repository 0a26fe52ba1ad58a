"""What a command works with: settings, stores, the home's key, and the model once it is needed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from infra.errors import BadSetup
from infra.ports import Embedder
from infra.query import AccessScope
from infra.records import ModelRecord
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from ingest.embedding.model_gate import model_in_use, needs_gate
from ingest.privacy.identity import Pseudonyms, load_key
from ingest.privacy.same_key import check_key

if TYPE_CHECKING:
    from measure.segmenter import Segmenter

log = logging.getLogger(__name__)

RETRY_SECONDS = 30.0  # between two tries to open a model that could not be opened


class ConfiguredModel:
    """The model that the settings name: opened once, by whoever asks first."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._lock = Lock()
        self._embedder = embedder
        self._failure, self._failed_at = "", 0.0

    def open(self, settings: Settings) -> Embedder:
        """The opened model. Raises BadSetup when there is none.

        Asking again tries again, but not at once: it may have to wait for a network.
        """
        with self._lock:
            if self._embedder is None:
                if self._failure and monotonic() - self._failed_at < RETRY_SECONDS:
                    raise BadSetup(self._failure)
                try:
                    self._embedder = _open(settings)
                except BadSetup as error:
                    self._failure, self._failed_at = str(error), monotonic()
                    raise
            return self._embedder

    def follow(self, settings: Settings, active: ModelRecord) -> Embedder:
        """The model that came into use here after another one was opened, in its place.

        The one that is open stays when it is the same in another precision, when the settings name
        weights, or when those of `active` are not on this machine.
        """
        opened = self.open(settings)
        fixed = settings.seeded_weights or settings.weights is not None
        if fixed or opened.record.weights_sha256 == active.weights_sha256:
            return opened
        from embedder.runtime import open_as

        with self._lock:
            try:
                self._embedder = open_as(settings, active)
            except BadSetup as error:
                log.warning("the model in use cannot be opened here: %s", error)
                return opened
            return self._embedder


class ConfiguredSegmenter:
    """The segmenter that the settings name: opened once, by whoever asks first."""

    def __init__(self, segmenter: "Segmenter | None" = None) -> None:
        self._lock = Lock()
        self._segmenter = segmenter

    def open(self, settings: Settings) -> "Segmenter":
        """The opened segmenter. Raises BadSetup when there is none."""
        from measure.opening import open_segmenter

        with self._lock:
            if self._segmenter is None:
                self._segmenter = open_segmenter(settings)
            return self._segmenter


def _open(settings: Settings) -> Embedder:
    from embedder.runtime import open_embedder

    embedder = open_embedder(settings)
    if not embedder.record.meaningful:
        log.warning("seeded random weights are in use: the ranking is not meaningful")
    return embedder


@dataclass(frozen=True)
class Application:
    """Opened stores of one home, as seen by its owner (`scope`)."""

    settings: Settings
    services: Services
    key: bytes
    scope: AccessScope
    model: ConfiguredModel = field(default_factory=ConfiguredModel)
    network: ConfiguredSegmenter = field(default_factory=ConfiguredSegmenter)

    def seen_by(self, scope: AccessScope) -> "Application":
        """The same stores and model, for a caller with this scope."""
        return replace(self, scope=scope)

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """Names under this home's key."""
        return Pseudonyms(self.key)

    @property
    def embedder(self) -> Embedder:
        """The configured model, opened when first asked for."""
        return self.model.open(self.settings)

    @property
    def segmenter(self) -> "Segmenter":
        """The configured segmenter, opened when first asked for. Raises BadSetup without one."""
        return self.network.open(self.settings)

    def open_model(self) -> Embedder:
        """The model in use, after making sure that its vectors belong into this archive.

        Raises BadSetup when they do not.
        """
        embedder, active = self.embedder, self.services.models.active()
        if active is not None and active.model_id != embedder.record.model_id:
            embedder = self.model.follow(self.settings, active)
        agreement = None
        if needs_gate(self.services.models, embedder.record):
            from embedder.runtime import agreement as measure

            agreement = measure(self.settings)
        model_in_use(self.services.models, embedder, agreement)
        return embedder


@contextmanager
def opened(**changes: Any) -> Iterator[Application]:
    """Open the home that the environment names; `changes` override single settings.

    Raises BadSetup where its key is not the archive's.
    """
    settings = replace(Settings.from_environment(), **changes)
    with build(settings) as services:
        app = Application(
            settings=settings,
            services=services,
            key=load_key(settings.home),
            scope=AccessScope.everything(),
        )
        check_key(services, app.pseudonyms)
        yield app
