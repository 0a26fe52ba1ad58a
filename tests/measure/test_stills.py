"""Two single frames of a study are a beat where it is known which is which, and else refused."""

from collections.abc import Sequence
from typing import Any

import pytest

from ingest.showing.clips import facts_of
from measure.beats import Beat
from measure.biplane import pair, paired_records
from measure.heart import Heart
from measure.measuring import Asked, measure
from measure.modes import View
from measure.phases import phase_named, view_of_name
from measure.stills import paired_stills, still_records
from measure.trace import from_json, to_json
from tests.measure.making import SMALL, measured
from tests.measure.segmenters import TrueMasks
from tests.phantoms import Cine

TRUE_EF = (120 - 50) / 120 * 100


def still(number: int, volume: float, says: str = "Apical 4 chamber", **header: Any) -> Heart:
    """A still of a ventricle of this volume, mL, of a heart of 120 mL."""
    cine = Cine(**SMALL, esv_ml=volume, beats_ms=(800,), frame_ms=25)
    frame = int(cine.volumes.argmin())
    made = cine.dataset(SeriesDescription=says, SOPInstanceUID=f"1.2.{number}", **header)
    made.NumberOfFrames = 1
    truth = TrueMasks(cine.masks()[frame : frame + 1])
    shown = cine.frames()[frame : frame + 1]
    found = measure(facts_of(made), lambda: iter(shown), lambda: truth, Asked()).heart
    assert found is not None
    return from_json(to_json(found))  # as an archive has it


def told(hearts: Sequence[Heart]) -> dict[str, Any]:
    """Ejection fraction by discs, or the code of the reason, by the last number of the UID."""
    rows = still_records(hearts)
    efs = {
        uid: next(r for r in found if r.name == "ejection_fraction") for uid, found in rows.items()
    }
    return {uid.removeprefix("1.2."): row.value or row.reason for uid, row in efs.items()}


def test_named_ends_are_a_beat_whichever_comes_first() -> None:
    full, empty = still(1, 119.9, "A4C ED"), still(2, 50, "A4C_ES")
    for hearts in ([full, empty], [empty, full]):
        assert told(hearts) == {"1": pytest.approx(TRUE_EF, abs=2), "2": "other_still"}
    rows = {(r.name, r.method): r for r in still_records([full, empty])["1.2.1"]}
    assert rows["end_diastolic_volume", "discs"].value == pytest.approx(120, rel=0.04)
    assert rows["end_systolic_volume", "discs"].value == pytest.approx(50, rel=0.06)
    ef = rows["ejection_fraction", "discs"]
    assert {"from_stills", "single_plane"} <= set(ef.quality)
    assert not {"phase_by_size", "assumed_frame_time"} & set(ef.quality)
    assert rows["heart_rate", "beats"].reason == "one_beat"


def test_the_other_one_of_two_is_the_other_end() -> None:
    hearts = [still(1, 119.9), still(2, 50, "End-systolic frame")]
    assert told(hearts) == {"1": pytest.approx(TRUE_EF, abs=2), "2": "other_still"}


def test_of_two_unnamed_the_larger_is_end_diastole_with_a_note() -> None:
    hearts = [still(1, 50), still(2, 119.9)]
    assert told(hearts) == {"2": pytest.approx(TRUE_EF, abs=2), "1": "other_still"}
    (row, *_) = still_records(hearts)["1.2.2"]
    assert {"from_stills", "phase_by_size"} <= set(row.quality)


def test_what_may_be_two_hearts_is_no_beat() -> None:
    assert told([still(1, 119.9)]) == {"1": "one_frame"}
    assert set(told([still(1, 50), still(2, 119.9), still(3, 80)]).values()) == {"several_stills"}
    other = still(2, 119.9, SeriesInstanceUID="1.9")
    assert set(told([still(1, 50), other]).values()) == {"several_stills"}
    assert set(told([still(1, 119.9, "ED"), still(2, 50, "ED")]).values()) == {"several_stills"}
    assert set(told([still(1, 119.9), still(2, 119.9)]).values()) == {"no_contraction"}
    bare = still(2, 50, "A4C ES", SequenceOfUltrasoundRegions=[])
    assert set(told([still(1, 119.9, "A4C ED"), bare]).values()) == {"stills_differ"}


def test_an_end_systole_that_is_larger_is_refused() -> None:
    found = told([still(1, 50, "A4C ED"), still(2, 119.9, "A4C ES")])
    assert found == {"1": "systole_larger", "2": "other_still"}


def test_several_pairs_are_told_apart_by_series_and_by_view() -> None:
    first = [still(1, 119.9, "ED"), still(2, 50, "ES")]
    second = [
        still(3, 119.9, "ED", SeriesInstanceUID="1.9"),
        still(4, 80, "ES", SeriesInstanceUID="1.9"),
    ]
    found = told([*first, *second])
    assert found["1"] == pytest.approx(TRUE_EF, abs=2)
    assert found["3"] == pytest.approx((120 - 80) / 120 * 100, abs=2)
    two = [still(5, 119.9, "A2C ED"), still(6, 50, "A2C ES")]
    assert {uid for uid, value in told([*first, *two]).items() if value != "other_still"} == {
        "1",
        "5",
    }


def test_a_clip_that_beats_says_more_than_stills() -> None:
    clip = measured(Cine(**SMALL, beats_ms=(800, 800))).heart
    assert clip is not None
    hearts = [still(1, 119.9), still(2, 50), clip]
    assert set(told(hearts).values()) == {"one_frame"}
    assert paired_stills(hearts) == []


def test_stills_of_both_views_give_both_planes() -> None:
    four = [still(1, 119.9, "A4C ED"), still(2, 50, "A4C ES")]
    two = [still(5, 119.9, "A2C ED"), still(6, 50, "A2C ES")]
    hearts = [*four, *two]
    planes = pair([*hearts, *(stills.heart for stills in paired_stills(hearts))])
    assert planes is not None
    assert [one.seen.view for one in planes] == [View.A4C, View.A2C]
    assert planes[0].beats.beats == (Beat(0, 1),)
    ef = paired_records(*planes)[0]
    assert (ef.method, ef.instance_uid) == ("biplane_discs", "1.2.1")
    assert ef.value == pytest.approx(TRUE_EF, abs=2)


def test_a_still_without_a_ventricle_says_so() -> None:
    cine = Cine(**SMALL, beats_ms=(20,))
    nothing = TrueMasks(cine.masks(), present=0.1)
    found = measure(facts_of(cine.dataset()), lambda: iter(cine.frames()), lambda: nothing, Asked())
    assert {row.reason for row in found.records if row.name == "ejection_fraction"} == {
        "no_ventricle"
    }


@pytest.mark.parametrize(
    ("text", "phase"),
    [("A4C ED", "ED"), ("patient0001_4CH_ES", "ES"), ("end-diastole", "ED"), ("End systolic", "ES"),
     ("LVEDV", "ED"), ("ED and ES", ""), ("edited resting", ""), ("A4C", ""), ("", "")],
)  # fmt: skip
def test_ends_of_beats_are_read_as_words(text: str, phase: str) -> None:
    assert phase_named(text) == phase


def test_views_are_whole_words_of_a_file_name() -> None:
    assert view_of_name("patient0001_2CH_ED.dcm") is View.A2C
    assert view_of_name("A4C-1") is View.A4C
    assert view_of_name("4ch1b0.2c9f.dcm") is View.UNKNOWN
