"""A study deleted: more items than a transaction holds, in an order that survives a crash.

First the head says that the study is going; from then on nothing else is written to it. Then go
its objects and their UIDs, then the rest, and last the head with the entries that lead to it. Until
that last step the study is still found, so that whoever erases it again finishes the work; so does
whoever puts an object into it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_cases import read_case
from infra.aws.dynamo_measurements import state_of, unmeasured_entry
from infra.aws.dynamo_reports import untagged_entry
from infra.aws.dynamo_studies import (
    CASES,
    MOST_WAYS,
    Head,
    changed,
    gone,
    objects_pk,
    read_head,
    study_pk,
    uid_key,
    ways_to,
)
from infra.aws.dynamo_table import MISSING, Table, field
from infra.aws.dynamo_tables import DynamoTables
from infra.aws.dynamo_values import Item, Key, key_of
from infra.parts import in_parts
from infra.query import AccessScope
from infra.records import Case

AT_ONCE = 50  # items deleted in a transaction


def delete_study(tables: DynamoTables, study_uid: str) -> Case | None:
    """See Catalog.delete_study."""
    table = tables.table(CASES)

    def mark() -> tuple[Head, Case] | None:
        head = read_head(table, study_uid)
        case = read_case(table, study_uid, AccessScope.everything()) if head else None
        if head is None or case is None:
            return None
        if not head.deleting:
            tables.transact(changed(table, head, replace(head, deleting=True), touched=False))
        return head, case

    found = tables.until_done(mark)
    if found is None:
        return None
    tables.until_done(partial(finish_deletion, tables, found[0]))
    return found[1]


def finish_deletion(tables: DynamoTables, head: Head) -> None:
    """Delete what is left of a study that is going. Several may do so at once.

    Raises Lost when somebody was in the way; what is still left has to be deleted, then.
    """
    table = tables.table(CASES)
    objects = list(table.query(objects_pk(head.study_uid), only=["us"]))
    rest = list(table.query(study_pk(head.study_uid), only=_ABOUT))[1:]  # without the head
    measured = {item["instance_uid"]: item for item in rest if "model_id" in item}
    _delete(tables, table, head.life, list(_entries(objects, rest, measured)))
    _delete(tables, table, head.life, [uid_key(item["sk"]) for item in objects if "us" in item])
    _delete(tables, table, head.life, [key_of(item) for item in [*objects, *rest]])
    table.delete_many((pk, head.study_uid) for pk in ways_to(head)[MOST_WAYS:])
    try:
        tables.transact(gone(table, head))
    except Lost:
        left = read_head(table, head.study_uid)
        if left is not None and left.life == head.life:  # else another has ended it
            raise


_ABOUT = ["instance_uid", "model_id", "report_id", "tagger"]


def _entries(
    objects: Sequence[Item], rest: Sequence[Item], measured: dict[str, Item]
) -> Iterator[Key]:
    """What lists hold of the study: they go first, as only its items tell where they are."""
    for item in objects:
        if item.get("us"):
            yield unmeasured_entry(state_of(measured.get(item["sk"])), item["sk"])
    for item in rest:
        if "tagger" in item:
            yield untagged_entry(item["tagger"], item)


def _delete(tables: DynamoTables, table: Table, life: str, keys: Sequence[Key]) -> None:
    """Delete items of this life of the study; those of a later one stay."""
    mine = MISSING | (field("life") == life)
    parts = list(in_parts(dict.fromkeys(keys), AT_ONCE))

    def delete(part: Sequence[Key]) -> None:
        try:
            tables.transact([table.deleting(key, mine) for key in part])
        except Lost:
            if len(part) == 1:
                left = table.get(*part[0])
                if left is None or left.get("life") != life:
                    return  # another has deleted it, and perhaps put it again
                raise
            for key in part:
                delete([key])

    tables.at_once(delete, parts)
