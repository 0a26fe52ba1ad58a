"""`Annotations` on DynamoDB, in the table `work`.

| item | pk | sk |
|---|---|---|
| an annotation | `annotations#STUDY_UID` | time, annotation_id |
| that something was said | `annotations#STUDY_UID` | `!last` |
| where it is | `annotation-id#ANNOTATION_ID` | `place` |
"""

from collections.abc import Iterable, Sequence
from uuid import uuid4

from infra.aws.dynamo_bodies import body_of, part_keys, parts_written, text_of
from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_conditions import as_read
from infra.aws.dynamo_table import Write
from infra.aws.dynamo_values import Item, Key, key_of
from infra.aws.dynamo_work import InWork
from infra.codec import from_json, sortable, to_json
from infra.records import Annotation


class DynamoAnnotations(InWork):
    """What people said about cases; no part of a case, so re-ingest never touches it."""

    def put(self, annotation: Annotation, *, seen: Sequence[Annotation] | None = None) -> bool:
        """See Annotations."""
        return self._tables.until_done(lambda: self._put(annotation, seen))

    def of_studies(self, study_uids: Iterable[str], kind: str = "") -> dict[str, list[Annotation]]:
        """See Annotations. Studies without any are left out."""
        distinct = list(dict.fromkeys(study_uids))
        found = self._tables.until_done(lambda: self._tables.at_once(self._of_study, distinct))
        chosen = ([one for one in of_study if kind in ("", one.kind)] for of_study in found)
        return {uid: some for uid, some in zip(distinct, chosen, strict=True) if some}

    def delete_study(self, study_uid: str) -> int:
        """See Annotations."""
        count, rest = 0, []
        for item in list(self._table.query(_partition(study_uid), only=["annotation_id"])):
            if "annotation_id" in item:
                count += self._tables.until_done(lambda item=item: self._delete(key_of(item)))  # type: ignore[misc]
            else:
                rest.append(key_of(item))
        self._table.delete_many(rest)  # parts, also those of a writer that was killed
        return count

    # --- inside -----------------------------------------------------------------------------------

    def _put(self, annotation: Annotation, seen: Sequence[Annotation] | None) -> bool:
        table, last = self._table, _last_key(annotation.study_uid)
        unchanged = None
        if seen is not None:
            unchanged = as_read(table.get(*last))
            of_kind = [x for x in self._of_study(annotation.study_uid) if x.kind == annotation.kind]
            if of_kind != list(seen):
                return False
        place = table.get(*_place_key(annotation.annotation_id))
        old = None if place is None else table.get(place["at_pk"], place["at_sk"])
        if place is not None and old is None:
            raise Lost("an annotation has just been replaced")
        key = (
            _partition(annotation.study_uid),
            f"{sortable(annotation.at)}#{annotation.annotation_id}",
        )
        body, rev = body_of(key, to_json(annotation)), uuid4().hex
        item: Item = {
            "pk": key[0],
            "sk": key[1],
            "annotation_id": annotation.annotation_id,
            "rev": rev,
            **body.attributes,
        }
        writes: list[Write] = [table.changing(last, {"rev": rev}, unchanged)]
        if old is not None and key_of(old) != key:
            writes.append(table.deleting(key_of(old), as_read(old)))
        with parts_written(table, body.parts, part_keys(old)):
            self._tables.transact(
                [*writes, table.putting(item), table.putting(_place_of(item), as_read(place))]
            )
        return True

    def _of_study(self, study_uid: str) -> list[Annotation]:
        items = {key_of(item): item for item in self._table.query(_partition(study_uid))}
        return [
            from_json(Annotation, text_of(item, items))
            for item in items.values()
            if "annotation_id" in item
        ]

    def _delete(self, key: Key) -> int:
        """1, or 0 when somebody else was first."""
        table = self._table
        item = table.get(*key)
        if item is None:
            return 0
        place = _place_key(item["annotation_id"])
        self._tables.transact([table.deleting(key, as_read(item)), table.deleting(place)])
        return 1


def _partition(study_uid: str) -> str:
    return f"annotations#{study_uid}"


def _last_key(study_uid: str) -> Key:
    """Where each put of a study leaves its `rev`: others see that something was said meanwhile."""
    return _partition(study_uid), "!last"


def _place_key(annotation_id: str) -> Key:
    return f"annotation-id#{annotation_id}", "place"


def _place_of(item: Item) -> Item:
    pk, sk = _place_key(item["annotation_id"])
    return {"pk": pk, "sk": sk, "at_pk": item["pk"], "at_sk": item["sk"], "rev": item["rev"]}
