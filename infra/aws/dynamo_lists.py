"""Long ordered lists, spread over several partitions so that none of them is hot.

A list has a name; what it lists lies in the partitions NAME#0 to NAME#7, chosen by a hash of the
sort key. Reading a list merges its partitions.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TypeVar

from infra.aws.dynamo_values import Key

T = TypeVar("T")

BUCKETS = 8  # each takes 1,000 writes a second, and more once DynamoDB has split it


def bucket_of(text: str, buckets: int = BUCKETS) -> str:
    """A hexadecimal digit that is always the same for the same text."""
    return f"{sha256(text.encode()).digest()[0] % buckets:x}"


def place_in(name: str, sk: str) -> Key:
    """Where the list of this name has its entry `sk`."""
    return f"{name}#{bucket_of(sk)}", sk


def partitions_of(names: Iterable[str], buckets: int = BUCKETS) -> list[str]:
    """All partitions of these lists."""
    return [f"{name}#{number:x}" for name in names for number in range(buckets)]


def each_once(ordered: Iterable[T]) -> Iterator[T]:
    """Neighbours that are equal come once: an entry may change lists while they are read."""
    last: T | None = None
    for one in ordered:
        if one != last:
            yield one
        last = one
