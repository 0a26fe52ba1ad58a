"""`similis wrap`: a table of pictures becomes valid DICOM, the same bytes each time."""

import csv
import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813  its own documentation's name
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from pydicom import Dataset

from api.commands.wrap import wrap as command
from infra.errors import NotFound, UserError
from infra.settings import Settings
from ingest.joining.report_files import ReportDraft, read_reports
from ingest.reading.labels import labels_of
from ingest.wrap import fields
from ingest.wrap.fields import BadRow
from ingest.wrap.stored import stored, to_8_bits
from ingest.wrap.wrap import WrapOptions, WrapSummary, wrap_table
from tests.samples import shared_data

RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 256, (40, 51), dtype=np.uint8)
GREY_16 = RANDOM.integers(0, 4096, (40, 50)).astype(np.uint16)
COLOUR = RANDOM.integers(0, 256, (40, 51, 3), dtype=np.uint8)


def save(folder: Path, name: str, pixels: np.ndarray[Any, Any], **options: object) -> None:
    Image.fromarray(pixels).save(folder / name, **options)


def save_volume(
    folder: Path, name: str, voxels: np.ndarray[Any, Any], spacing: tuple[float, ...]
) -> None:
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(spacing)
    sitk.WriteImage(image, str(folder / name))


def table(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "table.csv"
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def objects(out: Path) -> list[Dataset]:
    return [pydicom.dcmread(path) for path in sorted(out.glob("*/*.dcm"))]


def wrapped(
    folder: Path, *rows: dict[str, str], **options: object
) -> tuple[list[Dataset], WrapSummary]:
    out = folder / "out"
    summary = wrap_table(table(folder, *rows), out, WrapOptions(**options))  # type: ignore[arg-type]
    found = objects(out)
    assert summary.written == len(found)
    return found, summary


def only(folder: Path, **row: str) -> Dataset:
    found, summary = wrapped(folder, row)
    assert not summary.refused
    assert len(found) == 1
    return found[0]


def reasons(folder: Path, *rows: dict[str, str], **options: object) -> list[str]:
    return [row.reason for row in wrapped(folder, *rows, **options)[1].refused]


# --- pixels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("modality", ["CR", "US", "OP", "CT"])
@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.bmp"])
@pytest.mark.parametrize("pixels", [GREY, COLOUR], ids=["grey", "colour"])
def test_8_bit_pixels_are_kept(
    tmp_path: Path, modality: str, name: str, pixels: np.ndarray[Any, Any]
) -> None:
    save(tmp_path, name, pixels)
    made = only(tmp_path, file=name, modality=modality)
    assert np.array_equal(made.pixel_array, pixels)
    assert made.Modality == modality
    assert "LossyImageCompression" not in made


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_16_bit_pixels_are_kept_with_a_window_over_them(tmp_path: Path, name: str) -> None:
    save(tmp_path, name, GREY_16)
    made = only(tmp_path, file=name, modality="CR")
    assert np.array_equal(made.pixel_array, GREY_16)
    low = made.WindowCenter - 0.5 - (made.WindowWidth - 1) / 2
    assert (low, low + made.WindowWidth - 1) == (GREY_16.min(), GREY_16.max())


def test_modes_that_dicom_does_not_have(tmp_path: Path) -> None:
    palette = Image.fromarray(COLOUR).quantize(16)
    palette.save(tmp_path / "palette.png")
    Image.fromarray(GREY > 127).save(tmp_path / "bits.png")
    Image.merge("LA", (Image.fromarray(GREY), Image.new("L", (51, 40), 255))).save(
        tmp_path / "alpha.png"
    )
    transparent = np.dstack([COLOUR, np.zeros((40, 51), np.uint8)])
    save(tmp_path, "transparent.png", transparent)
    save(tmp_path, "grey_rgb.png", np.dstack([GREY] * 3))
    wanted = {
        "palette.png": np.asarray(palette.convert("RGB")),
        "bits.png": (GREY > 127).astype(np.uint8) * 255,
        "alpha.png": GREY,
        "transparent.png": np.zeros_like(GREY),
        "grey_rgb.png": GREY,
    }
    rows = [{"file": name, "patient_id": name, "modality": "OT"} for name in wanted]
    found = {made.PatientID: made.pixel_array for made in wrapped(tmp_path, *rows)[0]}
    for name, pixels in wanted.items():
        assert np.array_equal(found[name], pixels), name


def test_jpegs_are_marked_as_lossy(tmp_path: Path) -> None:
    save(tmp_path, "a.jpg", GREY, quality=90)
    made = only(tmp_path, file="a.jpg", modality="CR")
    with Image.open(tmp_path / "a.jpg") as image:
        assert np.array_equal(made.pixel_array, np.asarray(image))
    assert made.LossyImageCompression == "01"
    assert made.LossyImageCompressionMethod == "ISO_10918_1"
    ratio = GREY.nbytes / (tmp_path / "a.jpg").stat().st_size
    assert made.LossyImageCompressionRatio == pytest.approx(ratio, rel=1e-3)


def test_floats_are_scaled_and_the_scale_is_written(tmp_path: Path) -> None:
    values = RANDOM.normal(size=(30, 31)).astype(np.float32)
    save(tmp_path, "a.tif", values)
    made = only(tmp_path, file="a.tif", modality="OT")
    back = made.pixel_array * float(made.RescaleSlope) + float(made.RescaleIntercept)
    assert np.abs(back - values).max() <= float(made.RescaleSlope) * 0.51
    assert made.DerivationDescription


@hypothesis_settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=9),
    st.sampled_from([np.float64, np.float32, np.int64, np.int8, np.uint32]),
)
def test_stored_values_lead_back_to_the_numbers(numbers: list[float], kind: type) -> None:
    with np.errstate(all="ignore"):
        values = np.clip(numbers, -1e30, 1e30).astype(kind)
    try:
        made = stored(values)
    except BadRow:
        return
    assert made.values.dtype in (np.uint8, np.int16, np.uint16)
    back = made.values * made.slope + made.intercept
    tolerance = 0 if made.exact else made.slope * 0.51 + 1e-9 * abs(made.intercept)
    finite = np.isfinite(values)
    assert np.all(np.abs(back - values.astype(np.float64))[finite] <= tolerance)
    assert to_8_bits(values).values.dtype == np.uint8


