import io
import logging
import random
import warnings
import zlib
from datetime import date
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, config
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian

from infra.errors import RejectedFile
from infra.settings import Settings
from ingest.reading import dicom
from ingest.reading.labels import LABEL_CREATOR, LABEL_GROUP, labels_of, set_labels
from ingest.reasons import SENTENCES, rejected, sentence
from tests.ingest.making import dataset, file_of
from tests.samples import manifest, pydicom_file, pydicom_files, shared_data

SETTINGS = Settings()
PICTURE = np.arange(12, dtype=np.uint8).reshape(1, 3, 4)


def parsed(data: bytes) -> Dataset:
    return dicom.parse(data, SETTINGS)


def refusal(data: bytes, settings: Settings = SETTINGS) -> str:
    with pytest.raises(RejectedFile) as caught:
        dicom.parse(data, settings)
    return caught.value.reason


def image(**attributes: Any) -> Dataset:
    return parsed(file_of(dataset(PICTURE, **attributes)))


def record(ds: Dataset) -> Any:
    dicom.complete_uids(ds, "0" * 64)
    return dicom.instance_of(ds, pixel_hash="0" * 64, frames=1, identity_kept=False)


# --- parse ----------------------------------------------------------------------------------------


REFUSED = {
    "README": "not_dicom",
    "README.txt": "not_dicom",
    "empty_charset_LEI.dcm": "bad_header",  # holds nothing but character sets
    "no_meta.dcm": "not_dicom",  # its first byte is missing
    "rtplan_truncated.dcm": "truncated_file",
}


@pytest.mark.parametrize("path", pydicom_files(), ids=lambda path: path.name)
def test_every_element_of_a_file_that_is_read_can_be_read(path: Any) -> None:
    if path.name in REFUSED:
        assert refusal(path.read_bytes()) == REFUSED[path.name]
        return
    ds = parsed(path.read_bytes())
    assert len(list(ds.iterall())) > 0
    assert ds.file_meta.TransferSyntaxUID


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 200,
        b"just some text that is long enough to be looked at",
        b"\x89PNG\r\n\x1a\n" + bytes(300),
        b"PK\x03\x04" + bytes(300),
        random.Random(1).randbytes(5000),
        b'{"resourceType": "ImagingStudy"}' * 20,
    ],
)
def test_what_is_not_dicom(data: bytes) -> None:
    assert refusal(data) == "not_dicom"


def test_a_preamble_and_nothing_else() -> None:
    assert refusal(bytes(128) + b"DICM") == "truncated_file"


@pytest.mark.parametrize("encoding", ["implicit", "explicit", "big endian"])
def test_without_preamble_and_file_meta(encoding: str) -> None:
    made = dataset(PICTURE.astype(np.uint16))
    implicit, little = encoding == "implicit", encoding != "big endian"
    stream = io.BytesIO()
    del made.file_meta
    pydicom.dcmwrite(stream, made, implicit_vr=implicit, little_endian=little)
    ds = parsed(stream.getvalue())
    assert (ds.Rows, ds.Columns, ds.PatientID) == (3, 4, "someone")
    assert (
        ds.file_meta.TransferSyntaxUID
        == {
            "implicit": "1.2.840.10008.1.2",
            "explicit": "1.2.840.10008.1.2.1",
            "big endian": "1.2.840.10008.1.2.2",
        }[encoding]
    )


def test_the_encoding_that_is_there_counts_for_more_than_the_declared_one() -> None:
    data = bytearray(file_of(dataset(PICTURE)))
    at = data.index(b"1.2.840.10008.1.2.1\0")
    data[at : at + 20] = b"1.2.840.10008.1.2\0\0\0"  # says implicit, is explicit
    assert parsed(bytes(data)).Rows == 3


