"""A process's own folder for unfinished files, on the same file system as the blobs."""

import os
import shutil
import tempfile
import threading
from pathlib import Path

from infra.embedded.files import disk_errors, private_folder
from infra.embedded.locks import hold, locked

_LOCK = ".owner"


class Scratch:
    """`home/tmp/<random>`, made when first asked for and removed by close().

    Its owner holds a lock on it for as long as it lives; folders of owners that died are removed
    when the next one is made, so that a killed run leaves no litter for good.
    """

    def __init__(self, home: Path) -> None:
        self._parent = home / "tmp"
        self._making = threading.Lock()
        self._path: Path | None = None
        self._handle = -1
        self._owner = 0

    @property
    def path(self) -> Path:
        """The folder. Raises StorageFull when it cannot be made."""
        with self._making, disk_errors():
            if self._path is None or self._owner != os.getpid():  # a fork makes its own
                private_folder(self._parent)
                with locked(self._parent / _LOCK):
                    _remove_dead(self._parent)
                    self._path = Path(tempfile.mkdtemp(dir=self._parent))
                    self._handle = hold(self._path / _LOCK)
                self._owner = os.getpid()
            return self._path

    def close(self) -> None:
        """Remove the folder; it is made anew when asked for again."""
        with self._making:
            if self._path is not None and self._owner == os.getpid():
                shutil.rmtree(self._path, ignore_errors=True)
                os.close(self._handle)
            self._path = None


def _remove_dead(parent: Path) -> None:
    for folder in parent.iterdir():
        if not folder.is_dir():
            continue
        try:
            handle = hold(folder / _LOCK, wait=False)
        except (BlockingIOError, FileNotFoundError):
            continue  # its owner lives, or is just removing it
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)
