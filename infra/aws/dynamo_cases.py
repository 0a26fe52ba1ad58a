"""Cases and their heads read: a query for what is small, and one more for the objects.

The head of a study is read first, so what comes after it is at least as new as its version says.
"""

import json
from collections.abc import Iterable, Iterator
from typing import TypeVar

from infra.aws.dynamo_bodies import text_of
from infra.aws.dynamo_studies import Head, head_of, objects_pk, study_pk
from infra.aws.dynamo_table import Table
from infra.aws.dynamo_values import Item, Key, key_of
from infra.catalog_rules import place_in_case, with_current
from infra.codec import from_json, list_from_json
from infra.query import AccessScope
from infra.records import Attachment, Case, CaseHead, Finding, Instance, Measurement, Report

R = TypeVar("R", Finding, Measurement)


def read_case_head(table: Table, study_uid: str, scope: AccessScope) -> CaseHead | None:
    """The head of a case in scope, or None. Raises Lost when it changes while it is read."""
    items = _items(table, study_pk(study_uid))
    head = _head(items, scope)
    if head is None:
        return None
    return CaseHead(
        study_uid=study_uid,
        dataset=head.dataset,
        patient=head.patient,
        version=head.version,
        has_images=head.images > 0,
        wording=tuple(sorted(_wording(items))),
        reports=_reports(items),
        findings=_records(items, "findings#", "report_id", Finding),
        measurements=_records(items, "measurements#", "instance_uid", Measurement),
    )


def read_case(table: Table, study_uid: str, scope: AccessScope) -> Case | None:
    """The case in scope, or None. Raises Lost when it changes while it is read."""
    items = _items(table, study_pk(study_uid))
    head = _head(items, scope)
    if head is None:
        return None
    images, attachments = read_objects(table, study_uid)
    return Case(
        study_uid=study_uid,
        dataset=head.dataset,
        patient=head.patient,
        version=head.version,
        instances=tuple(sorted(images, key=place_in_case)),
        attachments=tuple(attachments),
        reports=_reports(items),
        findings=_records(items, "findings#", "report_id", Finding),
        measurements=_records(items, "measurements#", "instance_uid", Measurement),
    )


def read_objects(table: Table, study_uid: str) -> tuple[list[Instance], list[Attachment]]:
    """Images and attachments of a study in the order of UID."""
    items = _items(table, objects_pk(study_uid))
    images: list[Instance] = []
    attachments: list[Attachment] = []
    for item in _owners(items):
        if item["image"]:
            images.append(from_json(Instance, text_of(item, items)))
        else:
            attachments.append(from_json(Attachment, text_of(item, items)))
    return images, attachments


def read_measurements(table: Table, study_uid: str) -> tuple[Measurement, ...]:
    """All measurements of a study."""
    items = _items(table, study_pk(study_uid), "measurements#")
    return _records(items, "measurements#", "instance_uid", Measurement)


def _items(table: Table, pk: str, prefix: str = "") -> dict[Key, Item]:
    return {key_of(item): item for item in table.query(pk, prefix=prefix)}


def _owners(items: dict[Key, Item], prefix: str = "") -> Iterator[Item]:
    """Items that are no parts of others."""
    found = (item for item in items.values() if item["sk"].startswith(prefix))
    return (item for item in found if "part" not in item)


def _head(items: dict[Key, Item], scope: AccessScope) -> Head | None:
    first = next(iter(items.values()), None)
    if first is None or "rev" not in first or not scope.allows(first["dataset"]):
        return None
    return head_of(first)


def _wording(items: dict[Key, Item]) -> set[str]:
    texts = (json.loads(text_of(item, items)) for item in _owners(items, "words#"))
    return {word for words in texts for word in words}


def _reports(items: dict[Key, Item]) -> tuple[Report, ...]:
    histories: dict[str, list[Report]] = {}
    for item in _owners(items, "report#"):
        report = from_json(Report, text_of(item, items))
        histories.setdefault(report.report_id, []).append(report)
    return tuple(report for name in sorted(histories) for report in with_current(histories[name]))


def _records(items: dict[Key, Item], prefix: str, name: str, kind: type[R]) -> tuple[R, ...]:
    """Records of a kind, ordered by the attribute `name` of the items they are in."""
    owners = sorted(_owners(items, prefix), key=lambda item: str(item[name]))
    texts: Iterable[str] = (text_of(owner, items) for owner in owners)
    return tuple(record for text in texts if text for record in list_from_json(kind, text))