def test_stray_delimiters_do_not_hide_what_follows() -> None:
    data = file_of(dataset(PICTURE))
    at = data.index(b"\x28\x00\x02\x00US")
    for stray in (b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"):
        ds = parsed(data[:at] + stray + data[at:] + stray)
        assert (ds.Rows, len(ds.PixelData)) == (3, 12)
        assert all(element.tag.group != 0xFFFE for element in ds)


def test_values_that_cannot_be_converted_are_left_out() -> None:
    data = file_of(dataset(PICTURE))
    at = data.index(b"\x28\x00\x02\x00US")
    duration = b"\x18\x00\x73\x90FD\x04\x00" + b"abcd"  # half of a double
    ds = parsed(data[:at] + duration + data[at:])
    assert "AcquisitionDuration" not in ds
    assert ds.Rows == 3


def test_values_that_make_no_sense_become_nothing() -> None:
    made = dataset(PICTURE, InstanceNumber="1", PatientAge="abcd", StudyDate="20010230")
    instance = record(parsed(file_of(made).replace(b"IS\x02\x001 ", b"IS\x02\x00x ")))
    assert (instance.instance_number, instance.age_years, instance.study_date) == (None, None, None)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_a_file_that_ends_too_early(share: float) -> None:
    data = file_of(dataset(PICTURE, StudyDescription="x" * 3000))
    at = data.index(b"x" * 100)
    cut = data[: at + int(3000 * share)]
    assert refusal(cut) == "truncated_file"


def test_a_deflated_bomb_is_not_inflated() -> None:
    made = dataset(PICTURE)
    made.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = file_of(made)
    end = data.index(b"1.2.840.10008.1.2.1.99") + 22
    while data[end : end + 2] == b"\x02\x00":
        end += 8 + int.from_bytes(data[end + 6 : end + 8], "little")
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    bomb = packer.compress(bytes(30 * 2**20)) + packer.flush()
    assert refusal(data[:end] + bomb, Settings(max_file_mb=10)) == "too_large"


def test_a_file_above_the_limit() -> None:
    assert refusal(bytes(128) + b"DICM" + bytes(2**20), Settings(max_file_mb=1)) == "too_large"


def test_nothing_global_is_changed_and_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    before = (
        config.settings.reading_validation_mode,
        logging.getLogger("pydicom").disabled,
        list(warnings.filters),
    )
    with caplog.at_level(logging.DEBUG):
        for name in ("badVR.dcm", "JPEG2000.dcm", "MR_truncated.dcm"):
            record(parsed(pydicom_file(name).read_bytes()))
    after = (
        config.settings.reading_validation_mode,
        logging.getLogger("pydicom").disabled,
        list(warnings.filters),
    )
    assert after == before
    assert not caplog.records


def test_bytes_or_memoryview() -> None:
    data = file_of(dataset(PICTURE))
    assert dicom.parse(memoryview(data), SETTINGS) == parsed(data)


# --- what it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["test-SR.dcm", "rtplan.dcm", "rtdose.dcm", "rtstruct.dcm", "liver_1frame.dcm",
     "waveform_ecg.dcm", "reportsi.dcm"],
)  # fmt: skip
def test_attachments(name: str) -> None:
    ds = parsed(pydicom_file(name).read_bytes())
    assert not dicom.is_image(ds)
    dicom.complete_uids(ds, "ab")
    attachment = dicom.attachment_of(ds, content_hash="ab", identity_kept=True)
    assert attachment.sop_class_uid
    assert attachment.modality
    assert attachment.study_uid == ds.StudyInstanceUID
    assert attachment.identity_kept


def test_a_report_has_a_title() -> None:
    ds = parsed(pydicom_file("test-SR.dcm").read_bytes())
    assert dicom.attachment_of(ds, content_hash="", identity_kept=False).title == "Diagnosis"


def test_images_of_private_and_missing_classes() -> None:
    assert dicom.is_image(image(SOPClassUID="1.3.46.670589.5.0.1.1"))
    made = dataset(PICTURE)
    del made.SOPClassUID
    assert dicom.is_image(made)


