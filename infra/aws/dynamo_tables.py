"""The tables of an archive in DynamoDB, made when they are first needed.

All have the same keys: `pk` and `sk`, both text. There are no secondary indexes: those follow
later than the writes, and our contracts promise that what was put is found. What an index would
hold are items of their own, written in the same transaction as what they lead to.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar
from uuid import uuid4

from pynamodb.connection.base import Connection

from infra.aws.dynamo_calls import Calls, Silent
from infra.aws.dynamo_connection import (
    connect,
    item_of,
    make,
    note_keys,
    status_of,
    write_and_delete,
)
from infra.aws.dynamo_setup import DynamoSetup
from infra.aws.dynamo_table import Table, Write
from infra.aws.dynamo_values import Item, Key
from infra.errors import BadSetup, StorageFull, Unavailable

T = TypeVar("T")
A = TypeVar("A")

MOST_WRITES = 100  # in one transaction
CHECK_SECONDS = 3.0
MAKING_SECONDS = 60.0


class DynamoTables:
    """All adapters of an archive share one. Connects at first use; thread-safe."""

    def __init__(self, setup: DynamoSetup, *, wait: Callable[[float], None] = sleep) -> None:
        self.setup = setup
        self.calls = Calls(setup.patience_seconds, setup.silence_seconds, wait=wait)
        self._wait = wait
        self._lock = Lock()
        self._tables: dict[str, Table] = {}
        self._noted: set[tuple[str, str, str]] = set()
        self._connections: dict[float, Connection] = {}
        self._pool = ThreadPoolExecutor(setup.connections // 2, "dynamodb")

    def connection(self, read_seconds: float | None = None) -> Connection:
        """The connection, made at first use; another one for another time to wait for answers."""
        seconds = self.setup.read_seconds if read_seconds is None else read_seconds
        with self._lock:
            if seconds not in self._connections:
                made = self.calls.send(lambda: connect(self.setup, seconds))
                self._connections[seconds] = made
            return self._connections[seconds]

    def table(self, name: str) -> Table:
        """The table PREFIX-name, made if it is not there yet (and paid by request)."""
        if name not in self._tables:
            connection, full = self.connection(), f"{self.setup.prefix}-{name}"
            self._make(connection, full)
            with self._lock:
                if name not in self._tables:  # another thread may have been here, too
                    note_keys(connection, full)
                    self._tables[name] = Table(full, connection, self.calls, self._pool)
        return self._tables[name]

    def note(self, name: str, pk: str, sk: str) -> None:
        """Make sure that there is an item without anything but its key; cheap when it was noted."""
        if (name, pk, sk) not in self._noted:
            self.table(name).put({"pk": pk, "sk": sk})
            self._noted.add((name, pk, sk))

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all of these writes or none of them (100 and 4 MB at most).

        Raises Lost when a condition does not hold or another write was in the way.
        """
        parts: dict[str, list[dict[str, Any]]] = {}
        for write in writes:
            parts.setdefault(write.kind, []).append(write.arguments)
        token = str(uuid4())  # a second try after a lost answer is the same transaction
        connection = self.connection()
        self.calls.send(
            lambda: connection.transact_write_items(
                condition_check_items=parts.get("check", []),
                delete_items=parts.get("delete", []),
                put_items=parts.get("put", []),
                update_items=parts.get("update", []),
                client_request_token=token,
            )
        )

    def until_done(self, step: Callable[[], T]) -> T:
        """See `Calls.until_done`."""
        return self.calls.until_done(step)

    def at_once(self, task: Callable[[A], T], given: Sequence[A]) -> list[T]:
        """The task for each, several at a time. Tasks may not use this, or `merged`, themselves."""
        return list(self._pool.map(task, given)) if len(given) > 1 else [task(a) for a in given]

    def look(self, name: str, key: Key) -> Item | None:
        """An item, asked for once and not for long; no table is made for it."""
        connection, full = self.connection(CHECK_SECONDS), f"{self.setup.prefix}-{name}"
        return Calls(0.0, tries=1).send(lambda: item_of(connection, full, key))

    def check(self) -> str:
        """One sentence on what is there. Raises Unavailable or BadSetup, in a few seconds, and
        StorageFull when it answers but takes no writes.
        """
        connection, name = self.connection(CHECK_SECONDS), f"{self.setup.prefix}-cases"
        there = Calls(0.0, tries=1).send(lambda: status_of(connection, name))
        if there and self.calls.doubted:
            self._try_to_write(connection, name)
        where = self.setup.url or f"AWS ({self.setup.region or 'its usual region'})"
        tables = "are there" if there else "will be made when they are needed"
        return f"DynamoDB at {where} answers; tables {self.setup.prefix}-… {tables}."

    def close(self) -> None:
        """Let go of connections and threads."""
        self._pool.shutdown(cancel_futures=True)
        for connection in self._connections.values():
            connection.client.close()

    def _try_to_write(self, connection: Connection, name: str) -> None:
        """Only when something has failed, or nothing was tried yet: writing costs money."""
        self.calls.doubted = False
        try:
            Calls(0.0, tries=1).send(lambda: write_and_delete(connection, name))
        except BadSetup:
            return  # who may only read is not to be hindered
        except Unavailable as error:
            self.calls.doubted = True
            if isinstance(error, Silent):
                raise
            raise StorageFull(f"DynamoDB answers, but takes no writes. {error}") from error

    def _make(self, connection: Connection, name: str) -> None:
        """Two processes may do this at once: one makes it, both wait until it is ready."""
        began = monotonic()
        while (status := self.calls.send(lambda: status_of(connection, name))) != "ACTIVE":
            if not status:
                self.calls.send(lambda: make(connection, name))
            if monotonic() - began > MAKING_SECONDS:
                raise Unavailable(f"The table {name} is still being made; try again later.")
            self._wait(0.2)