# --- identity and attributes ----------------------------------------------------------------------


def test_a_row_in_full(tmp_path: Path) -> None:
    save(tmp_path, "a.png", GREY)
    made = only(
        tmp_path, file="a.png", patient_id="P-1", study_id="S1", modality="cr", body_part="Hand",
        view="pa", laterality="left", sex="Female", age="8 months", date="2020-02-29",
        spacing_mm="0.2x0.3", labels="b|a c|b|", accession="A1",
    )  # fmt: skip
    assert (made.PatientID, made.StudyID, made.AccessionNumber) == ("P-1", "S1", "A1")
    assert (made.BodyPartExamined, made.ViewPosition) == ("HAND", "PA")
    assert (made.ImageLaterality, made.PatientSex, made.PatientAge) == ("L", "F", "008M")
    assert made.StudyDate == "20200229"
    assert made.ImagerPixelSpacing == [0.2, 0.3]
    assert labels_of(made) == ("b", "a c")
    assert made.SOPInstanceUID.startswith("2.25.")
    assert made.SOPInstanceUID.is_valid


def test_rows_share_studies_and_series_by_their_ids(tmp_path: Path) -> None:
    for name in "abcdef":
        save(tmp_path, f"{name}.png", RANDOM.integers(0, 256, (9, 9), dtype=np.uint8))
    keys = [("p1", "s1"), ("p1", "s1"), ("p1", ""), ("p1", ""), ("", "s1"), ("", "")]
    rows = [
        {"file": f"{name}.png", "patient_id": patient, "study_id": study, "modality": "CR"}
        for name, (patient, study) in zip("abcdef", keys, strict=True)
    ]
    out = tmp_path / "out"
    wrap_table(table(tmp_path, *rows), out)
    files = {hashlib.sha256(made.PixelData).hexdigest(): made for made in objects(out)}
    made = [files[hashlib.sha256(_padded(tmp_path / row["file"])).hexdigest()] for row in rows]
    assert made[0].StudyInstanceUID == made[1].StudyInstanceUID
    assert made[0].SeriesInstanceUID == made[1].SeriesInstanceUID
    assert [made[0].InstanceNumber, made[1].InstanceNumber] == [1, 2]
    assert len({m.StudyInstanceUID for m in made}) == 5
    assert len({m.PatientID for m in made}) == 3
    assert len({m.SOPInstanceUID for m in made}) == 6


