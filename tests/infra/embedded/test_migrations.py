"""Schema versions: in order, one transaction each, and never a newer schema than is known."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.embedded.database import FILE_NAME, MIGRATIONS, Database
from infra.embedded.migrations import Migration, migrate, pending, versions
from infra.errors import BadSetup

ONE = Migration("p", 1, ("CREATE TABLE t (x)", "INSERT INTO t VALUES (1)"))
TWO = Migration("p", 2, ("UPDATE t SET x = x + 1",))
OTHER = Migration("q", 1, ("CREATE TABLE u (x)",))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "x", isolation_level=None)
    yield connection
    connection.close()


def test_each_is_done_once_and_parts_do_not_clash(connection: sqlite3.Connection) -> None:
    assert migrate(connection, [ONE]) == [ONE]
    assert migrate(connection, [ONE, TWO, OTHER]) == [TWO, OTHER]
    assert migrate(connection, [ONE, TWO, OTHER]) == []
    assert versions(connection) == {"p": 2, "q": 1}
    assert connection.execute("SELECT x FROM t").fetchall() == [(2,)]


def test_a_migration_that_fails_leaves_nothing(connection: sqlite3.Connection) -> None:
    wrong = Migration("p", 2, ("UPDATE t SET x = 7", "SELECT nonsense"))
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, [ONE, wrong])
    assert versions(connection) == {"p": 1}
    assert connection.execute("SELECT x FROM t").fetchall() == [(1,)]
    assert migrate(connection, [ONE, TWO]) == [TWO]


def test_killed_in_the_middle_it_goes_on(connection: sqlite3.Connection, tmp_path: Path) -> None:
    script = (
        "import os, sqlite3, sys\n"
        "from infra.embedded.migrations import Migration, migrate\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.create_function('die', 0, lambda: os._exit(9))\n"
        "migrate(c, [Migration('p', 1, ('CREATE TABLE t (x)', 'INSERT INTO t VALUES (1)')),\n"
        "            Migration('p', 2, ('UPDATE t SET x = x + 1', 'SELECT die()'))])\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "x")]
    root = Path(__file__).parents[3]
    assert subprocess.run(command, check=False, cwd=root).returncode == 9
    assert versions(connection) == {"p": 1}
    assert migrate(connection, [ONE, TWO]) == [TWO]
    assert connection.execute("SELECT x FROM t").fetchall() == [(2,)]


def test_a_newer_schema_is_refused(connection: sqlite3.Connection) -> None:
    migrate(connection, [ONE, TWO, OTHER])
    for known in ([ONE, OTHER], [ONE, TWO]):
        with pytest.raises(BadSetup, match="newer"):
            pending(connection, known)


def test_a_home_of_a_newer_program_is_refused(database: Database, home: Path) -> None:
    with database.write() as connection:
        connection.execute("UPDATE schema_versions SET number = 99 WHERE part = 'catalog'")
    database.close()
    before = (home / FILE_NAME).read_bytes()
    with pytest.raises(BadSetup, match="newer"):
        Database(home)
    assert (home / FILE_NAME).read_bytes() == before


def test_numbers_count_from_one_in_each_part() -> None:
    numbers: dict[str, list[int]] = {}
    for migration in MIGRATIONS:
        numbers.setdefault(migration.part, []).append(migration.number)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
