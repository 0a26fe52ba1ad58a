"""A study in the table `cases`: its keys, its head, and the rule by which it is changed.

Everything of a study changes in one transaction that also counts `rev` of its head up, on the
condition that it is what was read. Of two who change a study at once, one is Lost and reads again.
`life` tells a study from one of the same UID that was deleted before; all its items carry it.
"""

import json
from dataclasses import dataclass, replace
from uuid import uuid4

from infra.aws.dynamo_lists import bucket_of, place_in
from infra.aws.dynamo_table import MISSING, Table, Write
from infra.aws.dynamo_table import field as attribute
from infra.aws.dynamo_values import Item, Key
from infra.codec import from_json, to_json
from infra.errors import NotFound
from infra.records import StudyKeys

CASES = "cases"  # the table
MOST_WAYS = 80  # that are deleted with a head in one transaction
DATASETS = "datasets"  # the partition with the number of studies of each dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is kept of a study as a whole. `patients` counts objects by patient."""

    study_uid: str
    dataset: str
    patient: str
    keys: StudyKeys
    patients: dict[str, int]
    version: int = 0
    rev: int = 0
    images: int = 0
    life: str = ""
    deleting: bool = False


def study_pk(study_uid: str) -> str:
    """The partition of everything of a study but its objects."""
    return f"study#{study_uid}"


def objects_pk(study_uid: str) -> str:
    """The partition of a study's images and attachments, by UID."""
    return f"objects#{study_uid}"


def head_key(study_uid: str) -> Key:
    """The head is the first item of its partition: what is read after it is no older."""
    return study_pk(study_uid), "!head"


def uid_key(instance_uid: str) -> Key:
    """The item that makes an instance UID unique, and leads to its study."""
    return f"uid#{instance_uid}", "uid"


def read_head(table: Table, study_uid: str) -> Head | None:
    """The head of a study, or None."""
    item = table.get(*head_key(study_uid)) if study_uid else None
    return None if item is None else head_of(item)


def known_head(item: Item | None) -> Head:
    """The head that an item holds. Raises NotFound without one, or when the study is going."""
    head = None if item is None else head_of(item)
    if head is None or head.deleting:
        raise NotFound("There is no such study.")
    return head


def head_of(item: Item) -> Head:
    """The head that an item holds."""
    return Head(
        study_uid=item["pk"].partition("#")[2],
        dataset=item["dataset"],
        patient=item["patient"],
        keys=from_json(StudyKeys, item["keys"]),
        patients=json.loads(item["patients"]),
        version=item["version"],
        rev=item["rev"],
        images=item["images"],
        life=item["life"],
        deleting=item.get("deleting", False),
    )


def _item_of(head: Head) -> Item:
    pk, sk = head_key(head.study_uid)
    return {
        "pk": pk,
        "sk": sk,
        "dataset": head.dataset,
        "patient": head.patient,
        "keys": to_json(head.keys),
        "patients": json.dumps(head.patients),
        "version": head.version,
        "rev": head.rev,
        "images": head.images,
        "life": head.life,
        "deleting": head.deleting,
    }


def new_head(study_uid: str, dataset: str, patient: str) -> Head:
    """The head of a study that is not there yet."""
    return Head(
        study_uid=study_uid,
        dataset=dataset,
        patient=patient,
        keys=StudyKeys(),
        patients={},
        life=uuid4().hex,
    )


def changed(table: Table, old: Head, new: Head, *, touched: bool) -> list[Write]:
    """The writes that make `old`, as it was read, into `new`; `touched`: the case has changed."""
    version = old.version + touched
    item = _item_of(replace(new, version=version, rev=old.rev + 1))
    if old.rev == 0:
        return [table.putting(item, MISSING), *_listed(table, new), *_found_by(table, old, new)]
    same = (attribute("rev") == old.rev) & (attribute("life") == old.life)
    return [table.putting(item, same), *_found_by(table, old, new)]


def gone(table: Table, head: Head) -> list[Write]:
    """The writes that end a study: its head and what leads to it."""
    same = (attribute("life") == head.life) & (attribute("deleting") == True)  # noqa: E712
    entry = place_in(f"dataset#{head.dataset}", head.study_uid)
    return [
        table.deleting(head_key(head.study_uid), same),
        table.deleting(entry),
        table.changing(_count_key(head), {}, adding={"studies": -1}),
        *(table.deleting((pk, head.study_uid)) for pk in ways_to(head)[:MOST_WAYS]),
    ]


def _listed(table: Table, head: Head) -> list[Write]:
    """A new study in the list of its dataset, and counted."""
    pk, sk = place_in(f"dataset#{head.dataset}", head.study_uid)
    entry = {"pk": pk, "sk": sk}
    counted = table.changing(_count_key(head), {"dataset": head.dataset}, adding={"studies": 1})
    return [table.putting(entry), counted]


def _count_key(head: Head) -> Key:
    return DATASETS, f"{head.dataset}#{bucket_of(head.study_uid)}"


def _found_by(table: Table, old: Head, new: Head) -> list[Write]:
    """Entries by which a study is found by patient, accession and patient key."""
    before, after = set(ways_to(old)), set(ways_to(new))
    entries = [
        {"pk": pk, "sk": new.study_uid, "dataset": new.dataset} for pk in sorted(after - before)
    ]
    return [
        *(table.putting(entry) for entry in entries),
        *(table.deleting((pk, new.study_uid)) for pk in sorted(before - after)),
    ]


def ways_to(head: Head) -> list[str]:
    """Partitions in which a study is found, those of most use first."""
    keys = head.keys
    ways = [f"accession#{keys.accession_key}"] if keys.accession_key else []
    ways += [f"patient_key#{keys.patient_key}"] if keys.patient_key else []
    return [*ways, *(f"patient#{patient}" for patient in sorted(head.patients))]
