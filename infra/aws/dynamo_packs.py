"""The vectors of one instance under one model id, as items of the table `vectors`.

An entry in the list of the model holds up to 8 vectors itself; more are in parts, items of a
partition of their own, under a name that is new each time (see `dynamo_bodies`: written first, seen
when the entry names them). Values are stored as they are in memory, little-endian.
"""

import json
from collections.abc import Iterator, Sequence
from uuid import uuid4

import numpy as np

from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_lists import bucket_of
from infra.aws.dynamo_table import Table, in_parts
from infra.aws.dynamo_values import Item, Key
from infra.records import VECTOR_SIZE, Vector, VectorKind

BUCKETS = 16
IN_ENTRY = 8  # 32 KB, so that 50 entries stay below the 4 MB of a transaction
IN_PART = 80  # 320 KB of an item's 400

_STORED = np.dtype("<f4")
_BYTES = VECTOR_SIZE * _STORED.itemsize


def list_name(model_id: str) -> str:
    """The list of a model's instances."""
    return f"model#{model_id}"


def entry_key(model_id: str, instance_uid: str) -> Key:
    """Where an instance's entry is. With the slash, entries are in the order of vector_id."""
    return f"{list_name(model_id)}#{bucket_of(instance_uid, BUCKETS)}", f"{instance_uid}/"


def check(vectors: Sequence[Vector]) -> None:
    """Raises ValueError for vectors that are not of our size and type."""
    for vector in vectors:
        if vector.values.shape != (VECTOR_SIZE,) or vector.values.dtype != np.float32:
            raise ValueError(f"a vector has {VECTOR_SIZE} float32 values")


def packed(key: Key, model_id: str, vectors: Sequence[Vector]) -> tuple[Item, list[Item]]:
    """An entry and its parts, in the order of vector_id."""
    name = uuid4().hex
    ordered = sorted(vectors, key=lambda vector: vector.vector_id)
    entry: Item = {"pk": key[0], "sk": key[1], "vectors": len(ordered), "name": name}
    if len(ordered) <= IN_ENTRY:
        return entry | _content(ordered), []
    parts: list[Item] = [
        {"pk": _parts_pk(model_id, entry), "sk": f"{name}#{number:06d}", **_content(part)}
        for number, part in enumerate(in_parts(ordered, IN_PART))
    ]
    return entry | {"parts": len(parts)}, parts


def part_keys(model_id: str, entry: Item) -> list[Key]:
    """The keys of the parts of an entry."""
    pk = _parts_pk(model_id, entry)
    return [(pk, f"{entry['name']}#{number:06d}") for number in range(entry.get("parts", 0))]


def unpacked(table: Table, model_id: str, entry: Item) -> Iterator[Vector]:
    """The vectors of an entry in the order of vector_id. Raises Lost when it was just replaced."""
    if "parts" not in entry:
        yield from _vectors(model_id, entry, entry)
        return
    for key in part_keys(model_id, entry):
        part = table.get(*key)
        if part is None:
            raise Lost("parts of vectors")
        yield from _vectors(model_id, entry, part)


def _parts_pk(model_id: str, entry: Item) -> str:
    return f"parts#{model_id}#{entry['sk']}"


def _content(vectors: Sequence[Vector]) -> Item:
    about = [[vector.kind, vector.frame, vector.box] for vector in vectors]
    values = b"".join(vector.values.astype(_STORED, copy=False).tobytes() for vector in vectors)
    return {"about": json.dumps(about), "values": values}


def _vectors(model_id: str, entry: Item, content: Item) -> Iterator[Vector]:
    for number, (kind, frame, box) in enumerate(json.loads(content["about"])):
        values = content["values"][number * _BYTES : (number + 1) * _BYTES]
        yield Vector(
            instance_uid=entry["sk"].removesuffix("/"),
            model_id=model_id,
            values=np.frombuffer(values, _STORED).astype(np.float32, copy=False),
            kind=VectorKind(kind),
            frame=frame,
            box=None if box is None else (box[0], box[1], box[2], box[3]),
        )
