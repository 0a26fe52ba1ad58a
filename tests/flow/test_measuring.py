"""Ultrasound that comes in is measured: once, by itself, and at no cost where it cannot be."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api import hearts
from api.filters import parse_filters
from infra.errors import BadSetup
from infra.query import AccessScope, Group, Page, Query
from infra.records import Case, Measurement
from ingest import measuring
from ingest.measuring import Measuring
from ingest.storage.erase import erase
from ingest.traces import stored_heart
from measure.correction import Correction, Drawn
from measure.linear import TRACER_ID
from measure.segmenter import ATRIUM, CAVITY, MYOCARDIUM, Frame, Segmented, Segmenter
from tests.flow import archive as a
from tests.phantoms import Cine, MMode, file_of, numbered

ALL = AccessScope.everything()
SMALL = Cine(rows=150, columns=180, x_mm=1.05, y_mm=1.05, beats_ms=(800, 800), frame_ms=40)
POOR = replace(SMALL, edv_ml=180, esv_ml=126)  # EF 30


class ByLight:
    """Reads a phantom's classes off its pictures: wall bright, cavity dark inside it."""

    model_id = "by-light"
    seen = 0

    def segment(self, frames: Iterable[Frame]) -> Iterator[Segmented]:
        for frame in frames:
            type(self).seen += 1
            yield Segmented(classes=_classes(frame), confidence=0.8, present=1.0)


def _classes(frame: Frame) -> np.ndarray:
    frame = frame if frame.ndim == 2 else frame[..., 0]
    classes = np.zeros(frame.shape, np.uint8)
    for level, number in ((130, MYOCARDIUM), (12, CAVITY), (15, ATRIUM)):
        classes[frame == level] = number
    return classes


def flat(cine: Cine, number: int) -> bytes:
    """A clip whose pictures are its classes: no speckle."""
    cine = numbered(cine, number)
    made = cine.dataset()
    light = np.array([70, 12, 130, 15], np.uint8)[cine.masks()]
    made.PixelData = light.tobytes()
    return file_of(made)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> a.Archive:
    a.without_workers(monkeypatch)
    monkeypatch.setattr(measuring, "Fence", InProcess)
    return a.Archive(tmp_path / "home", segmenter=ByLight)


class InProcess:
    """A fence without workers, for speed."""

    def __init__(self, *_limits: object) -> None:
        pass

    def __enter__(self) -> "InProcess":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def submit(self, function, *arguments):  # type: ignore[no-untyped-def]  # as Fence.submit
        from concurrent.futures import Future

        future: Future[object] = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:  # noqa: BLE001 - as the fence hands it on
            future.set_exception(error)
        return future


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    (folder / "normal.dcm").write_bytes(flat(SMALL, 1))
    (folder / "poor.dcm").write_bytes(flat(POOR, 2))
    strip = MMode(beats_ms=(850, 850, 850))
    made = strip.dataset(
        StudyInstanceUID="1.2.3.4", SeriesInstanceUID="1.2.3.4.1", SOPInstanceUID="1.2.3.4.1.1"
    )
    (folder / "strip.dcm").write_bytes(file_of(made))
    return folder


def ef_of(case: Case) -> Measurement:
    return next(m for m in case.measurements if m.name == "ejection_fraction")


def by_ef(archive: a.Archive) -> list[Case]:
    cases = [case for case in archive.cases().values() if case.measurements]
    return sorted(cases, key=lambda case: ef_of(case).value or -1)


def found(archive: a.Archive, *filters: str) -> int:
    with archive.open() as services:
        query = Query(filter=parse_filters(filters), group=Group.CASE, page=Page(10))
        return services.index.search(query, ALL).total


def test_ultrasound_is_measured_as_it_comes_in(archive: a.Archive, clips: Path) -> None:
    summary = archive.ingest(clips)
    assert (summary.measured, summary.unmeasured) == (3, 0)
    poor, normal, strip = by_ef(archive)
    assert ef_of(poor).value == pytest.approx(30, abs=3)
    assert ef_of(normal).value == pytest.approx(58.3, abs=3)
    assert ef_of(strip).method == "teichholz"
    assert {m.instance_uid for m in poor.measurements} == {poor.instances[0].instance_uid}


def test_filters_and_facets_know_the_numbers(archive: a.Archive, clips: Path) -> None:
    archive.ingest(clips)
    assert found(archive, "ef=..40") == 1
    assert found(archive, "ef=50..", "edv>=100") == 2
    assert found(archive, "ef_class=normal") == 2
    assert found(archive, "has=esv") == 3
    with archive.open() as services:
        facets = services.index.facets(Query(), ["ef", "ef_class"], ALL)
    assert sum(count.count for count in facets["ef"]) == 3
    assert {count.value for count in facets["ef"]} >= {"50-59"}


