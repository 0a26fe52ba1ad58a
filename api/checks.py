"""What is configured here, and what is missing and how to get it."""

import importlib.util
import os
import shutil
from dataclasses import fields, replace
from importlib.metadata import version
from typing import Any

from infra.errors import SimilisError
from infra.query import AccessScope
from infra.settings import Settings
from infra.wiring import build

CODECS = ("imagecodecs", "SimpleITK")  # decoders of DICOM pixels, and of volumes to wrap
LOW_SPACE = 1 << 30


def run(*, seeded_weights: bool) -> dict[str, Any]:
    """A document of settings, store, model and `problems` (sentences that say what to do)."""
    settings = Settings.from_environment()
    if seeded_weights:
        settings = replace(settings, seeded_weights=True)
    problems: list[str] = []
    return {
        "version": version("similis"),
        "home": str(settings.home),
        **_store(settings, problems),
        **_model(settings, problems),
        "processors": os.cpu_count(),
        "jobs": settings.job_count,
        "codecs": _codecs(problems),
        "settings": _changed(settings),
        "problems": problems,
    }


def _store(settings: Settings, problems: list[str]) -> dict[str, Any]:
    if not settings.home.is_dir():
        problems.append("SIMILIS_HOME holds nothing yet: `similis ingest PATH` makes it.")
        return {"datasets": {}, "waiting_reports": 0, "free_bytes": None}
    free = shutil.disk_usage(settings.home).free
    if free < LOW_SPACE:
        problems.append("Less than 1 GiB is free under SIMILIS_HOME: make room.")
    try:
        with build(settings) as services:
            active = services.models.active()
            return {
                "datasets": services.catalog.datasets(AccessScope.everything()),
                "ledger": services.ledger.counts(),
                "waiting_reports": services.ledger.count_waiting(),
                "model_in_use": active.model_id if active else None,
                "free_bytes": free,
            }
    except SimilisError as error:
        problems.append(str(error))
        return {"datasets": {}, "waiting_reports": 0, "free_bytes": free}


def _model(settings: Settings, problems: list[str]) -> dict[str, Any]:
    from embedder.runtime import open_embedder
    from embedder.weights import weights_at_hand

    if not weights_at_hand(settings):
        problems.append(_how_to_get_weights())
        return {"model_id": None}
    try:
        record = open_embedder(settings).record
    except SimilisError as error:
        problems.append(str(error))
        return {"model_id": None}
    if not record.meaningful:
        problems.append("Seeded random weights are configured: the ranking is not meaningful.")
    return {
        "model_id": record.model_id,
        "weights": record.source,
        "precision": record.precision,
        "ranking_meaningful": record.meaningful,
    }


def _how_to_get_weights() -> str:
    from embedder.weights import IMAGENET_URL, torchvision_cache

    return (
        "There are no DenseNet-121 weights here: set SIMILIS_WEIGHTS to a file (torchvision, "
        "CheXNet and torchxrayvision weights work), or let the first ingest download torchvision's "
        f"ImageNet weights from {IMAGENET_URL} to {torchvision_cache()}, or pass --seeded-weights "
        "to try Similis without meaningful ranking."
    )


def _codecs(problems: list[str]) -> list[str]:
    found = [name for name in CODECS if importlib.util.find_spec(name)]
    problems += [
        f"The decoder {name} is not installed: run `make install`."
        for name in CODECS
        if name not in found
    ]
    return found


def _changed(settings: Settings) -> dict[str, str]:
    """Settings that are not at their default (the home is shown apart)."""
    return {
        spec.name: str(getattr(settings, spec.name))
        for spec in fields(settings)
        if spec.name != "home" and getattr(settings, spec.name) != spec.default
    }
