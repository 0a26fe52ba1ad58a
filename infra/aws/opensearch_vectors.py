"""Vectors with the keys of their rows: putting them, and following rows that change.

The vectors of an instance are the documents "INSTANCE#0", "INSTANCE#1", … of its model's index; the
first knows how many there are. All are found by their names, so that nothing waits for a refresh.

A vector whose row is not there yet is `pending`: kept as JSON, and no part of the graph. When the
row comes a script on the server moves it, or changes its keys: vectors are sent once.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from infra.aws.opensearch_bulk import MissingIndex, Write, write_all
from infra.aws.opensearch_client import Client, Json, Missing
from infra.aws.opensearch_documents import instance_name
from infra.aws.opensearch_schema import Schema, number_of
from infra.checks import check_size, check_vectors
from infra.errors import Unavailable
from infra.records import Values, Vector

INSTANCES_AT_ONCE = 1_000
TRIES = 10  # of following a row that others change meanwhile

ALIGN = """
if (params.live > 0 && ctx._source.revision > params.revision) { ctx.op = 'none'; return; }
def row = params.row;
def same = ctx._source.live == params.live;
for (name in row.keySet()) {
  if (same && !row[name].equals(ctx._source[name])) { same = false; }
}
if (same) { ctx.op = 'none'; return; }
if (params.live > 0 && ctx._source.containsKey('pending')) {
  ctx._source.vector = ctx._source.remove('pending');
}
ctx._source.putAll(row);
ctx._source.live = params.live;
ctx._source.revision = params.revision;
"""

NO_ROW: Json = {"series_uid": "", "study_uid": "", "dataset": "", "keys": {}}


@dataclass(frozen=True, slots=True)
class RowNow:
    """The row of an instance as vectors carry it; `live` is 0 where there is none."""

    row: Json
    live: int
    revision: int


class VectorWriter:
    """Writes the indexes of vectors."""

    def __init__(self, client: Client, schema: Schema) -> None:
        self._client = client
        self._schema = schema

    def put(self, vectors: Sequence[Vector]) -> set[str]:
        """Make these the only ones of their instances; the aliases that were written to."""
        models: set[str] = set()
        sizes = check_vectors(vectors)
        ordered = sorted(vectors, key=lambda one: (one.model_id, one.instance_uid))
        for model_id, of_model in groupby(ordered, key=lambda one: one.model_id):
            models.add(self._schema.vectors(model_id))
            of_instances = groupby(of_model, key=lambda one: one.instance_uid)
            instances = ((uid, list(group)) for uid, group in of_instances)
            while part := dict(islice(instances, INSTANCES_AT_ONCE)):
                self._put(model_id, part, sizes[model_id])
        return models

    def _put(self, model_id: str, instances: Mapping[str, Sequence[Vector]], size: int) -> None:
        alias = self._schema.vectors(model_id)
        for _ in range(TRIES):
            self._schema.need_cases()
            self._schema.need_vectors(model_id, size)
            check_size(model_id, self._schema.dimension(model_id) or size, size)
            try:
                rows = self._rows(instances)
                counts = self._counts([alias], instances)
                write_all(self._client, list(_writes(alias, instances, rows, counts)))
            except (MissingIndex, Missing):
                self._schema.forget()
                continue
            now = self._rows(instances)
            self.align([uid for uid in instances if now[uid] != rows[uid]])
            return
        raise Unavailable("The index of vectors keeps being removed; try again in a moment.")

    def align(self, instance_uids: Iterable[str]) -> set[str]:
        """Make vectors carry the rows that their instances have now; the aliases written to."""
        aliases = self._aliases()
        written: set[str] = set()
        uids = iter(instance_uids)
        while aliases and (part := list(islice(uids, INSTANCES_AT_ONCE))):
            written |= self._align(aliases, part)
        return written

    def _align(self, aliases: Sequence[str], uids: Sequence[str]) -> set[str]:
        written: set[str] = set()
        rows = self._rows(uids)
        for _ in range(TRIES):
            counts = self._counts(aliases, uids)
            writes = [
                _align(alias, uid, number, rows[uid])
                for (alias, uid), count in counts.items()
                for number in range(count)
                if uid in rows
            ]
            written |= {write.index for write in writes}
            lost = any(one.conflict for one in write_all(self._client, writes))
            now = self._rows(uids) if writes else rows
            changed = {uid: row for uid, row in now.items() if lost or row != rows[uid]}
            if not changed:
                return written
            rows, uids = changed, list(changed)
        raise Unavailable("Others keep writing the same images; try again in a moment.")

    def delete(self, instance_uids: Iterable[str]) -> set[str]:
        """Delete the vectors of instances, of every model; the aliases that were written to."""
        aliases = self._aliases()
        written: set[str] = set()
        uids = iter(instance_uids)
        while aliases and (part := list(islice(uids, INSTANCES_AT_ONCE))):
            writes = [
                Write("delete", alias, f"{uid}#{number}")
                for (alias, uid), count in self._counts(aliases, part).items()
                for number in range(count)
            ]
            written |= {write.index for write in writes}
            write_all(self._client, writes)
        return written

    # --- what is there ----------------------------------------------------------------------------

    def _aliases(self) -> list[str]:
        path = f"/_alias/{self._schema.all_vectors}"
        found = self._client.request("GET", path)
        return sorted({alias for index in found.values() for alias in index["aliases"]})

    def _rows(self, uids: Iterable[str]) -> dict[str, RowNow]:
        """The rows of these instances, as they are now, not as searches see them."""
        wanted = {instance_name(uid): uid for uid in uids}
        if not wanted:
            return {}
        body = {"docs": [{"_id": name, "_source": ["state"]} for name in wanted]}
        found = self._client.request("POST", f"/{self._schema.cases}/_mget", body)["docs"]
        return {wanted[one["_id"]]: _row_now(one) for one in found}

    def _counts(self, aliases: Sequence[str], uids: Iterable[str]) -> dict[tuple[str, str], int]:
        """(alias, instance UID) -> how many vectors it has, in all these indexes."""
        places = [(alias, uid) for alias in aliases for uid in uids]
        if not places:
            return {}
        docs = [{"_index": a, "_id": f"{uid}#0", "_source": ["count"]} for a, uid in places]
        found = self._client.request("POST", "/_mget", {"docs": docs})["docs"]
        return {
            place: int(one["_source"]["count"]) if one.get("found") else 0
            for place, one in zip(places, found, strict=True)
        }


def _row_now(found: Json) -> RowNow:
    if "error" in found:
        raise Missing(str(found["error"].get("type")))
    if not found["found"]:
        return RowNow(NO_ROW, 0, 0)
    row = json.loads(found["_source"]["state"])
    carried = {name: row[name] for name in NO_ROW}
    return RowNow(carried, number_of(found["_index"]), int(found["_version"]))


def _align(alias: str, uid: str, number: int, now: RowNow) -> Write:
    params = {"row": now.row, "live": now.live, "revision": now.revision}
    script: Json = {"source": ALIGN, "params": params}
    return Write(
        "update", alias, f"{uid}#{number}", json.dumps({"script": script}), {"retry_on_conflict": 5}
    )


def _writes(
    alias: str,
    instances: Mapping[str, Sequence[Vector]],
    rows: Mapping[str, RowNow],
    counts: Mapping[tuple[str, str], int],
) -> Iterator[Write]:
    for uid, vectors in instances.items():
        distinct = {vector.vector_id: vector for vector in vectors}
        for number, vector in enumerate(distinct.values()):
            body = _body(vector, number, len(distinct), rows[uid])
            yield Write("index", alias, f"{uid}#{number}", body)
        for number in range(len(distinct), counts[alias, uid]):
            yield Write("delete", alias, f"{uid}#{number}")


def _body(vector: Vector, number: int, count: int, now: RowNow) -> str:
    document: dict[str, Any] = {
        "model_id": vector.model_id,
        "vector_id": vector.vector_id,
        "instance_uid": vector.instance_uid,
        "first": number == 0,
        "live": now.live,
        "revision": now.revision,
        **now.row,
    }
    if number == 0:
        document["count"] = count
    if vector.frame is not None:
        document["frame"] = vector.frame
    place = "vector" if now.live else "pending"
    return f'{{"{place}":{_numbers(vector.values)},{json.dumps(document)[1:]}'


def _numbers(values: Values) -> str:
    """Nine digits give every float32 back, and are quicker to write and read than all seventeen."""
    return "[" + ",".join(map("%.9g".__mod__, values.tolist())) + "]"
