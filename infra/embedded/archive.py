"""A backup as a thing on disk: a folder, or one .tar, with a manifest of sha256 sums.

The manifest is written last and says which files belong; without it there is no backup.
"""

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from infra.embedded.files import (
    CHUNK,
    PRIVATE_FILE,
    private_folder,
    sync_file,
    sync_folder,
)
from infra.errors import BadSetup

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup: its relative path with forward slashes, sha256 in hex and bytes."""

    name: str
    sha256: str
    size: int


class Writer(Protocol):
    """Takes files into an unfinished backup."""

    def add(self, name: str, source: BinaryIO, size: int, /) -> None:
        """Copy `size` bytes of a file."""


class Reader(Protocol):
    """Gives files of a backup."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open one. Raises BadSetup when it is not there."""


# --- writing --------------------------------------------------------------------------------------


def write_archive(target: Path, files: Iterator[tuple[str, Path]]) -> list[Entry]:
    """Write files to `target` (a .tar by its suffix, else a folder), all of it or nothing.

    Raises BadSetup when something is there already.
    """
    if target.exists():
        raise BadSetup("There is something at the target of the backup already: name a new one.")
    partial = target.with_name(f"{target.name}.partial")
    _remove(partial)
    try:
        with _writer(partial, target.suffix == ".tar") as writer:
            entries = [_add(writer, name, path) for name, path in files]
            manifest = _manifest(entries)
            writer.add(MANIFEST, BytesIO(manifest), len(manifest))
        sync_file(partial)
        partial.rename(target)
        sync_folder(target.parent)
    except BaseException:
        _remove(partial)
        raise
    return entries


def _add(writer: Writer, name: str, path: Path) -> Entry:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        writer.add(name, file, size)
    return Entry(name, sha256, size)


def _manifest(entries: list[Entry]) -> bytes:
    files = [{"name": e.name, "sha256": e.sha256, "size": e.size} for e in entries]
    return json.dumps({"format": FORMAT, "files": files}, indent=0).encode()


@contextmanager
def _writer(partial: Path, is_tar: bool) -> Iterator[Writer]:
    if not is_tar:
        private_folder(partial)
        yield _FolderWriter(partial)
        return
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        yield _TarWriter(tar)


class _FolderWriter:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, source: BinaryIO, _size: int) -> None:
        path = self._folder / name
        private_folder(path.parent)
        write_copy(source, path)


class _TarWriter:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, PRIVATE_FILE
        self._tar.addfile(member, source)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_copy(source: BinaryIO, target: Path) -> str:
    """Copy into a new private, durable file and return the sha256 of what was written."""
    digest = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


# --- reading --------------------------------------------------------------------------------------


@contextmanager
def open_archive(source: Path) -> Iterator[tuple[Reader, list[Entry]]]:
    """A backup and what its manifest lists. Raises BadSetup when it is not a whole backup."""
    if source.is_dir():
        reader: Reader = _FolderReader(source)
        yield reader, _entries(reader)
        return
    try:
        tar = tarfile.open(source)  # noqa: SIM115  closed below
    except (tarfile.TarError, FileNotFoundError) as error:
        raise BadSetup("This is not a backup: neither a folder nor a .tar file.") from error
    with tar:
        reader = _TarReader(tar)
        yield reader, _entries(reader)


class _FolderReader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        path = self._folder / name
        if path.is_symlink() or not path.is_file():
            raise _incomplete()
        with path.open("rb") as file:
            yield file


class _TarReader:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        try:
            member = self._tar.getmember(name)
            file = self._tar.extractfile(member) if member.isreg() else None
        except (KeyError, tarfile.TarError) as error:
            raise _incomplete() from error
        if file is None:
            raise _incomplete()
        with file:
            yield file  # type: ignore[misc]  # IO[bytes] of a regular member is a BinaryIO


def _entries(reader: Reader) -> list[Entry]:
    try:
        with reader.open(MANIFEST) as file:
            document = json.load(file)
        if document["format"] > FORMAT:
            raise BadSetup("This backup was made by a newer Similis: restore it with that version.")
        entries = [Entry(e["name"], e["sha256"], e["size"]) for e in document["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise _incomplete() from error
    if not all(_is_inside(entry.name) for entry in entries):
        raise BadSetup("This backup names files outside of itself: it was not made by Similis.")
    return entries


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _incomplete() -> BadSetup:
    return BadSetup("This backup is incomplete or damaged: take another one.")
