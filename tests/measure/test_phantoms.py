"""Hearts of known volumes, beats and scale: what is measured agrees with what was drawn.

Tolerances: with true masks EF within 2 points, volumes within 4 %, heart rate within 3 %. EF is
sampled at frames: at 25 ms a frame the true end-systole may lie 12 ms beside one.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from measure.beats import find_beats
from measure.measuring import Asked
from measure.species import HEARTS, Species
from tests.measure.making import SMALL, measured, row, traced, value
from tests.phantoms import Cine, MMode, m_mode_region

EF_POINTS, VOLUME, RATE = 2.0, 0.04, 0.03

CINES = {
    "normal": Cine(**SMALL),
    "poor and tilted": Cine(**SMALL, edv_ml=200, esv_ml=140, tilt=20),
    "small and mirrored": Cine(**SMALL, edv_ml=60, esv_ml=20, mirrored=True, tilt=-10),
    "upside down": Cine(**SMALL, flipped=True, tilt=15),
    "pixels twice as wide": Cine(
        rows=330, columns=150, x_mm=1.2, y_mm=0.5, tilt=-25, beats_ms=(800, 800)
    ),
    "irregular": Cine(**SMALL, beats_ms=(600, 1000, 700, 900)),
    "begins in diastole": Cine(**SMALL, start=0.5),
    "frames dropped": Cine(**SMALL, dropped=(4, 5, 17, 18, 40, 41)),
    "fast": Cine(**SMALL, beats_ms=(400,) * 5, frame_ms=16),
    "one beat": Cine(**SMALL, beats_ms=(900,)),
}


@pytest.mark.parametrize("cine", CINES.values(), ids=CINES.keys())
def test_volumes_and_ejection_fraction_are_those_that_were_drawn(cine: Cine) -> None:
    found = measured(cine)
    assert value(found, "ejection_fraction", "discs") == pytest.approx(cine.ef, abs=EF_POINTS)
    for name, truth in (
        ("end_diastolic_volume", cine.edv_ml),
        ("end_systolic_volume", cine.esv_ml),
    ):
        # half of the allowed EF error may come from sampling end-systole
        allowed = VOLUME * truth + (0.015 * cine.edv_ml if "systolic" in name else 0)
        assert value(found, name, "discs") == pytest.approx(truth, abs=allowed)


@pytest.mark.parametrize(
    "cine",
    [c for n, c in CINES.items() if n != "one beat"],
    ids=[n for n in CINES if n != "one beat"],
)
def test_the_heart_rate_is_the_one_that_was_drawn(cine: Cine) -> None:
    whole = cine.beats_ms[:-1] or cine.beats_ms  # the last beat may not end in the clip
    found = measured(cine)
    low, high = 60_000 / max(whole), 60_000 / min(cine.beats_ms)
    assert low * (1 - RATE) <= value(found, "heart_rate") <= high * (1 + RATE)


def test_upside_down_every_number_is_the_same() -> None:
    cine = CINES["normal"]
    found, turned = measured(cine), measured(replace(cine, flipped=True))
    for upright, one in zip(found.records, turned.records, strict=True):
        assert (one.name, one.method, one.reason) == (upright.name, upright.method, upright.reason)
        if upright.value is not None:
            assert one.value == pytest.approx(upright.value, rel=0.01)
    for ventricle in turned.heart.ventricles if turned.heart else ():
        assert ventricle is not None
        assert ventricle.apex[1] > ventricle.base[:, 1].max()


def test_every_beat_is_reported() -> None:
    found = measured(CINES["irregular"])
    ef, rate = row(found, "ejection_fraction", "discs"), row(found, "heart_rate")
    assert len(ef.per_beat) >= 3
    assert ef.value == pytest.approx(np.median(ef.per_beat), abs=0.01)
    assert max(rate.per_beat) - min(rate.per_beat) > 15
    assert any(note.startswith("irregular") for note in ef.quality)


def test_noise_in_the_masks_does_not_add_beats() -> None:
    cine = CINES["normal"]
    random = np.random.default_rng(3)
    masks = cine.masks()
    shifted = np.stack([np.roll(mask, int(random.integers(-1, 2)), 0) for mask in masks])
    shifted[20] = 0  # and one frame in which nothing was found
    found = measured(cine)
    noisy = _with_masks(cine, shifted)
    assert len(row(noisy, "ejection_fraction", "discs").per_beat) == len(
        row(found, "ejection_fraction", "discs").per_beat
    )
    assert value(noisy, "ejection_fraction", "discs") == pytest.approx(cine.ef, abs=2.5)
    assert "missing_frames: 1 of 96" in row(noisy, "ejection_fraction", "discs").quality


def _with_masks(cine: Cine, masks):  # type: ignore[no-untyped-def]  # an array
    from ingest.showing.clips import facts_of
    from measure.measuring import measure
    from tests.measure.segmenters import TrueMasks

    frames = cine.frames()
    facts = facts_of(cine.dataset())
    return measure(facts, lambda: iter(frames), lambda: TrueMasks(masks), Asked())


def test_both_methods_agree_and_keep_their_names() -> None:
    found = measured(CINES["normal"])
    discs, other = (row(found, "ejection_fraction", m) for m in ("discs", "area_length"))
    assert (discs.method, other.method) == ("discs", "area_length")
    assert discs.value == pytest.approx(other.value, abs=1.5)


def test_the_grade_is_of_the_named_set() -> None:
    cine = CINES["poor and tilted"]  # EF 30
    for name, grade in (("ase2015", "severely_abnormal"), ("usal", "abnormal")):
        ef = row(measured(cine, Asked(threshold_set=name)), "ejection_fraction", "discs")
        assert (ef.threshold_set, ef.grade) == (name, grade)
    unknown = row(measured(cine, PatientSex="O"), "ejection_fraction", "discs")
    assert (unknown.grade, "sex_unknown" in unknown.quality) == ("", True)


def test_a_mouse_has_microlitres_and_no_human_grade() -> None:
    mouse = Cine(
        edv_ml=0.06, esv_ml=0.024, beats_ms=(120,) * 4, frame_ms=5, rows=190, columns=230,
        x_mm=0.066, y_mm=0.066,
    )  # fmt: skip
    found = measured(_scaled(mouse), Asked(species=Species.MOUSE))
    ef = row(found, "ejection_fraction", "discs")
    assert ef.value == pytest.approx(60, abs=EF_POINTS)
    assert ef.grade == ""
    volume = row(found, "end_diastolic_volume", "discs")
    assert volume.unit == "uL"
    assert volume.value == pytest.approx(60, rel=0.06)
    assert value(found, "heart_rate") == pytest.approx(500, rel=RATE)


def _scaled(mouse: Cine) -> Cine:
    """The walls of a mouse are thinner than the 9 mm of a person."""
    return replace(mouse, wall=0.7)


M_MODES = {
    "normal": MMode(),
    "failing": MMode(lvid=(62, 52), septum=(7, 8), posterior=(8, 9)),
    "noisy": MMode(noise=30, lvid=(42, 26)),
    "irregular": MMode(beats_ms=(600, 900, 700, 1000)),
}


@pytest.mark.parametrize("strip", M_MODES.values(), ids=M_MODES.keys())
def test_m_mode_lines_are_where_they_were_drawn(strip: MMode) -> None:
    found = traced(strip)
    for name, (ed, es) in (
        ("lv_internal_diameter", strip.lvid),
        ("septum", strip.septum),
        ("posterior_wall", strip.posterior),
    ):
        assert value(found, f"{name}_ed") == pytest.approx(ed, abs=0.6)
        assert value(found, f"{name}_es") == pytest.approx(es, abs=0.6)
    fs = (strip.lvid[0] - strip.lvid[1]) / strip.lvid[0] * 100
    assert value(found, "fractional_shortening") == pytest.approx(fs, abs=1.5)
    assert all("phantoms_only" in r.quality for r in found.records if r.value is not None)


@pytest.mark.parametrize("thickness", [0.0, 1.5, 3.0, 5.0], ids=str)
def test_the_pericardium_is_no_part_of_the_wall(thickness: float) -> None:
    found = traced(MMode(posterior=(10.0, 14.0), pericardium=thickness))
    assert value(found, "posterior_wall_ed") == pytest.approx(10, abs=0.8)
    assert value(found, "posterior_wall_es") == pytest.approx(14, abs=0.8)


@pytest.mark.parametrize("seed", range(3))
def test_a_rate_does_not_hang_on_when_a_resting_ventricle_is_fullest(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.15, 240)
    times = np.arange(240) * 25.0
    phase = times / 960 % 1
    areas = 30 - 10 * np.interp(phase, [0, 0.35, 0.5, 1], [0, 1, 0, 0]) + noise
    rate = find_beats(areas, times, HEARTS[Species.HUMAN]).rate
    assert rate == pytest.approx(62.5, rel=0.006)


def test_m_mode_numbers_follow_their_formulas() -> None:
    found = traced(MMode())
    d, s = 4.8, 3.2  # cm
    volumes = [7 * x**3 / (2.4 + x) for x in (d, s)]
    ef = (volumes[0] - volumes[1]) / volumes[0] * 100
    assert value(found, "ejection_fraction", "teichholz") == pytest.approx(ef, abs=2)
    mass = 0.8 * 1.04 * ((4.8 + 1.0 + 0.9) ** 3 - 4.8**3) + 0.6
    assert value(found, "lv_mass") == pytest.approx(mass, rel=0.05)
    assert value(found, "relative_wall_thickness") == pytest.approx(2 / 4.8, abs=0.02)
    assert value(found, "heart_rate") == pytest.approx(60_000 / 850, rel=RATE)


def test_an_m_mode_without_scale_still_shortens() -> None:
    strip = MMode()
    item = m_mode_region((0, 90, strip.columns, 90 + strip.rows), strip.row_mm, strip.column_ms)
    item.PhysicalUnitsYDirection = 0
    found = traced(replace(strip, regions=[item]))
    assert value(found, "fractional_shortening") == pytest.approx(33.3, abs=1.5)
    assert row(found, "lv_mass").reason == "scale_units"
    assert row(found, "lv_internal_diameter_ed").value is None


@pytest.mark.parametrize(
    ("sex", "grade"), [("M", "normal"), ("F", "above_normal"), ("O", "")], ids=["man", "woman", "?"]
)
def test_mass_is_indexed_by_body_surface(sex: str, grade: str) -> None:
    found = traced(MMode(), PatientSize=1.6, PatientWeight=58, PatientSex=sex)
    index = row(found, "lv_mass_index")
    assert index.value == pytest.approx(value(found, "lv_mass") / 1.6, rel=0.01)
    assert (index.unit, index.grade, index.threshold_set) == ("g/m2", grade, "ase2015")
    assert ("sex_unknown" in index.quality) is (grade == "")


@pytest.mark.parametrize("header", [{}, {"PatientSize": 0, "PatientWeight": 0},
                                    {"PatientSize": 170, "PatientWeight": 70}])  # fmt: skip
def test_without_a_body_there_is_no_index(header: dict[str, Any]) -> None:
    assert row(traced(MMode(), **header), "lv_mass_index").reason == "no_body_size"
