"""Where masks to judge come from: a folder, weights, or the runs of a cross-validation."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from infra.errors import BadSetup
from infra.settings import Settings
from measure.evaluation.echo import Truth
from measure.network import SegmenterNetwork
from measure.network_segmenter import open_network_segmenter
from measure.training.examples import fold_of, read_picture
from measure.training.runs import RECORD, WEIGHTS
from measure.weights import read_network

Array = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Masks for some frames. `segment` makes one from a frame; None where masks are only read."""

    truths: Sequence[Truth]
    structures: tuple[str, ...]
    model_id: str
    mask: Callable[[Truth], Array]
    segment: Callable[[Array], Array] | None = None


def of_masks(truths: Sequence[Truth], folder: Path, structures: tuple[str, ...]) -> Source:
    """PNGs of class numbers, named as their frames are."""
    return Source(
        truths=truths,
        structures=structures,
        model_id="",
        mask=lambda truth: read_picture(folder / f"{truth.file.stem}.png"),
    )


def of_network(truths: Sequence[Truth], network: SegmenterNetwork, settings: Settings) -> Source:
    """What a network finds now."""
    segmenter = open_network_segmenter(network, settings)

    def segment(frame: Array) -> Array:
        return next(segmenter.segment([frame])).classes

    return Source(
        truths=truths,
        structures=network.shape.structures,
        model_id=network.model_id,
        mask=lambda truth: segment(read_picture(truth.file)),
        segment=segment,
    )


def of_runs(truths: Sequence[Truth], runs: Sequence[Path], settings: Settings) -> list[Source]:
    """Each run on the patients that it held out. Raises BadSetup where one held out nobody."""
    sources = []
    for run in runs:
        fold, folds = _held_out(run)
        numbers = fold_of([truth.patient for truth in truths], folds)
        held = [truth for truth in truths if numbers[truth.patient] == fold]
        sources.append(of_network(held, read_network(run / WEIGHTS), settings))
    return sources


def _held_out(run: Path) -> tuple[int, int]:
    try:
        record = json.loads((run / RECORD).read_text(encoding="utf-8"))
        fold, folds = record["held_out"]
        return int(fold), int(folds)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise BadSetup(f"{run} holds no run of train-segmenter that held patients out.") from exc
