"""What this Similis is and holds."""

from dataclasses import dataclass
from importlib.metadata import version

from api.application import Application
from infra.query import Group, Page, Query
from infra.records import ModelRecord

DISCLAIMER = "For research and teaching. Not a medical device: not for diagnosis."


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Counts and names as far as the caller may see; sizes in MiB."""

    version: str
    model: ModelRecord | None
    cases: int
    instances: int
    datasets: list[str]
    seeded: bool
    max_upload_mb: int
    disclaimer: str = DISCLAIMER


def facts(app: Application) -> Facts:
    """In three round trips."""
    datasets = app.services.catalog.datasets(app.scope)
    model = app.services.models.active()
    every = app.services.index.search(Query(group=Group.INSTANCE, page=Page(1)), app.scope)
    return Facts(
        version=version("similis"),
        model=model,
        cases=sum(datasets.values()),
        instances=every.total,
        datasets=sorted(datasets),
        seeded=app.settings.seeded_weights if model is None else not model.meaningful,
        max_upload_mb=app.settings.max_file_mb,
    )


def models_named(app: Application, model_ids: list[str]) -> list[ModelRecord | None]:
    """The records of these ids in one round trip, None for an unknown one."""
    known = {record.model_id: record for record in app.services.models.models()}
    return [known.get(model_id) for model_id in model_ids]
