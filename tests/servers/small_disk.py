"""A small disk of a server's own, which a test can fill and empty.

It is held in memory, and mounted where only the server sees it: it goes when the server does.
"""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers.sharing import Server

FILLER = "filler"
STEPS = (1 << 20, 1 << 12, 1)  # bytes written at once


def is_possible() -> bool:
    """Whether this system lets us mount."""
    tried = [*_apart(), "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
    with suppress(OSError):
        return subprocess.run(tried, capture_output=True).returncode == 0
    return False


def on_small_disk(command: list[str], folder: Path, megabytes: int) -> list[str]:
    """The command, with such a disk at `folder`."""
    mount = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && exec "$@"'
    return [*_apart(), "sh", "-c", mount, str(folder), *command]


@dataclass(frozen=True)
class SmallDisk:
    """The disk of a running server, as that sees it."""

    server: Server
    folder: Path

    def fill(self) -> None:
        """Until not one byte more goes in."""
        for step in STEPS:
            with suppress(OSError), self._filler.open("ab", buffering=0) as file:
                while True:
                    file.write(b"\0" * step)

    def empty(self) -> None:
        """Let it have its room again."""
        self._filler.unlink(missing_ok=True)

    @property
    def _filler(self) -> Path:
        return Path(f"/proc/{self.server.pid}/root{self.folder.resolve()}") / FILLER


def _apart() -> list[str]:
    mapped = [] if os.getuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *mapped]
