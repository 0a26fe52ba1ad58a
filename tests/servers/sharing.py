"""Real servers for tests: one of a kind for a whole run of pytest, also with xdist's processes.

The first test that asks starts it; whoever asks next finds it noted in the folder of the run. A
watchdog of each ends it when the run is over, however that ended.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import randrange
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM, Signals
from socket import socket
from tempfile import gettempdir
from time import sleep
from typing import NoReturn

import psutil
import pytest

RUN = "SIMILIS_TEST_RUN"  # the number of the first process of this run of pytest
PORTS = 15_000, 32_768
PATIENCE = 20.0  # seconds that a server has to end when asked to


class ServiceMissing(Exception):
    """A server that a test needs is not here; the message says how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server. `pid` is 0 for one that was here before, which is never touched.

    `began` is when the process began: a number that was given to another one since is not it.
    `details` holds what else a client has to know, as a bucket's keys.
    """

    url: str
    pid: int = 0
    began: float = 0.0
    folder: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    def processes(self) -> list[psutil.Process]:
        """The server's processes, children first; [] when it is over or was here before."""
        try:
            process = psutil.Process(self.pid) if self.pid else None
            if process is None or abs(process.create_time() - self.began) > 1.0:
                return []
            return [*process.children(recursive=True), process]
        except psutil.NoSuchProcess:
            return []

    def stop(self) -> None:
        """Ask it to end; kill it when it does not."""
        processes = self._signal(SIGTERM)
        _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
        for process in alive:
            _send(process, SIGKILL)
        psutil.wait_procs(alive, timeout=PATIENCE)

    def kill(self) -> None:
        """End it at once, as a loss of power would."""
        psutil.wait_procs(self._signal(SIGKILL), timeout=PATIENCE)

    def pause(self) -> None:
        """Stop it answering: connections stay open."""
        paused = self._signal(SIGSTOP)
        while any(process.status() == psutil.STATUS_RUNNING for process in paused):
            sleep(0.01)

    def resume(self) -> None:
        """Let a paused one go on."""
        self._signal(SIGCONT)

    def _signal(self, signal: Signals) -> list[psutil.Process]:
        processes = self.processes()
        for process in processes:
            _send(process, signal)
        return processes


def launch(command: Sequence[str], folder: Path, **environment: str) -> int:
    """Start a process that outlives this one, with its output in `folder`/log; its number."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _launched.append(process)
    return process.pid


_launched: list["subprocess.Popen[bytes]"] = []  # kept, as Python warns of those that are dropped


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on now.

    Below those that the system gives to connections: one of these could take it before the server.
    """
    with ExitStack() as held:
        found: list[int] = []
        while len(found) < count:
            probe, port = held.enter_context(socket()), randrange(*PORTS)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                found.append(port)
        return found


def running(url: str, pid: int, folder: Path, **details: str) -> Server:
    """The server that a launched process is."""
    began = psutil.Process(pid).create_time()
    return Server(url=url, pid=pid, began=began, folder=str(folder), details=details)


def shared(kind: str, start: Callable[[Path], Server]) -> Server:
    """The run's server of a kind; `start(folder)` makes it when it is not there.

    Raises ServiceMissing, to all who ask, when it cannot be had.
    """
    folder = _folder_of_run()
    with _only_one(folder / f"{kind}.lock"):
        note = folder / f"{kind}.json"
        if not note.exists():
            note.write_text(json.dumps(_started(folder / kind, start)))
        said = json.loads(note.read_text())
    if "missing" in said:
        raise ServiceMissing(said["missing"])
    return Server(**said)


def shared_or_skip(kind: str, start: Callable[[Path], Server]) -> Server:
    """The same for a fixture: without the server the test is skipped, or fails (see `miss`)."""
    try:
        return shared(kind, start)
    except ServiceMissing as missing:
        miss(missing)


def miss(missing: ServiceMissing) -> NoReturn:
    """Skip the test with the reason, or fail it where SIMILIS_REQUIRE_SERVICES is 1."""
    if os.environ.get("SIMILIS_REQUIRE_SERVICES") == "1":
        pytest.fail(str(missing))
    pytest.skip(str(missing))


def begin_run() -> None:
    """Called in the first process of a run of pytest; those of xdist inherit its environment."""
    os.environ[RUN] = str(os.getpid())


def _folder_of_run() -> Path:
    run = int(os.environ[RUN])
    folder = Path(gettempdir()) / f"similis-tests-{run}-{int(psutil.Process(run).create_time())}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)  # a server may run as another user
    return folder


def _started(folder: Path, start: Callable[[Path], Server]) -> dict[str, object]:
    folder.mkdir()
    folder.chmod(0o755)
    try:
        server = start(folder)
    except ServiceMissing as missing:
        watch(Server(url="", folder=str(folder)))
        return {"missing": str(missing)}
    watch(replace(server, folder=str(folder)))
    return asdict(server)


def watch(server: Server) -> None:
    """End the server, and remove its folder, when this run of pytest is over."""
    watchdog = [sys.executable, "-m", "tests.servers.watchdog", os.environ[RUN]]
    root = str(Path(__file__).parents[2])
    launch([*watchdog, json.dumps(asdict(server))], Path(server.folder), PYTHONPATH=root)


def _send(process: psutil.Process, signal: Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
