"""The tables of an archive in DynamoDB, made when they are first needed.

All have the same keys: `pk` and `sk`, both text. There are no secondary indexes: those follow
later than the writes, and our contracts promise that what was put is found. What an index would
hold are items of their own, written in the same transaction as what they lead to.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar
from uuid import uuid4

from pynamodb.connection.base import Connection
from pynamodb.exceptions import TableDoesNotExist

from infra.aws.dynamo_calls import Calls
from infra.aws.dynamo_setup import DynamoSetup
from infra.aws.dynamo_table import Table, Write
from infra.errors import BadSetup, Unavailable

T = TypeVar("T")
A = TypeVar("A")

MOST_WRITES = 100  # in one transaction
CHECK_SECONDS = 3.0
MAKING_SECONDS = 60.0
OWN_REGION = "us-east-1"  # what a server of one's own is told where none is set

_KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
_TYPES = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]


class DynamoTables:
    """All adapters of an archive share one. Connects at first use; thread-safe."""

    def __init__(self, setup: DynamoSetup, *, wait: Callable[[float], None] = sleep) -> None:
        self.setup = setup
        self.calls = Calls(setup.patience_seconds, wait=wait)
        self._wait = wait
        self._lock = Lock()
        self._tables: dict[str, Table] = {}
        self._noted: set[tuple[str, str, str]] = set()
        self._pool = ThreadPoolExecutor(setup.connections // 2, "dynamodb")

    @cached_property
    def _connection(self) -> Connection:
        return self.calls.send(lambda: _connect(self.setup, self.setup.read_seconds))

    def table(self, name: str) -> Table:
        """The table PREFIX-name, made if it is not there yet (and paid by request)."""
        with self._lock:
            if name not in self._tables:
                full = f"{self.setup.prefix}-{name}"
                self._make(full)
                self._tables[name] = Table(full, self._connection, self.calls, self._pool)
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
        self.calls.send(
            lambda: self._connection.transact_write_items(
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

    def check(self) -> str:
        """One sentence on what is there. Raises Unavailable or BadSetup, in a few seconds."""
        name, once = f"{self.setup.prefix}-cases", Calls(0.0, tries=1)
        connection = once.send(lambda: _connect(self.setup, CHECK_SECONDS))
        there = once.send(lambda: _is_there(connection, name))
        connection.client.close()
        where = self.setup.url or f"AWS ({self.setup.region or 'its usual region'})"
        tables = "are there" if there else "will be made when they are needed"
        return f"DynamoDB at {where} answers; tables {self.setup.prefix}-… {tables}."

    def close(self) -> None:
        """Let go of connections and threads."""
        self._pool.shutdown(cancel_futures=True)
        if "_connection" in vars(self):
            self._connection.client.close()

    def _make(self, name: str) -> None:
        """Two processes may do this at once: one makes it, both wait until it is ready."""
        connection, began = self._connection, monotonic()
        while not self.calls.send(lambda: _is_active(connection, name)):
            if monotonic() - began > MAKING_SECONDS:
                raise Unavailable(f"The table {name} is still being made; try again later.")
            self._wait(0.5)


def _connect(setup: DynamoSetup, read_seconds: float) -> Connection:
    """A connection whose client is made. Raises BadSetup for a URL that is none."""
    connection = Connection(
        region=setup.region or (OWN_REGION if setup.url else None),
        host=setup.url or None,
        connect_timeout_seconds=setup.connect_seconds,
        read_timeout_seconds=read_seconds,
        retry_configuration={"total_max_attempts": 1, "mode": "standard"},  # `Calls` does it
        max_pool_connections=setup.connections,
    )
    if setup.ca_file is not None:
        connection.session.set_config_variable("ca_bundle", str(setup.ca_file))
    try:
        connection.client  # noqa: B018  made here, as that is not safe in several threads
    except ValueError as error:
        raise BadSetup("SIMILIS_DYNAMODB_URL is not a URL that can be asked.") from error
    return connection


def _is_active(connection: Connection, name: str) -> bool:
    """Whether a table is ready to be used; one that is missing is begun."""
    try:
        return bool(connection.describe_table(name)["TableStatus"] == "ACTIVE")
    except TableDoesNotExist:
        connection.create_table(name, _TYPES, _KEYS, billing_mode="PAY_PER_REQUEST")
        return False


def _is_there(connection: Connection, name: str) -> bool:
    try:
        return bool(connection.describe_table(name))
    except TableDoesNotExist:
        return False
