"""What is left of a home after a kill, a race, a full disk and a missing right."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.errors import Unavailable
from tests.contracts.examples import ALL
from tests.infra.embedded.writers import BATCH, Stores

ROOT = Path(__file__).parents[3]


def start(program: str, home: Path, *numbers: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.infra.embedded.writers", program, str(home)]
    return subprocess.Popen(
        [*command, *map(str, numbers)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def run(program: str, home: Path, *numbers: int) -> str:
    with start(program, home, *numbers) as process:
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return output


@pytest.fixture
def stores(home: Path) -> Iterator[Stores]:
    stores = Stores(home)
    yield stores
    stores.close()


def check(stores: Stores) -> set[int]:
    """Every study is whole, with its blobs; returns their numbers."""
    uids = [uid for uid in stores.catalog.study_uids(ALL) if uid.startswith("1.")]
    for case in stores.catalog.cases(uids, ALL).values():
        assert len(case.instances) == BATCH
        assert [r.text for r in case.reports] == [f"report of {case.study_uid}"]
        for item in case.instances:
            assert len(stores.vectors.of_instance(item.instance_uid, "m1")) == 1
            with stores.blobs.open(item.original) as file:
                assert hashlib.sha256(file.read()).hexdigest() in item.original
    assert stores.vectors.count("m1") == BATCH * len(uids)
    with stores.database.read() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return {int(uid[2:]) for uid in uids}


def test_kill_at_any_moment_loses_nothing_and_leaves_nothing_half(home: Path) -> None:
    said: list[int] = []
    for lines in (1, 7, 20):
        with start("write_forever", home) as process:
            assert process.stdout is not None
            said += [int(process.stdout.readline()) for _ in range(lines)]
            process.send_signal(signal.SIGKILL)
            said += [int(line) for line in process.stdout]
        assert process.returncode == -signal.SIGKILL
        stores = Stores(home)
        numbers = check(stores)
        assert set(said) <= numbers
        assert numbers == set(range(len(numbers)))
        stores.close()
    assert said == sorted(set(said))


def test_litter_of_killed_runs_goes_with_the_next(home: Path, stores: Stores) -> None:
    mine = stores.scratch.path / "unfinished"
    mine.write_bytes(b"x")
    with start("write_forever", home) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert len([path for path in (home / "tmp").iterdir() if path.is_dir()]) == 2
    run("write_some", home, 500, 1)
    assert [path for path in (home / "tmp").iterdir() if path.is_dir()] == [mine.parent]
    assert mine.exists()  # its owner lives


def test_two_processes_write_at_once(home: Path, stores: Stores) -> None:
    with start("write_some", home, 0, 15) as one, start("write_some", home, 100, 15) as two:
        assert (one.wait(timeout=120), two.wait(timeout=120)) == (0, 0)
    assert check(stores) == {*range(15), *range(100, 115)}
    assert len(stores.catalog.cases(["9"], ALL)["9"].instances) == 30


def test_a_full_disk_is_a_clear_error_and_it_goes_on_afterwards(home: Path) -> None:
    run("fill_up", home)


def test_a_read_only_home_is_a_clear_error() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o555)
        try:
            assert "cannot be written" in run("open_as_nobody", home)
            home.chmod(0o755)
            Stores(home).close()
            home.chmod(0o555)
            for path in home.iterdir():
                path.chmod(0o444 if path.is_file() else 0o555)
            assert "cannot be written" in run("open_as_nobody", home)
        finally:
            for path in (home, *home.iterdir()):
                path.chmod(0o755)


def test_a_fork_must_open_its_own(stores: Stores) -> None:
    stores.put_study(0)
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            list(stores.catalog.study_uids(ALL))
        except Unavailable:
            os.write(send, b"refused")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(receive, 100) == b"refused"
    os.close(receive)
    os.close(send)
    assert check(stores) == {0}
