"""What resolvers work with: the caller, the application as they see it, and batch loading."""

from dataclasses import dataclass, field
from typing import TypeAlias

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry.dataloader import DataLoader

from api import facts, headers, marks, timeline
from api.application import Application
from api.auth import Identity
from api.headers import HeaderRow
from api.held import HeldQueries
from api.intake import Intake
from api.schema.errors import TooComplex
from infra.records import Annotation, Case, Instance, ModelRecord

MOST_OBJECTS = 20_000


class Loaders:
    """What is loaded for many parts of an answer at once, and once for each of them."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self.annotations = DataLoader(load_fn=self._annotations)
        self.timelines = DataLoader(load_fn=self._timelines, cache_key_fn=_study)
        self.headers = DataLoader(load_fn=self._headers, cache_key_fn=_instance)
        self.models = DataLoader(load_fn=self._models)

    async def _annotations(self, study_uids: list[str]) -> list[list[Annotation]]:
        return await run_in_threadpool(marks.annotations, self._app, study_uids)

    async def _timelines(self, cases: list[Case]) -> list[list[Case]]:
        return await run_in_threadpool(timeline.timelines, self._app, cases)

    async def _headers(self, instances: list[Instance]) -> list[list[HeaderRow]]:
        return await run_in_threadpool(
            lambda: [headers.header(self._app, instance) for instance in instances]
        )

    async def _models(self, model_ids: list[str]) -> list[ModelRecord | None]:
        return await run_in_threadpool(facts.models_named, self._app, model_ids)


class Budget:
    """How many objects of lists an answer may still hold: estimates know nothing of large cases."""

    def __init__(self, objects: int = MOST_OBJECTS) -> None:
        self._left = objects

    def spend(self, objects: int) -> None:
        """Raises TooComplex once nothing is left."""
        self._left -= objects
        if self._left < 0:
            raise TooComplex(
                f"The answer would hold more than {MOST_OBJECTS:,} objects: ask for fewer hits, or "
                "for less of each."
            )


@dataclass(frozen=True, kw_only=True)
class Context:
    """One request. `session` names the caller's session, to which uploaded files belong."""

    app: Application
    caller: Identity
    session: str
    held: HeldQueries
    intake: Intake
    loaders: Loaders
    budget: Budget = field(default_factory=Budget)


Info: TypeAlias = strawberry.Info[Context, None]


def _study(case: Case) -> str:
    return case.study_uid


def _instance(instance: Instance) -> str:
    return instance.instance_uid