def _padded(path: Path) -> bytes:
    with Image.open(path) as image:
        data = np.asarray(image).tobytes()
    return data + b"\0" * (len(data) % 2)


def test_the_same_table_gives_the_same_bytes_elsewhere_and_again(tmp_path: Path) -> None:
    def state(out: Path) -> dict[str, tuple[bytes, int]]:
        return {
            str(p.relative_to(out)): (p.read_bytes(), p.stat().st_mtime_ns)
            for p in out.rglob("*.dcm")
        }

    folder = tmp_path / "films"
    folder.mkdir()
    save(folder, "a.png", GREY)
    save_volume(folder, "v.nii.gz", RANDOM.integers(-99, 99, (3, 8, 9)).astype("i2"), (1, 2, 3))
    rows = (
        {"file": "a.png", "modality": "CR", "report": "Fine."},
        {"file": "v.nii.gz", "modality": "CT", "report": ""},
    )
    source = table(folder, *rows)
    first = wrap_table(source, tmp_path / "one")
    before = state(tmp_path / "one")
    again = wrap_table(source, tmp_path / "one", WrapOptions(jobs=2))
    assert state(tmp_path / "one") == before
    assert (first.written, first.unchanged, again.written, again.unchanged) == (5, 0, 5, 5)
    moved = tmp_path / "elsewhere" / "films"
    shutil.copytree(folder, moved)
    wrap_table(moved / "table.csv", tmp_path / "two")
    contents = {name: data for name, (data, _) in state(tmp_path / "two").items()}
    assert contents == {name: data for name, (data, _) in before.items()}
    other = wrap_table(source, tmp_path / "three", WrapOptions(dataset="another"))
    assert other.written == 5
    assert not set(state(tmp_path / "three")) & set(before)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("77", "077Y"), ("77.0", "077Y"), ("077Y", "077Y"), ("8M", "008M"), ("3 weeks", "003W"),
        ("12 days", "012D"), ("0.5", "006M"), ("12.7", "012Y"), ("45 years old", "045Y"),
        ("", ""), ("NaN", ""), ("1", "001Y"), ("0", "000Y"),
    ],
)  # fmt: skip
def test_ages(text: str, wanted: str) -> None:
    assert fields.age(text) == wanted


@hypothesis_settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_in_a_field_is_valid_dicom_or_refused(text: str) -> None:
    readers = {
        "PatientSex": fields.sex, "PatientAge": fields.age, "ImageLaterality": fields.laterality,
        "BodyPartExamined": lambda t: fields.code_string("body_part", t),
        "AccessionNumber": lambda t: fields.plain("accession", t, 16),
    }  # fmt: skip
    for keyword, read in readers.items():
        try:
            value = read(text)
        except BadRow:
            continue
        setattr(Dataset(), keyword, value)  # pydicom's warnings are errors here
    for parse in (fields.spacing, fields.orientation, fields.study_day, fields.labels):
        try:
            parse(text)
        except BadRow as error:
            assert str(error)  # noqa: PT017  either is right


# --- kinds of objects -----------------------------------------------------------------------------


def test_ultrasound_has_calibrated_regions(tmp_path: Path) -> None:
    save(tmp_path, "a.png", GREY)
    made = only(tmp_path, file="a.png", modality="US", spacing_mm="0.2|0.3")
    (region,) = made.SequenceOfUltrasoundRegions
    assert (region.PhysicalDeltaX, region.PhysicalDeltaY) == (0.03, 0.02)
    assert (region.PhysicalUnitsXDirection, region.PhysicalUnitsYDirection) == (3, 3)
    assert (region.RegionLocationMaxX1, region.RegionLocationMaxY1) == (50, 39)
    assert made.SOPClassUID.name == "Ultrasound Image Storage"


