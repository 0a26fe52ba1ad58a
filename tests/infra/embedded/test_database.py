"""Transactions, errors and opening of the one SQLite file."""

import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.embedded.database import FILE_NAME, Database, database_errors
from infra.embedded.ledger import EmbeddedLedger
from infra.errors import BackendError, BadSetup, StorageFull, Unavailable

Open = Callable[..., Database]


def tokens(database: Database) -> list[str]:
    with database.read() as connection:
        return [t for (t,) in connection.execute("SELECT token FROM tombstones ORDER BY token")]


def bury(database: Database, token: str) -> None:
    EmbeddedLedger(database).bury([token])


def bury_in_vain(database: Database, token: str) -> None:
    with database.write():
        bury(database, token)
        raise KeyError


# --- transactions ---------------------------------------------------------------------------------


def test_a_block_that_raises_changes_nothing(database: Database) -> None:
    with pytest.raises(KeyError):
        bury_in_vain(database, "a")
    assert tokens(database) == []


def test_several_calls_can_be_one_step(database: Database, open_database: Open) -> None:
    other = open_database()
    with database.write():
        bury(database, "a")
        bury(database, "b")
        assert tokens(database) == ["a", "b"]  # a read inside sees them
        assert tokens(other) == []  # nobody else does
    assert tokens(other) == ["a", "b"]


def test_a_step_inside_can_fail_alone(database: Database) -> None:
    with database.write():
        bury(database, "a")
        with pytest.raises(KeyError):
            bury_in_vain(database, "b")
        bury(database, "c")
    assert tokens(database) == ["a", "c"]


def test_a_read_is_one_snapshot(database: Database, open_database: Open) -> None:
    with database.read():
        assert tokens(database) == []
        bury(open_database(), "a")
        assert tokens(database) == []
    assert tokens(database) == ["a"]


def test_writing_inside_a_read_is_refused(database: Database) -> None:
    with database.read(), pytest.raises(RuntimeError, match="inside read"):
        bury(database, "a")


def test_threads_write_one_after_the_other(database: Database, open_database: Open) -> None:
    both = (database, open_database())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: bury(both[n % 2], f"{n:03d}"), range(100)))
    assert tokens(database) == [f"{n:03d}" for n in range(100)]


def test_data_version_changes_with_every_commit(database: Database, open_database: Open) -> None:
    seen = [database.data_version()]
    tokens(database)
    assert database.data_version() == seen[0]
    for writer in (database, open_database(), database):
        bury(writer, f"{len(seen)}")
        seen.append(database.data_version())
    assert len(set(seen)) == 4


def test_checkpoint_empties_the_log(database: Database, home: Path) -> None:
    bury(database, "a")
    log = home / f"{FILE_NAME}-wal"
    assert log.stat().st_size > 0
    database.checkpoint()
    assert log.stat().st_size == 0


# --- errors ---------------------------------------------------------------------------------------


def test_a_busy_store_is_unavailable(database: Database, open_database: Open) -> None:
    impatient = open_database(busy_seconds=0.01)
    with database.write():
        with pytest.raises(Unavailable) as caught:
            bury(impatient, "a")
        assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    bury(impatient, "b")
    assert tokens(database) == ["b"]


def test_a_log_that_is_being_read_cannot_be_emptied(
    database: Database, open_database: Open
) -> None:
    impatient = open_database(busy_seconds=0.01)
    with database.read():
        tokens(database)
        bury(impatient, "a")
        with pytest.raises(Unavailable):
            impatient.checkpoint()


def test_a_closed_store_is_unavailable(database: Database) -> None:
    database.close()
    database.close()
    for use in (lambda: tokens(database), lambda: bury(database, "a"), database.data_version):
        with pytest.raises(Unavailable):
            use()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_READONLY, StorageFull),
        (sqlite3.SQLITE_IOERR_WRITE, StorageFull),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Unavailable),
        (sqlite3.SQLITE_LOCKED, Unavailable),
        (sqlite3.SQLITE_CORRUPT, BackendError),
    ],
)
def test_errors_are_translated(code: int, error: type[Exception]) -> None:
    failure = sqlite3.OperationalError("secret text")
    failure.sqlite_errorcode = code
    with pytest.raises(error) as caught, database_errors():
        raise failure
    assert type(caught.value) is error
    assert "secret" not in str(caught.value)


def test_a_malformed_file_is_a_backend_error(home: Path, open_database: Open) -> None:
    database = open_database()
    EmbeddedLedger(database).bury(f"{number:064d}" for number in range(3_000))
    database.close()
    size = (home / FILE_NAME).stat().st_size
    with (home / FILE_NAME).open("r+b") as file:
        file.seek(65_536)
        file.write(b"\xff" * (size - 65_536))
    with pytest.raises(BackendError):
        tokens(open_database())


# --- opening --------------------------------------------------------------------------------------


def test_only_the_owner_can_read_a_home(database: Database, home: Path) -> None:
    bury(database, "a")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert len(files) >= 3  # the file, its log and shared memory


def test_the_promised_settings(database: Database) -> None:
    with database.read() as connection:
        found = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "page_size", "secure_delete",
                         "foreign_keys")
        }  # fmt: skip
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "page_size": 32_768, "secure_delete": 1,
        "foreign_keys": 1,
    }  # fmt: skip


def test_many_can_open_a_new_home_at_once(open_database: Open) -> None:
    with ThreadPoolExecutor(6) as pool:
        ids = {database.home_id for database in pool.map(lambda _: open_database(), range(6))}
    assert len(ids) == 1


def test_a_file_is_no_home(home: Path) -> None:
    home.write_text("x")
    with pytest.raises(BadSetup, match="folder"):
        Database(home)


def test_a_file_of_something_else_is_left_alone(home: Path) -> None:
    home.mkdir()
    path = home / FILE_NAME
    path.write_bytes(b"something else" * 1_000)
    with pytest.raises(BadSetup, match="not a Similis database"):
        Database(home)
    assert path.read_bytes() == b"something else" * 1_000


def test_a_database_of_another_program_is_left_alone(home: Path) -> None:
    home.mkdir()
    other = sqlite3.connect(home / FILE_NAME)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(BadSetup, match="another program"):
        Database(home)
    again = sqlite3.connect(home / FILE_NAME)
    assert again.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]
    again.close()
