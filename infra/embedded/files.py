"""Durable, private files: what the blob folder, the database and the backup share."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.errors import BackendError, StorageFull, Unavailable

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
CHUNK = 1 << 20

_FULL = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
}  # fmt: skip
_BUSY = {errno.EAGAIN, errno.EINTR, errno.EMFILE, errno.ENFILE, errno.ETIMEDOUT, errno.ENOMEM}


@contextmanager
def disk_errors() -> Iterator[None]:
    """Translate OSError: StorageFull, Unavailable (try again) or BackendError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                f"SIMILIS_HOME cannot be written ({os.strerror(error.errno or 0)}): "
                "free some space or mend its access rights, and repeat."
            ) from error
        if error.errno in _BUSY:
            raise Unavailable("The file system cannot answer now; try again.") from error
        raise BackendError("The file system failed; the log has the details.") from error


def private_folder(path: Path) -> Path:
    """Make a folder (and its parents) that only its owner may enter; an old one is left as is."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return path


def sync_folder(path: Path) -> None:
    """Make renames and deletions in a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make a file's content survive a power cut."""
    sync_folder(path)  # fsync needs a descriptor, whatever it is of


def write_private(path: Path, data: bytes) -> None:
    """Write a new file with 0600 rights and fsync it. Raises FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
