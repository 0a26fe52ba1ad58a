"""What cannot be known has a reason, and never a wrong millimetre."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ingest.showing.clips import facts_of
from measure.measuring import Asked, Measured, measure
from tests.measure.making import SMALL, measured, reasons, row, traced, value
from tests.measure.segmenters import TrueMasks
from tests.phantoms import Cine, MMode, region

CINE = Cine(**SMALL, beats_ms=(800, 800))
BOX = (0, 0, SMALL["columns"], SMALL["rows"])


def with_regions(*items: Any) -> Measured:
    return measured(replace(CINE, regions=list(items)))


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([], "no_scale"),
        ([region(BOX, 0.83, 0.83, units=(0, 0))], "no_scale"),
        ([region(BOX, 0.83, 0.83, units=(3, 4))], "scale_units"),
        ([region(BOX, 0.0, 0.83)], "wrong_scale"),
        ([region(BOX, 83, 83)], "wrong_scale"),
        ([region((80, 30, 600, 420), 0.83, 0.83)], "region_outside"),
    ],
    ids=["none", "no unit", "other units", "zero", "too large", "of a larger picture"],
)
def test_without_a_scale_there_are_no_volumes_but_an_ejection_fraction(
    items: list[Any], reason: str
) -> None:
    found = with_regions(*items)
    for name in ("end_diastolic_volume", "stroke_volume", "lv_long_axis_ed", "lv_area_es"):
        assert row(found, name).value is None
        assert row(found, name).reason == reason
    assert value(found, "ejection_fraction", "discs") == pytest.approx(CINE.ef, abs=2)
    assert value(found, "heart_rate") == pytest.approx(75, rel=0.03)


def test_the_scale_is_that_of_the_region_that_holds_the_picture() -> None:
    logo = region((0, 0, 20, 20), 5, 5, spatial_format=5)
    ecg = region((0, 170, 230, 190), 9, 9, spatial_format=4, data_type=10, units=(4, 0))
    negative = region(BOX, -0.83, 0.83)
    found = with_regions(logo, ecg, negative)
    assert value(found, "end_diastolic_volume", "discs") == pytest.approx(120, rel=0.04)


def test_two_pictures_side_by_side_are_refused() -> None:
    left, right = region((0, 0, 115, 190), 0.8, 0.8), region((115, 0, 230, 190), 0.8, 0.8)
    assert reasons(with_regions(left, right)) == {"two_regions"}


def test_a_picture_inside_the_region_is_no_second_one() -> None:
    found = with_regions(region(BOX, 0.83, 0.83), region((10, 10, 60, 60), 0.3, 0.3))
    assert value(found, "end_diastolic_volume", "discs") == pytest.approx(120, rel=0.04)


def test_colour_doppler_is_refused_by_header_and_by_look() -> None:
    box = region((60, 60, 160, 120), 0.8, 0.8, data_type=2)
    assert reasons(with_regions(region(BOX, 0.83, 0.83), box)) == {"colour_box"}
    frames = np.repeat(CINE.frames()[..., None], 3, axis=3)
    frames[:, 60:120, 60:160, 0] = 220
    frames[:, 60:120, 60:160, 1:] = 20
    truth = TrueMasks(CINE.masks())
    found = measure(facts_of(CINE.dataset()), lambda: iter(frames), lambda: truth, Asked())
    assert reasons(found) == {"colour_box"}
    assert truth.seen == 0  # the first frame tells


def test_coloured_lines_and_tints_are_no_colour_doppler() -> None:
    frames = np.repeat(CINE.frames()[..., None], 3, axis=3)
    frames[..., 2] = frames[..., 2] // 2  # the whole picture is tinted
    frames[:, 150:152] = (20, 240, 20)  # an ECG
    truth = TrueMasks(CINE.masks())
    found = measure(facts_of(CINE.dataset()), lambda: iter(frames), lambda: truth, Asked())
    assert value(found, "ejection_fraction", "discs") == pytest.approx(CINE.ef, abs=2)


def test_doppler_and_other_modalities_are_refused() -> None:
    spectrum = region(BOX, 0.1, 0.1, spatial_format=3, data_type=3)
    assert reasons(with_regions(spectrum)) == {"doppler"}
    assert reasons(measured(CINE, Modality="XA", SOPClassUID="1.2.840.10008.5.1.4.1.1.12.1")) == {
        "not_ultrasound"
    }


def test_without_frame_times_there_is_no_heart_rate() -> None:
    found = measured(CINE, FrameTime=None)
    assert row(found, "heart_rate").reason == "no_frame_time"
    assert value(found, "ejection_fraction", "discs") == pytest.approx(CINE.ef, abs=2)
    assert "assumed_frame_time" in row(found, "ejection_fraction", "discs").quality


@pytest.mark.parametrize(
    "header",
    [
        {"FrameTime": None, "FrameTimeVector": [0, *[25.0] * 63]},
        {"FrameTime": None, "CineRate": 40},
        {"FrameTime": None, "RecommendedDisplayFrameRate": 40},
        {"FrameTime": 0, "CineRate": 40},
        {"FrameTime": 25, "CineRate": 10},
    ],
    ids=["vector", "cine rate", "display rate", "zero", "first of two"],
)
def test_frame_times_come_from_the_first_attribute_that_makes_sense(header: Any) -> None:
    assert value(measured(CINE, **header), "heart_rate") == pytest.approx(75, rel=0.03)


def test_one_frame_shows_no_beat() -> None:
    still = replace(CINE, beats_ms=(20,))
    assert reasons(measured(still)) == {"one_frame"}


@pytest.mark.parametrize("start", [0.0, 0.18, 0.36, 0.5], ids=str)
def test_half_a_beat_is_refused(start: float) -> None:
    half = replace(CINE, beats_ms=(800,), start=start)
    frames = len(half.times) // 2
    cut = replace(half, dropped=tuple(range(frames, len(half.times))))
    found = measured(cut, FrameTime=25, FrameTimeVector=None)
    assert reasons(found) <= {"half_a_beat", "no_contraction"}
    assert row(found, "ejection_fraction").value is None


def test_empty_masks_are_refused_and_stop_nothing() -> None:
    empty = TrueMasks(np.zeros_like(CINE.masks()))
    found = measure(facts_of(CINE.dataset()), lambda: iter(CINE.frames()), lambda: empty, Asked())
    assert reasons(found) == {"empty_mask"}


def test_a_picture_without_a_ventricle_is_refused() -> None:
    unsure = TrueMasks(CINE.masks(), present=0.1)
    found = measure(facts_of(CINE.dataset()), lambda: iter(CINE.frames()), lambda: unsure, Asked())
    assert reasons(found) == {"no_ventricle"}


def test_views_without_labelled_pictures_are_off_and_say_so() -> None:
    found = measured(CINE, SeriesDescription="PLAX 2D")
    assert reasons(found) == {"view_off: PLAX"}
    assert found.view == "PLAX"


def test_a_two_chamber_view_is_measured_with_a_note() -> None:
    ef = row(measured(CINE, SeriesDescription="A2C"), "ejection_fraction", "discs")
    assert "view_not_trained: A2C" in ef.quality


def test_a_clip_whose_header_names_no_view_says_so() -> None:
    ef = row(measured(CINE, SeriesDescription=""), "ejection_fraction", "discs")
    assert "view_assumed" in ef.quality


def test_a_heart_that_stands_still_has_no_ejection_fraction() -> None:
    assert reasons(measured(replace(CINE, esv_ml=119.0))) == {"no_contraction"}


def test_a_grey_strip_has_no_walls() -> None:
    strip = MMode()
    made = strip.dataset()
    made.PixelData = bytes(len(made.PixelData))
    found = traced(strip, PixelData=made.PixelData)
    assert reasons(found) == {"no_walls"}


@pytest.mark.parametrize(("said", "reason"), [(150, "rate_disagrees"), (37, "rate_disagrees")])
def test_frame_times_that_the_headers_heart_rate_contradicts(said: int, reason: str) -> None:
    """As in clips whose frame times are those of slow motion."""
    found = measured(CINE, HeartRate=said)
    assert row(found, "heart_rate").reason == reason
    assert value(found, "ejection_fraction", "discs") == pytest.approx(CINE.ef, abs=2)
    assert any(n.startswith("header_rate") for n in row(found, "ejection_fraction").quality)


@pytest.mark.parametrize("said", [0, 70, 75, 80])
def test_a_heart_rate_that_agrees_changes_nothing(said: int) -> None:
    assert value(measured(CINE, HeartRate=said), "heart_rate") == pytest.approx(75, rel=0.03)
