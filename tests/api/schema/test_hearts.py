"""A measured clip in GraphQL: its contours, its numbers, and people's corrections of them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from api.application import Application
from api.auth import Identity
from infra.query import AccessScope
from infra.reindexing import index_cases
from measure.strip_trace import strip_to_json
from measure.trace import to_json
from tests.api.schema.making import archive, ask, put_case
from tests.measure.making import SMALL, measured, traced
from tests.phantoms import Cine, MMode

STUDY, CLIP = "1.2.50", "1.2.50.1"
CINE = Cine(**SMALL, beats_ms=(800, 800), frame_ms=40)

HEART = """
query($uid: ID!) { heart(instanceUid: $uid) {
  stored
  strip { box rowMm columnMs reason { code } lines { name label line }
    beats { endDiastole endSystole } }
  measurements {
    name label value unit method thresholdSet class perBeat
    reason { code text } quality { code text } classes { thresholdSet class reason }
  }
  thresholdSets { name isDefault limits { class least inclusive } reason }
  trace {
    frames view viewSource pixelSize { xMm yMm } pixelAspect frameTimesMs reason { code }
    areaUnit volumeUnit area smoothArea volume confidence box
    contours { frame line apex base myocardium atrium }
    beats { endDiastole endSystole end intervalMs ejectionFraction endDiastolicVolume }
  }
  corrections { annotationId author editedFrames choseBeats comment
    measurements { name value method quality { code } } trace { beats { endSystole } } }
} }
"""
PREVIEW = """
query($input: HeartCorrectionInput!) { heartPreview(input: $input) {
  measurements { name value method } trace { beats { endDiastole endSystole } } } }
"""
CORRECT = """
mutation($input: HeartCorrectionInput!) { correctHeart(input: $input) {
  corrections { annotationId author } measurements { name value } } }