@pytest.mark.parametrize("rate", ["", "50"])
def test_frames_in_time_become_a_cine(tmp_path: Path, rate: str) -> None:
    frames = RANDOM.integers(0, 256, (6, 20, 30)).astype(np.float32)
    save_volume(tmp_path, "a.nii.gz", frames, (0.3, 0.4, 1.0))
    made = only(tmp_path, file="a.nii.gz", modality="US", frame_rate=rate)
    assert made.SOPClassUID.name == "Ultrasound Multi-frame Image Storage"
    assert np.array_equal(made.pixel_array, frames.astype(np.uint8))
    assert made.SequenceOfUltrasoundRegions[0].PhysicalDeltaX == pytest.approx(0.03)
    assert made.get("FrameTime") == (20.0 if rate else None)


def test_a_nifti_volume_becomes_a_ct_series_in_lps(tmp_path: Path) -> None:
    voxels = RANDOM.integers(-1024, 3000, (5, 20, 30)).astype(np.int16)
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing((0.7, 0.8, 2.5))
    image.SetOrigin((-100.0, 50.0, 3.0))
    turn = np.deg2rad(30)
    image.SetDirection((np.cos(turn), 0, np.sin(turn), 0, -1, 0, -np.sin(turn), 0, np.cos(turn)))
    sitk.WriteImage(image, str(tmp_path / "ct.nii.gz"))
    found, _ = wrapped(tmp_path, {"file": "ct.nii.gz", "modality": "CT", "body_part": "CHEST"})
    found.sort(key=lambda made: made.InstanceNumber)
    assert len({made.SeriesInstanceUID for made in found}) == 1
    assert len({made.FrameOfReferenceUID for made in found}) == 1
    for index, made in enumerate(found):
        hounsfield = made.pixel_array * made.RescaleSlope + made.RescaleIntercept
        assert np.array_equal(hounsfield, voxels[index])
        position = image.TransformIndexToPhysicalPoint((0, 0, index))
        assert np.allclose(made.ImagePositionPatient, position, atol=1e-4)
        # the standard's own equation (PS3.3 C.7.6.2.1-1) leads from any pixel to its place
        row, column = np.reshape(made.ImageOrientationPatient, (2, 3)).astype(float)
        down, right = (float(value) for value in made.PixelSpacing)
        place = np.asarray(position) + row * right * 7 + column * down * 3
        assert np.allclose(place, image.TransformIndexToPhysicalPoint((7, 3, index)), atol=1e-4)
        assert float(made.SliceThickness) == 2.5


def test_ras_affines_are_turned_to_lps(tmp_path: Path) -> None:
    """An identity affine in NIfTI means right, anterior, superior: x and y change sign."""
    image = sitk.GetImageFromArray(np.zeros((2, 4, 5), np.int16))
    image.SetDirection((-1, 0, 0, 0, -1, 0, 0, 0, 1))  # ITK's LPS form of an RAS identity
    sitk.WriteImage(image, str(tmp_path / "a.nii"))
    header = (tmp_path / "a.nii").read_bytes()
    affine = np.frombuffer(header, "<f4", 12, 280).reshape(3, 4)
    assert np.array_equal(affine[:, :3], np.eye(3))
    made = wrapped(tmp_path, {"file": "a.nii", "modality": "MR"})[0][0]
    assert [float(value) for value in made.ImageOrientationPatient] == [-1, 0, 0, 0, -1, 0]


