"""Images and attachments put into a study, by the rules of `Catalog.put_instance`."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from infra.aws.dynamo_bodies import body_of, part_keys, parts_written, texts_of
from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_erasing import finish_deletion
from infra.aws.dynamo_measurements import measurements_key, state_of, unmeasured_entry
from infra.aws.dynamo_studies import (
    CASES,
    Head,
    changed,
    head_key,
    head_of,
    new_head,
    objects_pk,
    read_head,
    study_pk,
    uid_key,
)
from infra.aws.dynamo_table import MISSING, THERE, Table, Write
from infra.aws.dynamo_tables import DynamoTables
from infra.aws.dynamo_values import Item, Key
from infra.catalog_rules import merged_keys
from infra.codec import from_json, to_json
from infra.ports import Stored
from infra.records import Attachment, Instance, StudyKeys

Object = Instance | Attachment

MOST_WORDS = 300_000  # bytes of texts that hardly get smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is there of an object that is replaced."""

    owner: Item
    record: Object
    measured: Item | None
    words: Item | None


def put_object(
    tables: DynamoTables,
    item: Object,
    content_hash: str,
    dataset: str,
    keys: StudyKeys,
    *,
    replaces: bool,
) -> Stored:
    """Store an image or attachment in one transaction."""
    table = tables.table(CASES)

    def step() -> Stored:
        uid_at, head_at = uid_key(item.instance_uid), head_key(item.study_uid)
        found = table.get_many([uid_at, head_at])
        uid, head = found.get(uid_at), found.get(head_at)
        _finish_what_goes(tables, uid, head)
        result = _decide(uid, head, item, content_hash, dataset, replaces=replaces)
        if result in (Stored.CREATED, Stored.REPLACED):
            old = head_of(head) if head else new_head(item.study_uid, dataset, item.patient)
            _write(tables, item, content_hash, keys, old, created=result is Stored.CREATED)
        return result

    return tables.until_done(step)


def _finish_what_goes(tables: DynamoTables, uid: Item | None, head: Item | None) -> None:
    """Where the study of the UID or the study itself is half deleted, delete the rest of it."""
    table = tables.table(CASES)
    going = [head_of(head)] if head else []
    if uid and (head is None or study_pk(uid["study"]) != head["pk"]):
        other = read_head(table, uid["study"])
        going += [other] if other else []
    for one in going:
        if one.deleting:
            finish_deletion(tables, one)
            raise Lost("the study was being deleted")


def _decide(
    uid: Item | None,
    head: Item | None,
    item: Object,
    content_hash: str,
    dataset: str,
    *,
    replaces: bool,
) -> Stored:
    if head is not None and head["dataset"] != dataset:
        return Stored.CONFLICT
    if uid is None:
        return Stored.CREATED
    here = (item.study_uid, isinstance(item, Instance), content_hash)
    if here == (uid["study"], uid["image"], uid["hash"]):
        return Stored.SAME
    same_study = uid["study"] == item.study_uid
    return Stored.REPLACED if replaces and same_study else Stored.CONFLICT


def _write(
    tables: DynamoTables,
    item: Object,
    content_hash: str,
    keys: StudyKeys,
    head: Head,
    *,
    created: bool,
) -> None:
    table = tables.table(CASES)
    old = None if created else _known(table, item)
    pk, sk = objects_pk(item.study_uid), item.instance_uid
    body = body_of((pk, sk), to_json(item), life=head.life)
    image = isinstance(item, Instance)
    about = {"image": image, "life": head.life, "us": _is_ultrasound(item)}
    uid_pk, uid_sk = uid_key(item.instance_uid)
    uid = {"study": item.study_uid, "dataset": head.dataset, "hash": content_hash, **about}
    writes = [
        table.putting({"pk": uid_pk, "sk": uid_sk, **uid}, MISSING if created else THERE),
        table.putting({"pk": pk, "sk": sk, **about, **body.attributes}),
        *changed(table, head, _with(head, item, keys, old), touched=True),
        *_words(table, item, old, head.life),
        *_measuring(table, item, old, head.life),
    ]
    obsolete = [*part_keys(old.owner), *part_keys(old.measured)] if old else []
    with parts_written(table, body.parts, obsolete):
        tables.transact(writes)


def _known(table: Table, item: Object) -> _Known:
    key = (objects_pk(item.study_uid), item.instance_uid)
    measured_at = measurements_key(item.study_uid, item.instance_uid)
    found = table.get_many([key, measured_at])
    if key not in found:
        raise Lost("the object was deleted")
    owner = found[key]
    text = texts_of(table, {key: owner})[key]
    record = from_json(Instance, text) if owner["image"] else from_json(Attachment, text)
    words = table.get(*_words_key(record)) if record.wording else None
    return _Known(owner=owner, record=record, measured=found.get(measured_at), words=words)


def _with(head: Head, item: Object, keys: StudyKeys, old: _Known | None) -> Head:
    """The head with one more object, or with another in the place of one."""
    patients = dict(head.patients)
    images = head.images + isinstance(item, Instance)
    patients[item.patient] = patients.get(item.patient, 0) + 1
    if old is not None:
        images -= isinstance(old.record, Instance)
        patients[old.record.patient] -= 1
        patients = {name: number for name, number in patients.items() if number}
    keys = merged_keys(head.keys, keys) if head.rev else keys
    return replace(head, patients=patients, images=images, keys=keys)


# --- what the case is found by as text ------------------------------------------------------------


def _words_key(item: Object) -> Key:
    """One item for all objects of a study with the same words: heads stay small."""
    digest = sha256(json.dumps(sorted(item.wording)).encode()).hexdigest()
    return study_pk(item.study_uid), f"words#{digest[:32]}"


def _as_words(key: Key, words: Iterable[str]) -> Item:
    """Texts as attributes; only those that fit, where a file has megabytes of them."""
    body = body_of(key, json.dumps(sorted(words), ensure_ascii=False))
    if body.parts:
        body = body_of(key, json.dumps(list(_fitting(words)), ensure_ascii=False))
    return body.attributes


def _fitting(words: Iterable[str]) -> Iterator[str]:
    room = MOST_WORDS
    for word in sorted(words):
        room -= len(word.encode())
        if room >= 0:
            yield word


def _words(table: Table, item: Object, old: _Known | None, life: str) -> Iterator[Write]:
    before = old.record.wording if old else frozenset()
    if item.wording == before:
        return
    if item.wording:
        key = _words_key(item)
        about = {**_as_words(key, item.wording), "life": life}
        yield table.changing(key, about, adding={"uses": 1})
    if old is not None and old.words is not None:
        key = _words_key(old.record)
        if old.words["uses"] == 1:
            yield table.deleting(key)
        else:
            yield table.changing(key, {}, adding={"uses": -1})


# --- what is to be measured -----------------------------------------------------------------------


def _is_ultrasound(item: Object) -> bool:
    return isinstance(item, Instance) and item.modality == "US"


def _measuring(table: Table, item: Object, old: _Known | None, life: str) -> Iterator[Write]:
    """Nothing has measured new pixels yet."""
    before = unmeasured_entry(state_of(old.measured), item.instance_uid) if old else None
    after = unmeasured_entry(state_of(None), item.instance_uid)
    if _is_ultrasound(item):
        yield table.putting({"pk": after[0], "sk": after[1], "life": life})
    if old is not None and old.owner["us"] and (before != after or not _is_ultrasound(item)):
        assert before is not None  # there is an old one
        yield table.deleting(before)
    if old is not None and old.measured is not None:
        yield table.deleting(measurements_key(item.study_uid, item.instance_uid))
