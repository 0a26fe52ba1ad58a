"""Models as use cases: list, add, compare, promote what measures better, roll back."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api.application import Application
from api.documents import plain
from api.scoring import Asked, score
from embedder.keeping import keep
from embedder.labelled import LabelledPicture
from embedder.onnx_input import NOTHING, Wanted
from embedder.promoted import (
    MODELS,
    Promotion,
    add_candidate,
    candidate_file,
    candidates,
    keep_promotions,
    promotions,
)
from infra.errors import BadSetup, NotFound
from infra.settings import Settings
from ingest.embedding.embed_again import embed_archive

JUDGED_BY = ("mAP@10", "nDCG@10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How much better a candidate is: mean gain with its 95 % interval, by metric."""

    candidate: str
    against: str
    pictures: int
    gains: dict[str, Any]

    @property
    def better(self) -> bool:
        """Whether every metric's whole interval lies above zero."""
        return all((self.gains[name]["low"] or 0) > 0 for name in JUDGED_BY)


def list_models(app: Application) -> list[dict[str, Any]]:
    """The models that made vectors here."""
    registry, vectors = app.services.models, app.services.vectors
    active = registry.active()
    return [
        {
            "model_id": record.model_id,
            "active": active is not None and record.model_id == active.model_id,
            "vectors": vectors.count(record.model_id),
            "dimension": record.dimension,
            "meaningful": record.meaningful,
            "source": record.source,
            "created_at": plain(record.created_at),
        }
        for record in registry.models()
    ]


def list_candidates(settings: Settings) -> list[dict[str, Any]]:
    """The weights that were added to this home, and how they compared."""
    made = promotions(settings.home)
    used = made[-1].weights if made else ""
    return [
        {
            "candidate": name,
            "promoted": name == used,
            "comparison": _comparison_document(_kept(settings.home, name)),
        }
        for name in candidates(settings.home)
    ]


def use(app: Application, model_id: str) -> None:
    """Make a model that has all vectors the active one. Raises NotFound, BadSetup."""
    registry = app.services.models
    if model_id not in {record.model_id for record in registry.models()}:
        raise NotFound(f"No model {model_id} made vectors here; `similis models` lists those.")
    if not _is_complete(app, model_id):
        raise BadSetup(f"{model_id} lacks vectors of newer instances: `similis reindex --embed`.")
    registry.activate(model_id)


def _is_complete(app: Application, model_id: str) -> bool:
    """Whether it has as many vectors as the active model."""
    active, vectors = app.services.models.active(), app.services.vectors
    return active is None or vectors.count(model_id) >= vectors.count(active.model_id)


def add(settings: Settings, path: Path, wanted: Wanted = NOTHING) -> str:
    """Keep weights, or an ONNX model that is fed what is `wanted`, in the home as a candidate; its
    name. Raises BadSetup.
    """
    return add_candidate(path, settings.home, wanted)


def compare(
    settings: Settings,
    name: str,
    rows: tuple[LabelledPicture, ...],
    told: Callable[[str], object] = str,
) -> Comparison:
    """Score a candidate beside the configured weights, and keep the outcome for `promote`."""
    path = candidate_file(settings.home, name)
    candidate = replace(settings, weights=path, seeded_weights=False)
    asked = Asked(rows=rows, configured=True, settings=(candidate,), baselines=False)
    document = score(asked, settings, told).document
    against, _, *_ = document["models"]
    found = next(
        (model for model in document["paired"] if name in model), None
    )  # model ids hold the hash that names a candidate
    if found is None:
        raise BadSetup("The candidate's weights are those in use: there is nothing to compare.")
    gains = {metric: _turned(document["paired"][found]["overall"][metric]) for metric in JUDGED_BY}
    comparison = Comparison(
        candidate=found, against=against, pictures=document["pictures"], gains=gains
    )
    keep(_score_file(settings.home, name), json.dumps(_comparison_document(comparison)).encode())
    return comparison


def promote(app: Application, name: str, jobs: int, *, force: bool = False) -> dict[str, Any]:
    """Make all vectors anew with a candidate, then use it here from now on.

    Search goes on with the old vectors until all new ones are there; killed and called again it
    goes on. Raises BadSetup for a candidate that has not measured better, unless `force`.
    """
    from embedder.runtime import open_embedder

    settings = app.settings
    path = candidate_file(settings.home, name)
    if settings.seeded_weights or settings.weights is not None:
        raise BadSetup("SIMILIS_WEIGHTS and seeded weights come before a promotion: unset them.")
    comparison = _kept(settings.home, name)
    if not force and (comparison is None or not comparison.better):
        raise BadSetup(
            f"{name} has not measured better than the weights in use: `similis models compare "
            f"{name} --labels TABLE.csv` first, or --force."
        )
    made, active = promotions(settings.home), app.services.models.active()
    embedder = open_embedder(replace(settings, weights=path))
    done = embed_archive(app.services, settings, embedder, jobs, lambda: None)
    if not made or made[-1].weights != name:
        before = active.model_id if active else ""
        keep_promotions(settings.home, (*made, Promotion(weights=name, before=before)))
    return {"promoted": name, "model_id": embedder.record.model_id, "embedded": done.embedded}


def change_model(app: Application, weights: str, jobs: int) -> dict[str, Any]:
    """Promote a weights file, or a candidate by its name, without asking for a comparison.

    Raises BadSetup and NotFound.
    """
    path = Path(weights)
    name = add(app.settings, path) if path.is_file() else weights
    return promote(app, name, jobs, force=True)


def roll_back(app: Application, jobs: int) -> str:
    """Go back to what was used before the last promotion; its model id.

    What was ingested since gets vectors of the old model first. Raises BadSetup where nothing was
    promoted, or where the old weights are needed for that and are no longer here.
    """
    made = promotions(app.settings.home)
    if not made:
        raise BadSetup("Nothing was promoted here.")
    before = made[-1].before
    if before:
        _go_back(app, before, jobs)
    keep_promotions(app.settings.home, made[:-1])
    return before


def _go_back(app: Application, model_id: str, jobs: int) -> None:
    from embedder.runtime import open_as

    if _is_complete(app, model_id):
        use(app, model_id)
        return
    record = next(one for one in app.services.models.models() if one.model_id == model_id)
    embed_archive(app.services, app.settings, open_as(app.settings, record), jobs, lambda: None)


def _turned(found: dict[str, Any]) -> dict[str, Any]:
    """What the first model gains over the second -> what the second gains over the first."""
    turned = {"mean": found["mean"], "low": found["high"], "high": found["low"]}
    return {name: None if value is None else -value for name, value in turned.items()}


def _score_file(home: Path, name: str) -> Path:
    return home / MODELS / f"{name}.json"


def _kept(home: Path, name: str) -> Comparison | None:
    try:
        return Comparison(**json.loads(_score_file(home, name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _comparison_document(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "candidate": comparison.candidate,
        "against": comparison.against,
        "pictures": comparison.pictures,
        "gains": comparison.gains,
    }