@pytest.mark.parametrize("name", ["mr.mha", "mr.mhd", "mr.nii"])
def test_float_mr_is_scaled_over_the_whole_volume(tmp_path: Path, name: str) -> None:
    voxels = RANDOM.random((4, 10, 12)).astype(np.float32) * 3
    save_volume(tmp_path, name, voxels, (0.5, 0.5, 2))
    found, _ = wrapped(tmp_path, {"file": name, "modality": "MR"})
    assert len({made.RescaleSlope for made in found}) == 1
    for made in found:
        values = made.pixel_array * float(made.RescaleSlope) + float(made.RescaleIntercept)
        wanted = voxels[made.InstanceNumber - 1]
        assert np.abs(values - wanted).max() <= float(made.RescaleSlope) * 0.51


def test_whole_numbers_in_mr_are_kept_without_a_scale(tmp_path: Path) -> None:
    voxels = RANDOM.integers(0, 60_000, (2, 8, 8)).astype(np.float64)
    save_volume(tmp_path, "a.nii", voxels, (0.5, 0.5, 2))
    for made in wrapped(tmp_path, {"file": "a.nii", "modality": "MR"})[0]:
        assert np.array_equal(made.pixel_array, voxels[made.InstanceNumber - 1])
        assert "RescaleSlope" not in made


DX = "Digital X-Ray Image Storage - For Presentation"
MG = "Digital Mammography X-Ray Image Storage - For Presentation"
SC = "Secondary Capture Image Storage"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"modality": "DX", "view": "PA", "body_part": "CHEST", "spacing_mm": "0.2"}, DX),
        ({"modality": "DX", "view": "PA", "body_part": "CHEST"}, SC),
        ({"modality": "DX", "view": "PA", "body_part": "HAND", "spacing_mm": "0.2"}, SC),
        (
            {"modality": "DX", "body_part": "HAND", "spacing_mm": "0.2", "laterality": "R",
             "orientation": "L/F"},
            DX,
        ),
        (
            {"modality": "MG", "view": "MLO-R", "spacing_mm": "0.07", "orientation": "P/F"},
            MG,
        ),
        ({"modality": "MG", "view": "MLO", "spacing_mm": "0.07", "orientation": "P/F"}, SC),
        ({"modality": "OP", "laterality": "L"}, SC),
    ],
)  # fmt: skip
def test_objects_are_only_chosen_when_they_can_be_true(
    tmp_path: Path, row: dict[str, str], name: str
) -> None:
    save(tmp_path, "a.png", GREY)
    made = only(tmp_path, file="a.png", **row)
    assert (made.SOPClassUID.name, made.Modality) == (name, row["modality"])


def every_kind(folder: Path) -> list[dict[str, str]]:
    save(folder, "g.png", GREY)
    save(folder, "g16.png", GREY_16)
    save(folder, "c.jpg", COLOUR)
    save(folder, "f.tif", RANDOM.random((9, 9)).astype(np.float32))
    save_volume(folder, "ct.nii", RANDOM.integers(-9, 9, (2, 8, 9)).astype("i2"), (1, 2, 3))
    save_volume(folder, "mr.mha", RANDOM.random((2, 8, 9)), (1, 2, 3))
    save_volume(folder, "us.nii", RANDOM.integers(0, 9, (3, 8, 9)).astype("u1"), (0.3, 0.3, 1))
    rows: list[tuple[str, ...]] = [
        ("g.png", "CR", "CHEST", "PA", "", "", ""), ("g16.png", "CR", "HAND", "", "", "0.3", ""),
        ("g.png", "CR", "", "", "", "", ""), ("g16.png", "DX", "CHEST", "PA", "", "0.2", ""),
        ("g.png", "DX", "HAND", "PA", "L", "0.2", "L/F"), ("c.jpg", "DX", "", "", "", "", ""),
        ("g.png", "DX", "ODD PART", "", "L", "0.2", "L/F"),
        ("g16.png", "MG", "BREAST", "CC-L", "", "0.07", "A/R"),
        ("g.png", "US", "HEART", "A4C", "", "0.3", ""), ("c.jpg", "US", "", "", "", "", ""),
        ("us.nii", "US", "HEART", "", "", "", ""), ("c.jpg", "OP", "EYE", "", "R", "", ""),
        ("f.tif", "OT", "", "", "", "", ""), ("g.png", "CT", "HEAD", "AXIAL", "", "", ""),
        ("ct.nii", "CT", "ABDOMEN", "", "", "", ""), ("mr.mha", "MR", "BRAIN", "", "", "", ""),
    ]  # fmt: skip
    names = ("file", "modality", "body_part", "view", "laterality", "spacing_mm", "orientation")
    more = {"sex": "F", "age": "0.5", "date": "", "labels": "x|y", "report": "FINDINGS: none"}
    return [
        {**dict(zip(names, row, strict=True)), **more, "patient_id": f"p{number}"}
        for number, row in enumerate(rows)
    ]


