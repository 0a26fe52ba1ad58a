"""Files in the staging folder: written once, from front to end, and hashed on the way."""

import errno
import fcntl
import hashlib
import io
import mmap
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from infra.errors import StorageFull

# Past the page cache where the file system can: on a virtual machine the kernel spends 4 to 7 ms on
# fresh pages for a film of 2 MiB, and then writes them anyway. Direct writes want whole blocks at
# aligned addresses; 4096 bytes suit every sector size in use.
BLOCK = 4096
BUFFER = 4 << 20  # bytes, a multiple of BLOCK
DIRECT = getattr(os, "O_DIRECT", 0)

_own = threading.local()  # each thread has one buffer, made once: fresh memory is dear, too


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
    """A new file that hashes what is written: pixels are not read again.

    Has what pydicom asks of a file. Every method raises StorageFull when the disk does not take it.
    A thread writes one such file at a time.
    """

    def __init__(self, path: Path) -> None:
        with disk_errors():
            self._handle = _open(path)
        self._digest = hashlib.sha256()
        self._buffer = _buffer()
        self._filled = self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with disk_errors():
            os.close(self._handle)

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Write at the end."""
        size, begin = len(data), 0
        if self._filled + size <= BUFFER:  # nearly always, and quick: a header is many small writes
            self._buffer[self._filled : self._filled + size] = data
            self._filled += size
            return size
        view = memoryview(data)
        while begin < size:
            part = view[begin : begin + BUFFER - self._filled]
            self._buffer[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            begin += len(part)
            if self._filled == BUFFER:
                self._flush()
        return size

    def tell(self) -> int:
        """How many bytes were written."""
        return self._written + self._filled

    def seek(self, _offset: int, _whence: int = 0, /) -> int:
        """Refuse to go back, where the hash could not follow."""
        raise io.UnsupportedOperation("this file is written from front to end")

    def finish(self) -> str:
        """Make it durable; the sha256 (hex) of the whole."""
        self._flush()
        with disk_errors():
            os.fsync(self._handle)
        return self._digest.hexdigest()

    def _flush(self) -> None:
        """Write what the buffer holds; only the end of the file is less than whole blocks."""
        whole = -(-self._filled // BLOCK) * BLOCK
        self._buffer[self._filled : whole] = bytes(whole - self._filled)  # not of the file before
        with memoryview(self._buffer) as buffer, disk_errors():
            self._digest.update(buffer[: self._filled])
            self._put(buffer[:whole])
            if whole > self._filled:
                os.ftruncate(self._handle, self._written + self._filled)
        self._written += self._filled
        self._filled = 0

    def _put(self, part: memoryview) -> None:
        while part:
            try:
                part = part[os.write(self._handle, part) :]
            except OSError as error:  # a file system may take O_DIRECT and then want other blocks
                if error.errno != errno.EINVAL or not _not_direct(self._handle):
                    raise


def _buffer() -> mmap.mmap:
    if not hasattr(_own, "buffer"):
        _own.buffer = mmap.mmap(-1, BUFFER)  # starts at a page, so it is aligned
    buffer: mmap.mmap = _own.buffer
    return buffer


def _open(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        return os.open(path, flags | DIRECT, 0o600)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    path.unlink(missing_ok=True)  # the file system made it before it said that it cannot
    return os.open(path, flags, 0o600)


def _not_direct(handle: int) -> bool:
    """Go on through the page cache; whether that changed anything."""
    flags = fcntl.fcntl(handle, fcntl.F_GETFL)
    if not flags & DIRECT:
        return False
    fcntl.fcntl(handle, fcntl.F_SETFL, flags & ~DIRECT)
    return True
