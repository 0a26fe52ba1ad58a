"""Who a dataset is about, and the words of the header by which people would know it."""

from collections.abc import Iterator

from pydicom import Dataset

from infra.records import StudyKeys
from ingest.privacy.identity import Pseudonyms, fold
from ingest.privacy.scrub_words import id_word, name_words
from ingest.privacy.vocabulary import is_ordinary
from ingest.reading.values import items, text, values

# Names are looked for in texts whole words at a time; physicians' too, they sign reports.
_NAMES = (
    "PatientName",
    "OtherPatientNames",
    "PatientBirthName",
    "PatientMotherBirthName",
    "ResponsiblePerson",
    "ReferringPhysicianName",
    "ConsultingPhysicianName",
    "PhysiciansOfRecord",
    "PerformingPhysicianName",
    "NameOfPhysiciansReadingStudy",
    "OperatorsName",
    "RequestingPhysician",
    "ScheduledPerformingPhysicianName",
    "VerifyingObserverName",
)
_NUMBERS = (
    "PatientID",
    "OtherPatientIDs",
    "AccessionNumber",
    "StudyID",
    "AdmissionID",
    "MedicalRecordLocator",
    "PatientTelephoneNumbers",
    "RequestedProcedureID",
)
_PLACES = ("InstitutionName", "InstitutionAddress", "PatientAddress", "ResponsibleOrganization")
_MAKERS = ("Manufacturer", "ManufacturerModelName")  # demonstration pictures name them as place
_MOST_WORDS = 200
_SHORTEST_PLACE = 4


def patient_of(dataset: Dataset, pseudonyms: Pseudonyms) -> str:
    """The pseudonym of the patient; one for each study where PatientID says nothing."""
    issuer = text(dataset, "IssuerOfPatientID")
    return pseudonyms.patient(
        text(dataset, "PatientID"), issuer, text(dataset, "StudyInstanceUID") or "no study"
    )


def study_keys(dataset: Dataset, pseudonyms: Pseudonyms, *, identity_kept: bool) -> StudyKeys:
    """What later files and reports need to find this study and to be scrubbed like it."""
    found = dict.fromkeys(known_words(dataset))
    patient = patient_of(dataset, pseudonyms)
    shift = 0 if identity_kept else pseudonyms.shift_days(patient)
    return StudyKeys(
        accession_key=pseudonyms.accession_key(text(dataset, "AccessionNumber")),
        patient_key=pseudonyms.patient_key(text(dataset, "PatientID")),
        patient_tomb=pseudonyms.tomb("patient", patient),
        name_keys=frozenset(pseudonyms.word_key(word) for word in list(found)[:_MOST_WORDS]),
        date_shift_days=shift,
        identity_kept=identity_kept,
    )


def known_words(dataset: Dataset) -> Iterator[str]:
    """Words of names, numbers and places in the header that identify, folded; some repeat."""
    for keyword in _NAMES:
        for name in values(dataset, keyword):
            yield from (fold(word) for word in name_words(str(name)))
    for number in _numbers(dataset):
        yield from filter(None, (fold(id_word(number)),))
        yield from (fold(word) for word in name_words(number) if not is_ordinary(word))
    makers = {fold(word) for keyword in _MAKERS for word in name_words(text(dataset, keyword))}
    for keyword in _PLACES:
        places = (fold(word) for word in name_words(text(dataset, keyword)) if _is_place(word))
        yield from (word for word in places if word not in makers)


def phrases(dataset: Dataset) -> tuple[str, ...]:
    """Whole values of names, numbers and institutions, to be cut out of other header texts."""
    named = [str(value) for keyword in _NAMES for value in values(dataset, keyword)]
    found = [*named, *_numbers(dataset), *(text(dataset, keyword) for keyword in _PLACES)]
    plain = dict.fromkeys(" ".join(phrase.replace("^", " ").split()) for phrase in found)
    return tuple(
        phrase for phrase in (*plain, *named) if len(phrase) >= 4 and not _is_common(phrase)
    )


def _numbers(dataset: Dataset) -> list[str]:
    others = items(dataset, "OtherPatientIDsSequence")
    found = [str(value) for keyword in _NUMBERS for value in values(dataset, keyword)]
    return [*found, *(text(other, "PatientID") for other in others)]


def _is_place(word: str) -> bool:
    return len(word) >= _SHORTEST_PLACE and not is_ordinary(word)


def _is_common(phrase: str) -> bool:
    """One ordinary word: as a name it is looked for with its neighbours only."""
    return " " not in phrase and phrase.isalpha() and is_ordinary(phrase)
