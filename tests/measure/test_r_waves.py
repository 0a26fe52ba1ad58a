"""R waves in the header tell beats where they fit what is seen."""

from typing import Any

import numpy as np
import pytest

from measure.measuring import Measured
from tests.measure.making import SMALL, measured, row, value
from tests.phantoms import Cine

BEATS = (700.0, 1100.0, 800.0)
CINE = Cine(**SMALL, beats_ms=BEATS, frame_ms=25)
WAVES = [0.0, 700.0, 1800.0, 2600.0]


def beats(found: Measured) -> list[tuple[int, int]]:
    assert found.heart is not None
    return [(beat.end_diastole, beat.end_systole) for beat in found.heart.beats.beats]


def test_beats_begin_at_r_waves() -> None:
    found = measured(CINE, RWaveTimeVector=WAVES)
    assert [round(first * 25 / 50) * 50 for first, _ in beats(found)] == [0, 700, 1800]
    rate = row(found, "heart_rate")
    assert rate.per_beat == pytest.approx([60_000 / one for one in BEATS], abs=0.1)
    assert rate.value == pytest.approx(75)
    assert {"by_r_waves", "irregular"} <= {note.split(":")[0] for note in rate.quality}
    assert value(found, "ejection_fraction", "discs") == pytest.approx(CINE.ef, abs=2)


def test_one_beat_between_two_r_waves_has_a_rate() -> None:
    cine = Cine(**SMALL, beats_ms=(850,), frame_ms=25, start=0.05)
    assert row(measured(cine), "heart_rate").reason == "one_beat"
    found = measured(cine, RWaveTimeVector=[-10.0, 840.0])
    assert value(found, "heart_rate") == pytest.approx(60_000 / 850, rel=0.01)
    assert "one_beat_only" in row(found, "ejection_fraction", "discs").quality


def test_r_waves_may_be_named_by_frame() -> None:
    found = measured(CINE, RWavePointer=[1, 29, 73, 104])
    assert row(found, "heart_rate").per_beat == pytest.approx([85.7, 54.5, 77.4], abs=0.1)
    assert measured(CINE, RWavePointer=[0, 900]).records == measured(CINE).records


@pytest.mark.parametrize(
    "waves",
    [[300.0, 1000.0, 2100.0], [0.0, 100.0, 200.0], [0.0], [90_000.0, 91_000.0], [float("nan")] * 3],
    ids=["in systole", "too close", "one", "outside", "no numbers"],
)
def test_r_waves_that_do_not_fit_are_not_used(waves: list[float]) -> None:
    with_waves, without = measured(CINE, RWaveTimeVector=waves), measured(CINE)
    assert beats(with_waves) == beats(without)
    assert "by_r_waves" not in row(with_waves, "ejection_fraction", "discs").quality


def test_the_same_with_dropped_frames() -> None:
    header: dict[str, Any] = {"RWaveTimeVector": WAVES}
    cine = Cine(**SMALL, beats_ms=BEATS, frame_ms=25, dropped=(10, 11, 12, 40))
    found = measured(cine, **header)
    assert value(found, "heart_rate") == pytest.approx(75, rel=0.01)
    assert np.isfinite(value(found, "ejection_fraction", "discs"))
