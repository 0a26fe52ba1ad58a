"""Erase studies everywhere and make sure that they do not come back by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from infra.query import AccessScope
from infra.records import Case
from infra.services import Services
from ingest.identity import Pseudonyms

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
    """Study UIDs by exactly one of study, patient or dataset; originals and pseudonyms both do."""
    catalog = services.catalog
    if study:
        return sorted(catalog.cases({study, pseudonyms.uid(study)}, EVERYTHING))
    if patient:
        names = {patient, pseudonyms.patient(patient, issuer, patient)}
        found = {uid for name in names for uid in catalog.study_uids(EVERYTHING, patient=name)}
        return sorted(found)
    return list(catalog.study_uids(EVERYTHING, dataset=dataset))


def tombstones(
    pseudonyms: Pseudonyms, studies: Iterable[str], *, patient: str = "", issuer: str = ""
) -> list[str]:
    """Tokens that keep these studies, and the patient if one is named, from coming back."""
    tokens = [pseudonyms.tomb("study", study) for study in studies]
    if patient:
        tokens.append(pseudonyms.tomb("patient", pseudonyms.patient(patient, issuer, patient)))
    return tokens


def erase(services: Services, pseudonyms: Pseudonyms, studies: Iterable[str]) -> Receipt:
    """Erase studies from every store and from the files of the stores.

    Safe to repeat after a crash: the catalog entry goes last.
    """
    total: dict[str, int] = {}
    gone: list[str] = []
    for study_uid in studies:
        for name, count in _erase_one(services, pseudonyms, study_uid).items():
            total[name] = total.get(name, 0) + count
        gone.append(study_uid)
    services.catalog.scrub()
    return Receipt(studies=tuple(gone), **total)


def _erase_one(services: Services, pseudonyms: Pseudonyms, study_uid: str) -> dict[str, int]:
    case = services.catalog.cases([study_uid], EVERYTHING).get(study_uid)
    if case is None:
        return {}
    vectors = services.vectors.delete(i.instance_uid for i in case.instances)
    services.index.delete([study_uid])
    counts = {
        "vectors": vectors,
        "blobs": services.blobs.delete_study(study_uid),
        "annotations": services.annotations.delete_study(study_uid),
        "waiting_reports": _drop_waiting(services, pseudonyms, case),
        "ledger_rows": services.ledger.forget([study_uid]),
        "instances": len(case.instances),
        "attachments": len(case.attachments),
        "reports": len({report.report_id for report in case.reports}),
    }
    services.catalog.delete_study(study_uid)
    return counts


def _drop_waiting(services: Services, pseudonyms: Pseudonyms, case: Case) -> int:
    keys = services.catalog.study_keys(case.study_uid)
    names = [pseudonyms.study_key(case.study_uid)]
    if keys and keys.accession_key:
        names.append(keys.accession_key)
    waiting = services.ledger.waiting(names)
    services.ledger.drop_waiting([report.waiting_id for report in waiting])
    return len(waiting)
