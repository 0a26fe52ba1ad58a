"""The vectors of one instance under one model id, as items of the table `vectors`.

An entry in the list of the model holds up to 8 vectors itself. More are in parts, items of a
partition of their own, under a name that is new each time. Parts are written before the entry says
that they are its vectors, and deleted after it says so of others; meanwhile they are among its
`others`. So there never are parts that no entry names, and the next who changes the entry takes
away what a crash has left.
Values are stored as they are in memory, little-endian.
"""

import json
from collections.abc import Iterator, Sequence
from uuid import uuid4

import numpy as np

from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_lists import bucket_of
from infra.aws.dynamo_table import Table
from infra.aws.dynamo_values import Item, Key
from infra.checks import check_vectors
from infra.parts import in_parts
from infra.records import Vector, VectorKind

BUCKETS = 16
IN_ENTRY, ENTRY_BYTES = 8, 32 * 1024  # at most; 50 entries stay below the 4 MB of a transaction
IN_PART, PART_BYTES = 80, 320 * 1024  # of an item's 400 KB

_STORED = np.dtype("<f4")


def list_name(model_id: str) -> str:
    """The list of a model's instances."""
    return f"model#{model_id}"


def entry_key(model_id: str, instance_uid: str) -> Key:
    """Where an instance's entry is. With the slash, entries are in the order of vector_id."""
    return f"{list_name(model_id)}#{bucket_of(instance_uid, BUCKETS)}", f"{instance_uid}/"


def fit_entry(vectors: Sequence[Vector]) -> bool:
    """Whether an instance's vectors are few enough for its entry."""
    return len(vectors) <= _at_most(vectors, IN_ENTRY, ENTRY_BYTES)


def _at_most(vectors: Sequence[Vector], most: int, most_bytes: int) -> int:
    """How many of these go together."""
    return min(most, most_bytes // vectors[0].values.nbytes) if vectors else most


def packed(key: Key, model_id: str, vectors: Sequence[Vector]) -> tuple[Item, list[Item]]:
    """An entry and its parts, in the order of vector_id. Raises ValueError for mixed sizes."""
    check_vectors(vectors)
    name = uuid4().hex
    ordered = sorted(vectors, key=lambda vector: vector.vector_id)
    entry: Item = {"pk": key[0], "sk": key[1], "vectors": len(ordered), "name": name}
    entry["rev"] = uuid4().hex
    if fit_entry(ordered):
        return entry | _content(ordered), []
    in_part = _at_most(ordered, IN_PART, PART_BYTES)
    parts: list[Item] = [
        {"pk": _parts_pk(model_id, entry), "sk": f"{name}#{number:06d}", **_content(part)}
        for number, part in enumerate(in_parts(ordered, in_part))
    ]
    return entry | {"parts": len(parts)}, parts


def announced(old: Item | None, new: Item) -> Item:
    """The entry while the parts of `new` are coming; it still has its old vectors."""
    there = {"pk": new["pk"], "sk": new["sk"], "vectors": 0} if old is None else old
    others = {**_others(there), new["name"]: new["parts"]}
    return there | {"rev": uuid4().hex, "others": json.dumps(others)}


def succeeding(old: Item | None, new: Item) -> Item:
    """`new` with the parts of `old` among its others."""
    others = {} if old is None else {**_others(old), old.get("name", ""): old.get("parts", 0)}
    others = {name: parts for name, parts in others.items() if parts and name != new["name"]}
    return new | {"others": json.dumps(others)} if others else new


def part_keys(model_id: str, entry: Item) -> list[Key]:
    """The keys of the parts that an entry has, in order."""
    return _keys(model_id, entry, entry.get("name", ""), entry.get("parts", 0))


def other_keys(model_id: str, entry: Item) -> list[Key]:
    """The keys of parts that may be there, though they are not the entry's vectors."""
    others = _others(entry).items()
    return [key for name, parts in others for key in _keys(model_id, entry, name, parts)]


def _others(entry: Item) -> dict[str, int]:
    found: dict[str, int] = json.loads(entry.get("others", "{}"))
    return found


def _keys(model_id: str, entry: Item, name: str, parts: int) -> list[Key]:
    return [(_parts_pk(model_id, entry), f"{name}#{number:06d}") for number in range(parts)]


def unpacked(table: Table, model_id: str, entry: Item) -> Iterator[Vector]:
    """The vectors of an entry in the order of vector_id. Raises Lost when it was just replaced."""
    if "about" in entry:
        yield from _vectors(model_id, entry, entry)
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
    about = json.loads(content["about"])
    size = len(content["values"]) // max(1, len(about))  # bytes of each
    for number, (kind, frame, box) in enumerate(about):
        values = content["values"][number * size : (number + 1) * size]
        yield Vector(
            instance_uid=entry["sk"].removesuffix("/"),
            model_id=model_id,
            values=np.frombuffer(values, _STORED).astype(np.float32, copy=False),
            kind=VectorKind(kind),
            frame=frame,
            box=None if box is None else (box[0], box[1], box[2], box[3]),
        )
