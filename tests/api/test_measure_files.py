"""`similis measure` on files: numbers, pictures, a table and a sheet; nothing is stored."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from api import measure_files as files
from api import view_scores
from api.cli import main
from api.measure_files import measure_files
from api.measure_results import Result
from api.reference_values import compare, compare_patients, read_references
from infra.errors import BadQuery
from infra.records import Measurement
from infra.settings import Settings
from measure.measuring import Asked
from measure.segmenter import Segmenter
from tests.flow.archive import no_segmenter
from tests.flow.test_measuring import ByLight, InProcess, flat, stills
from tests.phantoms import Cine, MMode, region
from tests.samples import pydicom_file

CINE = Cine(rows=150, columns=180, x_mm=1.05, y_mm=1.05, beats_ms=(800, 800), frame_ms=40)


@pytest.fixture(autouse=True)
def _without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "Fence", InProcess)
    monkeypatch.setattr(view_scores, "Fence", InProcess)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "echo"
    (top / "treated").mkdir(parents=True)
    (top / "treated" / "one.dcm").write_bytes(flat(CINE, 1))
    (top / "one.dcm").write_bytes(flat(CINE, 2))
    (top / "strip.dcm").write_bytes(MMode(beats_ms=(850, 850, 850)).file())
    (top / "broken.dcm").write_bytes(b"DICOM it is not")
    return top


def run(*paths: Path, overlay: Path | None = None) -> dict[str, Result]:
    settings = Settings(home=Path("/nonexistent"))
    found = measure_files(paths, settings, Asked(), overlay, opened=ByLight)
    return {result.file: result for result in found}


def test_every_file_has_a_result_in_order(folder: Path) -> None:
    found = run(folder)
    assert [Path(name).name for name in found] == ["broken.dcm", "one.dcm", "strip.dcm", "one.dcm"]
    broken, first, strip, second = found.values()
    assert (broken.refused, broken.records) == ("not_dicom", ())
    assert (first.view, first.mode, first.group) == ("A4C", "b_mode", "")
    assert (strip.mode, second.group) == ("m_mode", "treated")


def test_the_document_is_as_scripts_rely_on_it(folder: Path) -> None:
    document = run(folder / "one.dcm")[str(folder / "one.dcm")].document()
    json.dumps(document, allow_nan=False)
    assert {"file", "view", "measurements"} <= set(document)
    assert {
        "name", "value", "unit", "method", "threshold_set", "class", "per_beat", "reason",
        "quality", "model_id",
    } <= set(document["measurements"][0])  # fmt: skip


def test_pictures_a_table_and_a_sheet_are_written(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, overlay=out)
    names = {path.name for path in out.iterdir()}
    assert names == {
        "broken.png", "one.png", "one.webp", "strip.png", "one-2.png", "one-2.webp",
        "measurements.csv", "quality.pdf",
    }  # fmt: skip
    with Image.open(out / "one.webp") as moving:
        assert moving.n_frames == len(CINE.times)
    with (out / "measurements.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["group"] for row in rows} == {"", "treated"}
    ef = next(r for r in rows if r["name"] == "ejection_fraction" and r["method"] == "discs")
    assert float(ef["value"]) == pytest.approx(CINE.ef, abs=3)
    assert ef["subject"].startswith("PHANTOM")
    assert b"/Count 4\n" in (out / "quality.pdf").read_bytes()


def test_a_contour_is_drawn_where_the_cavity_is(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder / "one.dcm", overlay=out)
    with Image.open(out / "one.png") as picture:
        panel = picture.convert("RGB").crop((0, 0, 480, 400))
    yellow = [
        (x, y)
        for y in range(panel.height)
        for x in range(panel.width)
        if panel.getpixel((x, y)) == (255, 213, 74)
    ]
    scale = 480 / 180
    columns = (CINE.masks()[0] == 1).nonzero()[1] * scale
    assert min(x for x, _ in yellow) == pytest.approx(columns.min(), abs=3 * scale)
    assert max(x for x, _ in yellow) == pytest.approx(columns.max(), abs=3 * scale)


def test_no_network_is_opened_for_what_needs_none(tmp_path: Path) -> None:
    def nothing() -> Segmenter:
        raise AssertionError("opened for nothing")

    (tmp_path / "strip.dcm").write_bytes(MMode(beats_ms=(850, 850, 850)).file())
    film = pydicom_file("CT_small.dcm")
    settings = Settings(home=Path("/nonexistent"))
    ct, strip = measure_files([film, tmp_path], settings, Asked(), opened=nothing)
    assert {record.reason for record in ct.records} == {"not_ultrasound"}
    assert strip.mode == "m_mode"


def test_a_clip_whose_region_does_not_fit_has_no_millilitres() -> None:
    """examples_ybr_color.dcm was halved after its region was written."""
    path = pydicom_file("examples_ybr_color.dcm")
    (result,) = run(path).values()
    assert all(record.value is None for record in result.records)  # nothing has a phantom's light
    facts = files.Clip.begin(_item(path), Settings(), InProcess()).facts  # type: ignore[arg-type]  # as a Fence
    from measure.measuring import placed
    from measure.species import Species

    place = placed(facts, Species.HUMAN)
    assert (place.scale, place.reason, place.box) == (None, "region_outside", (0, 0, 320, 240))


def _item(path: Path):  # type: ignore[no-untyped-def]  # an Item
    from ingest.showing.query_file import item_of

    return item_of(path)


def test_usage_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["x", "--again"]):
        with pytest.raises(SystemExit) as exited:
            main(["measure", *arguments])
        assert exited.value.code == 2


def test_views_are_scored_without_reading_them_off_the_header(folder: Path) -> None:
    table = folder / "views.csv"
    spectrum = region((0, 0, 180, 150), 0.1, 0.1, spatial_format=3)
    other = Cine(**{**vars(CINE), "regions": [spectrum]})
    (folder / "spectrum.dcm").write_bytes(flat(other, 4))
    table.write_text(
        "file,view\none.dcm,A4C\nstrip.dcm,m_mode\nspectrum.dcm,doppler\nbroken.dcm,A4C\n"
    )
    found = view_scores.score(table, [], Settings(home=Path("/nonexistent")), ByLight())
    assert found.counts == {("A4C", "A4C"): 1, ("m_mode", "m_mode"): 1, ("doppler", "doppler"): 1}
    assert (found.refused, found.accuracy) == (1, 1.0)
    assert set(view_scores.OFF) == {"A2C", "A3C", "PLAX", "PSAX"}


def result(file: str, ef: float | None) -> Result:
    row = Measurement(
        instance_uid="1", name="ejection_fraction", value=ef, unit="%", method="discs", model_id="m"
    )
    return Result(file=file, records=(row,))


def test_references_are_found_by_the_end_of_a_path_and_compared(tmp_path: Path) -> None:
    table = tmp_path / "reference.csv"
    table.write_text("file,EF,comment\na/one.dcm,50,\nb/one.dcm,60,x\ntwo,40,\nthree,70,\nfour,,\n")
    found = [
        result("/data/a/one.dcm", 52.0),
        result("/data/b/one.dcm", 59.0),
        result("/data/two.dcm", 44.0),
        result("/data/three.dcm", None),
        result("/data/four.dcm", 33.0),
        result("/data/unknown.dcm", 33.0),
    ]
    (compared,) = compare(found, read_references(table))
    assert [(m, r) for _, m, r in compared.pairs] == [(52.0, 50.0), (59.0, 60.0), (44.0, 40.0)]
    assert compared.missing == ("/data/three.dcm",)
    document = compared.document()
    json.dumps(document, allow_nan=False)
    assert document["agreement"]["bias"] == pytest.approx(5 / 3)
    assert document["agreement"]["mae"] == pytest.approx(7 / 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [("name,ef\nx,1\n", "column file"), ("file,colour\nx,1\n", "column file"),
     ("file,ef\nx,much\n", "not a number")],
)  # fmt: skip
def test_a_wrong_table_of_references_is_refused(tmp_path: Path, text: str, says: str) -> None:
    table = tmp_path / "reference.csv"
    table.write_text(text)
    with pytest.raises(BadQuery, match=says):
        read_references(table)


def test_without_weights_there_is_a_reason_and_m_modes_are_measured(folder: Path) -> None:
    settings = Settings(home=Path("/nonexistent"))
    found = measure_files([folder], settings, Asked(), opened=no_segmenter)
    by_name = {Path(one.file).name: one for one in found}
    assert {row.reason for row in by_name["one.dcm"].records} == {"no_network"}
    assert any(row.value for row in by_name["strip.dcm"].records)


def test_stills_of_a_study_are_measured_together(tmp_path: Path) -> None:
    stills(tmp_path / "stills", 7)  # the names of the files alone tell the ends
    out = tmp_path / "out"
    full, empty = run(tmp_path / "stills", overlay=out).values()
    (ef,) = [r for r in full.records if (r.name, r.method) == ("ejection_fraction", "discs")]
    assert ef.value == pytest.approx(58.3, abs=3)
    assert "from_stills" in ef.quality
    assert "phase_by_size" not in ef.quality
    assert {r.reason for r in empty.records if r.name == "ejection_fraction"} == {"other_still"}
    names = {path.name for path in out.iterdir()}
    assert names == {"7-ED.png", "7-ES.png", "7-ED-pair.png", "measurements.csv", "quality.pdf"}
    assert b"/Count 3\n" in (out / "quality.pdf").read_bytes()
    assert (
        "from one end-diastolic and one end-systolic frame"
        in (out / "measurements.csv").read_text()
    )


def test_references_by_patient_are_compared_with_a_scorecard(tmp_path: Path) -> None:
    table = tmp_path / "reference.csv"
    table.write_text("patient,reference_ef\na,50\nb,60\nc,\nd,70\n")
    pairs = [
        {"patient": who, "true": 0.0, "measured": ef}
        for who, ef in (("a", 52.0), ("b", 61.0), ("c", 40.0), ("d", 73.0), ("e", None))
    ]
    found = compare_patients(pairs, read_references(table, "patient"))
    assert found["ejection_fraction"]["bias"] == pytest.approx(2)
    assert found["ejection_fraction"]["pairs"] == 3
    assert found["missing"] == ["c"]
    assert compare_patients(pairs[:1], {})["ejection_fraction"] is None
    with pytest.raises(BadQuery, match="column patient"):
        read_references(_written(tmp_path, "file,ef\nx,1\n"), "patient")


def _written(folder: Path, text: str) -> Path:
    path = folder / "other.csv"
    path.write_text(text)
    return path
