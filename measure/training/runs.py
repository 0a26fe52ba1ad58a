"""One training run from tables to weights, with a record of all that decided it."""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from infra.errors import BadSetup
from measure.network import Calibration, SegmenterNetwork, Shape
from measure.training.examples import Examples, Row, fold_of, join, load, read_table
from measure.training.imagined import imagined
from measure.training.loop import Recipe, Training
from measure.weights import rounded, write_network

logger = logging.getLogger(__name__)

WEIGHTS, RECORD, CHECKPOINT = "segmenter.safetensors", "run.json", "checkpoint.pt"
LEAST_EXAMPLES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to train on what.

    `held_out` is (fold, folds): the patients of that fold are not trained on; None trains on all.
    `start` are the weights to fine-tune. `calibration` is taken over where nobody is held out.
    """

    table: Path
    shape: Shape
    recipe: Recipe
    negatives: tuple[Path, ...] = ()
    held_out: tuple[int, int] | None = (0, 5)
    start: SegmenterNetwork | None = None
    calibration: Calibration = field(default_factory=Calibration)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """`train` and `held` rows with masks, and those in which nothing is to be found."""

    train: list[Row]
    held: list[Row]
    train_empty: list[Row]
    held_empty: list[Row]


def divide(plan: Plan) -> Parts:
    """By patient, so that no patient is on both sides. Raises BadSetup where too few are left."""
    rows = read_table(plan.table)
    for table in plan.negatives:
        rows += [replace(row, mask_file=None) for row in read_table(table)]
    fold, folds = plan.held_out or (-1, 1)
    folds_by_patient = fold_of([row.patient for row in rows if row.mask_file], folds)
    empty_folds = fold_of([row.patient for row in rows if not row.mask_file], folds)
    sides: dict[tuple[bool, bool], list[Row]] = {}
    for row in rows:
        # A patient with masks takes his pictures without a mask along.
        own = folds_by_patient.get(row.patient, empty_folds.get(row.patient))
        sides.setdefault((row.mask_file is not None, own == fold), []).append(row)
    parts = Parts(
        train=sides.get((True, False), []),
        held=sides.get((True, True), []),
        train_empty=sides.get((False, False), []),
        held_empty=sides.get((False, True), []),
    )
    if len(parts.train) < LEAST_EXAMPLES:
        raise BadSetup(f"{plan.table.name}: {len(parts.train)} frames with masks to train on.")
    return parts


def train(plan: Plan, out: Path, told: Callable[[int, float], None]) -> dict[str, Any]:
    """Train, or go on with the run that was cut off in `out`; returns the record.

    Writes the weights, `run.json`, and until the end a checkpoint. Raises BadSetup when `out` holds
    another run.
    """
    from measure.training.held_out import judge

    parts = divide(plan)
    _claim(out, _identity(plan))
    training = Training(plan.shape, plan.recipe, *_examples(plan, parts), start=plan.start)
    network = rounded(training.run(out / CHECKPOINT, told))
    network, scores = judge(network, parts.held, parts.held_empty)
    if plan.held_out is None:
        network = replace(network, calibration=plan.calibration)
    write_network(network, out / WEIGHTS)
    record = _identity(plan) | {
        "model_id": network.model_id,
        "frames": len(parts.train),
        "patients": len({row.patient for row in parts.train}),
        "empty_pictures": len(parts.train_empty),
        "held_out_frames": len(parts.held),
        "held_out_patients": len({row.patient for row in parts.held}),
        "calibration": asdict(network.calibration),
        "held_out_scores": scores,
        "finished": True,
    }
    _write(out / RECORD, record)
    (out / CHECKPOINT).unlink(missing_ok=True)
    return record


def _examples(plan: Plan, parts: Parts) -> tuple[Examples, Examples | None]:
    """Frames with masks, and pictures without: given ones and made up ones."""
    examples = load(parts.train, plan.shape.classes)
    made = imagined(examples.pictures, plan.recipe.imagined, plan.recipe.seed)
    none = Examples(made, np.zeros_like(made), np.zeros(len(made), np.bool_))
    negatives = join(load(parts.train_empty, plan.shape.classes), none)
    return examples, negatives if len(negatives) else None


def _identity(plan: Plan) -> dict[str, Any]:
    """All that decides the run."""
    return {
        "table": plan.table.name,
        "table_sha256": _digest(plan.table),
        "negatives_sha256": [_digest(table) for table in plan.negatives],
        "held_out": plan.held_out,
        "start": plan.start.model_id if plan.start else "",
        "shape": asdict(plan.shape),
        "recipe": asdict(plan.recipe),
    }


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as exc:
        raise BadSetup(f"{path.name} cannot be read.") from exc


def _claim(out: Path, identity: dict[str, Any]) -> None:
    """Note in `out` which run this is; another run there is not touched."""
    out.mkdir(parents=True, exist_ok=True)
    known = _plain(identity)
    if not (out / RECORD).is_file():
        _write(out / RECORD, known | {"finished": False})
        return
    there = json.loads((out / RECORD).read_text(encoding="utf-8"))
    if there.get("finished") or any(there.get(key) != value for key, value in known.items()):
        raise BadSetup(f"{out} holds another run: give an empty folder with --out.")


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """As it comes back from JSON: lists instead of tuples."""
    plain: dict[str, Any] = json.loads(json.dumps(document))
    return plain


def _write(path: Path, document: dict[str, Any]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(path)


def pooled_calibration(folders: Sequence[Path]) -> Calibration:
    """The mean of what runs with held-out patients measured. Raises BadSetup."""
    found = []
    for folder in folders:
        try:
            record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            found.append(Calibration(**record["calibration"]))
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise BadSetup(f"{folder} holds no finished run of train-segmenter.") from exc
    if not found:
        return Calibration()
    return Calibration(
        temperature=float(np.mean([one.temperature for one in found])),
        slope=float(np.mean([one.slope for one in found])),
        offset=float(np.mean([one.offset for one in found])),
    )