def test_a_second_run_measures_nothing_again(archive: a.Archive, clips: Path) -> None:
    archive.ingest(clips)
    before, seen = archive.cases(), ByLight.seen
    assert archive.ingest(clips).measured == 0
    assert archive.cases() == before
    assert ByLight.seen == seen


def test_without_a_segmenter_it_is_left_for_later(archive: a.Archive, clips: Path) -> None:
    left = replace(archive, segmenter=a.no_segmenter)
    summary = left.ingest(clips)
    assert (summary.outcomes["indexed"], summary.measured, summary.unmeasured) == (3, 0, 3)
    assert archive.ingest(clips).measured == 3


class Broken(ByLight):
    model_id = "broken"

    def segment(self, frames: Iterable[Frame]) -> Iterator[Segmented]:
        raise ValueError("something in a picture")


def test_a_clip_that_fails_costs_the_others_nothing(archive: a.Archive, clips: Path) -> None:
    summary = replace(archive, segmenter=Broken).ingest(clips)
    assert (summary.outcomes["indexed"], summary.measured, summary.unmeasured) == (3, 1, 0)
    reasons = {m.reason for case in archive.cases().values() for m in case.measurements}
    assert "unreadable" in reasons


class Other(ByLight):
    model_id = "other"


def again(archive: a.Archive, segmenter: Segmenter) -> measuring.Done:
    with archive.open() as services:
        return Measuring(services, archive.all_settings, lambda: segmenter).measure_again()


def test_another_model_measures_again_and_leaves_nothing(archive: a.Archive, clips: Path) -> None:
    archive.ingest(clips)
    assert again(archive, ByLight()).measured == 0
    assert again(archive, Other()).measured == 3
    with archive.open() as services:
        for case in archive.cases().values():
            traces = {m.trace for m in case.measurements} - {""}
            assert {m.model_id for m in case.measurements if m.trace} <= {"other", TRACER_ID}
            kept = {key for key in services.blobs.keys(case.study_uid) if key.endswith(".json")}
            assert kept == traces
    assert again(archive, Other()).measured == 0


def test_contours_go_with_the_study(archive: a.Archive, clips: Path) -> None:
    archive.ingest(clips)
    with archive.open() as services:
        studies = list(services.catalog.study_uids(ALL))
        erase(services, archive.pseudonyms, studies)
        assert list(services.blobs.keys()) == []


def test_both_planes_of_a_study_are_put_together(archive: a.Archive, tmp_path: Path) -> None:
    four, two = numbered(SMALL, 5), numbered(SMALL, 5)
    two_header = {**two.header, "SOPInstanceUID": "1.2.3.5.2", "SeriesDescription": "A2C"}
    folder = tmp_path / "both"
    folder.mkdir()
    for name, cine in (("4", four), ("2", replace(two, header=two_header))):
        made = cine.dataset()
        light = np.array([70, 12, 130, 15], np.uint8)[cine.masks()]
        made.PixelData = light.tobytes()
        (folder / f"{name}.dcm").write_bytes(file_of(made))
    archive.ingest(folder)
    (case,) = archive.cases().values()
    biplane = [m for m in case.measurements if m.method == "biplane_discs"]
    assert {m.name for m in biplane} >= {"ejection_fraction", "end_diastolic_volume"}
    volume = next(m for m in biplane if m.name == "end_diastolic_volume")
    assert volume.value == pytest.approx(120, rel=0.06)


# --- corrections ----------------------------------------------------------------------------------


def seen_of(archive: a.Archive, services, case: Case) -> hearts.Seen:  # type: ignore[no-untyped-def]  # Services
    key = next(m.trace for m in case.measurements if m.trace)
    return hearts.Seen(
        instance=case.instances[0],
        measurements=case.measurements,
        heart=stored_heart(services, key),
    )


def test_a_drawn_contour_changes_the_numbers_as_it_should(archive: a.Archive, clips: Path) -> None:
    archive.ingest(clips)
    case = by_ef(archive)[1]
    with archive.open() as services:
        one = seen_of(archive, services, case)
    assert one.heart is not None
    beat = one.heart.beats.beats[0]
    machine = one.heart.ventricles[beat.end_systole]
    assert machine is not None
    middle = machine.line.mean(axis=0)
    smaller = Drawn((machine.line - middle) * 0.9 + middle)  # (0.9)³ of the volume
    contours = {b.end_systole: smaller for b in one.heart.beats.beats}
    heart, rows = hearts.preview(one, Correction(contours))
    ef = next(row for row in rows if row.name == "ejection_fraction")
    assert ef.value is not None
    assert ef.value > (ef_of(case).value or 0) + 5
    assert "edited" in ef.quality
    assert heart.beats.beats == one.heart.beats.beats


