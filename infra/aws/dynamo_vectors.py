"""`VectorStore` on DynamoDB.

The vectors of one instance under one model id change in one transaction, together with the number
of vectors of the model, which is kept in several counters. A `put` of many instances is several
transactions; when it raises, some instances have their new vectors, and putting again does no harm.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

from infra.aws.dynamo_bodies import parts_written
from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_conditions import as_read
from infra.aws.dynamo_lists import partitions_of
from infra.aws.dynamo_packs import (
    BUCKETS,
    announced,
    entry_key,
    fit_entry,
    list_name,
    other_keys,
    packed,
    succeeding,
    unpacked,
)
from infra.aws.dynamo_table import Table
from infra.aws.dynamo_tables import DynamoTables
from infra.aws.dynamo_values import Item, Key, key_of
from infra.checks import check_vectors
from infra.parts import in_parts
from infra.records import Vector

VECTORS = "vectors"  # the table
MODELS = "models"  # the partition that lists the model ids
COUNT = "!count"  # the sk of a counter, beside the entries it counts
AT_ONCE = 50  # instances in a transaction
PAGE = 64  # entries of one partition in memory while iterating, 1 MB at most

Pack = tuple[Item, list[Item]]  # an entry and its parts
Wanted = Callable[[str, Item | None], Sequence[Vector]]  # instance UID, entry -> its new vectors


class DynamoVectors:
    """The truth from which an index is rebuilt."""

    def __init__(self, tables: DynamoTables) -> None:
        self._tables = tables

    @property
    def _table(self) -> Table:
        return self._tables.table(VECTORS)

    # --- writing ----------------------------------------------------------------------------------

    def put(self, vectors: Sequence[Vector]) -> None:
        """See VectorStore."""
        check_vectors(vectors)
        for model_id in dict.fromkeys(vector.model_id for vector in vectors):
            new: dict[str, dict[str, Vector]] = defaultdict(dict)
            for vector in vectors:
                if vector.model_id == model_id:
                    new[vector.instance_uid][vector.vector_id] = vector
            large = any(not fit_entry(list(its.values())) for its in new.values())
            wanted = partial(self._merged, new)
            self._change(model_id, new, wanted, at_once=1 if large else AT_ONCE)

    def _merged(
        self, new: Mapping[str, Mapping[str, Vector]], uid: str, entry: Item | None
    ) -> Sequence[Vector]:
        """The vectors that an instance has, some of them replaced by new ones."""
        vectors = new[uid]
        model_id = next(iter(vectors.values())).model_id
        there = unpacked(self._table, model_id, entry) if entry else ()
        return list(({vector.vector_id: vector for vector in there} | dict(vectors)).values())

    def replace(self, instance_uid: str, model_id: str, vectors: Sequence[Vector]) -> None:
        """See VectorStore. Raises ValueError for a vector of something else."""
        if any((v.instance_uid, v.model_id) != (instance_uid, model_id) for v in vectors):
            raise ValueError("replace() takes vectors of one instance and one model id")
        check_vectors(vectors)
        only = list({vector.vector_id: vector for vector in vectors}.values())
        self._change(model_id, [instance_uid], lambda _uid, _entry: only)

    def delete(self, instance_uids: Iterable[str]) -> int:
        """See VectorStore."""
        uids = list(dict.fromkeys(instance_uids))
        models = [item["sk"].removeprefix("=") for item in self._table.query(MODELS)]
        return sum(self._change(model_id, uids, lambda _uid, _entry: ()) for model_id in models)

    def _change(
        self,
        model_id: str,
        instance_uids: Iterable[str],
        wanted: Wanted,
        *,
        at_once: int = AT_ONCE,
    ) -> int:
        """Give instances other vectors; how many they had."""
        self._tables.note(VECTORS, MODELS, f"={model_id}")
        buckets: dict[str, list[str]] = defaultdict(list)
        for uid in instance_uids:
            buckets[entry_key(model_id, uid)[0]].append(uid)
        groups = [part for uids in buckets.values() for part in in_parts(uids, at_once)]
        return sum(self._tables.at_once(lambda uids: self._set(model_id, uids, wanted), groups))

    def _set(self, model_id: str, uids: Sequence[str], wanted: Wanted) -> int:
        """The same for instances of one bucket, in one transaction."""
        table, keys = self._table, {entry_key(model_id, uid): uid for uid in uids}

        def step() -> int:
            entries = table.get_many(keys)
            packs = [
                packed(key, model_id, wanted(uid, entries.get(key))) for key, uid in keys.items()
            ]
            entries |= self._announce(entries, packs)
            self._write(model_id, entries, packs)
            return sum(int(entry["vectors"]) for entry in entries.values())

        return self._tables.until_done(step)

    def _announce(self, old: Mapping[Key, Item], packs: Sequence[Pack]) -> dict[Key, Item]:
        """Note which parts are coming; the entries that say so."""
        coming = [announced(old.get(key_of(new)), new) for new, parts in packs if parts]
        writes = [self._table.putting(one, as_read(old.get(key_of(one)))) for one in coming]
        if writes:
            self._tables.transact(writes)
        return {key_of(one): one for one in coming}

    def _write(self, model_id: str, old: Mapping[Key, Item], packs: Sequence[Pack]) -> None:
        table, writes = self._table, []
        entries = [succeeding(old.get(key_of(new)), new) for new, _ in packs]
        for entry in entries:
            key, unchanged = key_of(entry), as_read(old.get(key_of(entry)))
            if entry["vectors"] or "others" in entry:
                writes.append(table.putting(entry, unchanged))
            elif key in old:
                writes.append(table.deleting(key, unchanged))
        if writes:
            more = sum(entry["vectors"] for entry in entries)
            more -= sum(entry["vectors"] for entry in old.values())
            counter = entries[0]["pk"], COUNT
            with parts_written(table, [part for _, parts in packs for part in parts]):
                self._tables.transact(
                    [*writes, table.changing(counter, {}, adding={"number": more})]
                )
        self._clean(model_id, [entry for entry in entries if "others" in entry])

    def _clean(self, model_id: str, entries: Sequence[Item]) -> None:
        """Delete parts that are no vectors any more; then their entries need not name them."""
        table = self._table
        table.delete_many(key for entry in entries for key in other_keys(model_id, entry))
        for entry in entries:
            key, unchanged = key_of(entry), as_read(entry)
            clean = (
                table.changing(key, {"others": None}, unchanged)
                if entry["vectors"]
                else table.deleting(key, unchanged)
            )
            with suppress(Lost):  # whoever has changed it since does this, too
                self._tables.transact([clean])

    # --- reading ----------------------------------------------------------------------------------

    def of_instance(self, instance_uid: str, model_id: str) -> list[Vector]:
        """See VectorStore."""
        found = self._vectors(model_id, self._table.get(*entry_key(model_id, instance_uid)))
        return sorted(
            found, key=lambda v: (v.kind, -1 if v.frame is None else v.frame, v.vector_id)
        )

    def iterate(self, model_id: str) -> Iterator[Vector]:
        """See VectorStore."""
        lists = partitions_of([list_name(model_id)], BUCKETS)
        for entry in self._table.merged(lists, page=PAGE):
            if entry.get("vectors"):
                yield from self._vectors(model_id, entry)

    def _vectors(self, model_id: str, entry: Item | None) -> list[Vector]:
        """The vectors of an entry, or of the one that has replaced it meanwhile."""

        def read() -> list[Vector]:
            nonlocal entry
            try:
                return list(unpacked(self._table, model_id, entry)) if entry else []
            except Lost:
                entry = self._table.get(*key_of(entry)) if entry else None
                raise

        return self._tables.until_done(read)

    def count(self, model_id: str) -> int:
        """See VectorStore."""
        keys = [(pk, COUNT) for pk in partitions_of([list_name(model_id)], BUCKETS)]
        return sum(int(item["number"]) for item in self._table.get_many(keys).values())
