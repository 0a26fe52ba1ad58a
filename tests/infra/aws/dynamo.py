"""What tests of the adapters on DynamoDB share: the calls that a server gets, and kills."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from infra.aws.dynamo_setup import DynamoSetup
from infra.aws.dynamo_tables import DynamoTables

WRITES = {"TransactWriteItems", "BatchWriteItem", "PutItem", "UpdateItem", "DeleteItem"}


class Killed(BaseException):
    """What a process that is killed does, seen from inside: it does nothing more."""


class Watched:
    """Tables on a real server, with the names of the operations that it was asked for."""

    def __init__(self, setup: DynamoSetup) -> None:
        self.setup = setup
        self.tables = DynamoTables(setup)
        self.asked: Counter[str] = Counter()
        self._before_write: Callable[[], None] = lambda: None
        events = self.tables.connection().client.meta.events
        events.register("before-call.dynamodb", self._note)

    def _note(self, model: Any, **_: object) -> None:
        self.asked[model.name] += 1
        if model.name in WRITES:
            self._before_write()

    def during(self, work: Callable[[], object]) -> Counter[str]:
        """The operations that some work needs."""
        self.asked.clear()
        work()
        return Counter(self.asked)

    @contextmanager
    def killed_before_write(self, number: int) -> Iterator[None]:
        """Inside, the process is killed before it sends its write of this number (from 0)."""
        left = iter(range(number))

        def before() -> None:
            if next(left, None) is None:
                raise Killed

        self._before_write = before
        try:
            yield
        finally:
            self._before_write = lambda: None

    def killed_at_every_write(
        self,
        prepare: Callable[[], object],
        work: Callable[[], object],
        look: Callable[[], object],
    ) -> None:
        """Whatever write the work is killed before: all of it is seen or nothing, and doing it
        again ends it.
        """
        prepare()
        before = look()
        work()
        after = look()
        assert before != after
        for number in count():
            prepare()
            assert look() == before
            try:
                with self.killed_before_write(number):
                    work()
                break
            except Killed:
                assert look() in (before, after)
            work()
            assert look() == after
        assert number > 0

    def items(self, name: str) -> list[dict[str, Any]]:
        """Every item of a table: a scan, which is no business of the adapters."""
        client = self.tables.connection().client
        found: list[dict[str, Any]] = []
        for page in client.get_paginator("scan").paginate(TableName=f"{self.setup.prefix}-{name}"):
            found += page["Items"]
        return found
