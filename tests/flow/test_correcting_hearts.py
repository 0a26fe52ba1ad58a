"""What people say of hearts: cases are found by it, and by the machine's once it is taken back."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from api import contour_truth, facets, hearts, marks
from api.application import Application
from api.documents import hit_document
from api.filters import parse_filters
from api.held import HeldQueries
from api.search import Question, build_query, search
from infra.corrected_measurements import KIND
from infra.fields import EF
from infra.measured import is_edited, value_of
from infra.query import Group, Sort
from infra.records import Annotation, CaseHead, Measurement
from infra.reindexing import rebuild, with_corrections
from ingest import measuring
from ingest.correcting import work_out_all
from ingest.measuring import Measuring
from measure.correction import Correction, Drawn
from measure.segmenter import CAVITY
from tests.flow import archive as a
from tests.flow.test_measuring import POOR, SMALL, ByLight, InProcess, Other, _classes, flat, stills
from tests.phantoms import Cine, file_of, numbered


class NoFiles:
    """Nobody dropped a file."""

    def of_instance(self, _uid: str, _session: str) -> None:
        return None


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> a.Archive:
    a.without_workers(monkeypatch)
    monkeypatch.setattr(measuring, "Fence", InProcess)
    return a.Archive(tmp_path / "home", segmenter=ByLight)


@pytest.fixture
def app(archive: a.Archive) -> Iterator[Application]:
    with archive.application() as app:
        yield app


@pytest.fixture
def clips(archive: a.Archive, tmp_path: Path) -> None:
    """Two cases, with ejection fractions of 58 and 30 %."""
    put(archive, tmp_path / "clips", normal=flat(SMALL, 1), poor=flat(POOR, 2))


def put(archive: a.Archive, folder: Path, **files: bytes) -> None:
    folder.mkdir()
    for name, data in files.items():
        (folder / f"{name}.dcm").write_bytes(data)
    archive.ingest(folder)


def seen(app: Application, uid: str) -> hearts.Seen:
    return hearts.seen(app, cast(HeldQueries, NoFiles()), "", uid)


def say(app: Application, uid: str, factor: float, author: str = "someone") -> Annotation:
    """That the heart is larger or smaller at end-systole; in a still, that this one is."""
    one = seen(app, uid)
    assert one.heart is not None
    frames = [beat.end_systole for beat in one.heart.beats.beats] or [0]
    contours = {}
    for frame in frames:
        ventricle = one.heart.ventricles[frame]
        assert ventricle is not None
        middle = ventricle.line.mean(axis=0)
        contours[frame] = Drawn((ventricle.line - middle) * factor + middle)
    return hearts.save(app, one, Correction(contours), author)


def take_back(app: Application, said: Annotation) -> None:
    marks.withdraw(app, said.study_uid, said.annotation_id, said.author)


def hits(app: Application, *filters: str, sort: Sort | None = None) -> list[dict]:
    asked = Question(filter=parse_filters(filters), group=Group.CASE, sort=sort)
    return [hit_document(hit) for hit in search(app, build_query(app, asked)).hits]


def image(app: Application, *filters: str) -> str:
    (hit,) = hits(app, *filters)
    return str(hit["instance_uid"])


def case_of(app: Application) -> CaseHead:
    """The only case, as it is indexed."""
    services = app.services
    (uid,) = services.catalog.study_uids(app.scope)
    return with_corrections(services, services.catalog.heads([uid], app.scope))[uid]


def test_a_case_is_found_by_the_corrected_number(app: Application, clips: None) -> None:
    uid = image(app, "ef=50..")
    machine = hits(app, "ef=50..")[0]
    assert machine["heart_corrected"] is False
    said = say(app, uid, 1.2)
    (corrected,) = hits(app, "heart_corrected=yes")
    assert corrected["instance_uid"] == uid
    assert corrected["ef"] < 40
    assert corrected["esv"] > machine["esv"]
    assert corrected["edv"] == pytest.approx(machine["edv"], rel=0.01)
    assert corrected["ef_class"] != machine["ef_class"] == "normal"
    assert hits(app, "ef=50..") == hits(app, "ef_class=normal") == []
    assert len(hits(app, "ef=..40")) == 2
    assert corrected in hits(app, f"ef_class={corrected['ef_class']}")
    order = [hit["ef"] for hit in hits(app, sort=Sort("ef", descending=True))]
    assert order == sorted(order, reverse=True)
    assert seen(app, uid).measurements == app_measurements(app, uid)  # the machine's stay
    take_back(app, said)
    assert hits(app, "ef=50..") == [machine]
    assert hits(app, "heart_corrected=yes") == []


def app_measurements(app: Application, uid: str) -> tuple[Measurement, ...]:
    (instance,) = app.services.catalog.instances([uid], app.scope).values()
    head = app.services.catalog.heads([instance.study_uid], app.scope)[instance.study_uid]
    return tuple(row for row in head.measurements if "edited" not in row.quality)


def test_the_histogram_counts_it_where_it_is_now(app: Application, clips: None) -> None:
    def counted() -> dict[str, dict[str, int]]:
        found = facets.count(app, Question(group=Group.CASE), [], ["ef", "heart_corrected"])
        return {one.name: {value.value: value.count for value in one.values} for one in found}

    say(app, image(app, "ef=50.."), 0.8)
    now = counted()
    assert now["heart_corrected"] == {"true": 1, "false": 1}
    assert "70-79" in now["ef"]
    assert "50-59" not in now["ef"]


def test_the_latest_that_stands_counts(app: Application, clips: None) -> None:
    uid = image(app, "ef=50..")
    one, other = say(app, uid, 1.2, "one"), say(app, uid, 0.9, "other")
    (late,) = hits(app, "heart_corrected=yes")
    assert late["ef"] > 60
    take_back(app, other)
    (early,) = hits(app, "heart_corrected=yes")
    assert early["ef"] < 40
    take_back(app, one)
    assert hits(app, "heart_corrected=yes") == []


def test_a_new_index_and_a_second_time_change_nothing(app: Application, clips: None) -> None:
    say(app, image(app, "ef=50.."), 1.2)
    before = hits(app)
    studies = list(app.services.catalog.study_uids(app.scope))
    kept = app.services.annotations.of_studies(studies, KIND)
    work_out_all(app.services)
    assert app.services.annotations.of_studies(studies, KIND) == kept
    rebuild(app.services, int)
    assert hits(app) == before
    assert len(hits(app, "heart_corrected=yes")) == 1


def test_what_was_said_before_numbers_were_kept_counts_after_reindex(
    app: Application, clips: None
) -> None:
    said = say(app, image(app, "ef=50.."), 1.2)
    body = json.loads(said.body)
    assert "case" not in body  # as it was made
    app.services.annotations.put(said)
    rebuild(app.services, int)
    assert hits(app, "heart_corrected=yes") == []
    work_out_all(app.services)
    rebuild(app.services, int)
    assert len(hits(app, "heart_corrected=yes")) == 1


def test_another_model_works_it_out_again(
    app: Application, clips: None, archive: a.Archive
) -> None:
    uid = image(app, "ef=50..")
    say(app, uid, 1.2)
    before = hits(app, "heart_corrected=yes")
    done = Measuring(app.services, archive.all_settings, Other).measure_again()
    assert done.measured == 2
    assert {row.model_id for row in seen(app, uid).measurements} == {"other"}
    assert hits(app, "heart_corrected=yes") == before


def test_while_nobody_worked_it_out_the_machine_speaks(app: Application, clips: None) -> None:
    """A kill between new measurements and the index: no number of contours that are no more."""
    uid = image(app, "ef=50..")
    say(app, uid, 1.2)
    rows = [replace(row, trace="other") for row in seen(app, uid).measurements]
    app.services.catalog.put_measurements(uid, rows, model_id="other")
    rebuild(app.services, int)
    assert hits(app, "heart_corrected=yes") == []
    assert len(hits(app, "ef=50..")) == 1


def test_one_plane_corrects_both(app: Application, archive: a.Archive, tmp_path: Path) -> None:
    two = numbered(SMALL, 5)
    header = {**two.header, "SOPInstanceUID": "1.2.3.5.2", "SeriesDescription": "A2C"}
    files = {"four": flat(SMALL, 5), "two": file_of_planes(replace(two, header=header))}
    put(archive, tmp_path / "planes", **files)
    machine = value_of(case_of(app).measurements, EF)
    both = {m.instance_uid for m in case_of(app).measurements}
    (uid,) = both - _with_planes(case_of(app))  # numbers of both stand with the other one
    said = say(app, uid, 1.15)
    case = case_of(app)
    speaks = value_of(case.measurements, EF)
    assert machine is not None
    assert speaks is not None
    assert speaks < machine - 3
    assert is_edited(case.measurements)
    assert speaks == value_of([m for m in case.measurements if m.method == "biplane_discs"], EF)
    take_back(app, said)
    assert value_of(case_of(app).measurements, EF) == machine


def _with_planes(case: CaseHead) -> set[str]:
    return {m.instance_uid for m in case.measurements if m.method == "biplane_discs"}


def file_of_planes(cine: Cine) -> bytes:
    made = cine.dataset()
    light = np.array([70, 12, 130, 15], np.uint8)[cine.masks()]
    made.PixelData = light.tobytes()
    return file_of(made)


def test_a_still_becomes_training_truth(
    app: Application, archive: a.Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contour_truth, "Fence", InProcess)
    stills(tmp_path / "stills", 7, ED="A4C ED", ES="A4C ES")
    archive.ingest(tmp_path / "stills")
    case = case_of(app)
    diastole = next(m.instance_uid for m in case.measurements if m.value is not None)
    systole = next(m.instance_uid for m in case.measurements if m.instance_uid != diastole)
    say(app, systole, 0.8)
    assert contour_truth.write_truth(app, tmp_path / "truth", ByLight()) == 1
    with (tmp_path / "truth/frames.csv").open() as handle:
        (line,) = csv.DictReader(handle)
    assert (line["instance_uid"], line["frame"], line["phase"]) == (systole, "0", "ES")
    mask = np.asarray(Image.open(tmp_path / "truth" / line["mask_file"]))
    frame = np.asarray(Image.open(tmp_path / "truth" / line["file"]))
    before = (_classes(frame) == CAVITY).sum()
    assert (mask == CAVITY).sum() == pytest.approx(0.64 * before, rel=0.08)


def by_discs(rows: Sequence[Measurement]) -> list[float]:
    """Ejection fractions of one plane."""
    named = [m for m in rows if (m.name, m.method) == (EF, "discs")]
    return [m.value for m in named if m.value is not None]


def test_stills_of_two_views_are_told_apart(
    app: Application, archive: a.Archive, tmp_path: Path
) -> None:
    stills(tmp_path / "stills", 7, ED="A4C ED", ES="A4C ES")
    stills(tmp_path / "stills", 7, of=POOR, first=4, ED="A2C ED", ES="A2C ES")
    archive.ingest(tmp_path / "stills")
    case = case_of(app)
    diastoles = {m.instance_uid for m in case.measurements if m.value is not None}
    others = {m.instance_uid for m in case.measurements} - diastoles
    told = set()
    for uid in others:
        one = seen(app, uid)
        (value,) = by_discs(one.together)
        told.add(value)
        said = say(app, uid, 1.1)
        kept = app.services.annotations.of_studies([said.study_uid], KIND)[said.study_uid]
        (after,) = by_discs(hearts.together_corrected(one, kept))
        assert after < value
        take_back(app, said)
    assert len(told) == 2
    assert told == set(by_discs(case.measurements))


def test_a_still_alone_is_corrected_without_numbers_of_a_beat(
    app: Application, archive: a.Archive, tmp_path: Path
) -> None:
    stills(tmp_path / "stills", 7)
    archive.ingest(tmp_path / "stills" / "7-ED.dcm")
    (uid,) = {m.instance_uid for m in case_of(app).measurements}
    before = seen(app, uid)
    said = say(app, uid, 0.9)
    (one,) = hearts.said_of(before, [said])
    assert before.heart is not None
    assert one.heart.areas[0] == pytest.approx(0.81 * before.heart.areas[0])
    assert {row.reason for row in one.measurements} >= {"one_frame"}
    assert hits(app, "has=ef") == []


def test_a_still_corrects_the_beat_it_belongs_to(
    app: Application, archive: a.Archive, tmp_path: Path
) -> None:
    stills(tmp_path / "stills", 7, ED="A4C ED", ES="A4C ES")
    archive.ingest(tmp_path / "stills")
    case = case_of(app)
    machine = value_of(case.measurements, EF)
    diastole = next(m.instance_uid for m in case.measurements if m.value is not None)
    systole = next(m.instance_uid for m in case.measurements if m.instance_uid != diastole)
    said = say(app, systole, 1.15)
    now = case_of(app).measurements
    speaks = value_of(now, EF)
    assert machine is not None
    assert speaks is not None
    assert speaks < machine - 5
    assert {m.instance_uid for m in now if m.value is not None} == {diastole}
    (hit,) = hits(app, "heart_corrected=yes")
    assert hit["ef"] == speaks
    say(app, systole, 1.5)  # larger than at end-diastole: there is no such heart
    assert hits(app, "has=ef") == []
    marks.withdraw(app, said.study_uid, said.annotation_id, "someone")
    assert hits(app, "has=ef") == []  # the later one stands
