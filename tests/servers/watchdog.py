"""Ends a server once a run of pytest is over, however that ended: PID SERVER."""

import json
import os
import select
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from tests.servers.sharing import Server


def main(pid: int, server: Server) -> None:
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        _wait(pid)
    server.kill()
    folder = Path(server.folder)
    shutil.rmtree(folder, ignore_errors=True)
    for left in folder.parent.glob(f"{folder.name}.*"):
        left.unlink(missing_ok=True)
    with suppress(OSError):
        folder.parent.rmdir()  # the last one does


def _wait(pid: int) -> None:
    """Asleep, where the system can wake us; psutil looks again and again."""
    if hasattr(os, "pidfd_open"):
        select.select([os.pidfd_open(pid)], [], [])
    else:
        psutil.Process(pid).wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), Server(**json.loads(sys.argv[2])))