def test_every_kind_is_valid_for_an_independent_validator(tmp_path: Path) -> None:
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy (Debian package dicom3tools) is not installed")
    rows = every_kind(tmp_path)
    summary = wrapped(tmp_path, *rows)[1]
    assert not summary.refused
    assert len(summary.kinds) == 9
    for path in sorted((tmp_path / "out").glob("*/*.dcm")):
        done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
        assert not errors, (pydicom.dcmread(path).SOPClassUID.name, errors)


# --- reports --------------------------------------------------------------------------------------


def test_reports_become_one_document_a_study_that_intake_reads(tmp_path: Path) -> None:
    for name in "abc":
        save(tmp_path, f"{name}.png", RANDOM.integers(0, 256, (9, 9), dtype=np.uint8))
    text = "FINDINGS: Kein Erguß.\r\n\r\nIMPRESSION: µ normal."
    shared = {"modality": "CR", "patient_id": "p", "study_id": "s", "date": "2021-02-03"}
    found, _ = wrapped(
        tmp_path,
        {"file": "a.png", "report": text, **shared},
        {"file": "b.png", "report": text, **shared},
        {"file": "c.png", "report": "Own.", "modality": "CR", "patient_id": "q"},
    )
    documents = [made for made in found if made.Modality == "SR"]
    assert len(documents) == 2
    reports = {
        report.study_uid: report
        for report in read_reports(tmp_path / "out", Settings())
        if isinstance(report, ReportDraft)
    }
    assert set(reports) == {made.StudyInstanceUID for made in documents}
    texts = {report.text: report.date for report in reports.values()}
    assert texts[text.replace("\r\n", "\n")] is not None
    assert texts["Own."] is None


# --- the table ------------------------------------------------------------------------------------


def test_bad_rows_are_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    save(folder, "a.png", GREY)
    save(tmp_path, "outside.png", GREY)
    (folder / "broken.png").write_bytes((folder / "a.png").read_bytes()[:200])
    (folder / "text.png").write_text("no picture")
    (folder / "bad.nii").write_bytes(b"no volume")
    (folder / "leak.mhd").write_text("NDims = 2\nDimSize = 9 9\nElementDataFile = /etc/hosts\n")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    bad = [
        {"file": "none.png"}, {"file": ""}, {"file": "../outside.png"}, {"file": "link.png"},
        {"file": str(tmp_path / "outside.png")}, {"file": "broken.png"}, {"file": "text.png"},
        {"file": "bad.nii"}, {"file": "leak.mhd"}, {"file": "a.png", "age": "999"},
        {"file": "a.png", "modality": "XYZ"}, {"file": "a.png", "sex": "7"},
        {"file": "a.png", "date": "03.02.2021"}, {"file": "a.png", "spacing_mm": "-1"},
        {"file": "a.png", "accession": "x" * 17}, {"file": "x" * 5000}, {"file": "a\0b"},
    ]  # fmt: skip
    rows = [{"modality": "CR", **row} for row in bad] + [{"file": "a.png", "modality": "CR"}]
    summary = wrap_table(table(folder, *rows), tmp_path / "out")
    assert [row.line for row in summary.refused] == list(range(2, len(bad) + 2))
    assert all(row.reason for row in summary.refused)
    assert summary.written == len(objects(tmp_path / "out")) == 1
    assert not list((tmp_path / "out").rglob("*.part*"))