"""
WITHDRAW = """
mutation($id: ID!, $study: ID!) { withdrawAnnotation(id: $id, studyUid: $study) { withdrawn } }
"""


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with archive(tmp_path_factory.mktemp("hearts") / "home") as app:
        put_case(app, STUDY, modality="US", sex="F", frames=len(CINE.times))
        found = measured(CINE, SOPInstanceUID=CLIP, StudyInstanceUID=STUDY)
        assert found.heart is not None
        key = app.services.blobs.put(STUDY, to_json(found.heart), "json")
        rows = [replace(row, trace=key) for row in found.records]
        app.services.catalog.put_measurements(CLIP, rows, model_id="truth")
        index_cases(app.services, [STUDY])
        yield app


STRIP = "1.2.51.1"


def test_an_m_mode_has_lines_and_beats(app: Application) -> None:
    put_case(app, "1.2.51", modality="US", sex="F")
    found = traced(MMode(), SOPInstanceUID=STRIP)
    assert found.strip is not None
    key = app.services.blobs.put("1.2.51", strip_to_json(found.strip), "json")
    rows = [replace(row, trace=key) for row in found.records]
    app.services.catalog.put_measurements(STRIP, rows, model_id="tracer")
    heart = ask(app, HEART, uid=STRIP)["heart"]
    strip = heart["strip"]
    assert heart["trace"] is None
    assert [line["name"] for line in strip["lines"]] == [
        "septum_top", "septum", "posterior", "posterior_bottom",
    ]  # fmt: skip
    true = MMode().walls()[1] + 90  # below the small picture
    line = np.array(strip["lines"][1]["line"]).reshape(-1, 2)
    assert line[:, 1] == pytest.approx(true[line[:, 0].astype(int)] - 0.5, abs=4)
    assert (strip["rowMm"], strip["columnMs"]) == (pytest.approx(0.3), pytest.approx(5))
    assert len(strip["beats"]) >= 3
    assert strip["reason"] is None


def ef(rows: list[dict], method: str = "discs") -> float:
    return next(
        r["value"] for r in rows if r["name"] == "ejection_fraction" and r["method"] == method
    )


def test_a_heart_has_contours_curve_beats_and_numbers(app: Application) -> None:
    heart = ask(app, HEART, uid=CLIP)["heart"]
    trace = heart["trace"]
    frames = len(CINE.times)
    assert (trace["frames"], trace["view"], trace["viewSource"]) == (frames, "A4C", "header")
    assert [contour["frame"] for contour in trace["contours"]] == list(range(frames))
    assert all(len(c["line"]) % 2 == 0 and len(c["base"]) == 4 for c in trace["contours"])
    assert all(len(c["myocardium"]) and len(c["atrium"]) for c in trace["contours"])
    assert heart["strip"] is None
    assert len(trace["area"]) == len(trace["smoothArea"]) == len(trace["volume"]) == frames
    assert trace["pixelSize"] == pytest.approx({"xMm": 0.83, "yMm": 0.83})
    assert max(trace["volume"]) == pytest.approx(120, rel=0.04)
    assert ef(heart["measurements"]) == pytest.approx(CINE.ef, abs=2.5)
    first = heart["measurements"][0]
    assert (first["class"], first["thresholdSet"]) == ("normal", "ase2015")
    assert {c["thresholdSet"]: c["class"] for c in first["classes"]} == {
        "ase2015": "normal", "usal": "grey_zone", "ase2005": "normal",
    }  # fmt: skip
    assert [s["name"] for s in heart["thresholdSets"] if s["isDefault"]] == ["ase2015"]


def test_a_case_says_what_stands_for_it(app: Application) -> None:
    query = """query($uid: ID!) { case(uid: $uid) { ejectionFraction ejectionFractionClass
      endDiastolicVolume endSystolicVolume measurements { name reason { code } } } }"""
    case = ask(app, query, uid=STUDY)["case"]
    assert case["ejectionFraction"] == pytest.approx(CINE.ef, abs=2.5)
    assert case["ejectionFractionClass"] == "normal"
    assert len(case["measurements"]) > 10


def drawn(app: Application, factor: float) -> list[dict]:
    trace = ask(app, HEART, uid=CLIP)["heart"]["trace"]
    contours = []
    for beat in trace["beats"]:
        line = trace["contours"][beat["endSystole"]]["line"]
        xs, ys = line[::2], line[1::2]
        mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
        smaller = [v for x, y in zip(xs, ys, strict=True)
                   for v in ((x - mx) * factor + mx, (y - my) * factor + my)]  # fmt: skip
        contours.append({"frame": beat["endSystole"], "line": smaller})
    return contours


def test_numbers_follow_a_contour_before_and_after_it_is_kept(app: Application) -> None:
    given = {"instanceUid": CLIP, "contours": drawn(app, 0.9), "comment": "apex"}
    seen = ask(app, PREVIEW, input=given)["heartPreview"]
    machine = ask(app, HEART, uid=CLIP)["heart"]
    assert ef(seen["measurements"]) > ef(machine["measurements"]) + 5
    assert machine["corrections"] == []
    ask(app, CORRECT, input=given)
    after = ask(app, HEART, uid=CLIP)["heart"]
    (kept,) = after["corrections"]
    assert ef(kept["measurements"]) == ef(seen["measurements"])
    assert after["measurements"] == machine["measurements"]  # the machine's stay beside it
    assert (kept["comment"], kept["choseBeats"]) == ("apex", False)
    ask(app, WITHDRAW, id=kept["annotationId"], study=STUDY)
    assert ask(app, HEART, uid=CLIP)["heart"]["corrections"] == []


def test_its_case_is_found_and_shown_by_what_was_corrected(app: Application) -> None:
    query = """query($uid: ID!, $input: SearchInput!) {
      case(uid: $uid) { ejectionFraction ejectionFractionClass endSystolicVolume heartCorrected
        measurements { name method value } }
      search(input: $input, first: 5) { totalCount } }"""
    low = {"filters": [{"name": "EF", "to": "45"}]}

    def told() -> tuple[dict, int]:
        data = ask(app, query, uid=STUDY, input=low)
        return data["case"], data["search"]["totalCount"]

    before, count = told()
    assert (before["heartCorrected"], count) == (False, 0)
    given = {"instanceUid": CLIP, "beats": [{"endDiastole": 20, "endSystole": 23}]}
    kept = ask(app, CORRECT, input=given)["correctHeart"]["corrections"][0]
    after, count = told()
    assert (after["heartCorrected"], count) == (True, 1)
    assert after["ejectionFraction"] < 45
    assert after["ejectionFractionClass"] != before["ejectionFractionClass"]
    assert after["endSystolicVolume"] > before["endSystolicVolume"]
    assert after["measurements"] == before["measurements"]  # the machine's
    ask(app, WITHDRAW, id=kept["annotationId"], study=STUDY)
    assert told() == (before, 0)


def test_beats_can_be_chosen(app: Application) -> None:
    given = {"instanceUid": CLIP, "beats": [{"endDiastole": 20, "endSystole": 27}]}
    seen = ask(app, PREVIEW, input=given)["heartPreview"]
    assert seen["trace"]["beats"] == [{"endDiastole": 20, "endSystole": 27}]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"contours": [{"frame": 999, "line": [0, 0, 50, 0, 50, 50, 0, 50] * 4}]},
        {"contours": [{"frame": 1, "line": [1, 2, 3]}]},
        {"contours": [{"frame": 1, "line": [5000, 0, 50, 0, 50, 50, 0, 50] * 4}]},
        {"contours": [{"frame": 1, "line": [1, 1] * 20}]},
        {"contours": [{"frame": 1, "line": [0, 0, 50, 0, 50, 50, 0, 50] * 4, "base": [1, 2]}]},
        {"beats": [{"endDiastole": 3, "endSystole": 3}]},
        {"beats": [{"endDiastole": -1, "endSystole": 3}]},
    ],
    ids=["nothing", "no such frame", "odd", "outside", "a point", "base", "one frame", "negative"],
)
def test_what_does_not_fit_is_refused(app: Application, given: dict) -> None:
    with pytest.raises(AssertionError, match="GraphQLError"):
        ask(app, CORRECT, input={"instanceUid": CLIP, **given})


def test_a_heart_outside_the_scope_does_not_exist(app: Application) -> None:
    stranger = Identity(name="stranger", scope=AccessScope.only("another"), may_add=False)
    with pytest.raises(AssertionError, match="no image of this UID"):
        ask(app, HEART, caller=stranger, uid=CLIP)
    given = {"instanceUid": CLIP, "beats": [{"endDiastole": 20, "endSystole": 27}]}
    with pytest.raises(AssertionError, match="no image of this UID"):
        ask(app, CORRECT, caller=stranger, input=given)
