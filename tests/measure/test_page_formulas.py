"""The page works out numbers while a hand draws: by the same formulas, held to this file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from measure.correction import Correction, Drawn, corrected
from measure.heart import Heart
from measure.results import ends_of
from measure.thresholds import THRESHOLD_SETS, grade_ef, limits_of
from measure.ventricle import Shape
from measure.volumes import ejection_fraction
from tests.measure.making import measured
from tests.phantoms import Cine

# Written by this module run as a script; the page's own tests read it, too.
GOLDEN = Path(__file__).parents[2] / "web/src/features/echo/logic/golden.json"
PIXEL: dict[str, Any] = {"x_mm": 1.1, "y_mm": 0.9}  # not square


def golden() -> dict[str, Any]:
    """Clips with their numbers: as measured, and with a contour that a person drew."""
    found = measured(
        Cine(beats_ms=(800.0, 720.0), frame_ms=80.0, rows=180, columns=170, start=0.5, **PIXEL)
    ).heart
    assert found is not None
    heart = _rounded(found)
    frame = heart.beats.beats[0].end_diastole
    whole = heart.ventricles[frame]
    assert whole is not None
    line, base = whole.line, whole.base
    larger = np.round((line - line.mean(axis=0)) * 1.1 + line.mean(axis=0), 1)
    drawn = corrected(heart, Correction({frame: Drawn(larger, base)}))
    return {
        "clips": [_clip(heart), _clip(drawn)],
        "classes": [
            {
                "value": value,
                "limits": [
                    {"class": one.grade, "least": _finite(one.least), "inclusive": one.inclusive}
                    for one in limits_of(name, "F")
                ],
                "class": grade_ef(value, name, "F").grade,
            }
            for name in THRESHOLD_SETS
            for value in (29.9, 30, 40, 44.99, 54, 60, 74, 74.01)
        ],
    }


def _rounded(heart: Heart) -> Heart:
    """As the page has it: with one decimal of a pixel."""
    corrections = {
        n: Drawn(np.round(v.line, 1), np.round(v.base, 1))
        for n, v in enumerate(heart.ventricles)
        if v is not None
    }
    return replace(corrected(heart, Correction(corrections)), edited=frozenset())


def _clip(heart: Heart) -> dict[str, Any]:
    assert heart.times is not None
    sizes = {"discs": _discs, "area_length": _area_length}
    ends = {name: ends_of(heart, size) for name, size in sizes.items()}
    return {
        "scale": {"xMm": heart.scale.x_mm, "yMm": heart.scale.y_mm, "known": heart.scale.known},
        "timesMs": heart.times.ms.tolist(),
        "edited": sorted(heart.edited),
        "beats": [
            {"endDiastole": b.end_diastole, "endSystole": b.end_systole, "end": b.end}
            for b in heart.beats.beats
        ],
        "contours": [
            None
            if v is None
            else {
                "line": np.round(v.line, 1).ravel().tolist(),
                "base": np.round(v.base, 1).ravel().tolist(),
            }
            for v in heart.ventricles
        ],
        "numbers": {
            name: {
                "edv": [round(v, 6) for v in found.diastolic],
                "esv": [round(v, 6) for v in found.systolic],
                "ef": [
                    round(ejection_fraction(d, s), 6)
                    for d, s in zip(found.diastolic, found.systolic, strict=True)
                ],
            }
            for name, found in ends.items()
        },
    }


def _discs(shape: Shape) -> float:
    return shape.discs_ml


def _area_length(shape: Shape) -> float:
    return shape.area_length_ml


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def test_the_page_is_held_to_the_numbers_of_today() -> None:
    kept, now = json.loads(GOLDEN.read_text(encoding="utf-8")), golden()
    assert kept["classes"] == now["classes"]
    for before, after in zip(kept["clips"], now["clips"], strict=True):
        assert before["contours"] == after["contours"]
        assert before["beats"] == after["beats"]
        for method, numbers in after["numbers"].items():
            for name, values in numbers.items():
                np.testing.assert_allclose(before["numbers"][method][name], values, atol=1e-4)


if __name__ == "__main__":
    text = json.dumps(golden(), separators=(",", ":"), allow_nan=False)
    GOLDEN.write_text(text + "\n", encoding="utf-8")