def test_the_root_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    save(tmp_path, "a.png", GREY)
    source = table(
        tmp_path / "tables",
        {"file": "a.png", "modality": "CR"},
        {"file": str(tmp_path / "a.png"), "modality": "CR", "patient_id": "2"},
    )
    assert wrap_table(source, tmp_path / "out", WrapOptions(root=tmp_path)).written == 2


def test_the_same_file_twice_in_a_study_is_refused_once(tmp_path: Path) -> None:
    save(tmp_path, "a.png", GREY)
    (reason,) = reasons(tmp_path, *[{"file": "a.png", "modality": "CR"}] * 2)
    assert "line 2" in reason


def test_volumes_are_only_for_modalities_that_have_them(tmp_path: Path) -> None:
    save_volume(tmp_path, "a.nii", np.zeros((3, 8, 9), np.uint8), (1, 2, 3))
    save_volume(tmp_path, "t.nii", np.zeros((2, 3, 8, 9), np.uint8), (1, 2, 3, 4))
    found = reasons(
        tmp_path, {"file": "a.nii", "modality": "CR"}, {"file": "t.nii", "modality": "MR"}
    )
    assert len(found) == 2
    small = reasons(tmp_path, {"file": "a.nii", "modality": "CT"}, max_pixels_mb=0)
    assert "too many" in small[0]


@pytest.mark.parametrize(
    ("text", "options", "named"),
    [
        ("name\n", {}, "file"),
        ("file\n", {"renamed": {"labels": "finding"}}, "finding"),
        ("file\n", {"constants": {"colour": "x"}}, "colour"),
        ("f\xfcle\n", {}, "UTF-8"),
    ],
)
def test_tables_that_cannot_be_used(
    tmp_path: Path, text: str, options: dict[str, Any], named: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(UserError, match=named):
        wrap_table(path, tmp_path / "out", WrapOptions(**options))


def test_the_command(tmp_path: Path) -> None:
    save(tmp_path, "a.png", GREY)
    path = tmp_path / "t.tsv"
    path.write_bytes('\ufeffpath\tfinding_labels\r\na.png\t"a|b"\r\nb.png\t\r\n'.encode())
    arguments = [str(path), "--out", str(tmp_path / "out"), "--map", "labels=finding_labels"]
    arguments += ["--map", "file=path", "--set", "modality=CR", "--json"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0
    result = json.loads(done.stdout)
    assert (result["written"], result["refused"]) == (1, 1)
    assert done.stderr == "line 3: b.png: there is no such file\n"
    assert labels_of(objects(tmp_path / "out")[0]) == ("a", "b")


def test_wrong_usage_and_a_missing_table(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(command, [str(tmp_path / "t.csv")]).exit_code == 2
    assert run(command, ["t.csv", "--out", "o", "--map", "labels"]).exit_code == 2
    missing = run(command, [str(tmp_path / "t.csv"), "--out", str(tmp_path / "o")])
    assert isinstance(missing.exception, NotFound)


# --- real tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options"),
    [
        (
            "cxr/labels.csv",
            {
                "renamed": {"view": "view_position"},
                "constants": {"modality": "CR", "body_part": "CHEST"},
            },
        ),
        (
            "echo/frames.csv",
            {
                "renamed": {"patient_id": "patient", "spacing_mm": "row_spacing_mm"},
                "constants": {"modality": "US", "body_part": "HEART", "view": "A4C"},
            },
        ),
        ("mixed/us_lung_pocus/index.csv", {}),
        ("mixed/op_fundus/index.csv", {"renamed": {"laterality": "view", "view": ""}}),
    ],
)
def test_real_tables(tmp_path: Path, name: str, options: dict[str, Any]) -> None:
    source = shared_data(name)
    with source.open(newline="") as handle:
        rows = list(csv.reader(handle))
    short = tmp_path / "short.csv"
    with short.open("w", newline="") as handle:
        csv.writer(handle).writerows(rows[:21])
    summary = wrap_table(short, tmp_path / "out", WrapOptions(root=source.parent, **options))
    assert (summary.written, summary.refused) == (20, ())
    assert all(made.pixel_array.size for made in objects(tmp_path / "out"))
