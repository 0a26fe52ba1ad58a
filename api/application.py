"""What a command works with: settings, stores, the home's key, and the model once it is needed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from infra.ports import Embedder
from infra.query import AccessScope
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from ingest.identity import Pseudonyms, load_key
from ingest.model_gate import model_in_use, needs_gate

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Application:
    """Opened stores of one home, as seen by its owner (`scope`)."""

    settings: Settings
    services: Services
    key: bytes
    scope: AccessScope

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """Names under this home's key."""
        return Pseudonyms(self.key)

    @cached_property
    def embedder(self) -> Embedder:
        """The configured model, opened when first asked for."""
        from embedder.runtime import open_embedder

        embedder = open_embedder(self.settings)
        if not embedder.record.meaningful:
            log.warning("seeded random weights are in use: the ranking is not meaningful")
        return embedder

    def open_model(self) -> Embedder:
        """The configured model, after making sure that its vectors belong into this archive.

        Raises BadSetup when they do not.
        """
        embedder = self.embedder
        agreement = None
        if needs_gate(self.services.models, embedder.record):
            from embedder.runtime import agreement as measure

            agreement = measure(self.settings)
        model_in_use(self.services.models, embedder, agreement)
        return embedder


@contextmanager
def opened(**changes: Any) -> Iterator[Application]:
    """Open the home that the environment names; `changes` override single settings."""
    settings = replace(Settings.from_environment(), **changes)
    with build(settings) as services:
        yield Application(
            settings=settings,
            services=services,
            key=load_key(settings.home),
            scope=AccessScope.everything(),
        )
