"""Train as a use case: a recipe and its pictures -> weights, and a record of how they were made."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from embedder.labelled import LabelledPicture
from embedder.scoring.retrieval import judge, shortcuts
from embedder.training.recipe import LossWeights, Recipe
from embedder.weight_files import read_network, write_network
from infra.records import Values
from infra.settings import Settings

if TYPE_CHECKING:
    from embedder.training.loop import Trainer

CHECKPOINT = "checkpoint.pt"
EVERY = 100  # steps between checkpoints
SCORED_EVERY = 500  # steps between looks at the validation pictures

Pictures = npt.NDArray[np.uint8]
Told = Callable[[int, Mapping[str, float]], None]


def nobody(step: int, losses: Mapping[str, float]) -> None:
    """Hear of a step, and do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What is trained, and where: `state` holds the pictures read, the checkpoint, the record."""

    recipe: Recipe
    rows: tuple[LabelledPicture, ...]
    state: Path
    out: Path
    start: Path | None = None
    device: str = "cpu"


def train(training: Training, settings: Settings, told: Told = nobody) -> Any:
    """Train, or go on where it was cut off; write the weights and the record, and return that."""
    from embedder.training.loop import Trainer
    from ingest.embedding.lessons import lessons_of

    training.state.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    lessons = lessons_of(training.recipe, training.rows, settings, training.state, training.device)
    start = read_network(training.start, "start") if training.start else None
    trainer = Trainer(training.recipe, lessons, start, training.device)
    checkpoint = training.state / CHECKPOINT
    record = _Record(training)
    if checkpoint.is_file():
        trainer.load(checkpoint)
    while trainer.step < training.recipe.steps:
        trainer.run(trainer.step + EVERY - trainer.step % EVERY, told)
        trainer.save(checkpoint)
        if trainer.step % SCORED_EVERY == 0 or trainer.step == training.recipe.steps:
            record.add(trainer.step, validated(trainer, training.rows, lessons.pictures))
    network = replace(trainer.network(), source=training.out.stem)
    write_network(network, training.out, half=True)
    chosen, vectors = _validation_vectors(trainer, training.rows, lessons.pictures)
    return record.finish(
        weights_sha256=network.sha256,
        seconds=round(time.monotonic() - begin, 1),
        shortcuts=shortcuts(chosen, {training.out.stem: vectors}) if chosen else [],
    )


def adapt(training: Training, settings: Settings, told: Told = nobody) -> dict[str, Any]:
    """Fit only a light adapter to the recipe's tables: `start`, or the weights in use, changed.

    The recipe's stages and losses do not matter. Returns mAP@10 before and after, by table.
    """
    from embedder.training.adapter import adapted, precision_for, vectors_of_each
    from embedder.weights import find_network
    from ingest.embedding.lessons import lessons_of

    training.state.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    recipe = replace(training.recipe, losses=LossWeights(teacher=0, relations=0))
    lessons = lessons_of(recipe, training.rows, settings, training.state)
    start = read_network(training.start, "start") if training.start else find_network(settings)
    precision = precision_for(settings.precision)
    network = adapted(start, lessons, told=told, precision=precision)
    network = replace(network, source=training.out.stem)
    write_network(network, training.out, half=True)
    members, chosen = _validation(training.rows)
    both = vectors_of_each([start, network], lessons.pictures[members], precision)
    scores = {
        when: _scores(chosen, vectors)
        for when, vectors in zip(("before", "after"), both, strict=True)
    }
    seconds = round(time.monotonic() - begin, 1)
    return {"weights_sha256": network.sha256, "seconds": seconds} | scores


def validated(
    trainer: "Trainer", rows: Sequence[LabelledPicture], pictures: Pictures
) -> dict[str, float]:
    """mAP@10 of each table's validation pictures among themselves; {} where there are none."""
    return _scores(*_validation_vectors(trainer, rows, pictures))


def _validation_vectors(
    trainer: "Trainer", rows: Sequence[LabelledPicture], pictures: Pictures
) -> tuple[list[LabelledPicture], Values]:
    """The validation rows and their vectors (n, 1024) by the running average of a training."""
    from embedder.training.looking import vectors_of

    members, chosen = _validation(rows)
    body = trainer.average.body
    return chosen, vectors_of(body, pictures[members], trainer.spec, trainer.device)


def _validation(rows: Sequence[LabelledPicture]) -> tuple[list[int], list[LabelledPicture]]:
    """The numbers of the validation rows, and these."""
    members = [number for number, row in enumerate(rows) if row.split == "val"]
    return members, [rows[number] for number in members]


def _scores(chosen: Sequence[LabelledPicture], vectors: Values) -> dict[str, float]:
    if not chosen:
        return {}
    answers = judge(chosen, vectors).tables
    means = {table: _mean(found.scores["mAP@10"]) for table, found in answers.items()}
    return {table: mean for table, mean in means.items() if np.isfinite(mean)}


def _mean(scores: Any) -> float:
    known = scores[np.isfinite(scores)]
    return round(float(known.mean()), 4) if len(known) else float("nan")


class _Record:
    """What was done, kept beside the checkpoint, so that a training cut off keeps its history."""

    def __init__(self, training: Training) -> None:
        self._path = training.state / "record.json"
        self._facts: dict[str, Any] = {
            "recipe": asdict(training.recipe),
            "recipe_sha256": training.recipe.sha256,
            "pictures": len(training.rows),
            "validation_pictures": sum(row.split == "val" for row in training.rows),
            "device": training.device,
            "torch": version("torch"),
            "similis": version("similis"),
            "validation": self._history(training.recipe.sha256),
        }

    def _history(self, recipe: str) -> list[Any]:
        try:
            kept = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return []
        return list(kept["validation"]) if kept.get("recipe_sha256") == recipe else []

    def add(self, step: int, scores: Mapping[str, float]) -> None:
        """Note the scores of a step."""
        self._facts["validation"].append({"step": step, "map_at_10": dict(scores)})
        self._path.write_text(json.dumps(self._facts, indent=1))

    def finish(self, **outcome: Any) -> dict[str, Any]:
        """Note what came out of it. `seconds` are those of the last sitting."""
        self._facts |= outcome
        self._path.write_text(json.dumps(self._facts, indent=1))
        return self._facts
