"""Cases read from their tables: a handful of queries for any number of cases.

`GIVEN` and `IN_SCOPE` are pieces of SQL for the named values that `given` and `in_scope` make.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from infra.catalog_rules import place_in_case, with_current
from infra.codec import from_json, list_from_json
from infra.query import AccessScope
from infra.records import (
    Attachment,
    Case,
    CaseHead,
    Finding,
    Instance,
    Measurement,
    Report,
)

GIVEN = "SELECT value FROM json_each(:given)"
IN_SCOPE = "(:scope IS NULL OR dataset IN (SELECT value FROM json_each(:scope)))"

R = TypeVar("R", Finding, Measurement)


def given(uids: Iterable[str]) -> str:
    """Any number of UIDs as one value for `GIVEN`."""
    return json.dumps(list(uids))


def in_scope(scope: AccessScope) -> str | None:
    """A scope as one value for `IN_SCOPE`."""
    return None if scope.datasets is None else json.dumps(sorted(scope.datasets))


def read_cases(
    connection: sqlite3.Connection, study_uids: Iterable[str], scope: AccessScope
) -> dict[str, Case]:
    """The cases in scope with all their parts. `connection` is in one snapshot."""
    studies = connection.execute(
        f"SELECT study, study_uid, dataset, patient, version FROM studies"
        f" WHERE study_uid IN ({GIVEN}) AND {IN_SCOPE} ORDER BY study_uid",
        {"given": given(study_uids), "scope": in_scope(scope)},
    ).fetchall()
    numbers = json.dumps([study for study, *_ in studies])
    images, attachments = _objects(connection, numbers)
    reports = _reports(connection, numbers)
    findings = _lists(connection, Finding, _FINDINGS, numbers)
    measurements = _lists(connection, Measurement, _MEASUREMENTS, numbers)
    return {
        study_uid: Case(
            study_uid=study_uid,
            dataset=dataset,
            patient=patient,
            version=version,
            instances=tuple(sorted(images[study], key=place_in_case)),
            attachments=tuple(attachments[study]),
            reports=tuple(reports[study]),
            findings=tuple(findings[study]),
            measurements=tuple(measurements[study]),
        )
        for study, study_uid, dataset, patient, version in studies
    }


def read_heads(
    connection: sqlite3.Connection, study_uids: Iterable[str], scope: AccessScope
) -> dict[str, CaseHead]:
    """The heads of the cases in scope. `connection` is in one snapshot."""
    studies = connection.execute(
        "SELECT study, study_uid, dataset, patient, version,"
        " EXISTS (SELECT 1 FROM objects WHERE objects.study = studies.study AND image = 1)"
        f" FROM studies WHERE study_uid IN ({GIVEN}) AND {IN_SCOPE} ORDER BY study_uid",
        {"given": given(study_uids), "scope": in_scope(scope)},
    ).fetchall()
    numbers = json.dumps([study for study, *_ in studies])
    wording = _wording(connection, numbers)
    reports = _reports(connection, numbers)
    findings = _lists(connection, Finding, _FINDINGS, numbers)
    measurements = _lists(connection, Measurement, _MEASUREMENTS, numbers)
    return {
        study_uid: CaseHead(
            study_uid=study_uid,
            dataset=dataset,
            patient=patient,
            version=version,
            has_images=bool(has_images),
            wording=tuple(sorted(wording[study])),
            reports=tuple(reports[study]),
            findings=tuple(findings[study]),
            measurements=tuple(measurements[study]),
        )
        for study, study_uid, dataset, patient, version, has_images in studies
    }


_FINDINGS = "SELECT study, records FROM findings WHERE study IN ({}) ORDER BY study, report_id"
_MEASUREMENTS = (
    "SELECT study, records FROM measurements WHERE study IN ({}) ORDER BY study, instance_uid"
)


def _objects(
    connection: sqlite3.Connection, numbers: str
) -> tuple[dict[int, list[Instance]], dict[int, list[Attachment]]]:
    images: dict[int, list[Instance]] = defaultdict(list)
    attachments: dict[int, list[Attachment]] = defaultdict(list)
    found = connection.execute(
        f"SELECT study, image, record FROM objects WHERE study IN ({GIVEN}) ORDER BY instance_uid",
        {"given": numbers},
    )
    for study, image, record in found:
        if image:
            images[study].append(from_json(Instance, record))
        else:
            attachments[study].append(from_json(Attachment, record))
    return images, attachments


def _wording(connection: sqlite3.Connection, numbers: str) -> dict[int, list[str]]:
    found = connection.execute(
        f"SELECT study, text FROM wording WHERE study IN ({GIVEN})", {"given": numbers}
    )
    wording: dict[int, list[str]] = defaultdict(list)
    for study, text in found:
        wording[study].append(text)
    return wording


def _reports(connection: sqlite3.Connection, numbers: str) -> dict[int, list[Report]]:
    versions: dict[tuple[int, str], list[Report]] = defaultdict(list)
    found = connection.execute(
        f"SELECT study, report_id, record FROM reports WHERE study IN ({GIVEN})"
        " ORDER BY study, report_id, version",
        {"given": numbers},
    )
    for study, report_id, record in found:
        versions[study, report_id].append(from_json(Report, record))
    reports: dict[int, list[Report]] = defaultdict(list)
    for (study, _), history in versions.items():
        reports[study] += with_current(history)
    return reports


def _lists(
    connection: sqlite3.Connection, kind: type[R], query: str, numbers: str
) -> dict[int, list[R]]:
    found = connection.execute(query.format(GIVEN), {"given": numbers})
    records: dict[int, list[R]] = defaultdict(list)
    for study, text in found:
        records[study] += list_from_json(kind, text)
    return records
