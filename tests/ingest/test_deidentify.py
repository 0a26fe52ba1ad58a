"""Nothing that identifies is left in what is written, and what belongs together stays so."""

import io
import re
from contextlib import suppress
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.multival import MultiValue
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from infra.errors import RejectedFile
from infra.settings import Settings
from ingest.decoding.decode import frames
from ingest.privacy import deidentify as subject
from ingest.privacy.identity import Pseudonyms
from ingest.reading.dicom import complete_uids, parse
from ingest.reading.labels import labels_of, set_labels
from ingest.reading.quiet import quiet
from tests.ingest.written import to_bytes
from tests.samples import SHARED, pydicom_file, pydicom_files

ONE, OTHER = Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)
SETTINGS = Settings()
NAMES = (
    "PatientName OtherPatientNames ReferringPhysicianName PerformingPhysicianName OperatorsName "
    "NameOfPhysiciansReadingStudy PhysiciansOfRecord RequestingPhysician"
)
WHOLE = (
    "PatientID AccessionNumber OtherPatientIDs PatientBirthDate PatientAddress InstitutionName "
    "InstitutionAddress StudyInstanceUID SeriesInstanceUID SOPInstanceUID FrameOfReferenceUID"
)
# Values of the samples that are words of the standard or of the manufacturer as well.
HARMLESS = {"name", "test", "patient", "toshiba", "medical", "systems", "philips", "info"}
PIXELS = (0x7FE00008, 0x7FE00009, 0x7FE00010)


