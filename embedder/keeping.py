"""Small files that the embedder keeps for the next start, written whole or not at all."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from infra.errors import StorageFull

FOLDER = "engine"


def keep(path: Path, data: bytes) -> None:
    """Write a file so that another process, or one after a crash, sees all of it or nothing.

    Raises StorageFull when it cannot be written.
    """
    try:
        _make(path.parent)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise StorageFull(f"{path.name} cannot be written in {path.parent}.") from exc


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process, or thread, is in here for this folder of a home.

    Where no lock can be had, as in a home that may not be written, nobody waits.
    """
    handle = None
    with suppress(OSError):
        _make(folder)
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _make(folder: Path) -> None:
    for each in (folder.parent, folder):  # the home, when it is not there yet
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
