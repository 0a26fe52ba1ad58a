"""The one SQLite file of a home: connections, transactions and errors.

    with database.read() as connection:    # one snapshot; nested reads share it
    with database.write() as connection:   # one transaction; nested writes are savepoints of it

A `read()` inside a `write()` of the same thread sees what was written so far. Both may be nested to
make several port calls one step. Never `yield` out of either: a generator takes a new snapshot for
each chunk. Everything of a home is written with `secure_delete`, so that deleted rows are zeroed.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from infra.embedded import index_tables, tables
from infra.embedded.files import PRIVATE_FILE, disk_errors, private_folder
from infra.embedded.locks import locked
from infra.embedded.migrations import migrate
from infra.errors import BackendError, BadSetup, StorageFull, Unavailable

log = logging.getLogger(__name__)

FILE_NAME = "similis.sqlite"
LOCK_NAME = ".opening"
MIGRATIONS = (*tables.MIGRATIONS, *index_tables.MIGRATIONS)

APPLICATION_ID = 0x53494D49  # "SIMI": a file that is not ours is never touched
PAGE_SIZE = 32_768  # a 4 KB vector wastes half of an 8 KB page
BUSY_SECONDS = 30.0
CACHE_KB = 64_000
REWRITE_CACHE_KB = 8_000  # VACUUM holds several times its cache

_REWRITING = threading.Lock()

_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM}


@contextmanager
def database_errors() -> Iterator[None]:
    """Translate sqlite3 errors: StorageFull, Unavailable, BackendError; BadSetup: no database."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary result code
        if code in _FULL:
            raise StorageFull(
                "The store cannot be written (disk full, read-only or failing): nothing was half-"
                "written. Free some space or mend its access rights, and repeat."
            ) from error
        if code in _BUSY:
            raise Unavailable("The store is busy with another process; try again.") from error
        if code == sqlite3.SQLITE_NOTADB:
            raise BadSetup(f"{FILE_NAME} in SIMILIS_HOME is not a Similis database.") from error
        raise BackendError("The store failed; the log has the details.") from error


class _Local(threading.local):
    """What this thread is in the middle of."""

    connection: sqlite3.Connection | None = None
    writing: bool = False
    depth: int = 0


