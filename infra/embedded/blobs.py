"""`BlobStore` on a folder: `home/blobs/<2 hex of the study's hash>/<study UID>/<sha256>.<suffix>`.

A blob is written to the scratch folder, made durable, and renamed: it is there as a whole or not at
all. Deletions and a backup exclude each other, so that what a backup's catalog names is there.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from infra.blob_keys import is_study, key_of, missing, parts_of
from infra.embedded.files import (
    PRIVATE_FILE,
    disk_errors,
    private_folder,
    sync_file,
    sync_folder,
)
from infra.embedded.locks import hold, locked
from infra.embedded.scratch import Scratch
from infra.errors import BadSetup, NotFound

_HOME_ID = ".home"


class EmbeddedBlobs:
    """Bytes by key in the blob folder of a home."""

    def __init__(
        self, home: Path, home_id: str, scratch: Scratch, *, read_only: bool = False
    ) -> None:
        """Raises BadSetup when the folder belongs to another home than the database."""
        self._root = home / "blobs"
        self._scratch = scratch
        with disk_errors():
            if read_only:
                _compare(self._root, home_id)
                return
            private_folder(self._root)
            _claim(self._root, home_id)

    # --- the port ---------------------------------------------------------------------------------

    def put(self, study_uid: str, data: bytes, suffix: str) -> str:
        """See BlobStore. `suffix` is lower case without a dot."""
        key = key_of(study_uid, hashlib.sha256(data).hexdigest(), suffix)
        with disk_errors():
            if not self._path(key).exists():
                with self._unfinished() as path:
                    path.write_bytes(data)
                    self._finish(path, key)
        return key

    def put_file(self, study_uid: str, path: Path, sha256: str, suffix: str) -> str:
        """See BlobStore. A file of another file system is copied first. Raises NotFound."""
        key = key_of(study_uid, sha256, suffix)
        if not path.is_file():
            raise NotFound("The file to be kept is not there.")
        with disk_errors():
            if self._path(key).exists():
                path.unlink()
            elif path.stat().st_dev == self._root.stat().st_dev:
                self._finish(path, key)
            else:
                with self._unfinished() as copy:
                    shutil.copyfile(path, copy)
                    self._finish(copy, key)
                path.unlink()
        return key

    def open(self, key: str) -> BinaryIO:
        """See BlobStore."""
        with disk_errors():
            try:
                return self._path(key).open("rb")
            except FileNotFoundError:
                raise missing() from None

    def size(self, key: str) -> int:
        """See BlobStore."""
        with disk_errors():
            try:
                return self._path(key).stat().st_size
            except FileNotFoundError:
                raise missing() from None

    def delete(self, key: str) -> None:
        """See BlobStore."""
        with disk_errors(), self.deleting():
            try:
                path = self._path(key)
            except NotFound:
                return
            if path.exists():
                path.unlink(missing_ok=True)
                sync_folder(path.parent)

    def delete_study(self, study_uid: str) -> int:
        """See BlobStore."""
        if not is_study(study_uid):
            return 0
        folder = self._folder(study_uid)
        with disk_errors(), self.deleting():
            count = len(_names(folder))
            if folder.exists():
                shutil.rmtree(folder)
                sync_folder(folder.parent)
        return count

    def keys(self, study_uid: str = "") -> Iterator[str]:
        """See BlobStore."""
        if study_uid:
            studies = [study_uid] if is_study(study_uid) else []
        else:
            with disk_errors():
                folders = self._root.glob("??/*")
                studies = sorted((f.name for f in folders), key="{}/".format)
        for study in studies:
            with disk_errors():
                names = _names(self._folder(study))
            yield from (f"{study}/{name}" for name in names)

    @contextmanager
    def storing(self) -> Iterator[None]:
        """See BlobStore."""
        with disk_errors():
            handle = hold(self._root / ".storing", shared=True)
        try:
            yield
        finally:
            os.close(handle)

    @contextmanager
    def sweeping(self) -> Iterator[bool]:
        """See BlobStore."""
        with disk_errors():
            try:
                handle = hold(self._root / ".storing", wait=False)
            except BlockingIOError:
                handle = -1
        try:
            yield handle >= 0
        finally:
            if handle >= 0:
                os.close(handle)

    # --- for the backup ---------------------------------------------------------------------------

    def deleting(self) -> AbstractContextManager[None]:
        """Held while a blob is deleted; many may delete at once, but not during `frozen`."""
        return locked(self._root / ".deleting", shared=True)

    def frozen(self) -> AbstractContextManager[None]:
        """Nothing is deleted while this is held; the backup takes it for the time of its links."""
        return locked(self._root / ".deleting")

    def path_of(self, key: str) -> Path:
        """Where a blob lies. Raises NotFound for what is no key."""
        return self._path(key)

    # --- inside -----------------------------------------------------------------------------------

    @contextmanager
    def _unfinished(self) -> Iterator[Path]:
        """An empty file beside the blobs, gone at the end unless it was renamed."""
        handle, name = mkstemp(dir=self._scratch.path)  # with 0600 rights
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _finish(self, path: Path, key: str) -> None:
        """Make a file durable under its key; a failure leaves no file but `path`."""
        target = self._path(key)
        path.chmod(PRIVATE_FILE)
        sync_file(path)
        fresh = not target.parent.exists()
        private_folder(target.parent)
        path.replace(target)
        sync_folder(target.parent)
        if fresh:
            sync_folder(target.parent.parent)
            sync_folder(self._root)

    def _path(self, key: str) -> Path:
        study_uid, name = parts_of(key)
        return self._folder(study_uid) / name

    def _folder(self, study_uid: str) -> Path:
        return self._root / hashlib.sha256(study_uid.encode()).hexdigest()[:2] / study_uid


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return []


def _compare(root: Path, home_id: str) -> bool:
    """Whether the folder has this home's id; False when it is empty. Raises BadSetup."""
    mark = root / _HOME_ID
    if mark.exists() and mark.read_text() == home_id:
        return True
    if mark.exists() or any(root.glob("??/*")):
        raise BadSetup(
            "The blobs and the database in SIMILIS_HOME belong to two different homes: put "
            "back what was exchanged, or restore a backup into an empty folder."
        )
    return False


def _claim(root: Path, home_id: str) -> None:
    """Write the home's id into an empty blob folder, or compare it with the one that is there."""
    mark = root / _HOME_ID
    with locked(root / ".deleting"):
        if _compare(root, home_id):
            return
        unfinished = root / f"{_HOME_ID}.new"
        unfinished.write_text(home_id)
        unfinished.chmod(PRIVATE_FILE)
        sync_file(unfinished)
        unfinished.replace(mark)
        sync_folder(root)
