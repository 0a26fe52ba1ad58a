"""What a trained network does on patients that it has not seen: calibration and first scores."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from measure.engine import Engine
from measure.fitting import fit, fit_mask, gray, normalise, place
from measure.network import Calibration, SegmenterNetwork
from measure.training.examples import Row, read_mask, read_picture

TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(4.0), 40))
LEAST = 1e-7
SAMPLE = 7  # every seventh pixel is enough to measure one number


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One frame: `chances` (classes, side, side), `presence` score, `mask` (side, side) or None."""

    chances: npt.NDArray[np.float32]
    presence: float
    mask: npt.NDArray[np.uint8] | None


def judge(
    network: SegmenterNetwork, rows: Sequence[Row], empty: Sequence[Row]
) -> tuple[SegmenterNetwork, dict[str, Any]]:
    """The network, calibrated on these rows, and its scores there; unchanged without any."""
    if not rows:
        return network, {}
    seen = list(_seen(network, [*rows, *empty]))
    calibration = calibrated(seen)
    scores: dict[str, Any] = {
        name: _dice_row(seen, number)
        for number, name in enumerate(network.shape.structures, start=1)
    }
    return replace(network, calibration=calibration), scores


def calibrated(seen: Sequence[Seen]) -> Calibration:
    """The temperature of least surprise, and presence as a logistic curve."""
    slope, offset = logistic(
        np.array([one.presence for one in seen]),
        np.array([one.mask is not None for one in seen], np.bool_),
    )
    return Calibration(temperature=temperature(seen), slope=slope, offset=offset)


def temperature(seen: Sequence[Seen]) -> float:
    """What to divide class scores by so that probabilities say how often they are right."""
    logs, truth = [], []
    for one in seen:
        if one.mask is not None:
            logs.append(np.log(one.chances.reshape(len(one.chances), -1)[:, ::SAMPLE] + LEAST))
            truth.append(one.mask.ravel()[::SAMPLE])
    if not logs:
        return 1.0
    scores, wanted = np.concatenate(logs, axis=1), np.concatenate(truth).astype(np.intp)
    surprises = [_surprise(scores / value, wanted) for value in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(surprises))])


def _surprise(scores: npt.NDArray[Any], wanted: npt.NDArray[np.intp]) -> float:
    scores = scores - scores.max(axis=0)
    chosen = np.take_along_axis(scores, wanted[np.newaxis], axis=0)[0]
    return float((np.log(np.exp(scores).sum(axis=0)) - chosen).mean())


def logistic(
    scores: npt.NDArray[np.float64], present: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """Slope and offset of Platt's curve, with his targets, which keep it from certainty.

    (1, 0) where only one kind was seen. Source: Platt, Advances in Large Margin Classifiers 1999.
    """
    there, away = int(present.sum()), int((~present).sum())
    if not there or not away:
        return 1.0, 0.0
    targets = np.where(present, (there + 1) / (there + 2), 1 / (away + 2))
    spread = float(scores.std()) or 1.0
    design = np.stack([scores / spread, np.ones_like(scores)], axis=1)
    answer = np.zeros(2)
    for _ in range(100):
        chances = 1 / (1 + np.exp(-np.clip(design @ answer, -60, 60)))
        slope = design.T @ (chances - targets) + 1e-3 * answer
        bend = design.T @ (design * (chances * (1 - chances))[:, None]) + 1e-3 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        answer -= step / max(1.0, float(np.abs(step).max()))
    return float(answer[0] / spread), float(answer[1])


def dice(found: npt.NDArray[Any], truth: npt.NDArray[Any], number: int) -> float:
    """2 |A ∩ B| / (|A| + |B|) of one class; 1 where it is in neither."""
    one, other = found == number, truth == number
    total = int(one.sum()) + int(other.sum())
    return 2 * int((one & other).sum()) / total if total else 1.0


def _dice_row(seen: Sequence[Seen], number: int) -> dict[str, float]:
    values = [
        dice(one.chances.argmax(axis=0), one.mask, number) for one in seen if one.mask is not None
    ]
    return {
        "dice": round(float(np.mean(values)), 4),
        "dice_p5": round(float(np.percentile(values, 5)), 4),
    }


def _seen(network: SegmenterNetwork, rows: Sequence[Row]) -> Iterator[Seen]:
    engine = _engine(network)
    for row in rows:
        picture = gray(read_picture(row.file))
        placement = place(picture, network.shape.side)
        scores = engine.start(normalise(fit(picture, placement)))()
        mask = None
        if row.mask_file is not None:
            truth = read_mask(row.mask_file, picture.shape, network.shape.classes)
            mask = fit_mask(truth, placement)
        yield Seen(scores.chances, scores.presence, mask)


def _engine(network: SegmenterNetwork) -> Engine:
    from measure.openvino_engine import OpenVinoEngine

    return OpenVinoEngine(replace(network, calibration=Calibration()))
