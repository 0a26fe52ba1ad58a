"""Score retrieval as a use case: labelled pictures and models -> what the scorecard says."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from embedder.labelled import LabelledPicture, read_labelled
from embedder.pixels import fit
from embedder.scoring.disturbed import DISTURBANCES
from embedder.scoring.matching import vectors_from
from embedder.scoring.page import page
from embedder.scoring.retrieval import (
    CHANCE,
    Judged,
    by_chance,
    drops,
    judge,
    scorecard,
    shortcuts,
)
from infra.errors import BadSetup, RejectedFile
from infra.records import Values
from infra.settings import Settings
from ingest.embedding.picture_cache import Pictures, cached_pictures

PIXELS, SEEDED, TEACHER = "pixels", "seeded", "efficientnet-lite0"
PIXEL_SIDE = 32
PICTURE_SIDE = 224


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be scored: `vectors` in files, the configured model, and those of `settings`.

    `baselines` adds pixels, the seeded network, and EfficientNet-Lite0 where it is installed.
    `disturbed` also asks the configured model with disturbed pictures.
    """

    rows: tuple[LabelledPicture, ...]
    vectors: tuple[Path, ...] = ()
    settings: tuple[Settings, ...] = ()
    configured: bool = True
    baselines: bool = True
    disturbed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """The scorecard as a JSON document and as a page."""

    document: dict[str, Any]
    page: str


def read_asked(
    tables: Sequence[Path], images: Path | None, split: str, constants: Mapping[str, str]
) -> tuple[LabelledPicture, ...]:
    """The rows of all tables, of one split if asked; `images` is where their files are.

    Raises BadSetup when fewer than two rows have labels.
    """
    rows = [row for table in tables for row in read_labelled(table, _name(table), constants)]
    rows = [row for row in rows if row.labels and split in ("", row.split)]
    if len(rows) < 2:
        raise BadSetup("There are not two labelled pictures to compare.")
    if images is not None:
        rows = [replace(row, path=images / row.name) for row in rows]
    return tuple(rows)


def _name(table: Path) -> str:
    """index.csv of a folder is named after the folder, any other table after itself."""
    generic = table.stem in ("index", "labels")
    return table.absolute().parent.name if generic else table.stem


def score(asked: Asked, settings: Settings, told: Callable[[str], object] = str) -> Scored:
    """Score every model; `told` hears what is being done."""
    rows = asked.rows
    found = _models(asked, settings, told)
    pictures = None
    if all(row.path.is_file() for row in rows):
        told("pictures")
        with tempfile.TemporaryDirectory(prefix="similis-") as folder:
            pictures = np.array(_pictures(rows, settings, Path(folder)))
        if asked.baselines:
            found |= _baselines(rows, pictures, told)
    if not found:
        raise BadSetup("There is nothing to score: give --vectors, or pictures that can be read.")
    told("scores")
    models: dict[str, Judged] = {name: judge(rows, vectors) for name, vectors in found.items()}
    models[CHANCE] = by_chance(rows)
    document = scorecard(rows, models) | {"shortcuts": shortcuts(rows, found)}
    first = next(iter(models.values()))
    if asked.disturbed and pictures is not None:
        document["disturbed"] = _disturbed(rows, pictures, settings, told)
    return Scored(document=document, page=page(document, rows, first, pictures))


def _models(asked: Asked, settings: Settings, told: Callable[[str], object]) -> dict[str, Values]:
    """Vectors by model, those to be compared with the others first."""
    found: dict[str, Values] = {}
    for path in asked.vectors:
        vectors, model = vectors_from(path, asked.rows)
        found[_free(found, model)] = vectors
    here = [settings] if asked.configured else []
    here += asked.settings
    if asked.baselines and all(row.path.is_file() for row in asked.rows):
        here.append(replace(settings, weights=None, seeded_weights=True))
    for one in here:
        vectors, model = embedded(asked.rows, one, told)
        if model not in found:
            found[model] = vectors
    return found


def _free(found: Mapping[str, Values], name: str) -> str:
    return name if name not in found else _free(found, f"{name}'")


def embedded(
    rows: Sequence[LabelledPicture], settings: Settings, told: Callable[[str], object]
) -> tuple[Values, str]:
    """Vectors of these rows exactly as `similis embed` makes them, and the model id."""
    from embedder.runtime import open_embedder
    from ingest.embedding.embed_files import embed_files

    embedder = open_embedder(settings)
    told(embedder.record.model_id)
    with tempfile.TemporaryDirectory(prefix="similis-") as folder:
        result = embed_files(
            [row.path for row in rows], settings, embedder, settings.job_count, Path(folder)
        )
    if result.refused:
        raise RejectedFile(
            "undecodable_pixels",
            f"{len(result.refused)} pictures cannot be read, such as {result.refused[0]}.",
        )
    return result.vectors, embedder.record.model_id


def _disturbed(
    rows: Sequence[LabelledPicture],
    pictures: Pictures,
    settings: Settings,
    told: Callable[[str], object],
) -> dict[str, Any]:
    """What the configured model loses with each disturbance of the query."""
    from embedder.feeding import embedded
    from embedder.runtime import open_embedder

    embedder = open_embedder(settings)

    def vectors(disturb: Callable[[Pictures], Pictures] | None) -> Values:
        shown = pictures if disturb is None else (disturb(picture) for picture in pictures)
        return embedded(embedder, shown)

    clean, others = vectors(None), {}
    for name, disturb in DISTURBANCES.items():
        told(f"disturbed: {name}")
        others[name] = judge(rows, clean, vectors(disturb))
    return drops(rows, judge(rows, clean), others)


def _pictures(rows: Sequence[LabelledPicture], settings: Settings, folder: Path) -> Pictures:
    return cached_pictures(
        [row.path for row in rows], PICTURE_SIDE, settings, settings.job_count, folder
    )


def _baselines(
    rows: Sequence[LabelledPicture], pictures: Pictures, told: Callable[[str], object]
) -> dict[str, Values]:
    """What any network has to beat."""
    from embedder.training.teacher import open_teacher, teacher_features

    small = np.stack([fit(picture, PIXEL_SIDE) for picture in pictures]).reshape(len(rows), -1)
    light = small.astype(np.float32)
    found = {PIXELS: light - light.mean(axis=1, keepdims=True)}
    teacher = open_teacher()
    if teacher is not None:
        told(TEACHER)
        found[TEACHER] = teacher_features(teacher, pictures, "cpu")
    return found
