"""Zip archives as folders: list members without unpacking, read one member within bounds."""

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from lzma import LZMAError
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from infra.errors import RejectedFile
from infra.settings import MEGA, Settings
from ingest.arrival.items import MEMBER_MARK, Item, check_size, is_container, is_litter
from ingest.reasons import rejected

# Deflate cannot do better than 1032:1. Black pictures come near it, so the ratio only counts for
# archives that expand to more than this.
BOMB_RATIO = 200
BOMB_SIZE = 1024 * MEGA
IN_MEMORY = 64 * MEGA
ENCRYPTED = 0x1  # general purpose bit flag 0, APPNOTE.TXT 4.4.4

# What zipfile and its decompressors raise on damaged, truncated or unusual archives.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError, IndexError, KeyError, OverflowError,
)  # fmt: skip


def is_archive(name: str) -> bool:
    """Whether a file name says that it is a zip archive."""
    return name.lower().endswith(".zip")


def members(archive: Item, settings: Settings) -> Iterator[Item]:
    """The items in an archive in its own order; one refused item if it cannot be opened."""
    try:
        entries = _checked_entries(_archive(archive, settings), settings)
    except RejectedFile as error:
        yield replace(archive, problem=error.reason)
        return
    for index, entry in entries:
        item = replace(
            archive,
            file=f"{archive.file}{MEMBER_MARK}{_shown(entry.filename)}",
            size=entry.file_size,
            members=(*archive.members, index),
        )
        if entry.flag_bits & ENCRYPTED:
            yield replace(item, problem="bad_archive", detail="the member is encrypted")
        elif is_archive(entry.filename) and not archive.members:
            yield from members(item, settings)
        else:
            yield item


def read_member(item: Item, settings: Settings) -> bytes:
    """The bytes of an archive member. Raises RejectedFile (too_large, bad_archive)."""
    check_size(item.size, settings)
    opened = _archive(replace(item, members=item.members[:-1]), settings)
    try:
        # zipfile stops at the size that the directory declares, which was checked above
        return opened.read(opened.infolist()[item.members[-1]])
    except DAMAGED as error:
        raise rejected("bad_archive", "this member is damaged") from error


def _archive(item: Item, settings: Settings) -> zipfile.ZipFile:
    """The opened archive that `item` is (`members` leads to a nested one)."""
    try:
        if not item.members:
            return _open(item.path, item.mtime_ns)
        return _open_nested(item.path, item.mtime_ns, item.members[0], settings.max_archive_mb)
    except DAMAGED as error:
        raise rejected("bad_archive") from error


# A worker process reads thousands of members of the same archive: its directory is read once.
@lru_cache(maxsize=4)
def _open(path: str, _mtime_ns: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


@lru_cache(maxsize=2)
def _open_nested(path: str, mtime_ns: int, index: int, max_mb: int) -> zipfile.ZipFile:
    outer = _open(path, mtime_ns)
    entry = outer.infolist()[index]
    if entry.file_size > max_mb * MEGA:
        raise rejected("too_large")
    copy = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed with the archive
    try:
        with outer.open(entry) as source:
            shutil.copyfileobj(source, copy)
        return _Nested(cast(IO[bytes], copy))
    except BaseException:
        copy.close()
        raise


class _Nested(zipfile.ZipFile):
    """A zip archive that owns the temporary copy it reads."""

    def close(self) -> None:
        copy = self.fp
        super().close()
        if copy is not None:
            copy.close()


def _checked_entries(
    opened: zipfile.ZipFile, settings: Settings
) -> list[tuple[int, zipfile.ZipInfo]]:
    """The files of an archive with their positions. Raises RejectedFile for a zip bomb."""
    everything = opened.infolist()
    expanded = sum(entry.file_size for entry in everything)
    packed = sum(entry.compress_size for entry in everything)
    if expanded > settings.max_archive_mb * MEGA:
        raise rejected("too_large")
    if expanded > BOMB_SIZE and expanded > BOMB_RATIO * max(packed, 1):
        raise rejected("too_large", "it expands far too much")
    return [(index, entry) for index, entry in enumerate(everything) if _is_file(entry)]


def _is_file(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    return not entry.is_dir() and not is_litter(name) and not is_container(name)


def _shown(name: str) -> str:
    return str(Path(name.replace("\\", "/"))).lstrip("/")
