"""One table: items read and written by their keys. Nothing scans it but the moving of an archive.

Every read is strongly consistent. Lists are pages of queries, and stream.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from heapq import merge
from typing import Any, Literal

from pynamodb.connection.base import Connection
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from infra.aws.dynamo_calls import Calls
from infra.aws.dynamo_values import Item, Key, Plain, from_attributes, key_of, to_attributes
from infra.parts import in_parts

MOST_GETS, MOST_PUTS = 100, 25  # items in a request, by DynamoDB's limits
PAGE = 1_000

Page = tuple[list[Item], Any]  # items, and where the next page begins (None: there is none)


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a transaction."""

    kind: Literal["put", "update", "delete", "check"]
    arguments: dict[str, Any]


def field(name: str) -> Path:
    """An attribute, for conditions and updates: `field("rev") == 3`, `field("n").add(1)`."""
    return Path([name])  # a list: the name is not taken apart at dots


MISSING: Condition = field("pk").does_not_exist()  # no item has this key
THERE: Condition = field("pk").exists()


class Table:
    """Reads and writes of one table; made by `DynamoTables.table`."""

    def __init__(self, name: str, connection: Connection, calls: Calls, pool: Executor) -> None:
        self.name = name
        self._connection = connection
        self._calls = calls
        self._pool = pool

    # --- reading ----------------------------------------------------------------------------------

    def get(self, pk: str, sk: str) -> Item | None:
        """The item of a key."""
        found = self._calls.send(
            lambda: self._connection.get_item(self.name, pk, sk, consistent_read=True)
        )
        return from_attributes(found["Item"]) if "Item" in found else None

    def get_many(self, keys: Iterable[Key], only: Sequence[str] = ()) -> dict[Key, Item]:
        """The items that there are, 100 a request, requests side by side; `only` these attributes
        (pk and sk always).
        """
        parts = list(in_parts(dict.fromkeys(keys), MOST_GETS))
        names = ["pk", "sk", *only] if only else None
        if len(parts) == 1:
            found = [self._get_batch(parts[0], names)]
        else:
            found = list(self._pool.map(lambda part: self._get_batch(part, names), parts))
        return {key_of(item): item for items in found for item in items}

    def _get_batch(self, keys: Sequence[Key], names: list[str] | None) -> list[Item]:
        left: list[Any] = [to_attributes({"pk": pk, "sk": sk}) for pk, sk in keys]
        items: list[Item] = []
        attempt = 0
        while left:
            ask = partial(self._connection.batch_get_item, consistent_read=True)
            answer = self._calls.send(partial(ask, self.name, left, attributes_to_get=names))
            items += map(from_attributes, answer["Responses"].get(self.name, ()))
            rest = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            attempt = self._calls.next_attempt(attempt, len(left), len(rest))
            left = rest
        return items

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: str = "",
        only: Sequence[str] = (),
        page: int = PAGE,
    ) -> Iterator[Item]:
        """Items of a partition in ascending order of sk: those that begin with `prefix`, behind
        `after`. Streams, `page` items a request.
        """
        start = to_attributes({"pk": pk, "sk": after}) if after else None
        return self._from(self._page(pk, prefix, start, only, page), pk, prefix, only, page)

    def merged(
        self, partitions: Sequence[str], *, only: Sequence[str] = (), page: int = PAGE
    ) -> Iterator[Item]:
        """Items of several partitions in one ascending order of sk. Streams: a page of each."""
        firsts: list[Future[Page]] = [
            self._pool.submit(self._page, pk, "", None, only, page) for pk in partitions
        ]
        streams = [
            self._from(first.result(), pk, "", only, page)
            for first, pk in zip(firsts, partitions, strict=True)
        ]
        return merge(*streams, key=lambda item: str(item["sk"]))

    def _from(
        self, found: Page, pk: str, prefix: str, only: Sequence[str], page: int
    ) -> Iterator[Item]:
        items, start = found
        while True:
            yield from items
            if start is None:
                return
            items, start = self._page(pk, prefix, start, only, page)

    def _page(self, pk: str, prefix: str, start: Any, only: Sequence[str], page: int) -> Page:
        condition = field("sk").startswith(prefix) if prefix else None
        answer = self._calls.send(
            lambda: self._connection.query(
                self.name,
                pk,
                condition,
                attributes_to_get=["pk", "sk", *only] if only else None,
                consistent_read=True,
                exclusive_start_key=start,
                limit=page,
            )
        )
        return [from_attributes(item) for item in answer["Items"]], answer.get("LastEvaluatedKey")

    def everything(self, prefix: str, only: Sequence[str] = ()) -> Iterator[Item]:
        """Items of all partitions whose names begin with `prefix`, in no order: the whole table is
        read for it, which only moving an archive elsewhere has a reason for. Streams.
        """
        start: Any = None
        while True:
            ask = partial(self._connection.scan, self.name, field("pk").startswith(prefix))
            names = ["pk", "sk", *only] if only else None
            answer = self._calls.send(
                partial(ask, names, consistent_read=True, exclusive_start_key=start)
            )
            yield from map(from_attributes, answer["Items"])
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return

    # --- writing at once --------------------------------------------------------------------------

    def put(self, item: Item) -> None:
        """Create or replace an item."""
        self.put_many([item])

    def put_many(self, items: Iterable[Item]) -> None:
        """Create or replace items with different keys, without a transaction."""
        self._write_many("PutRequest", ({"Item": to_attributes(item)} for item in items))

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Delete items, without a transaction."""
        found = ({"Key": to_attributes({"pk": pk, "sk": sk})} for pk, sk in dict.fromkeys(keys))
        self._write_many("DeleteRequest", found)

    def _write_many(self, kind: str, requests: Iterable[dict[str, Any]]) -> None:
        for part in in_parts(requests, MOST_PUTS):
            left: list[Any] = [{kind: request} for request in part]
            attempt = 0
            while left:
                arguments = {"RequestItems": {self.name: left}}
                ask = partial(self._connection.dispatch, "BatchWriteItem", arguments)
                answer = self._calls.send(ask)
                rest = answer.get("UnprocessedItems", {}).get(self.name, [])
                attempt = self._calls.next_attempt(attempt, len(left), len(rest))
                left = rest

    # --- writes of a transaction ------------------------------------------------------------------

    def putting(self, item: Item, condition: Condition | None = None) -> Write:
        """Create or replace an item."""
        arguments = self._arguments(key_of(item), condition)
        del arguments["Key"]
        return Write("put", arguments | {"Item": to_attributes(item)})

    def changing(
        self,
        key: Key,
        changes: Mapping[str, Plain | None],
        condition: Condition | None = None,
        *,
        adding: Mapping[str, int] | None = None,
    ) -> Write:
        """Set attributes (None removes one) and add to numbers; makes the item if there is none."""
        actions: list[Action] = []
        for name, value in changes.items():
            known = to_attributes({name: value})
            path = field(name)
            actions.append(path.set(known[name]) if known else path.remove())
        actions += [field(name).add(number) for name, number in (adding or {}).items()]
        return Write("update", self._arguments(key, condition, actions=actions))

    def deleting(self, key: Key, condition: Condition | None = None) -> Write:
        """Delete an item."""
        return Write("delete", self._arguments(key, condition))

    def checking(self, key: Key, condition: Condition) -> Write:
        """Only see to a condition."""
        return Write("check", self._arguments(key, condition))

    def _arguments(self, key: Key, condition: Condition | None, **more: Any) -> dict[str, Any]:
        return self._connection.get_operation_kwargs(
            self.name, key[0], key[1], condition=condition, **more
        )
