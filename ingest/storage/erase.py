"""Erase studies everywhere and make sure that they do not come back by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from infra.errors import BadQuery
from infra.query import AccessScope
from infra.records import Case, UnfinishedStudy
from infra.services import Services
from ingest.privacy.identity import Pseudonyms
from ingest.storage.sweep import sweep

EVERYTHING = AccessScope.everything()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was erased where. Study UIDs are those of the archive (pseudonyms)."""

    studies: tuple[str, ...] = ()
    instances: int = 0
    attachments: int = 0
    reports: int = 0
    vectors: int = 0
    blobs: int = 0
    ledger_rows: int = 0
    annotations: int = 0
    waiting_reports: int = 0


def find_studies(
    services: Services,
    pseudonyms: Pseudonyms,
    *,
    study: str = "",
    patient: str = "",
    issuer: str = "",
    dataset: str = "",
) -> list[str]:
    """Study UIDs by exactly one of study, patient or dataset; originals and pseudonyms both do.

    Those of which a killed run has put blobs, but nothing into the catalog, are among them.
    Raises BadQuery when a PatientID stands for several patients, naming their pseudonyms.
    """
    if study:
        return sorted(services.catalog.heads({study, pseudonyms.uid(study)}, EVERYTHING))
    if patient:
        return _of_patient(services, pseudonyms, patient, issuer)
    begun = {note.study_uid for note in _begun(services) if note.dataset == dataset}
    return sorted({*services.catalog.study_uids(EVERYTHING, dataset=dataset), *begun})


def _begun(services: Services) -> list[UnfinishedStudy]:
    """Notes of studies that never reached the catalog (of those that did, it knows best)."""
    notes = services.ledger.unfinished()
    known = services.catalog.heads({note.study_uid for note in notes}, EVERYTHING)
    return [note for note in notes if note.study_uid not in known]


def _of_patient(services: Services, pseudonyms: Pseudonyms, patient: str, issuer: str) -> list[str]:
    catalog = services.catalog
    exact = {patient} if pseudonyms.is_own_patient(patient) else set()
    if issuer:
        exact.add(pseudonyms.patient(patient, issuer, patient))
    begun = _begun(services)
    if exact:
        tombs = {pseudonyms.tomb("patient", name) for name in exact}
        found = {uid for name in exact for uid in catalog.study_uids(EVERYTHING, patient=name)}
        return sorted(found | {note.study_uid for note in begun if note.patient_tomb in tombs})
    key = pseudonyms.patient_key(patient)
    begun = [note for note in begun if key and note.patient_key == key]
    studies = {*catalog.studies_by_patient_key(key), *(note.study_uid for note in begun)}
    tombs = {_tomb_of(services, study) for study in studies}
    if len(tombs) > 1:
        names = {case.patient for case in catalog.heads(studies, EVERYTHING).values()}
        raise BadQuery(
            "Several patients have this PatientID: name the --issuer, or one pseudonym of "
            f"{', '.join(sorted(names))}."
        )
    return sorted(studies)


def tombstones(
    services: Services,
    pseudonyms: Pseudonyms,
    studies: Iterable[str],
    *,
    patient: str = "",
    issuer: str = "",
) -> list[str]:
    """Tokens that keep these studies, or the patient if one is named, from coming back.

    A patient's studies need none of their own, which nobody could lift once they are gone; but
    reports name no patient.
    """
    if not patient:
        return sorted({pseudonyms.tomb("study", study) for study in studies})
    tokens = {pseudonyms.tomb("patient", pseudonyms.patient(patient, issuer, patient))}
    for study in studies:
        tokens |= {_tomb_of(services, study), pseudonyms.tomb("report", study)}
    return sorted(tokens - {""})


def _tomb_of(services: Services, study_uid: str) -> str:
    keys = services.catalog.study_keys(study_uid)
    if keys is not None:
        return keys.patient_tomb
    notes = services.ledger.unfinished()
    return next((note.patient_tomb for note in notes if note.study_uid == study_uid), "")


def erase(services: Services, pseudonyms: Pseudonyms, studies: Iterable[str]) -> Receipt:
    """Erase studies from every store and from the files of the stores.

    Safe to repeat after a crash: the catalog entry goes last. A study that is not in the catalog
    may have left something (a refused file, a blob of a run that was killed): that goes, too.
    """
    total: dict[str, int] = {}
    gone: list[str] = []
    for study_uid in studies:
        case = services.catalog.cases([study_uid], EVERYTHING).get(study_uid)
        counts = _erase_case(services, case) if case else {}
        counts |= _erase_rest(services, pseudonyms, study_uid)
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
        if services.catalog.delete_study(study_uid) is not None:
            gone.append(study_uid)
    sweep(services)  # takes back the notes of what was unfinished, too
    services.scrub()
    return Receipt(studies=tuple(gone), **total)


def _erase_case(services: Services, case: Case) -> dict[str, int]:
    vectors = services.vectors.delete(i.instance_uid for i in case.instances)
    services.index.delete([case.study_uid])
    return {
        "vectors": vectors,
        "instances": len(case.instances),
        "attachments": len(case.attachments),
        "reports": len({report.report_id for report in case.reports}),
    }


def _erase_rest(services: Services, pseudonyms: Pseudonyms, study_uid: str) -> dict[str, int]:
    return {
        "blobs": services.blobs.delete_study(study_uid),
        "annotations": services.annotations.delete_study(study_uid),
        "waiting_reports": _drop_waiting(services, pseudonyms, study_uid),
        "ledger_rows": services.ledger.forget([study_uid]),
    }


def _drop_waiting(services: Services, pseudonyms: Pseudonyms, study_uid: str) -> int:
    keys = services.catalog.study_keys(study_uid)
    names = [pseudonyms.study_key(study_uid)]
    if keys and keys.accession_key:
        names.append(keys.accession_key)
    waiting = services.ledger.waiting(names)
    services.ledger.drop_waiting([report.waiting_id for report in waiting])
    return len(waiting)