def test_chosen_beats_count_as_they_are(archive: a.Archive, clips: Path) -> None:
    from measure.beats import Beat

    archive.ingest(clips)
    with archive.open() as services:
        one = seen_of(archive, services, by_ef(archive)[1])
    heart, rows = hearts.preview(one, Correction({}, (Beat(20, 27),)))
    assert [(b.end_diastole, b.end_systole) for b in heart.beats.beats] == [(20, 27)]
    assert len(next(r for r in rows if r.name == "ejection_fraction").per_beat) == 1


def test_the_trace_of_a_clip_comes_back_as_it_was(archive: a.Archive, clips: Path) -> None:
    from measure.results import records_of
    from measure.trace import from_json, to_json

    archive.ingest(clips)
    case = by_ef(archive)[0]
    with archive.open() as services:
        one = seen_of(archive, services, case)
    assert one.heart is not None
    assert json.loads(to_json(one.heart)) == json.loads(to_json(from_json(to_json(one.heart))))
    again_made = {(r.name, r.method): r.value for r in records_of(one.heart)}
    for stored in case.measurements:
        assert again_made[stored.name, stored.method] == pytest.approx(stored.value, rel=0.01)


def test_no_segmenter_is_said_once_it_is_asked_for(archive: a.Archive, clips: Path) -> None:
    replace(archive, segmenter=a.no_segmenter).ingest(clips)
    with archive.open() as services, pytest.raises(BadSetup):
        Measuring(services, archive.all_settings, a.no_segmenter).measure_new()


def test_corrections_become_training_truth(
    archive: a.Archive, clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import csv

    from PIL import Image

    from api import contour_truth
    from api.application import Application

    monkeypatch.setattr(contour_truth, "Fence", InProcess)
    archive.ingest(clips)
    case = by_ef(archive)[1]
    with archive.open() as services:
        one = seen_of(archive, services, case)
        assert one.heart is not None
        machine = one.heart.ventricles[0]
        assert machine is not None
        middle = machine.line.mean(axis=0)
        drawn = Drawn((machine.line - middle) * 0.8 + middle)
        app = Application(settings=archive.all_settings, services=services, key=a.KEY, scope=ALL)
        hearts.save(app, one, Correction({0: drawn}), "someone")
        assert contour_truth.write_truth(app, tmp_path / "truth", ByLight()) == 1
    with (tmp_path / "truth/frames.csv").open() as handle:
        (line,) = csv.DictReader(handle)
    assert (line["phase"], line["author"]) == ("ED", "someone")
    mask = np.asarray(Image.open(tmp_path / "truth" / line["mask_file"]))
    frame = np.asarray(Image.open(tmp_path / "truth" / line["file"]))
    assert mask.shape == frame.shape[:2]
    before = (_classes(frame) == CAVITY).sum()
    assert (mask == CAVITY).sum() == pytest.approx(0.64 * before, rel=0.05)
    assert (mask == MYOCARDIUM).sum() > (_classes(frame) == MYOCARDIUM).sum()


def stills(folder: Path, number: int, *, of: Cine = SMALL, first: int = 0, **says: str) -> None:
    """An end-diastolic and an end-systolic frame of one study, two files; `first` counts them."""
    folder.mkdir(exist_ok=True)
    for end, frame in (("ED", 0), ("ES", int(of.volumes.argmin()))):
        made = numbered(of, number).dataset()
        light = np.array([70, 12, 130, 15], np.uint8)[of.masks()[frame]]
        made.PixelData, made.NumberOfFrames = light.tobytes(), 1
        made.SOPInstanceUID = f"{made.SeriesInstanceUID}.{first + (end == 'ES')}"
        made.SeriesDescription = says.get(end, "Apical 4 chamber")
        (folder / f"{number + first}-{end}.dcm").write_bytes(file_of(made))


def test_two_stills_of_a_study_are_a_beat(archive: a.Archive, tmp_path: Path) -> None:
    stills(tmp_path / "stills", 7)
    archive.ingest(tmp_path / "stills")
    (case,) = archive.cases().values()
    efs = [m for m in case.measurements if (m.name, m.method) == ("ejection_fraction", "discs")]
    assert sorted(m.reason for m in efs) == ["", "other_still"]
    assert max(m.value or 0 for m in efs) == pytest.approx(58.3, abs=3)
    assert found(archive, "ef=50..65") == 1
    with archive.open() as services:
        kept = {key for key in services.blobs.keys(case.study_uid) if key.endswith(".json")}
        assert kept == {m.trace for m in case.measurements}
    stills(tmp_path / "more", 7)
    third = (tmp_path / "more" / "7-ES.dcm").read_bytes().replace(b"998.7.1.1", b"998.7.1.3")
    (tmp_path / "third.dcm").write_bytes(third)
    archive.ingest(tmp_path / "third.dcm")
    (case,) = archive.cases().values()
    reasons = {m.reason for m in case.measurements if m.name == "ejection_fraction"}
    assert reasons == {"several_stills"}
    assert found(archive, "has=ef") == 0
