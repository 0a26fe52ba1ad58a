"""A home that may not be written is searched, shown and exported, and left as it was."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import root
from infra.embedded import read_only
from infra.embedded.database import FILE_NAME
from infra.errors import BadSetup, SimilisError, StorageFull, Unavailable
from tests.flow import archive as a

NOBODY = 65_534


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> a.Archive:
    a.without_workers(monkeypatch)
    home = tmp_path / "home"
    home.mkdir()
    (home / "key").touch(0o600)
    (home / "key").write_bytes(a.KEY)
    made = a.Archive(home)
    reports = tmp_path / "r.csv"
    reports.write_text("accession,text\nACC00001,edema\n")
    made.ingest(a.write(tmp_path / "films", {f"{n}.dcm": a.film(n) for n in (11, 21)}))
    made.ingest(reports=reports)
    monkeypatch.setenv("SIMILIS_HOME", str(home))
    return made


@pytest.fixture(params=["by its rights", "as if mounted"])
def locked_home(
    request: pytest.FixtureRequest, archive: a.Archive, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A home of ours without the right to write."""
    if request.param == "as if mounted":
        monkeypatch.setattr(read_only, "_may_write", lambda path: False)
        yield archive.home
        return
    if os.geteuid() == 0:
        _give_to_nobody(archive.home)
    _set_rights(archive.home, 0o500, 0o400)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        yield archive.home
        os.seteuid(0)
    else:
        yield archive.home
    _set_rights(archive.home, 0o700, 0o600)


def _give_to_nobody(home: Path) -> None:
    home.parent.chmod(0o755)
    for path in (home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


def _set_rights(home: Path, folder: int, file: int) -> None:
    for path in (*home.rglob("*"), home):
        path.chmod(folder if path.is_dir() else file)


def similis(*arguments: str | Path) -> Result:
    return CliRunner().invoke(root, [str(argument) for argument in arguments])


def contents(home: Path) -> dict[str, bytes]:
    return {str(p.relative_to(home)): p.read_bytes() for p in home.rglob("*") if p.is_file()}


def test_it_can_be_searched_shown_and_exported(archive: a.Archive, locked_home: Path) -> None:
    before = contents(locked_home)
    for arguments in (
        ["search", "--like", a.instance_uid(11), "--facets", "--json"],
        ["search", "--text", "edema", "--json"],
        ["search", "--export", "csv"],
        ["show", a.study_uid(11)],
        ["ledger", "--json"],
    ):
        result = similis(*arguments)
        assert result.exit_code == 0, (arguments, result.exception)
        assert result.stdout.count("\n") >= 1
    assert contents(locked_home) == before


def test_a_place_for_a_query_file_is_found_elsewhere(archive: a.Archive, locked_home: Path) -> None:
    with archive.open() as services:
        folder = services.scratch()
        (folder / "spool").write_bytes(b"pictures")
        assert not folder.is_relative_to(locked_home)
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.parent.parent.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "FILES", "--seeded-weights"],
        ["delete", "--study", "1.2.3"],
        ["reindex"],
    ],
)
def test_what_writes_is_told_so(locked_home: Path, tmp_path: Path, arguments: list[str]) -> None:
    before = contents(locked_home)
    given = [str(tmp_path / "films") if part == "FILES" else part for part in arguments]
    result = similis(*given)
    assert isinstance(result.exception, StorageFull)
    assert str(result.exception).startswith("SIMILIS_HOME is read-only: ")
    assert contents(locked_home) == before


# --- when it is not as if nobody wrote ------------------------------------------------------------


@pytest.fixture
def looks_locked(archive: a.Archive, monkeypatch: pytest.MonkeyPatch) -> a.Archive:
    monkeypatch.setattr(read_only, "_may_write", lambda path: False)
    return archive


def raw(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(home / FILE_NAME, isolation_level=None)


def test_what_another_process_adds_is_found(looks_locked: a.Archive) -> None:
    """While another one has the home open, its log is read, too."""
    with looks_locked.open() as reader, closing(raw(looks_locked.home)) as other:
        (row,) = other.execute("SELECT * FROM tombstones UNION SELECT 'none'").fetchall()
        assert row == ("none",)
        assert reader.ledger.buried(["x"]) == set()
        other.execute("INSERT INTO tombstones VALUES ('x')")
        assert reader.ledger.buried(["x"]) == {"x"}
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert reader.ledger.buried(["x"]) == {"x"}
    with looks_locked.open() as reader:
        assert reader.ledger.buried(["x"]) == {"x"}


def test_a_change_during_a_read_is_no_answer(
    looks_locked: a.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with looks_locked.open() as reader:
        real = read_only.Database.read

        def read(self: Any) -> Any:
            with closing(raw(looks_locked.home)) as other:
                other.execute("INSERT OR IGNORE INTO tombstones VALUES ('x')")
            return real(self)

        with monkeypatch.context() as patch:
            patch.setattr(read_only.Database, "read", read)
            with pytest.raises(Unavailable, match="changed while it was read"):
                reader.ledger.buried(["x"])
        assert reader.ledger.buried(["x"]) == {"x"}


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("UPDATE schema_versions SET number = number - 1 WHERE part = 'catalog'", "migrate"),
        ("UPDATE schema_versions SET number = 99 WHERE part = 'catalog'", "newer"),
        ("PRAGMA application_id = 7", "another program"),
    ],
)
def test_another_version_is_refused_and_not_migrated(
    looks_locked: a.Archive, change: str, match: str
) -> None:
    with closing(raw(looks_locked.home)) as other:
        other.execute(change)
    before = contents(looks_locked.home)
    with pytest.raises(BadSetup, match=match):
        looks_locked.open()
    assert contents(looks_locked.home) == before


def test_a_log_that_cannot_be_read_is_said(
    locked_home: Path, archive: a.Archive, request: pytest.FixtureRequest
) -> None:
    """Killed, copied without its side file, and then mounted to be read."""
    if "mounted" in request.node.name:
        pytest.skip("SQLite makes the side file where it can")
    rights, user = locked_home.stat().st_mode, os.geteuid()
    locked_home.chmod(0o700)
    (locked_home / f"{FILE_NAME}-wal").write_bytes(b"frames" * 100)
    locked_home.chmod(rights)
    with pytest.raises(SimilisError, match="cut off"):
        archive.open()
    assert os.geteuid() == user
