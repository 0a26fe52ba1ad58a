"""Masks against masks of experts: overlap, and what follows for ejection fractions."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from infra.errors import BadSetup
from measure import volumes
from measure.evaluation.agreement import agreement, interval
from measure.evaluation.changes import CHANGES
from measure.fitting import gray
from measure.scale import Scale
from measure.segmenter import CAVITY
from measure.thresholds import THRESHOLD_SETS, grade_ef
from measure.training.examples import read_mask, read_picture
from measure.training.held_out import dice
from measure.ventricle import find_ventricle, shape_of

Array = npt.NDArray[np.uint8]
Classes = Array
ED, ES = "ED", "ES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One line of the table. `scale` None where the spacing of pixels is not known."""

    file: Path
    mask_file: Path
    patient: str
    phase: str = ""
    sex: str = ""
    scale: Scale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One frame: Dice of each structure, cavity volumes in mL (of an unknown scale: relative)."""

    truth: Truth
    dice: tuple[float, ...]
    volume: float | None
    true_volume: float | None


def read_truth(table: Path) -> list[Truth]:
    """Rows of a CSV: file, mask_file, patient, and where known phase (ED or ES), sex,
    row_spacing_mm and col_spacing_mm. Raises BadSetup.
    """
    try:
        with table.open(newline="", encoding="utf-8") as handle:
            lines = list(csv.DictReader(handle))
        return [_truth(line, table.parent) for line in lines if line["mask_file"]]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError) as exc:
        raise BadSetup(
            f"{table.name} is no table of frames: it needs columns file, mask_file and patient."
        ) from exc


def _truth(line: dict[str, str], folder: Path) -> Truth:
    rows, columns = line.get("row_spacing_mm") or "", line.get("col_spacing_mm") or ""
    return Truth(
        file=folder / line["file"],
        mask_file=folder / line["mask_file"],
        patient=line.get("patient") or line["patient_id"],
        phase=(line.get("phase") or "").upper(),
        sex=(line.get("sex") or "").upper(),
        scale=Scale(float(columns), float(rows)) if rows and columns else None,
    )


def judge(truths: Iterable[Truth], found: Callable[[Truth], Classes], classes: int) -> list[Judged]:
    """Compare what `found` gives for each frame with its mask. Raises BadSetup for a bad mask."""
    return [_judged(truth, found(truth), classes) for truth in truths]


def _judged(truth: Truth, found: Classes, classes: int) -> Judged:
    wanted = read_mask(truth.mask_file, found.shape, classes)
    return Judged(
        truth=truth,
        dice=tuple(dice(found, wanted, number) for number in range(1, classes)),
        volume=_volume(found, truth.scale),
        true_volume=_volume(wanted, truth.scale),
    )


def _volume(classes: Classes, scale: Scale | None) -> float | None:
    """By discs of one plane; pixels count as square millimetres where the scale is unknown."""
    scale = scale or Scale(1.0, 1.0)
    if not (classes == CAVITY).any():
        return None
    ventricle = find_ventricle(classes, scale)
    return shape_of(ventricle, scale).discs_ml if ventricle else None


def robustness(
    truths: Sequence[Truth], segment: Callable[[Array], Classes], structures: int
) -> dict[str, list[list[float]]]:
    """Dice of each structure for each frame, as it is and under each change of `CHANGES`."""
    return {
        name: [_changed_dice(truth, change, segment, structures) for truth in truths]
        for name, change in {"as_it_is": _unchanged, **CHANGES}.items()
    }


def _unchanged(frame: Array, mask: Array) -> tuple[Array, Array]:
    return frame, mask


def _changed_dice(
    truth: Truth,
    change: Callable[[Array, Array], tuple[Array, Array]],
    segment: Callable[[Array], Classes],
    structures: int,
) -> list[float]:
    frame = gray(read_picture(truth.file))
    changed, mask = change(frame, read_mask(truth.mask_file, frame.shape, structures + 1))
    classes = segment(changed)
    return [dice(classes, mask, number) for number in range(1, structures + 1)]


def scorecard(judged: Sequence[Judged], structures: Sequence[str]) -> dict[str, Any]:
    """Everything `similis evaluate echo` prints. Intervals are 95 %, by patient."""
    fractions = _fractions(judged)
    known = [pair for pair in fractions if pair["measured"] is not None]
    measured = np.array([pair["measured"] for pair in known], float)
    truth = np.array([pair["true"] for pair in known], float)
    return {
        "frames": len(judged),
        "patients": len({one.truth.patient for one in judged}),
        "dice": [_dice_row(judged, k, name) for k, name in enumerate(structures)],
        "ejection_fraction": _plain(agreement(measured, truth)),
        "end_diastolic_volume": _volumes(judged, ED),
        "end_systolic_volume": _volumes(judged, ES),
        "not_measured": len(fractions) - len(known),
        "classes": {name: _confusion(known, name) for name in THRESHOLD_SETS},
        "pairs": fractions,
    }


def _dice_row(judged: Sequence[Judged], number: int, name: str) -> dict[str, Any]:
    values = np.array([one.dice[number] for one in judged])
    patients = sorted({one.truth.patient for one in judged})
    by_patient = np.array(
        [
            np.mean([one.dice[number] for one in judged if one.truth.patient == patient])
            for patient in patients
        ]
    )
    return {
        "structure": name,
        "mean": float(values.mean()),
        "interval": interval(by_patient),
        "p5": float(np.percentile(values, 5)),
        "least": float(values.min()),
    }


def _fractions(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Ejection fractions of the patients of whom both phases are there, in %."""
    frames = {(one.truth.patient, one.truth.phase): one for one in judged}
    pairs = []
    for patient in sorted({one.truth.patient for one in judged}):
        wide, narrow = frames.get((patient, ED)), frames.get((patient, ES))
        if wide is None or narrow is None:
            continue
        true = _fraction(wide.true_volume, narrow.true_volume)
        if true is None:
            continue
        pairs.append(
            {
                "patient": patient,
                "sex": wide.truth.sex,
                "true": true,
                "measured": _fraction(wide.volume, narrow.volume),
            }
        )
    return pairs


def _fraction(wide: float | None, narrow: float | None) -> float | None:
    return volumes.ejection_fraction(wide, narrow) if wide and narrow else None


def _volumes(judged: Sequence[Judged], phase: str) -> dict[str, Any] | None:
    pairs = [
        (one.volume, one.true_volume)
        for one in judged
        if one.truth.phase == phase and one.truth.scale and one.volume and one.true_volume
    ]
    measured, truth = np.array(pairs, float).reshape(-1, 2).T
    return _plain(agreement(measured, truth))


def _confusion(pairs: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """How many of each true class were given which class; without a class they are left out."""
    counts: dict[tuple[str, str], int] = {}
    for pair in pairs:
        true = grade_ef(pair["true"], name, pair["sex"]).grade
        measured = grade_ef(pair["measured"], name, pair["sex"]).grade
        if true and measured:
            counts[true, measured] = counts.get((true, measured), 0) + 1
    return [
        {"true": true, "measured": measured, "patients": count}
        for (true, measured), count in sorted(counts.items())
    ]


def _plain(found: Any) -> dict[str, Any] | None:
    return asdict(found) if found is not None else None
