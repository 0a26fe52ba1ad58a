import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path

import psutil
import pytest

from infra.errors import BackendError, BadSetup, RejectedFile
from ingest.fencing.fence import Fence
from tests.ingest import fenced

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def fence() -> Iterator[Fence]:
    with Fence(
        2, seconds=20, memory_mb=1024, initializer=fenced.remember, initargs=("ready",)
    ) as fence:
        yield fence


def reason_of(future: Future[object]) -> str:
    with pytest.raises(RejectedFile) as caught:
        future.result(timeout=60)
    return caught.value.reason


def test_results_come_back_and_the_initializer_ran_once_in_each_worker(fence: Fence) -> None:
    futures = [fence.submit(fenced.double, number) for number in range(20)]
    assert [future.result(timeout=60) for future in futures] == [2 * n for n in range(20)]
    assert {tuple(fence.submit(fenced.remembered).result(timeout=60)) for _ in range(4)} == {
        ("ready",)
    }


def test_workers_are_confined(fence: Fence) -> None:
    found = fence.submit(fenced.limits).result(timeout=60)
    assert found == {
        "core": (0, 0),
        "memory": 1024 * 1024 * 1024,
        "interrupt": True,
        "threads": "1",
        "torch": False,
    }


def test_a_refusal_passes_unchanged(fence: Fence) -> None:
    assert reason_of(fence.submit(fenced.refuse, "not_dicom")) == "not_dicom"


@pytest.mark.parametrize("crash", [fenced.segfault, fenced.abort])
def test_a_crash_is_told_and_loses_nothing_else(fence: Fence, crash: object) -> None:
    before = [fence.submit(fenced.double, number) for number in range(5)]
    crashed = fence.submit(crash)  # type: ignore[arg-type]  # any function without arguments
    after = [fence.submit(fenced.double, number) for number in range(5)]
    assert reason_of(crashed) == "decoder_crashed"
    assert [future.result(timeout=60) for future in (*before, *after)] == [0, 2, 4, 6, 8] * 2


def test_many_deaths_in_a_row_leave_the_fence_whole(fence: Fence) -> None:
    futures = [fence.submit(fenced.leave, 0 if n % 2 else 7) for n in range(8)]
    assert {reason_of(future) for future in futures} == {"decoder_crashed"}
    assert fence.submit(fenced.double, 4).result(timeout=60) == 8


def test_the_death_of_an_idle_worker_is_nobodys_fault(fence: Fence) -> None:
    for _ in range(3):
        pid = fence.submit(fenced.die_when_idle).result(timeout=60)
        psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)
        assert fence.submit(fenced.double, 3).result(timeout=60) == 6


def test_too_much_memory(fence: Fence) -> None:
    assert reason_of(fence.submit(fenced.allocate, 4096)) == "too_much_memory"
    assert fence.submit(fenced.allocate, 10).result(timeout=60) == 10 * 1024 * 1024
    assert reason_of(fence.submit(fenced.killed)) == "too_much_memory"


def test_what_takes_too_long_is_killed() -> None:
    with Fence(3, seconds=3, memory_mb=1024) as fence:
        slow = [fence.submit(fenced.hang), fence.submit(fenced.hang_with_signals_blocked)]
        quick = fence.submit(fenced.double, 1)
        assert [reason_of(future) for future in slow] == ["too_slow"] * 2
        assert quick.result(timeout=60) == 2


def test_an_exception_that_cannot_be_pickled_is_named_without_its_text(fence: Fence) -> None:
    with pytest.raises(BackendError, match="CannotBePickled") as caught:
        fence.submit(fenced.fail_oddly).result(timeout=60)
    assert "secret" not in str(caught.value)


def test_what_the_initializer_raises_reaches_the_caller() -> None:
    with Fence(1, seconds=5, memory_mb=1024, initializer=fenced.cannot_start) as fence:
        futures = [fence.submit(fenced.double, 1), fence.submit(fenced.double, 2)]
        for future in futures:
            with pytest.raises(BadSetup, match="key"):
                future.result(timeout=60)


def interrupted(futures: list[Future[None]]) -> None:
    with Fence(2, seconds=600, memory_mb=1024) as fence:
        fence.submit(fenced.double, 1).result(timeout=60)
        futures += [fence.submit(fenced.hang) for _ in range(4)]
        raise KeyboardInterrupt


def test_leaving_by_an_exception_cancels_and_leaves_nobody() -> None:
    futures: list[Future[None]] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(futures)
    assert len(futures) == 4
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(timeout=60)


ORPHANS = """
import sys, threading
from ingest.fencing.fence import Fence
from tests.ingest.fenced import hang
import os
def main():
    with Fence(2, seconds=600, memory_mb=1024) as fence:
        pids = {fence.submit(os.getpid).result() for _ in range(20)}
        for _ in range(2): fence.submit(hang)
        print(*pids, flush=True)
        threading.Event().wait()
if __name__ == "__main__":
    main()
"""


def test_a_killed_parent_leaves_no_orphans(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(ORPHANS)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert parent.stdout is not None
    with parent.stdout:
        workers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    family = workers + psutil.Process(parent.pid).children(recursive=True)
    assert workers
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(family, timeout=30)
    assert not alive
