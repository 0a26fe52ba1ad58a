"""A recipe: everything that decides what a training makes, in one TOML file."""

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from embedder.labelled import LabelledPicture, read_labelled
from embedder.training.targets import KINDS, MORE_KINDS
from infra.errors import BadSetup


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """A table of labelled pictures. `modality` and `body_part` are for tables without them."""

    name: str
    path: str
    modality: str = ""
    body_part: str = ""
    weight: float = 1.0  # how often it is drawn, beside the square root of its size


@dataclass(frozen=True, slots=True, kw_only=True)
class LossWeights:
    """What each loss of `embedder/training/losses.py` counts; 0 leaves it out."""

    teacher: float = 1.0
    relations: float = 1.0
    labels: float = 1.0
    contrast: float = 0.3
    kinds: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """How pictures are changed. Never mirrored: left and right mean something."""

    degrees: float = 10.0
    zoom: tuple[float, float] = (0.7, 1.1)  # the part of the picture's side that is seen
    shift: float = 0.08
    aspect: float = 0.08
    gamma: float = 0.5  # of the logarithm
    window: float = 0.2
    noise: float = 0.04
    blur: float = 0.2  # probabilities, from here on
    text: float = 0.25
    bars: float = 0.15
    inverted: float = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Some steps at one picture size: the learning rate rises to `rate`, then falls to `last`.

    `average` is the decay of the running average of the weights, which is what is kept. `losses`
    and `augmentation` stand in for the recipe's. `view` is the side at which the teachers look at
    the very pictures that the student sees, after they were changed; 0 lets them look at each
    unchanged picture once and for all. `mixed` is the part of a batch that is blended with
    another of its pictures, from which only the teachers' losses learn; it needs a `view`. After
    `kept` stages that follow each other, the mean of their weights is what it goes on with.
    """

    size: int
    steps: int
    batch: int = 64
    rate: float = 1e-3
    last: float = 1e-5
    warmup: int = 50
    average: float = 0.998
    view: int = 0
    mixed: float = 0.0
    kept: bool = False
    losses: LossWeights | None = None
    augmentation: Augmentation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """See `embedder/training/shipped.toml` for the one of the shipped weights."""

    tables: tuple[TableSource, ...]
    stages: tuple[Stage, ...]
    losses: LossWeights = LossWeights()
    augmentation: Augmentation = Augmentation()
    teachers: tuple[str, ...] = ("efficientnet-lite0",)
    kinds: tuple[str, ...] = KINDS
    seed: int = 1
    serve: int = 0  # picture size of the finished weights; 0 takes the last stage's
    decay: float = 0.02
    channels: int = 1
    mean: tuple[float, ...] = field(default=(0.33,))
    std: tuple[float, ...] = field(default=(0.29,))

    @property
    def steps(self) -> int:
        """Of all stages together."""
        return sum(stage.steps for stage in self.stages)

    @property
    def sha256(self) -> str:
        """Hash of everything the recipe says: a checkpoint of another recipe is not resumed."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def looks_live(self) -> bool:
        """Whether the teachers are needed in any stage."""
        return any(stage.view for stage in self.stages)

    def stage_at(self, step: int) -> tuple[Stage, int]:
        """The stage that holds a step, and the step's number within it."""
        for stage in self.stages:
            if step < stage.steps:
                return stage, step
            step -= stage.steps
        raise ValueError("the recipe has no such step")


def read_recipe(path: Path) -> Recipe:
    """Raises BadSetup for a file that is no recipe, naming what is wrong."""
    try:
        return recipe_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, KeyError) as exc:
        raise BadSetup(f"{path.name} is no recipe: {exc}.") from exc


def recipe_of(content: dict[str, Any]) -> Recipe:
    """A recipe from TOML's values. Raises TypeError or KeyError naming what is wrong."""
    parts = dict(content)
    tables = tuple(TableSource(**table) for table in parts.pop("tables"))
    stages = tuple(_stage(**stage) for stage in parts.pop("stages"))
    augmentation = _augmentation(parts.pop("augmentation", {}))
    for name in ("mean", "std", "teachers", "kinds"):
        if name in parts:
            parts[name] = tuple(parts[name])
    known = (*KINDS, *MORE_KINDS)
    if unknown := set(parts.get("kinds", ())).difference(known):
        raise KeyError(f"{sorted(unknown)[0]} is none of the kinds {', '.join(known)}")
    return Recipe(
        tables=tables,
        stages=stages,
        losses=LossWeights(**parts.pop("losses", {})),
        augmentation=augmentation,
        **parts,
    )


def _stage(
    losses: dict[str, Any] | None = None,
    augmentation: dict[str, Any] | None = None,
    **values: Any,
) -> Stage:
    return Stage(
        losses=None if losses is None else LossWeights(**losses),
        augmentation=None if augmentation is None else _augmentation(augmentation),
        **values,
    )


def _augmentation(values: dict[str, Any]) -> Augmentation:
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    return Augmentation(**plain)


def read_tables(recipe: Recipe, data: Path) -> tuple[LabelledPicture, ...]:
    """All rows of all tables, whose paths are relative to `data`."""
    return tuple(
        picture
        for source in recipe.tables
        for picture in read_labelled(
            data / source.path,
            source.name,
            {"modality": source.modality, "body_part": source.body_part},
        )
    )
