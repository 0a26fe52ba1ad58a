"""One server of a kind for all, and none that outlives its run."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from tests.servers import sharing
from tests.servers.sharing import Server, ServiceMissing, launch, running, shared, watch

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def kind() -> str:
    """The name of a kind that no other test knows."""
    return f"sleeper-{uuid4().hex}"


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Server]:
    server = sleep(tmp_path)
    yield server
    server.kill()


def sleep(folder: Path) -> Server:
    return running("http://none", launch(SLEEPER, folder), folder, a="b")


def test_the_second_who_asks_gets_the_server_of_the_first(kind: str) -> None:
    first = shared(kind, sleep)
    second = shared(kind, lambda folder: pytest.fail("started twice"))
    assert first == second
    assert second.details == {"a": "b"}
    assert second.processes()
    first.stop()


def test_a_missing_server_is_looked_for_once(kind: str) -> None:
    def missing(folder: Path) -> Server:
        raise ServiceMissing("install it")

    for start in (missing, lambda folder: pytest.fail("looked for twice")):
        with pytest.raises(ServiceMissing, match="install it"):
            shared(kind, start)


def test_a_paused_server_goes_on_and_a_killed_one_does_not(sleeper: Server) -> None:
    (process,) = sleeper.processes()
    sleeper.pause()
    assert process.status() == psutil.STATUS_STOPPED
    sleeper.resume()
    assert process.status() != psutil.STATUS_STOPPED
    sleeper.kill()
    assert sleeper.processes() == []
    sleeper.stop()  # nothing is left to stop


def test_another_process_of_the_same_number_is_left_alone(sleeper: Server) -> None:
    other = Server(url=sleeper.url, pid=sleeper.pid, began=sleeper.began - 60)
    other.kill()
    assert sleeper.processes()


def test_the_watchdog_ends_what_a_killed_run_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(SLEEPER) as run:
        monkeypatch.setenv(sharing.RUN, str(run.pid))
        folder = tmp_path / "server"
        folder.mkdir()
        server = sleep(folder)
        watch(server)
        assert server.processes()
        run.kill()
    psutil.wait_procs(server.processes(), timeout=60)
    assert server.processes() == []


@pytest.mark.parametrize(("required", "outcome"), [("", "Skipped"), ("1", "Failed")])
def test_without_a_server_a_test_is_skipped_or_fails(
    required: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SIMILIS_REQUIRE_SERVICES", required)
    with pytest.raises(BaseException, match="install it") as raised:
        sharing.miss(ServiceMissing("install it"))
    assert type(raised.value).__name__ == outcome
