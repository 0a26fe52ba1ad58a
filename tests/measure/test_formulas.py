"""Formulas, limits, times, modes and views: one by one, by hand-worked examples."""

import math

import numpy as np
import pytest

from measure import volumes
from measure.beats import find_beats
from measure.modes import View, mode_of_image_type, view_named
from measure.regions import Mode
from measure.species import HEARTS, Species
from measure.thresholds import grade_ef, limits_of
from measure.timing import TimeFacts, frame_times

HUMAN = HEARTS[Species.HUMAN]


def test_a_cylinder_a_ball_and_half_an_ellipsoid() -> None:
    assert volumes.discs(np.full(20, 20.0), 100.0) == pytest.approx(math.pi * 10**2 * 100 / 1000)
    places = (np.arange(20) + 0.5) / 20
    ball = 2 * np.sqrt(1 - (2 * places - 1) ** 2) * 30
    assert volumes.discs(ball, 60.0) == pytest.approx(4 / 3 * math.pi * 30**3 / 1000, rel=0.002)
    ellipse = math.pi * 25 * 80 / 2  # half of one: width 50, length 80
    assert volumes.area_length(ellipse, 80) == pytest.approx(
        2 / 3 * math.pi * 25**2 * 80 / 1000, rel=1e-9
    )


def test_two_planes_multiply_their_diameters() -> None:
    four, two = np.full(20, 40.0), np.full(20, 30.0)
    assert volumes.biplane_discs(four, two, 80, 90) == pytest.approx(
        math.pi / 4 * 40 * 30 * 90 / 1000
    )


def test_linear_formulas() -> None:
    assert volumes.teichholz(50) == pytest.approx(7 * 125 / 7.4)
    assert volumes.fractional_shortening(50, 35) == pytest.approx(30)
    assert volumes.ejection_fraction(120, 48) == pytest.approx(60)
    assert volumes.mass_human_g(50, 10, 10) == pytest.approx(0.832 * (7**3 - 5**3) + 0.6)
    assert volumes.mass_mouse_mg(4, 0.8, 0.8) == pytest.approx(0.8 * 1.053 * (5.6**3 - 4**3))
    assert volumes.relative_wall_thickness(50, 10) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("value", "name", "sex", "grade"),
    [
        (72.0, "ase2015", "M", "normal"), (72.1, "ase2015", "M", "above_normal"),
        (52.0, "ase2015", "M", "normal"), (51.9, "ase2015", "M", "mildly_abnormal"),
        (53.9, "ase2015", "F", "mildly_abnormal"), (54.0, "ase2015", "F", "normal"),
        (41.0, "ase2015", "F", "mildly_abnormal"), (40.9, "ase2015", "F", "moderately_abnormal"),
        (30.0, "ase2015", "M", "moderately_abnormal"), (29.9, "ase2015", "M", "severely_abnormal"),
        (60.0, "usal", "", "normal"), (59.9, "usal", "", "grey_zone"),
        (40.0, "usal", "", "grey_zone"), (39.9, "usal", "", "abnormal"),
        (55.0, "ase2005", "", "normal"), (45.0, "ase2005", "", "mildly_abnormal"),
        (44.9, "ase2005", "", "moderately_abnormal"), (29.9, "ase2005", "", "severely_abnormal"),
    ],
)  # fmt: skip
def test_grades_begin_at_their_limits(value: float, name: str, sex: str, grade: str) -> None:
    assert grade_ef(value, name, sex).grade == grade
    limits = limits_of(name, sex)
    by_limits = next(
        one.grade for one in limits if value > one.least or (one.inclusive and value == one.least)
    )
    assert by_limits == grade


def test_there_is_no_grade_without_a_value_a_sex_or_for_a_mouse() -> None:
    assert grade_ef(None, "usal", "M").reason == "no_value"
    assert grade_ef(60, "ase2015", "O").reason == "sex_unknown"
    assert grade_ef(60, "usal", "M", Species.MOUSE).reason == "not_for_species"
    assert limits_of("ase2015", "") == ()
    with pytest.raises(ValueError, match="no threshold set"):
        grade_ef(60, "own", "M")


def test_times_of_a_vector_rise_by_its_steps() -> None:
    times = frame_times(TimeFacts(frame_time_vector=(0, 20, 20, 60)), 4)
    assert times is not None
    assert times.ms.tolist() == [0, 20, 40, 100]
    assert times.is_uneven
    assert times.step_ms == 20


@pytest.mark.parametrize(
    "facts",
    [
        TimeFacts(),
        TimeFacts(frame_time=0),
        TimeFacts(frame_time=-40),
        TimeFacts(frame_time=90_000),
        TimeFacts(frame_time_vector=(0, 0, 0, 0)),
        TimeFacts(frame_time_vector=(0, 40)),
        TimeFacts(cine_rate=0, display_rate=-1),
    ],
)
def test_times_that_cannot_be_are_none(facts: TimeFacts) -> None:
    assert frame_times(facts, 4) is None


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("Apical 4 chamber", View.A4C), ("AP4", View.A4C), ("A4C zoomed", View.A4C),
        ("apical four-chamber view", View.A4C), ("4CH", View.A4C), ("Apical_2_Chamber", View.A2C),
        ("A2C", View.A2C), ("PLAX", View.PLAX), ("parasternal long axis", View.PLAX),
        ("PSAX mid", View.PSAX), ("Short axis", View.PSAX), ("Subcostal", View.OTHER),
        ("Echo", View.UNKNOWN), ("", View.UNKNOWN), ("abdomen 24 cm", View.UNKNOWN),
    ],
)  # fmt: skip
def test_views_are_told_by_their_names(text: str, view: View) -> None:
    assert view_named(text) is view


def test_modes_are_told_by_image_type() -> None:
    modes = {"0001": Mode.B_MODE, "0002": Mode.M_MODE, "0011": Mode.COLOUR, "0008": Mode.DOPPLER}
    for code, mode in {**modes, "": Mode.UNKNOWN, "xyz1": Mode.UNKNOWN}.items():
        assert mode_of_image_type(code) is mode


def test_a_curve_of_two_humps_is_one_beat() -> None:
    """Diastole fills in two steps; the second must not be taken for a beat."""
    phase = np.arange(120) * 25 / 1000 % 1
    curve = np.interp(
        phase, [0, 0.05, 0.35, 0.42, 0.55, 0.8, 0.92, 1], [100, 99, 55, 60, 90, 84, 99, 100]
    )
    found = find_beats(curve, np.arange(120) * 25.0, HUMAN)
    assert len(found.beats) == 3
    assert found.rate == pytest.approx(60, rel=0.03)


def test_noise_alone_is_no_heart() -> None:
    random = np.random.default_rng(5)
    found = find_beats(100 + random.normal(0, 0.5, 80), np.arange(80) * 33.0, HUMAN)
    assert (found.beats, found.reason) == ((), "no_contraction")