class Database:
    """The SQLite file of `home`, made or migrated when opened. Threads may share it."""

    def __init__(self, home: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Raises BadSetup for a file that is not ours or newer, StorageFull when read-only."""
        self.home = home
        self.path = home / FILE_NAME
        self._busy_seconds = busy_seconds
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()  # guards _idle and _watcher
        self._writer = threading.Lock()  # threads of a process write one after the other
        self._local = _Local()
        self._process = os.getpid()
        self._closed = False
        self._watcher = self._open()

    def _open(self) -> sqlite3.Connection:
        """Make the file ready to be used; the first connection to it."""
        with disk_errors():
            _create(self.home, self.path)
        with database_errors(), disk_errors(), locked(self.home / LOCK_NAME):  # one at a time
            return self._prepared(_prepare)

    def _prepared(self, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        connection = self._connect()
        try:
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def home_id(self) -> str:
        """The random name of this home, the same as its blob folder carries."""
        with self.read() as connection:
            (home_id,) = connection.execute("SELECT home_id FROM home").fetchone()
            return str(home_id)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One consistent snapshot of the store."""
        local = self._local
        if local.connection is not None:
            with database_errors():
                yield local.connection
            return
        with database_errors(), self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: commits at the end of the outermost block, undoes what raised.

        Raises Unavailable when another process writes for longer than the busy time, or inside a
        `read()` of the same thread, whose snapshot could be old.
        """
        local = self._local
        if local.writing and local.connection is not None:
            with database_errors(), self._savepoint(local.connection):
                yield local.connection
            return
        if local.connection is not None:
            raise RuntimeError("write() inside read(): write first, or end the read")
        if not self._writer.acquire(timeout=self._busy_seconds):
            raise Unavailable("The store is busy writing; try again.")
        try:
            with database_errors(), self._transaction("BEGIN IMMEDIATE") as connection:
                yield connection
        finally:
            self._writer.release()

    def data_version(self) -> int:
        """A number that is another one after every commit, of this or any other process."""
        with database_errors(), self._lock:
            self._check_open()
            (version,) = self._watcher.execute("PRAGMA data_version").fetchone()
            return int(version)

    def rewrite(self, folder: Path) -> None:
        """Write the whole file anew from its live rows (VACUUM), then empty the log.

        `folder` takes the copy on the way. Writers wait meanwhile, readers do not. Memory stays
        bounded; the disk needs twice the size of the file for the time.
        """
        with database_errors(), closing(self._connect()) as connection, _REWRITING:
            self._check_open()
            connection.execute(f"PRAGMA cache_size = -{REWRITE_CACHE_KB}")
            connection.execute("PRAGMA temp_store = FILE")
            # This is a setting of the whole process; no other connection makes temporary files.
            quoted = str(folder).replace("'", "''")
            connection.execute(f"PRAGMA temp_store_directory = '{quoted}'")
            connection.execute("VACUUM")
        self.checkpoint()

    def checkpoint(self) -> None:
        """Move everything from the write-ahead log into the file and empty the log.

        Raises Unavailable when a reader of another process holds on to it for the busy time.
        """
        with database_errors():
            connection = self._take()
            try:
                (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._give_back(connection)
        if busy:
            raise Unavailable("Another process is reading; try again when it has finished.")

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards. Twice is no error."""
        with database_errors(), self._lock:
            if not self._closed and self._process == os.getpid():
                for connection in (*self._idle, self._watcher):
                    connection.close()
            self._closed = True
            self._idle.clear()

    # --- connections ------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._take()
        local = self._local
        try:
            connection.execute(begin)
            local.connection, local.writing = connection, begin != "BEGIN"
            yield connection
            connection.execute("COMMIT")
        finally:
            local.connection, local.writing, local.depth = None, False, 0
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._give_back(connection)

    @contextmanager
    def _savepoint(self, connection: sqlite3.Connection) -> Iterator[None]:
        local = self._local
        local.depth += 1
        name = f"step_{local.depth}"
        connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            if connection.in_transaction:  # a full disk has undone the whole transaction already
                connection.execute(f"ROLLBACK TO {name}")
            raise
        finally:
            local.depth -= 1
            if connection.in_transaction:
                connection.execute(f"RELEASE {name}")

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            self._check_open()
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("The store has been closed.")
        if self._process != os.getpid():  # SQLite connections must not be carried over a fork
            raise Unavailable("The store was opened by another process; open it in this one.")

    def _connect(self) -> sqlite3.Connection:
        return self._connect_to(self.path.absolute().as_uri())

    def _connect_to(self, uri: str) -> sqlite3.Connection:
        # Connections wander between threads, but only one thread has one at a time.
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")  # no sorted text in a temporary file
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        return connection


# --- opening --------------------------------------------------------------------------------------


def _create(home: Path, path: Path) -> None:
    if home.exists() and not home.is_dir():
        raise BadSetup("SIMILIS_HOME names a file: it must be a folder.")
    private_folder(home)
    # Made here for its rights, which SQLite gives to its side files, too. An existing one is left
    # alone: closing any descriptor of it would drop the locks that this process holds on it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))


def is_used(connection: sqlite3.Connection) -> bool:
    """Whether there are tables. Raises BadSetup when they are another program's."""
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    (used,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if used and found != APPLICATION_ID:
        raise BadSetup(f"{FILE_NAME} in SIMILIS_HOME belongs to another program.")
    return bool(used)


def _prepare(connection: sqlite3.Connection) -> None:
    if not is_used(connection):  # these hold only for a file without tables
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    else:
        connection.execute("PRAGMA journal_mode = WAL")  # a restored copy is in another mode
    for migration in migrate(connection, MIGRATIONS):
        log.info("migrated %s to %d", migration.part, migration.number)
