"""What a user points at, file by file: folders, zip archives and DICOMDIRs become items."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.errors import NotFound, RejectedFile
from infra.settings import MEGA, Settings
from ingest.arrival.archives import is_archive, members, read_member
from ingest.arrival.items import Item, check_size, is_container, is_litter, shown
from ingest.arrival.media import META_SIZE, is_dicomdir, referenced_files
from ingest.reasons import rejected

__all__ = ["Item", "count", "may_hold_a_picture", "read", "walk"]


def walk(paths: Sequence[Path], settings: Settings) -> Iterator[Item]:
    """Every received file once: as given, folders in sorted order, archives in their own order.

    What cannot be read comes as an item with a `problem`. Links are followed; a file that is
    reached twice counts once. Raises NotFound, before anything starts, when a given path does not
    exist.
    """
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise NotFound(f"There is no file or folder {shown(str(path))}.")
    return _Walk(settings).run(paths)


def count(paths: Sequence[Path], settings: Settings) -> int:
    """How many items walk() yields; reads folders and archive directories only."""
    return sum(1 for _ in walk(paths, settings))


def read(item: Item, settings: Settings) -> bytes:
    """The bytes of an item. Raises RejectedFile (unreadable, too_large, bad_archive)."""
    if item.problem:
        raise rejected(item.problem, item.detail)
    if item.members:
        return read_member(item, settings)
    check_size(item.size, settings)
    try:
        with Path(item.path).open("rb") as handle:
            # one byte more than is there, because read() sets aside all that it is asked for
            size = min(os.fstat(handle.fileno()).st_size, settings.max_file_mb * MEGA)
            data = handle.read(size + 1)
    except OSError as error:
        raise rejected("unreadable") from error
    check_size(len(data), settings)  # it may have grown since it was listed
    return data


def may_hold_a_picture(item: Item, settings: Settings) -> bool:
    """False where an item certainly becomes no picture: it cannot be read, or is a DICOMDIR."""
    try:
        if item.problem or item.members:
            return not is_dicomdir(read(item, settings))
        with Path(item.path).open("rb") as handle:
            return not is_dicomdir(handle.read(META_SIZE))
    except (OSError, RejectedFile):
        return False


class _Walk:
    """One run: remembers by real path what was reached already."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: set[str] = set()
        if settings.home != Path():
            # A home inside a given folder holds what was ingested before: never take that again.
            self._seen.add(str(settings.home.resolve()))

    def run(self, paths: Sequence[Path]) -> Iterator[Item]:
        for given in paths:
            path = Path(os.path.normpath(given.absolute()))
            if is_container(path.name) and path.is_file():
                yield from self._dicomdir(path)
            else:
                yield from self._below(path)

    def _below(self, top: Path) -> Iterator[Item]:
        """Depth first, without recursion: folders may be nested deeper than Python's stack."""
        pending = [(str(top), os.path.realpath(top))]
        while pending:
            path, real = pending.pop()
            if real in self._seen:
                continue
            self._seen.add(real)
            try:
                status = Path(path).stat()
                if stat.S_ISDIR(status.st_mode):
                    pending += reversed(_children(path, real))
                    continue
            except OSError:
                yield _unreadable(path)
                continue
            yield from self._file(path, status)

    def _file(self, path: str, status: os.stat_result) -> Iterator[Item]:
        if not stat.S_ISREG(status.st_mode):  # a pipe or device: opening it could hang
            yield _unreadable(path)
            return
        item = Item(file=shown(path), path=path, size=status.st_size, mtime_ns=status.st_mtime_ns)
        if is_archive(path):
            yield from members(item, self._settings)
        else:
            yield item

    def _dicomdir(self, path: Path) -> Iterator[Item]:
        try:
            for referenced in referenced_files(path):
                yield from self._below(referenced)
        except RejectedFile as error:
            yield Item(file=shown(str(path)), path=str(path), problem=error.reason)


def _children(path: str, real: str) -> list[tuple[str, str]]:
    """(path, real path) of what a folder holds, sorted, without litter. Raises OSError."""
    with os.scandir(path) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    kept = [e for e in entries if not is_litter(e.name) and not _is_dicomdir(e)]
    return [(e.path, _real(e, real)) for e in kept]


def _is_dicomdir(entry: "os.DirEntry[str]") -> bool:
    return is_container(entry.name) and entry.is_file()


def _real(entry: "os.DirEntry[str]", folder: str) -> str:
    """The real path of an entry; only links cost a look-up."""
    path = str(Path(folder, entry.name))
    return os.path.realpath(path) if entry.is_symlink() else path


def _unreadable(path: str) -> Item:
    return Item(file=shown(path), path=path, problem="unreadable")
