"""All vectors anew, from the kept originals, by another model."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from infra.errors import BadSetup, NotFound, RejectedFile
from infra.ports import Embedder
from infra.query import AccessScope
from infra.records import Instance
from infra.services import Services
from infra.settings import Settings
from ingest.fence import Fence
from ingest.in_order import in_order
from ingest.prepare import Options
from ingest.rendering import Rendering, render_bytes
from ingest.vectors import embed_all, vectors_of

log = logging.getLogger(__name__)

BATCH = 16


@dataclass(slots=True)
class Done:
    """Counts of instances."""

    embedded: int = 0
    without_original: int = 0
    failed: int = 0


def embed_archive(
    services: Services,
    settings: Settings,
    key: bytes,
    embedder: Embedder,
    jobs: int,
    step: Callable[[], object],
) -> Done:
    """Make vectors of every instance under the embedder's model id, then make it the active one.

    Killed and called again it goes on with what is missing. The old vectors stay. Raises BadSetup,
    before anything is changed for search, when an instance cannot be embedded.
    """
    model_id, done = embedder.record.model_id, Done()
    services.models.register(embedder.record)
    options = Options(settings=settings, key=key, size=embedder.size, staging=services.scratch())
    batch: list[tuple[Instance, Rendering]] = []
    for instance, rendering in _rendered(services, options, jobs, model_id, done):
        batch.append((instance, rendering))
        if len(batch) >= BATCH:
            _put(services, embedder, batch)
            done.embedded += len(batch)
            batch.clear()
            step()
    _put(services, embedder, batch)
    done.embedded += len(batch)
    if done.without_original or done.failed:
        raise BadSetup(
            f"{done.without_original} instances have no kept original and {done.failed} could not "
            "be read: search stays on the old model. Ingest or delete them, then repeat."
        )
    services.models.activate(model_id)
    return done


def _rendered(
    services: Services, options: Options, jobs: int, model_id: str, done: Done
) -> Iterator[tuple[Instance, Rendering]]:
    settings = options.settings
    with Fence(jobs, settings.decode_seconds, settings.decode_memory_mb) as fence:

        def start(found: tuple[Instance, bytes]) -> Future[Rendering]:
            return fence.submit(render_bytes, found[1], settings, options.size, options.staging)

        for (instance, _), future in in_order(_originals(services, model_id, done), start, jobs):
            yield from _result(instance, future, done)


def _originals(services: Services, model_id: str, done: Done) -> Iterator[tuple[Instance, bytes]]:
    """Instances without a vector of this model, with their files."""
    for instance in _missing(services, model_id):
        data = _original(services, instance)
        if data is None:
            done.without_original += 1
        else:
            yield instance, data


def _missing(services: Services, model_id: str) -> Iterator[Instance]:
    scope = AccessScope.everything()
    for study_uid in services.catalog.study_uids(scope):
        for case in services.catalog.cases([study_uid], scope).values():
            for instance in case.instances:
                if not services.vectors.of_instance(instance.instance_uid, model_id):
                    yield instance


def _original(services: Services, instance: Instance) -> bytes | None:
    try:
        with services.blobs.open(instance.original) as handle:
            return handle.read()
    except NotFound:
        return None


def _result(
    instance: Instance, future: Future[Rendering], done: Done
) -> Iterator[tuple[Instance, Rendering]]:
    try:
        yield instance, future.result()
    except RejectedFile as error:
        log.warning("not embedded", extra={"reason": error.reason})
        done.failed += 1


def _put(
    services: Services, embedder: Embedder, batch: Sequence[tuple[Instance, Rendering]]
) -> None:
    if not batch:
        return
    values = embed_all(embedder, [rendering.pictures for _, rendering in batch])
    ends = np.cumsum([rendering.pictures.count for _, rendering in batch])[:-1]
    for (instance, rendering), part in zip(batch, np.split(values, ends), strict=True):
        uid, model_id = instance.instance_uid, embedder.record.model_id
        services.vectors.replace(uid, model_id, vectors_of(uid, model_id, rendering.views, part))
        rendering.pictures.discard()
