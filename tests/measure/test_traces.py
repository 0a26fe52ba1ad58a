"""What was seen is kept as a document, and comes back."""

import json

import numpy as np
import pytest

from measure.heart import Heart
from measure.linear import Strip
from measure.others import Others, find_others
from measure.strip_trace import strip_to_json
from measure.trace import from_json, read_trace, to_json
from tests.measure.making import SMALL, measured, traced
from tests.phantoms import ATRIUM, MYOCARDIUM, Cine, MMode


def test_an_m_mode_comes_back_with_its_lines_and_beats() -> None:
    strip = traced(MMode(beats_ms=(850, 850, 850))).strip
    assert strip is not None
    assert strip.walls is not None
    again = read_trace(strip_to_json(strip))
    assert isinstance(again, Strip)
    assert again.walls is not None
    assert again.walls.septum == pytest.approx(strip.walls.septum, abs=0.06)
    assert (again.row_mm, again.column_ms) == (strip.row_mm, strip.column_ms)
    assert again.beats.beats == strip.beats.beats
    assert json.loads(strip_to_json(again)) == json.loads(strip_to_json(strip))


def test_an_m_mode_without_walls_comes_back_with_its_reason() -> None:
    nothing = MMode(septum=(0.0, 0.0), posterior=(0.0, 0.0), lvid=(1.0, 1.0), noise=60.0)
    strip = traced(nothing).strip
    assert strip is not None
    again = read_trace(strip_to_json(strip))
    assert isinstance(again, Strip)
    assert again.reason == strip.reason


def test_a_heart_comes_back_with_what_lies_around_its_cavity() -> None:
    heart = measured(Cine(**SMALL, beats_ms=(800,), frame_ms=50)).heart
    assert heart is not None
    again = read_trace(to_json(heart))
    assert isinstance(again, Heart)
    assert len(again.others) == len(heart.ventricles)
    assert again.others[0].atrium == pytest.approx(heart.others[0].atrium, abs=0.06)
    document = json.loads(to_json(heart))
    del document["others"]  # as older versions kept it
    assert from_json(json.dumps(document).encode()).others == ()


def test_lines_lie_around_wall_and_atrium() -> None:
    mask = Cine(**SMALL).masks()[0]
    found = find_others(mask)
    for line, number in ((found.myocardium, MYOCARDIUM), (found.atrium, ATRIUM)):
        rows, columns = np.nonzero(mask == number)
        assert line.min(axis=0) == pytest.approx([columns.min(), rows.min()], abs=3)
        assert line.max(axis=0) == pytest.approx([columns.max(), rows.max()], abs=3)
    moved = find_others(mask, (40, 10))
    assert moved.atrium == pytest.approx(found.atrium + np.array([40, 10]))
    assert all(len(line) == 0 for line in (find_others(0 * mask).atrium, Others().myocardium))