@pytest.mark.parametrize("sop_class", ["1.2.840.10008.5.1.4.1.1.2", ""])
def test_an_image_without_pixels(sop_class: str) -> None:
    made = dataset(PICTURE, SOPClassUID=sop_class, Modality="CT")
    made.file_meta.MediaStorageSOPClassUID = sop_class
    for pixels in (b"", None):
        made.PixelData = pixels
        if pixels is None:
            del made.PixelData
        with pytest.raises(RejectedFile) as caught:
            dicom.is_image(made)
        assert caught.value.reason == "no_pixel_data"


def test_dicomdir() -> None:
    folder = pydicom_file("dicomdirtests")
    assert dicom.is_dicomdir(parsed((folder / "DICOMDIR").read_bytes()))
    assert not dicom.is_dicomdir(parsed(pydicom_file("CT_small.dcm").read_bytes()))


# --- UIDs -----------------------------------------------------------------------------------------


def uids(ds: Dataset) -> tuple[str, str, str]:
    return str(ds.StudyInstanceUID), str(ds.SeriesInstanceUID), str(ds.SOPInstanceUID)


def without_uids(**attributes: Any) -> Dataset:
    made = dataset(PICTURE, **attributes)
    del made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID
    made.file_meta = FileMetaDataset()
    return made


def test_complete_uids_leaves_good_ones_alone() -> None:
    ds = image()
    before = uids(ds)
    dicom.complete_uids(ds, "ab")
    assert uids(ds) == before


def test_missing_uids_are_stable_and_differ_by_picture() -> None:
    one, same, other = without_uids(), without_uids(), without_uids()
    for ds, pixels in ((one, "aa"), (same, "aa"), (other, "bb")):
        dicom.complete_uids(ds, pixels)
    assert uids(one) == uids(same)
    assert not set(uids(one)) & set(uids(other))
    assert len(set(uids(one))) == 3
    assert all(uid.startswith("2.25.") and len(uid) <= 44 for uid in uids(one))


def test_the_instance_uid_comes_from_the_file_meta() -> None:
    made = without_uids()
    made.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    dicom.complete_uids(made, "aa")
    assert made.SOPInstanceUID == "1.2.3.4"


def test_files_of_one_series_or_study_stay_together() -> None:
    first, second = without_uids(InstanceNumber=1), without_uids(InstanceNumber=2)
    for ds in (first, second):
        ds.SeriesInstanceUID = "1.2.9"
    for ds in (first, second):
        dicom.complete_uids(ds, str(ds.InstanceNumber))
    assert uids(first)[:2] == uids(second)[:2]
    assert uids(first)[2] != uids(second)[2]


@pytest.mark.parametrize("bad", ["1.2.x", "not a uid", "1." + "2" * 80, "12"])
def test_invalid_uids_become_valid_and_still_agree(bad: str) -> None:
    one, two = image(), image()
    for ds, pixels in ((one, "aa"), (two, "bb")):
        ds["StudyInstanceUID"]._value = bad
        dicom.complete_uids(ds, pixels)
    assert uids(one)[0] == uids(two)[0] != bad
    assert uids(one)[0].startswith("2.25.")


# --- records --------------------------------------------------------------------------------------


def test_a_record_of_a_real_film() -> None:
    path = shared_data("dicom/malformed/fo-dicom__OutOfBoundsOverlay.dcm")
    instance = record(parsed(path.read_bytes()))
    assert (instance.modality, instance.body_part, instance.view) == ("MG", "BREAST", "CC")
    assert (instance.laterality, instance.sex) == ("L", "F")
    assert instance.spacing_mm == (0.085, 0.085)
    assert (instance.rows, instance.columns, instance.lossy) == (788, 1318, False)


@pytest.mark.parametrize(
    ("age", "years"),
    [("077Y", 77.0), ("77Y", 77.0), ("77", 77.0), ("006M", 0.5), ("010D", 0.027), ("003W", 0.057),
     ("000Y", None), ("old", None), ("", None), ("999Y", None)],
)  # fmt: skip
def test_age(age: str, years: float | None) -> None:
    found = record(image(PatientAge=age)).age_years
    assert found == (None if years is None else pytest.approx(years, abs=0.001))


