"""Files in the staging folder: written once, from front to end, and hashed on the way."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from infra.errors import StorageFull

BUFFER = 1 << 16  # bytes; pixels are larger and pass it by


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say in words of ours that the disk did not take it, also where pydicom said it in its own."""
    try:
        yield
    except (OSError, StorageFull) as exc:
        raise StorageFull(
            "SIMILIS_HOME cannot be written: the disk is full or read-only. Nothing was "
            "half-written; make room and run the same command again."
        ) from exc


class HashingWriter:
    """A new file that hashes what is written: pixels are neither copied nor read again.

    Has what pydicom asks of a file. Every method raises StorageFull when the disk does not take it.
    """

    def __init__(self, path: Path) -> None:
        with disk_errors():
            self._file = io.BufferedWriter(io.FileIO(path, "xb"), BUFFER)
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with disk_errors():
            self._file.close()

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Write at the end."""
        self._digest.update(data)
        with disk_errors():
            return self._file.write(data)

    def tell(self) -> int:
        """How many bytes were written."""
        return self._file.tell()

    def seek(self, _offset: int, _whence: int = 0, /) -> int:
        """Refuse to go back, where the hash could not follow."""
        raise io.UnsupportedOperation("this file is written from front to end")

    def finish(self) -> str:
        """Make it durable; the sha256 (hex) of the whole."""
        with disk_errors():
            self._file.flush()
            os.fsync(self._file.fileno())
        return self._digest.hexdigest()
