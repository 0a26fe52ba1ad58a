"""An object of S3 as a file that can be read and searched, a window at a time.

No connection is held between two reads, so that slow readers cannot use up all of them, and memory
stays bounded unless the caller asks for everything.
"""

from collections.abc import Callable
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FIRST_WINDOW, LARGEST_WINDOW = 256 << 10, 8 << 20  # bytes; it doubles while reading goes on

Fetch = Callable[[int, int], tuple[bytes, int]]


class S3Reader(RawIOBase):
    """Reads through `fetch(begin, end)`, which gives these bytes and the size of the whole."""

    def __init__(self, fetch: Fetch) -> None:
        """Fetches the first window. Raises what `fetch` raises."""
        super().__init__()
        self._fetch = fetch
        self._at = self._begin = 0
        self._window, self._size = fetch(0, FIRST_WINDOW)
        self._step = FIRST_WINDOW

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Bytes from the start."""
        return self._at

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Move, without asking the server."""
        base = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the start of the file")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill some of the buffer; 0 at the end."""
        view: memoryview[Any] = memoryview(buffer).cast("B")
        if self._at >= self._size or not view:
            return 0
        if not self._here():
            self._move(len(view))
        part = self._window[self._at - self._begin :][: len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def readall(self) -> bytes:
        """The rest, with one request at most."""
        if self._at >= self._size:
            return b""
        here = self._window[self._at - self._begin :] if self._here() else b""
        begin = self._at + len(here)
        rest = self._fetch(begin, self._size)[0] if begin < self._size else b""
        self._at = self._size
        return here + rest

    def _here(self) -> bool:
        return self._begin <= self._at < self._begin + len(self._window)

    def _move(self, wanted: int) -> None:
        """Fetch the window that begins here: a larger one where reading just goes on."""
        goes_on = self._at == self._begin + len(self._window)
        self._step = min(self._step * 2, LARGEST_WINDOW) if goes_on else FIRST_WINDOW
        most = min(max(self._step, wanted), LARGEST_WINDOW)
        self._window, _ = self._fetch(self._at, min(self._at + most, self._size))
        self._begin = self._at
