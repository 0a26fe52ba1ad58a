"""Measurements of images, and lists of the ultrasound images by what has measured them.

There is a list for each model, and one of images that nothing has measured. So what a model has
not measured are all lists but its own, and none of them holds more than is asked for.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256

from infra.aws.dynamo_bodies import body_of, part_keys, parts_written
from infra.aws.dynamo_lists import each_once, partitions_of, place_in
from infra.aws.dynamo_studies import CASES, changed, head_key, known_head, study_pk, uid_key
from infra.aws.dynamo_table import Table, Write
from infra.aws.dynamo_tables import DynamoTables
from infra.aws.dynamo_values import Item, Key
from infra.codec import list_to_json
from infra.errors import NotFound
from infra.records import Measurement

METERS = "meters"  # the partition that lists what has measured anything
NOTHING = "-"  # the state of an image that nothing has measured
EMPTY = sha256(b"[]").hexdigest()  # the digest of no measurements


def measurements_key(study_uid: str, instance_uid: str) -> Key:
    """Where the measurements of an image are."""
    return study_pk(study_uid), f"measurements#{instance_uid}"


def state_of(measured: Item | None) -> str:
    """What has measured an image, by its item of measurements."""
    return NOTHING if measured is None else f"={measured['model_id']}"


def unmeasured_entry(state: str, instance_uid: str) -> Key:
    """The entry of an ultrasound image in the list of its state."""
    return place_in(f"measured#{state}", instance_uid)


def put_measurements(
    tables: DynamoTables, instance_uid: str, measurements: Sequence[Measurement], model_id: str
) -> None:
    """See Catalog.put_measurements."""
    table, text = tables.table(CASES), list_to_json(measurements)
    tables.note(CASES, METERS, f"={model_id}")
    tables.until_done(partial(_put, tables, table, instance_uid, text, model_id))


def _put(tables: DynamoTables, table: Table, instance_uid: str, text: str, model_id: str) -> None:
    uid = table.get(*uid_key(instance_uid))
    if uid is None or not uid["image"]:
        raise NotFound("There is no such instance to measure.")
    key, head_at = measurements_key(uid["study"], instance_uid), head_key(uid["study"])
    found = table.get_many([key, head_at])
    head, old = known_head(found.get(head_at)), found.get(key)
    body, digest = body_of(key, text, life=head.life), sha256(text.encode()).hexdigest()
    item = {"instance_uid": instance_uid, "model_id": model_id, "life": head.life, "digest": digest}
    touched = digest != (old["digest"] if old else EMPTY)
    writes = [
        table.putting({"pk": key[0], "sk": key[1], **item, **body.attributes}),
        *changed(table, head, head, touched=touched),
        *(_moved(table, uid, instance_uid, old, item) if uid["us"] else ()),
    ]
    with parts_written(table, body.parts, part_keys(old)):
        tables.transact(writes)


def _moved(
    table: Table, uid: Item, instance_uid: str, old: Item | None, new: Item
) -> Iterator[Write]:
    before = unmeasured_entry(state_of(old), instance_uid)
    after = unmeasured_entry(state_of(new), instance_uid)
    if before != after:
        yield table.deleting(before)
        yield table.putting({"pk": after[0], "sk": after[1], "life": uid["life"]})


def meters_of(table: Table, study_uid: str) -> dict[str, str]:
    """Instance UID -> what has measured it, where anything has."""
    names = ["instance_uid", "model_id"]
    found = table.query(study_pk(study_uid), prefix="measurements#", only=names)
    return {item["instance_uid"]: item["model_id"] for item in found if "model_id" in item}


def unmeasured(tables: DynamoTables, model_id: str) -> Iterator[str]:
    """See Catalog.unmeasured."""
    table = tables.table(CASES)
    states = [NOTHING]
    if model_id:
        states += [item["sk"] for item in table.query(METERS) if item["sk"] != f"={model_id}"]
    lists = partitions_of(f"measured#{state}" for state in states)
    yield from each_once(item["sk"] for item in table.merged(lists))
