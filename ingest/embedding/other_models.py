"""What is ingested while a model is being changed gets vectors of both models."""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from infra.errors import BadSetup
from infra.ports import Embedder
from infra.query import AccessScope
from infra.records import ModelRecord
from infra.services import Services
from infra.settings import Settings
from ingest.embedding.embed_again import Again, Done
from ingest.fencing.fence import Fence

log = logging.getLogger(__name__)

JOBS = 1

Open = Callable[[ModelRecord], Embedder]


class OtherModels:
    """The models beside a run's own: the announced one, and one that came into use meanwhile.

    Call close() at the end.
    """

    def __init__(self, services: Services, settings: Settings, open_model: Open) -> None:
        self._services = services
        self._settings = settings
        self._open = open_model
        self._opened: dict[str, Again | None] = {}
        self._stack = ExitStack()

    def cover(self, instance_uids: Sequence[str], own: str) -> None:
        """Give these stored images vectors of every model but the run's own that wants them.

        Raises BadSetup where the model in use has changed and its weights are not here.
        """
        if not instance_uids:
            return
        models = self._services.models
        active, announced = models.active(), models.announced()
        for record in (announced, active):
            if record is not None and record.model_id != own:
                again = self._again(record, must=record is active)
                if again is not None:
                    stored = self._services.catalog.instances(
                        instance_uids, AccessScope.everything()
                    )
                    again.embed(stored.values(), Done(), lambda: None)

    def close(self) -> None:
        """End the processes that were started."""
        self._stack.close()

    def _again(self, record: ModelRecord, *, must: bool) -> Again | None:
        if record.model_id not in self._opened:
            self._opened[record.model_id] = self._begin(record, must=must)
        return self._opened[record.model_id]

    def _begin(self, record: ModelRecord, *, must: bool) -> Again | None:
        try:
            embedder = self._open(record)
        except BadSetup as error:
            if must:
                raise BadSetup(
                    f"The model in use has become {record.model_id} meanwhile. {error} Then: "
                    "`similis reindex --embed`."
                ) from error
            log.warning("the announced model is left to who announced it: %s", error)
            return None
        settings = self._settings
        fence = Fence(JOBS, settings.decode_seconds, settings.decode_memory_mb)
        self._stack.enter_context(fence)
        return Again(self._services, settings, embedder, fence, JOBS, self._services.scratch())
