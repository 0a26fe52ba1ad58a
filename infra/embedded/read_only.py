"""A home that cannot be written (a read-only mount, no right to write) is opened to be read.

SQLite reads a database that has a write-ahead log only where the log's side files are or can be
made, unless it is told that nobody writes. That is believed of a database without a log, and
checked: where the file or its log has changed during a read, the read fails instead of answering.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from infra.embedded.database import FILE_NAME, MIGRATIONS, Database, database_errors, is_used
from infra.embedded.files import disk_errors
from infra.embedded.migrations import missing
from infra.embedded.scratch import Scratch
from infra.errors import BadSetup, StorageFull, Unavailable

_State = tuple[int, int, int, int]


def is_read_only(home: Path) -> bool:
    """Whether there is a store that this process may not write."""
    path = home / FILE_NAME
    if not os.path.isfile(path):  # noqa: PTH113  Path.is_file raises where it may not look
        return False
    return not (_may_write(home) and _may_write(path))


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


class ReadOnlyDatabase(Database):
    """The SQLite file of a home that is not changed: not migrated, no lock taken, no log made."""

    def __init__(self, home: Path) -> None:
        """Raises BadSetup for a file that is not ours, or of another version than this program."""
        super().__init__(home)

    def _open(self) -> sqlite3.Connection:
        try:
            return self._prepared(_check)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CANTOPEN:
                raise
            raise BadSetup(
                "SIMILIS_HOME cannot be written, and its last changes are only in the log of a run "
                "that was cut off: run `similis check` once where it can be written."
            ) from error

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One consistent snapshot of the store. Raises Unavailable when somebody wrote."""
        before = self._state() if self._local.connection is None else None
        with super().read() as connection:
            yield connection
        if before and not _has_log(before) and self._state() != before:
            raise Unavailable("The store was changed while it was read; try again.")

    def write(self) -> NoReturn:
        """Raises StorageFull."""
        raise StorageFull(
            "SIMILIS_HOME is read-only: it can be searched, shown and exported, but not changed."
        )

    def _connect(self) -> sqlite3.Connection:
        immutable = "" if _has_log(self._state()) else "&immutable=1"
        return self._connect_to(f"{self.path.absolute().as_uri()}?mode=ro{immutable}")

    def _give_back(self, connection: sqlite3.Connection) -> None:
        connection.close()  # one that was told that nobody writes would not see that somebody did

    def _state(self) -> _State:
        """What changes with the file: number, size and time of change, and the size of its log."""
        with disk_errors():
            found = self.path.stat()
            log = 0
            with suppress(FileNotFoundError):
                log = self.path.with_name(f"{FILE_NAME}-wal").stat().st_size
        return found.st_ino, found.st_size, found.st_mtime_ns, log


def _has_log(state: _State) -> bool:
    return state[-1] > 0


def _check(connection: sqlite3.Connection) -> None:
    with database_errors():
        used = is_used(connection)
        versions = connection.execute("SELECT part, number FROM schema_versions") if used else ()
        if missing(dict(versions), MIGRATIONS):
            raise BadSetup(
                "SIMILIS_HOME is read-only, and what it holds has the form of an earlier version: "
                "run `similis migrate` where it can be written."
            )


class OutsideScratch(Scratch):
    """A private folder in the system's place for temporary files, made when first asked for."""

    def __init__(self) -> None:
        super().__init__(Path())
        self._home: Path | None = None

    @property
    def path(self) -> Path:
        """The folder. Raises StorageFull when it cannot be made."""
        if self._home is None:
            with disk_errors():
                self._home = Path(tempfile.mkdtemp(prefix="similis-"))
            self._parent = self._home / "tmp"
        return super().path

    def close(self) -> None:
        """Remove the folder."""
        super().close()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None
