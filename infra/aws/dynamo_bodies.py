"""Texts of any length in items that may not exceed 400 KB.

Short text is stored as it is, longer text compressed, and what is still too large in parts: items
of their own beside their owner, under a name that is new each time. The parts are written first,
and nobody sees them until the owner names them; so a crash leaves the old text or the new one, and
at worst parts that nobody names, which go with the study.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from uuid import uuid4

from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_table import Table
from infra.aws.dynamo_values import Item, Key, key_of

PLAIN = 4_096  # characters that are not worth compressing
PART = 350_000  # bytes; an item may have 400 KB with its names and keys
MARK = "~"  # between an owner's key and the number of a part; no key of an owner holds one


@dataclass(frozen=True, slots=True)
class Body:
    """A text as attributes of its owner and, where it is too large for that, parts."""

    attributes: Item
    parts: list[Item] = field(default_factory=list)


def body_of(key: Key, text: str, **marks: str) -> Body:
    """A text as it is to be stored with the item of this key; `marks` are put on its parts."""
    if len(text) <= PLAIN:
        return Body({"text": text})
    packed = zlib.compress(text.encode())
    if len(packed) <= PART:
        return Body({"packed": packed})
    name = uuid4().hex
    cuts = [packed[begin : begin + PART] for begin in range(0, len(packed), PART)]
    parts = [
        {"pk": key[0], "sk": part_key(key[1], name, number), "part": cut, **marks}
        for number, cut in enumerate(cuts)
    ]
    return Body({"parts": len(parts), "parts_name": name}, parts)


def part_key(sk: str, name: str, number: int) -> str:
    """The sk of a part."""
    return f"{sk}{MARK}{name}{MARK}{number:04d}"


def part_keys(owner: Item | None) -> list[Key]:
    """The keys of all parts that an item names."""
    if owner is None or "parts" not in owner:
        return []
    pk, sk = key_of(owner)
    return [(pk, part_key(sk, owner["parts_name"], n)) for n in range(owner["parts"])]


def text_of(owner: Item, parts: Mapping[Key, Item]) -> str:
    """The text of an item, "" where it has none. Raises Lost when it has just been replaced."""
    if "text" in owner:
        return str(owner["text"])
    if "packed" in owner:
        return zlib.decompress(owner["packed"]).decode()
    try:
        packed = b"".join(parts[key]["part"] for key in part_keys(owner))
    except KeyError:
        raise Lost("the parts of a text") from None
    return zlib.decompress(packed).decode() if packed else ""


def texts_of(table: Table, owners: Mapping[Key, Item]) -> dict[Key, str]:
    """The texts of items that were read without their parts."""
    parts = table.get_many(chain.from_iterable(map(part_keys, owners.values())))
    return {key: text_of(owner, parts) for key, owner in owners.items()}


@contextmanager
def parts_written(table: Table, parts: Sequence[Item], old: Iterable[Key] = ()) -> Iterator[None]:
    """Around the transaction that names `parts`: they are there before it, and the `old` ones go
    afterwards.
    """
    table.put_many(parts)
    try:
        yield
    except Lost:  # only then is it sure that nothing names the new ones
        table.delete_many(map(key_of, parts))
        raise
    table.delete_many(old)