def test_age_from_the_date_of_birth() -> None:
    made = image(PatientBirthDate="19500601", StudyDate="2000.06.01")
    instance = record(made)
    assert instance.age_years == pytest.approx(50, abs=0.01)
    assert instance.study_date == date(2000, 6, 1)
    assert record(image(PatientBirthDate="20500601", StudyDate="20000601")).age_years is None


def test_views_from_codes() -> None:
    code = Dataset()
    code.CodeMeaning = "medio-lateral oblique"
    assert record(image(ViewCodeSequence=Sequence([code]))).view == "MLO"
    code.CodeMeaning = "Apical four chamber"
    assert record(image(ViewCodeSequence=Sequence([code]))).view == "APICAL FOUR CHAMBER"
    assert record(image(ViewPosition="PA", ViewCodeSequence=Sequence([code]))).view == "PA"


def test_text_is_cleaned_and_bounded() -> None:
    description = "  two\nlines\0 " + "x" * 5000
    made = dataset(
        PICTURE, StudyDescription=description, Manufacturer=["ACME", "Inc"], Modality="ct "
    )
    instance = record(made)
    assert instance.study_description.startswith("two lines x")
    assert len(instance.study_description) == 1024
    assert (instance.manufacturer, instance.modality) == ("ACME Inc", "CT")


def nested(keyword: str, **values: Any) -> Dataset:
    """A functional group with one macro of one item."""
    item, group = Dataset(), Dataset()
    for name, value in values.items():
        setattr(item, name, value)
    setattr(group, keyword, Sequence([item]))
    return group


def test_functional_groups() -> None:
    shared = nested("PixelMeasuresSequence", PixelSpacing=[0.5, 0.25])
    anatomy = nested("FrameAnatomySequence", FrameLaterality="R")
    shared.FrameAnatomySequence = anatomy.FrameAnatomySequence
    made = image(SharedFunctionalGroupsSequence=Sequence([shared]))
    assert record(made).spacing_mm == (0.5, 0.25)
    assert record(made).laterality == "R"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"PixelSpacing": [0.5, 0.4], "ImagerPixelSpacing": [1, 1]}, (0.5, 0.4)),
        ({"ImagerPixelSpacing": [0.2, 0.1]}, (0.2, 0.1)),
        ({"PixelSpacing": [0, 0]}, None),
        ({"PixelSpacing": [1]}, None),
        ({}, None),
    ],
)
def test_spacing(attributes: dict[str, Any], expected: tuple[float, float] | None) -> None:
    assert record(image(**attributes)).spacing_mm == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"FrameTime": 40}, 40),
        ({"FrameTimeVector": [0, 30, 50]}, 40),
        ({"CineRate": 25}, 40),
        ({"RecommendedDisplayFrameRate": 50}, 20),
        ({"FrameTime": 0}, None),
    ],
)
def test_frame_time(attributes: dict[str, Any], expected: float | None) -> None:
    assert record(image(**attributes)).frame_time_ms == expected


@pytest.mark.parametrize(
    ("syntax", "said", "lossy"),
    [
        ("1.2.840.10008.1.2.1", "", False),
        ("1.2.840.10008.1.2.1", "01", True),
        ("1.2.840.10008.1.2.4.50", "00", True),
        ("1.2.840.10008.1.2.4.91", "00", False),
        ("1.2.840.10008.1.2.4.91", "", True),
        ("1.2.840.10008.1.2.4.90", "", False),
    ],
)
def test_lossy(syntax: str, said: str, lossy: bool) -> None:
    made = dataset(PICTURE, LossyImageCompression=said)
    made.file_meta.TransferSyntaxUID = syntax
    assert record(made).lossy is lossy


# --- time and space -------------------------------------------------------------------------------


def stack(modality: str, **attributes: Any) -> Dataset:
    return dataset(np.zeros((3, 2, 2), np.uint8), Modality=modality, **attributes)


