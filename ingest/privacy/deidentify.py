"""A dataset without identity: PS3.15 Annex E, Basic Profile with the options listed in `profile`.

What is done and what is not stands in `docs/deidentification.md`.
"""

from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    SecondaryCaptureImageStorage,
)

from infra.records import StudyKeys
from ingest.arrival.staging import HashingWriter, disk_errors
from ingest.fencing.guard import refuse_as
from ingest.privacy import profile
from ingest.privacy.cleaner import Cleaner
from ingest.privacy.identity import Pseudonyms
from ingest.privacy.known import patient_of, phrases, study_keys
from ingest.reading.labels import labels_of, set_labels
from ingest.reading.quiet import quiet
from ingest.reading.values import day, sop_class, text, transfer_syntax

__all__ = ["Deidentified", "deidentify", "keep", "patient_of", "write"]

METHOD = "Similis: PS3.15 Basic Profile 2026c with options"
_STUDY_DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")
# A page without content, in place of an encapsulated PDF (type 1, so it cannot be empty).
_BLANK_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deidentified:
    """A dataset that may be stored, the keys of its study and the name of its patient."""

    dataset: Dataset
    keys: StudyKeys
    patient: str


@quiet()
def deidentify(dataset: Dataset, pseudonyms: Pseudonyms) -> Deidentified:
    """A new dataset without identity; the given one stays as it is, pixel data are shared.

    The dataset has its study, series and SOP instance UID. Burned-in text is not looked at here
    (`burned_in.py`). Raises RejectedFile bad_header for a header that cannot be walked.
    """
    with refuse_as("bad_header"):
        patient = patient_of(dataset, pseudonyms)
        keys = study_keys(dataset, pseudonyms, identity_kept=False)
        # A file that this home wrote comes back as it is: its dates were moved before.
        own = pseudonyms.is_own_patient(text(dataset, "PatientID"))
        shift = None if own else keys.date_shift_days
        cleaner = Cleaner(pseudonyms, keys, phrases(dataset), shift)
        cleaned = cleaner.dataset(dataset)
        _take_over(dataset, cleaned, cleaner)
        _declare(cleaned, patient)
        cleaned.file_meta = _meta(dataset, cleaned)
        cleaned.preamble = b"\0" * 128
    return Deidentified(dataset=cleaned, keys=keys, patient=patient)


@quiet()
def keep(dataset: Dataset, pseudonyms: Pseudonyms) -> Deidentified:
    """The dataset as it came, for those allowed to keep identity; patient is its PatientID.

    Where that says nothing, the pseudonym of the study stands for the patient.
    """
    with refuse_as("bad_header"):
        keys = study_keys(dataset, pseudonyms, identity_kept=True)
        patient = text(dataset, "PatientID") or patient_of(dataset, pseudonyms)
    return Deidentified(dataset=dataset, keys=keys, patient=patient)


@quiet()
def write(dataset: Dataset, path: Path) -> str:
    """Write the dataset as a DICOM file (PS3.10), durably; the sha256 (hex) of what was written.

    Raises RejectedFile bad_header if it cannot be one, StorageFull when the disk does not take it.
    """
    with HashingWriter(path) as file:
        with disk_errors(), refuse_as("bad_header"):
            dcmwrite(file, dataset, enforce_file_format=True)
        return file.finish()


# --- what is not decided element by element -------------------------------------------------------


def _take_over(source: Dataset, cleaned: Dataset, cleaner: Cleaner) -> None:
    """Age from the birth date, our own labels, a blank page in place of a PDF."""
    if not text(cleaned, "PatientAge"):
        age = _age(source)
        if age:
            cleaned.PatientAge = age
    labels = labels_of(source)
    if labels:
        set_labels(cleaned, [cleaner.text(label) for label in labels])
    if "EncapsulatedDocument" in cleaned:
        pdf = "pdf" in text(cleaned, "MIMETypeOfEncapsulatedDocument").lower()
        cleaned.EncapsulatedDocument = _BLANK_PDF if pdf else b"\0\0"
        if "EncapsulatedDocumentLength" in cleaned:
            cleaned.EncapsulatedDocumentLength = len(cleaned.EncapsulatedDocument)


def _age(source: Dataset) -> str:
    """Age at the study as PS3.5 AS: days up to a month, months up to two years, then years."""
    born, at = day(source, "PatientBirthDate"), day(source, *_STUDY_DATES)
    if born is None or at is None or at < born:
        return ""
    days = (at - born).days
    months = (at.year - born.year) * 12 + at.month - born.month - (at.day < born.day)
    if months < 1:
        return f"{days:03d}D"
    if months < 24:
        return f"{months:03d}M"
    return f"{months // 12:03d}Y" if months < 12_000 else ""


def _declare(cleaned: Dataset, patient: str) -> None:
    """Name the patient by pseudonym and say what was done (PS3.15 E.1.1 step 6)."""
    cleaned.SpecificCharacterSet = "ISO_IR 192"
    cleaned.PatientName = patient
    cleaned.PatientID = patient
    cleaned.PatientIdentityRemoved = "YES"
    cleaned.LongitudinalTemporalInformationModified = "MODIFIED"
    cleaned.DeidentificationMethod = METHOD
    codes = [profile.BASIC_PROFILE, profile.CLEAN_DESCRIPTORS, profile.MODIFIED_DATES]
    codes.append(profile.KEPT_CHARACTERISTICS)
    if "ContentSequence" in cleaned:
        codes.append(profile.CLEAN_STRUCTURED_CONTENT)
    if text(cleaned, "BurnedInAnnotation").upper() == "NO":
        codes.append(profile.CLEAN_PIXEL_DATA)
    cleaned.DeidentificationMethodCodeSequence = [_code(*code) for code in sorted(codes)]


def _code(value: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning[:64]
    return code


def _meta(source: Dataset, cleaned: Dataset) -> FileMetaDataset:
    """File meta that says how the file is encoded and nothing of where it came from."""
    meta = FileMetaDataset()
    # An image that does not say what it is can only be called a secondary capture.
    meta.MediaStorageSOPClassUID = UID(sop_class(source) or SecondaryCaptureImageStorage)
    meta.MediaStorageSOPInstanceUID = UID(text(cleaned, "SOPInstanceUID"))
    meta.TransferSyntaxUID = _syntax(source)
    meta.ImplementationVersionName = "SIMILIS"
    return meta


def _syntax(source: Dataset) -> UID:
    declared = transfer_syntax(source)
    if declared.is_private or not declared or not declared.is_transfer_syntax:
        implicit, little = source.original_encoding
        if little is False:
            return ExplicitVRBigEndian
        return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    return declared
