"""Vectors by another model, from the kept originals: of a whole archive, or of what came in."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from infra.errors import BadSetup, NotFound, RejectedFile
from infra.ports import Embedder
from infra.query import AccessScope
from infra.records import Instance
from infra.reindexing import put_vectors_again
from infra.services import Services
from infra.settings import Settings
from ingest.embedding.vectors import embed_all, vectors_of
from ingest.fencing.fence import Fence
from ingest.fencing.in_order import in_order
from ingest.showing.rendering import Rendering, render_bytes

log = logging.getLogger(__name__)

BATCH = 16


@dataclass(slots=True)
class Done:
    """Counts of instances."""

    embedded: int = 0
    without_original: int = 0
    failed: int = 0

    @property
    def left(self) -> int:
        """How many could not be embedded."""
        return self.without_original + self.failed


@dataclass(frozen=True, slots=True)
class Again:
    """Renders originals behind a fence of `jobs` processes and embeds them with one model."""

    services: Services
    settings: Settings
    embedder: Embedder
    fence: Fence
    jobs: int
    staging: Path

    def embed(self, instances: Iterable[Instance], done: Done, step: Callable[[], object]) -> None:
        """Make vectors of these instances, in the store of vectors and in the index."""
        rendered = self._rendered(instances, done)
        while batch := list(islice(rendered, BATCH)):
            self._put(batch)
            done.embedded += len(batch)
            step()

    def _rendered(
        self, instances: Iterable[Instance], done: Done
    ) -> Iterator[tuple[Instance, Rendering]]:
        size = self.embedder.size

        def start(found: tuple[Instance, bytes]) -> Future[Rendering]:
            return self.fence.submit(render_bytes, found[1], self.settings, size, self.staging)

        for (instance, _), future in in_order(self._originals(instances, done), start, self.jobs):
            try:
                yield instance, future.result()
            except RejectedFile as error:
                log.warning("not embedded", extra={"reason": error.reason})
                done.failed += 1

    def _originals(
        self, instances: Iterable[Instance], done: Done
    ) -> Iterator[tuple[Instance, bytes]]:
        for instance in instances:
            try:
                with self.services.blobs.open(instance.original) as handle:
                    yield instance, handle.read()
            except NotFound:
                done.without_original += 1

    def _put(self, batch: Sequence[tuple[Instance, Rendering]]) -> None:
        values = embed_all(self.embedder, [rendering.pictures for _, rendering in batch])
        ends = np.cumsum([rendering.pictures.count for _, rendering in batch])[:-1]
        for (instance, rendering), part in zip(batch, np.split(values, ends), strict=True):
            uid, model_id = instance.instance_uid, self.embedder.record.model_id
            vectors = vectors_of(uid, model_id, rendering.views, part)
            self.services.vectors.replace(uid, model_id, vectors)
            self.services.index.put_vectors(vectors)
            rendering.pictures.discard()


def embed_archive(
    services: Services,
    settings: Settings,
    embedder: Embedder,
    jobs: int,
    step: Callable[[], object],
) -> Done:
    """Make vectors of every instance under the embedder's model id, then make it the active one.

    The model is announced first: what other processes ingest meanwhile gets its vectors, too.
    Killed and called again it goes on with what is missing. The old vectors stay. Raises BadSetup,
    before anything is changed for search, when an instance cannot be embedded.
    """
    model_id, done = embedder.record.model_id, Done()
    services.models.register(embedder.record)
    services.models.announce(model_id)
    with Fence(jobs, settings.decode_seconds, settings.decode_memory_mb) as fence:
        again = Again(services, settings, embedder, fence, jobs, services.scratch())
        while True:
            before, kept = done.embedded, _count_in_use(services)
            again.embed(_missing(services, model_id), done, step)
            if done.left:
                services.models.announce(None)
                raise BadSetup(
                    f"{done.without_original} instances have no kept original and {done.failed} "
                    "could not be read: search stays on the old model. Ingest or delete them, then "
                    "repeat."
                )
            if done.embedded == before and _swapped(services, model_id, kept):
                return done


def _swapped(services: Services, model_id: str, kept: int) -> bool:
    """Activate the model, unless something came in since `kept` vectors were counted."""
    if services.index.vector_count(model_id) != services.vectors.count(model_id):
        put_vectors_again(services, model_id)
    with services.together():
        if _count_in_use(services) != kept:
            return False
        services.models.activate(model_id)
        return True


def _count_in_use(services: Services) -> int:
    active = services.models.active()
    return services.vectors.count(active.model_id) if active else 0


def _missing(services: Services, model_id: str) -> Iterator[Instance]:
    """Instances without a vector of this model."""
    scope = AccessScope.everything()
    for study_uid in services.catalog.study_uids(scope):
        for case in services.catalog.cases([study_uid], scope).values():
            for instance in case.instances:
                if not services.vectors.of_instance(instance.instance_uid, model_id):
                    yield instance
