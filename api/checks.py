"""What is configured here, and what is missing and how to get it."""

import importlib.util
import os
import shutil
from dataclasses import fields, replace
from importlib.metadata import version
from typing import Any

from api.parts import Parts
from infra.errors import BadSetup, SimilisError
from infra.query import AccessScope
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from ingest.privacy.identity import KEY_FILE, Pseudonyms, load_key
from ingest.privacy.same_key import check_key

CODECS = ("imagecodecs", "SimpleITK")  # decoders of DICOM pixels, and of volumes to wrap
LOW_SPACE = 1 << 30
PATIENCE = 15.0  # seconds that a store has to answer: more than a server that is waited for


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
    nothing = {"parts": {}, "datasets": {}, "waiting_reports": 0, "free_bytes": None}
    if not settings.home.is_dir() and not settings.distributed:
        problems.append("SIMILIS_HOME holds nothing yet: `similis ingest PATH` makes it.")
        return nothing
    try:
        with build(settings) as services:
            free = _free_bytes(settings, problems)
            _check_key(settings, services, problems)
            return nothing | {"free_bytes": free} | opened(services, problems)
    except SimilisError as error:
        problems.append(str(error))
        return nothing


def _free_bytes(settings: Settings, problems: list[str]) -> int:
    free = shutil.disk_usage(settings.home).free
    if free < LOW_SPACE:
        problems.append("Less than 1 GiB is free under SIMILIS_HOME: make room.")
    return free


def _check_key(settings: Settings, services: Services, problems: list[str]) -> None:
    if (settings.home / KEY_FILE).is_file():  # looking makes none
        try:
            check_key(services, Pseudonyms(load_key(settings.home)))
        except BadSetup as error:
            problems.append(str(error))


def opened(services: Services, problems: list[str]) -> dict[str, Any]:
    """What the stores say of themselves; adds to `problems` what is wrong with them."""
    parts = Parts(services.parts, PATIENCE).ask()
    bad = [part for part in parts if part.full or not part.answers]
    problems += [f"{part.name}: {part.says}" for part in bad]
    said = {"parts": {part.name: "" if part in bad else part.says for part in parts}}
    if not all(part.answers for part in parts):
        return said
    active = services.models.active()
    return said | {
        "datasets": services.catalog.datasets(AccessScope.everything()),
        "ledger": services.ledger.counts(),
        "waiting_reports": services.ledger.count_waiting(),
        "model_in_use": active.model_id if active else None,
    }


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
        spec.name: "(set)" if spec.metadata["secret"] else str(getattr(settings, spec.name))
        for spec in fields(settings)
        if spec.name != "home" and getattr(settings, spec.name) != spec.default
    }