def ct(**changes: object) -> Dataset:
    """A header with personal data in many places."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, "1.2.3.4.5.61"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.3.4.5.6", "1.2.3.4.5.60"
    ds.PatientName, ds.PatientID = "Sørensen^Zoë^M", "UCH-991234"
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientBirthDate, ds.PatientSex, ds.PatientWeight = "19501231", "F", "61.5"
    ds.StudyDate, ds.StudyTime, ds.Modality = "20190312", "101112", "CT"
    ds.AccessionNumber, ds.InstitutionName = "ACC778899", "Weatherford General"
    ds.ReferringPhysicianName, ds.OperatorsName = "Okafor^Ngozi", "Petrov^D"
    ds.StudyDescription = "CT Chest Sørensen UCH991234 for Dr. Okafor 3/12/2019"
    ds.SeriesDescription = "Thorax 5.0 mm L4/5 Weatherford General"
    ds.Manufacturer, ds.SoftwareVersions = "SIEMENS", "syngo 20040908"
    ds.DeviceSerialNumber, ds.StationName = "SN123456", "CTROOM7"
    ds.SeriesNumber, ds.InstanceNumber = 3, 45
    reference = Dataset()
    reference.ReferencedSOPClassUID = CTImageStorage
    reference.ReferencedSOPInstanceUID = "1.2.3.4.5.62"
    reference.ContentDate = "20190311"
    ds.ReferencedImageSequence = [reference]
    ds.private_block(0x0029, "ACME", create=True).add_new(1, "LO", "Sørensen")
    for keyword, value in changes.items():
        setattr(ds, keyword, value)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.SourceApplicationEntityTitle = "WEATHERFORD"
    ds.preamble = b"Sorensen".ljust(128, b"!")
    return read(written(ds))


def written(ds: Dataset) -> bytes:
    buffer = io.BytesIO()
    ds.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def read(data: bytes) -> Dataset:
    return dcmread(io.BytesIO(data))


def without_identity(ds: Dataset, key: Pseudonyms = ONE) -> Dataset:
    return read(to_bytes(subject.deidentify(ds, key).dataset))


# --- one header in detail -------------------------------------------------------------------------


def test_what_identifies_is_gone_from_the_bytes() -> None:
    data = to_bytes(subject.deidentify(ct(), ONE).dataset)
    for secret in (
        *("Sørensen", "Sorensen", "Zoë", "991234", "778899", "19501231", "20190312", "20190311"),
        *("Weatherford", "Okafor", "Ngozi", "Petrov", "SN123456", "CTROOM7", "ACME", "1.2.3.4.5"),
    ):
        for encoding in ("utf-8", "latin-1"):
            assert secret.encode(encoding).lower() not in data.lower(), secret


def test_what_search_lives_on_stays() -> None:
    ds = without_identity(ct())
    assert ds.StudyDescription.startswith("CT Chest ")
    assert ds.SeriesDescription.startswith("Thorax 5.0 mm L4/5")
    assert (ds.Manufacturer, ds.SoftwareVersions, ds.Modality) == (
        "SIEMENS", "syngo 20040908", "CT",
    )  # fmt: skip
    assert (ds.PatientSex, ds.PatientWeight, ds.SeriesNumber, ds.InstanceNumber) == (
        "F",
        61.5,
        3,
        45,
    )
    assert ds.PatientAge == "068Y"
    assert (ds.AccessionNumber, ds.PatientBirthDate, ds.ReferringPhysicianName) == ("", "", "")


def test_the_file_says_what_was_done() -> None:
    ds = without_identity(ct())
    assert ds.PatientIdentityRemoved == "YES"
    assert ds.LongitudinalTemporalInformationModified == "MODIFIED"
    codes = [item.CodeValue for item in ds.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113105", "113107", "113108"]
    assert ds.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID
    assert "SourceApplicationEntityTitle" not in ds.file_meta
    assert ds.preamble == b"\0" * 128


def test_dates_move_by_one_shift_and_times_stay() -> None:
    result = subject.deidentify(ct(), ONE)
    ds, shift = result.dataset, result.keys.date_shift_days
    assert (date.fromisoformat(ds.StudyDate) - date(2019, 3, 12)).days == shift < 0
    nested = ds.ReferencedImageSequence[0].ContentDate
    assert (date.fromisoformat(nested) - date(2019, 3, 11)).days == shift
    assert ds.StudyTime == "101112"


@pytest.mark.parametrize(
    ("value", "length"), [("20190312101112.5+0100", 16), ("201903", 6), ("2019", 4), ("junk", 0)]
)
def test_date_times_keep_their_precision(value: str, length: int) -> None:
    with quiet():
        ds = without_identity(ct(AcquisitionDateTime=value))
    assert len(str(ds.AcquisitionDateTime or "")) == length


def test_references_stay_consistent() -> None:
    ds = without_identity(ct())
    other = without_identity(ct(SOPInstanceUID="1.2.3.4.5.62"))
    reference = ds.ReferencedImageSequence[0]
    assert reference.ReferencedSOPInstanceUID == other.SOPInstanceUID != ds.SOPInstanceUID
    assert reference.ReferencedSOPClassUID == CTImageStorage
    assert ds.StudyInstanceUID == other.StudyInstanceUID


def test_two_studies_of_a_patient_stay_together() -> None:
    one = subject.deidentify(ct(), ONE)
    two = subject.deidentify(ct(StudyInstanceUID="9.9", PatientName="SORENSEN^Z"), ONE)
    assert one.patient == two.patient == one.dataset.PatientID == str(one.dataset.PatientName)
    assert one.keys.date_shift_days == two.keys.date_shift_days
    assert one.dataset.StudyInstanceUID != two.dataset.StudyInstanceUID


def test_strangers_without_a_number_stay_apart() -> None:
    one = subject.deidentify(ct(PatientID=""), ONE)
    two = subject.deidentify(ct(PatientID="", StudyInstanceUID="9.9"), ONE)
    assert one.patient != two.patient


def test_two_keys_give_two_pseudonyms() -> None:
    one, two = subject.deidentify(ct(), ONE), subject.deidentify(ct(), OTHER)
    assert one.patient != two.patient
    assert one.dataset.SOPInstanceUID != two.dataset.SOPInstanceUID
    assert not one.keys.name_keys & two.keys.name_keys
    assert one.keys.accession_key != two.keys.accession_key


def test_a_file_of_our_own_comes_back_as_it_is() -> None:
    once = without_identity(ct())
    twice = without_identity(once)
    assert twice == once


def test_the_given_dataset_stays_as_it_is() -> None:
    ds = ct()
    before = written(ds)
    subject.deidentify(ds, ONE)
    assert written(ds) == before


def test_our_own_labels_stay_and_other_private_data_go() -> None:
    ds = ct(SpecificCharacterSet="ISO_IR 192")
    set_labels(ds, ["Pneumonia", "Ødem"])
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
        ds.file_meta.TransferSyntaxUID = syntax
        clean = without_identity(read(written(ds)))
        assert labels_of(clean) == ("Pneumonia", "Ødem")
        assert {tag.group for tag in clean._dict if tag.is_private} == {0x0099}


def test_keys_scrub_later_reports() -> None:
    from ingest.privacy.scrub import scrub

    keys = subject.deidentify(ct(), ONE).keys
    text = scrub("Zoë Sorensen (UCH991234) was seen by Okafor in Weatherford.", ONE, keys)
    assert not re.search("Zoë|Sorensen|991234|Okafor|Weatherford", text)


# --- objects that are no image --------------------------------------------------------------------


def test_structured_content_is_cleaned() -> None:
    def item(kind: str, code: str, **value: object) -> Dataset:
        content, concept = Dataset(), Dataset()
        concept.CodeValue, concept.CodingSchemeDesignator, concept.CodeMeaning = code, "DCM", "x"
        content.ValueType, content.ConceptNameCodeSequence = kind, [concept]
        for keyword, one in value.items():
            setattr(content, keyword, one)
        return content

    nested = item("CONTAINER", "121070")
    nested.ContentSequence = [item("TEXT", "121071", TextValue="Mass 3 cm, Sørensen, 3/11/2019")]
    ds = ct(
        ContentSequence=[
            item("PNAME", "121008", PersonName="Fitzgerald^A"),
            item("TEXT", "121030", TextValue="Q77"),
            item("DATE", "121031", Date="19501231"),
            item("UIDREF", "121018", UID="1.2.3.4.5.6"),
            nested,
        ]
    )
    clean = without_identity(ds)
    name, number, birth, study, inner = clean.ContentSequence
    assert (str(name.PersonName), number.TextValue, birth.Date) == ("REMOVED", "REMOVED", "")
    assert clean.StudyInstanceUID == study.UID
    text = inner.ContentSequence[0].TextValue
    assert text.startswith("Mass 3 cm")
    assert "rensen" not in text
    assert "3/11/2019" not in text
    codes = [code.CodeValue for code in clean.DeidentificationMethodCodeSequence]
    assert "113104" in codes


def test_an_encapsulated_document_becomes_a_blank_page() -> None:
    ds = ct(
        EncapsulatedDocument=b"%PDF Sorensen ", MIMETypeOfEncapsulatedDocument="application/pdf"
    )
    clean = without_identity(ds)
    assert clean.EncapsulatedDocument.startswith(b"%PDF-1.4")
    assert b"Sorensen" not in clean.EncapsulatedDocument


def test_overlays_and_curves_go() -> None:
    ds = ct()
    ds.add_new(0x60003000, "OW", b"\0\1")
    ds.add_new(0x60000010, "US", 1)
    ds.add_new(0x50000022, "LO", "Sorensen")
    clean = without_identity(ds)
    assert not [tag for tag in clean._dict if 0x5000 <= tag.group < 0x7000]


def test_what_does_not_fit_its_representation_goes() -> None:
    ds = ct()
    with quiet():
        ds.add_new(0x00200013, "OB", b"Sorensen")  # InstanceNumber as bytes
        ds.add_new(0x00280303, "UN", b"Sorensen")
        ds.add_new(0x00089999, "LO", "Sorensen")  # not in the standard
        ds.add_new(0x00180060, "LO", "Sorensen")  # KVP, a number, as text
    assert b"sorensen" not in to_bytes(subject.deidentify(ds, ONE).dataset).lower()


# --- identity kept --------------------------------------------------------------------------------


def test_keep_changes_nothing_but_gives_the_keys() -> None:
    ds = ct()
    before = written(ds)
    kept = subject.keep(ds, ONE)
    assert kept.dataset is ds
    assert written(ds) == before
    assert kept.patient == "UCH-991234"
    assert kept.keys.identity_kept
    assert kept.keys.date_shift_days == 0
    assert kept.keys.accession_key == ONE.accession_key("ACC778899")
    assert kept.keys.name_keys == subject.deidentify(ct(), ONE).keys.name_keys
    assert subject.keep(ct(PatientID=""), ONE).patient.startswith("P-")


# --- real files -----------------------------------------------------------------------------------


def real_files() -> list[Path]:
    folders = [SHARED / "data/dicom/valid", SHARED / "data/dicom/malformed"]
    return [*pydicom_files(), *(path for folder in folders for path in sorted(folder.glob("*")))]


def parsed(path: Path) -> Dataset | None:
    try:
        ds = parse(path.read_bytes(), SETTINGS)
    except RejectedFile:
        return None
    if "DirectoryRecordSequence" in ds:
        return None
    complete_uids(ds, path.name)
    return ds


@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.name)
def test_no_original_value_is_left_in_real_files(path: Path) -> None:
    """Every byte of the written file is searched but those of the pixel data."""
    ds = parsed(path)
    if ds is None:
        return  # refused before it comes here
    data = to_bytes(subject.deidentify(ds, ONE).dataset)
    with quiet():
        back = read(data)
        body = _without_pixels(data, back).lower()
        left = {secret for secret in _secrets(ds) if secret.encode("utf-8", "replace") in body}
    assert not left


def _without_pixels(data: bytes, ds: Dataset) -> bytes:
    for tag in PIXELS:
        if tag in ds and ds.get_item(tag).value:
            data = data.replace(ds.get_item(tag).value, b"", 1)
    return data


def _secrets(ds: Dataset) -> set[str]:
    """Values, and the words of names, of at least four letters, in lower case."""
    whole = {text for keyword in (WHOLE + " " + NAMES).split() for text in _texts(ds, keyword)}
    words = {
        word
        for key in NAMES.split()
        for text in _texts(ds, key)
        for word in re.split(r"[\^ ,]+", text)
    }
    makers = " ".join(_texts(ds, "Manufacturer") + _texts(ds, "ManufacturerModelName"))
    found = {secret for secret in whole | words if len(secret) >= 4 and secret not in HARMLESS}
    return {secret for secret in found if secret not in makers}


def _texts(ds: Dataset, keyword: str) -> list[str]:
    value = ds.get(keyword)
    values = value if isinstance(value, MultiValue | list) else [value]
    return [str(one).strip().lower() for one in values if one is not None]


@pytest.mark.parametrize(
    "name",
    [
        *("CT_small.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm", "693_J2KI.dcm"),
        *("JPEG2000.dcm", "image_dfl.dcm", "examples_palette.dcm", "SC_rgb_rle_2frame.dcm"),
        *("JPEG-lossy.dcm", "MR_small_jpeg_ls_lossless.dcm", "liver_1frame.dcm"),
    ],
)
def test_pixels_decode_as_before(name: str) -> None:
    ds = parsed(pydicom_file(name))
    assert ds is not None
    back = parse(to_bytes(subject.deidentify(ds, ONE).dataset), SETTINGS)
    before, after = list(frames(ds, SETTINGS)), list(frames(back, SETTINGS))
    assert len(before) == len(after)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_damaged_files_are_cleaned_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["CT_small.dcm", "reportsi.dcm", "rtplan.dcm"]))
    damaged = bytearray(pydicom_file(name).read_bytes()[:6000])
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(132, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(RejectedFile):  # nothing else may come out
        ds = parse(bytes(damaged), SETTINGS)
        complete_uids(ds, "damaged")
        to_bytes(subject.deidentify(ds, ONE).dataset)