def positioned(modality: str, heights: list[float], **attributes: Any) -> Dataset:
    made = stack(modality, **attributes)
    groups = [nested("PlanePositionSequence", ImagePositionPatient=[0, 0, z]) for z in heights]
    made.PerFrameFunctionalGroupsSequence = Sequence(groups)
    orientation = nested("PlaneOrientationSequence", ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    made.SharedFunctionalGroupsSequence = Sequence([orientation])
    return made


@pytest.mark.parametrize(
    ("made", "cine"),
    [
        (stack("US"), True),
        (stack("XA"), True),
        (stack("US", NumberOfFrames=1), False),
        (stack("MR"), False),
        (stack("MR", FrameTime=40), True),
        (stack("MR", FrameIncrementPointer=0x00181063), True),
        (stack("NM", FrameIncrementPointer=[0x00540080]), False),
        (stack("MG", FrameTime=40), False),
        (stack("OT"), False),
        (positioned("US", [0, 1, 2], FrameTime=40), False),
        (positioned("US", [5, 5, 5], FrameTime=40), True),
    ],
)
def test_is_cine(made: Dataset, cine: bool) -> None:
    assert dicom.is_cine(made) is cine
    assert dicom.is_slice(made) is (not cine and dicom.frame_count(made) > 1)


def test_slice_positions() -> None:
    assert dicom.slice_positions_mm(positioned("CT", [5, 2.5, 0])) == [5, 2.5, 0]
    assert dicom.slice_positions_mm(stack("CT")) is None
    made = stack("NM", SpacingBetweenSlices=4, SliceVector=[1, 2, 3])
    assert dicom.slice_positions_mm(made) == [0, 4, 8]


@pytest.mark.parametrize(("number", "count"), [("7", 7), ("", 1), ("0", 1), ("-3", 1)])
def test_frame_count(number: str, count: int) -> None:
    assert dicom.frame_count(stack("US", NumberOfFrames=number)) == count


# --- labels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("implicit", [True, False])
def test_labels_survive_a_file(implicit: bool) -> None:
    made = dataset(PICTURE)
    set_labels(made, ["Effusion", "Pleural_Thickening", "größer", "a\\b", "Effusion"])
    made.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2" + ("" if implicit else ".1")
    made.SpecificCharacterSet = "ISO_IR 192"
    ds = parsed(file_of(made))
    assert labels_of(ds) == ("Effusion", "Pleural_Thickening", "größer", "a/b")
    assert record(ds).labels == labels_of(ds)
    set_labels(ds, [])
    assert labels_of(ds) == ()


def test_the_block_of_someone_else_holds_no_labels() -> None:
    made = dataset(PICTURE)
    made.private_block(LABEL_GROUP, "OTHER", create=True).add_new(1, "LO", "Effusion")
    assert labels_of(made) == ()
    set_labels(made, ["Mass"])
    assert labels_of(made) == ("Mass",)
    assert made.private_block(LABEL_GROUP, LABEL_CREATOR).get_tag(1) == (LABEL_GROUP, 0x1101)


# --- reasons --------------------------------------------------------------------------------------


def test_reasons() -> None:
    refused = rejected("too_large", "the limit is 3 MB")
    assert refused.reason == "too_large"
    assert refused.message == f"{sentence('too_large')} (the limit is 3 MB)"
    for code, text in SENTENCES.items():
        assert code == code.lower()
        assert text.endswith(".")
        assert text.count(". ") == 0
    with pytest.raises(KeyError):
        rejected("because")


# --- the shared files -----------------------------------------------------------------------------


def test_no_shared_file_raises_anything_else() -> None:
    outcomes: dict[str, str] = {}
    for row in manifest():
        try:
            ds = parsed(shared_data(f"dicom/{row['file']}").read_bytes())
            kind = "directory" if dicom.is_dicomdir(ds) else str(dicom.is_image(ds))
            if kind == "True":
                record(ds)
        except RejectedFile as refused:
            kind = refused.reason
        outcomes[row["file"]] = kind
    assert not [f for f, kind in outcomes.items() if f.startswith("valid/") and kind in SENTENCES]
