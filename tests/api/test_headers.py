"""Header rows of a file: text, bounded, without pixels and without private bytes."""

import io

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from api import headers
from api.headers import MAX_CHARACTERS, MAX_DEPTH, MAX_ROWS, HeaderRow, rows_of
from tests.samples import pydicom_files


def file_of(dataset: Dataset) -> io.BytesIO:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["similis"])
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    stream.seek(0)
    return stream


def by_keyword(dataset: Dataset, **options: bool) -> dict[str, HeaderRow]:
    return {row.keyword: row for row in rows_of(file_of(dataset), **options)}


def test_values_are_text() -> None:
    dataset = Dataset()
    dataset.Modality = "CT"
    dataset.PixelSpacing = [0.5, 0.25]
    dataset.PatientName = "Ä^B"
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.Rows = 12
    dataset.AccessionNumber = ""
    rows = by_keyword(dataset)
    assert rows["Modality"] == HeaderRow("(0008,0060)", "Modality", "CS", "CT")
    assert rows["PixelSpacing"].value == "0.5\\0.25"
    assert rows["PatientName"].value == "Ä^B"
    assert rows["Rows"].value == "12"
    assert rows["AccessionNumber"].value == ""
    assert rows["TransferSyntaxUID"].value == ExplicitVRLittleEndian


def test_items_of_sequences_follow_their_sequence() -> None:
    inner = Dataset()
    inner.CodeValue = "1"
    outer = Dataset()
    outer.AnatomicRegionSequence = [inner, inner]
    rows = [row for row in rows_of(file_of(outer)) if not row.tag.startswith("(0002")]
    assert [(row.tag, row.value) for row in rows] == [
        ("(0008,2218)", "2 items"),
        (">(0008,0100)", "1"),
        (">(0008,0100)", "1"),
    ]


def test_depth_is_bounded() -> None:
    dataset = Dataset()
    dataset.CodeValue = "deepest"
    for _ in range(MAX_DEPTH + 3):
        around = Dataset()
        around.AnatomicRegionSequence = [dataset]
        dataset = around
    rows = rows_of(file_of(dataset))
    assert max(row.tag.count(">") for row in rows) == MAX_DEPTH


def test_binary_values_are_measured_and_private_ones_left_out() -> None:
    dataset = Dataset()
    dataset.RedPaletteColorLookupTableData = b"\1\2" * 10
    block = dataset.private_block(0x0009, "Maker", create=True)
    block.add_new(1, "OB", b"secret bytes")
    block.add_new(2, "LO", "private text")
    rows = rows_of(file_of(dataset))
    values = {row.value for row in rows}
    assert "20 bytes" in values
    assert "private text" in values
    assert not any("secret" in value for value in values)
    assert not any(row.tag == "(0009,1001)" for row in rows)


def test_long_values_are_cut_and_very_long_ones_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "MAX_ELEMENT", 1_000)
    dataset = Dataset()
    dataset.ImageComments = "x" * 900
    dataset.RequestAttributesSequence = []
    dataset.TextValue = "y" * 3_000
    rows = by_keyword(dataset)
    assert rows["ImageComments"].value == "x" * MAX_CHARACTERS + "…"
    assert rows["RequestAttributesSequence"].value == "0 items"
    assert rows[""].value == "3,000 bytes"


def test_rows_are_bounded() -> None:
    dataset = Dataset()
    item = Dataset()
    item.CodeValue = "1"
    dataset.AnatomicRegionSequence = [item] * (2 * MAX_ROWS)
    rows = rows_of(file_of(dataset))
    assert len(rows) == MAX_ROWS + 1
    assert rows[-1].value == "More elements are not shown."


def test_a_kept_identity_is_not_shown() -> None:
    dataset = Dataset()
    dataset.PatientName = "Doe^John"
    dataset.PatientBirthDate = "19700101"
    dataset.InstitutionName = "Hospital"
    dataset.Modality = "CT"
    item = Dataset()
    item.PatientID = "4711"
    item.CodeValue = "1"
    dataset.AnatomicRegionSequence = [item]
    rows = by_keyword(dataset, identity_kept=True)
    assert {"Modality", "CodeValue"} <= set(rows)
    hidden = {"PatientName", "PatientBirthDate", "InstitutionName", "PatientID"}
    assert hidden.isdisjoint(rows)
    assert hidden <= set(by_keyword(dataset))


@pytest.mark.parametrize("path", pydicom_files(), ids=lambda path: path.name)
def test_no_file_has_pixels_in_its_rows(path) -> None:
    with path.open("rb") as file:
        rows = rows_of(file)
    assert len(rows) <= MAX_ROWS + 1
    assert not any("(7fe0," in row.tag for row in rows)
    assert all(len(row.value) <= MAX_CHARACTERS + 1 for row in rows)


def test_a_value_that_cannot_be_read_hides_no_other() -> None:
    dataset = Dataset()
    dataset.add_new(0x00189073, "LO", "half")  # AcquisitionDuration
    dataset.Modality = "CT"
    good, bad = b"\x18\0\x73\x90LO", b"\x18\0\x73\x90FD"
    data = file_of(dataset).getvalue()
    assert good in data
    rows = {row.tag: row.value for row in rows_of(io.BytesIO(data.replace(good, bad)))}
    assert rows["(0018,9073)"] == headers.UNREADABLE
    assert rows["(0008,0060)"] == "CT"
