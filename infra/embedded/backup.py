"""Backup of a home while it is used, and restore into an empty one.

The copy is of one moment: the database by SQLite's own backup, and hard links to the blobs it
names, made while no blob is deleted. Copying the links away takes its time afterwards. The home's
key is in the backup: guard it like the home.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from infra.embedded.archive import Entry, Reader, open_archive, write_archive, write_copy
from infra.embedded.blobs import EmbeddedBlobs
from infra.embedded.database import FILE_NAME, LOCK_NAME, Database, database_errors
from infra.embedded.files import PRIVATE_FILE, disk_errors, private_folder, sync_folder
from infra.embedded.scratch import Scratch
from infra.errors import BadSetup

_COUNTED = {"cases": "studies", "instances": "objects", "reports": "reports", "vectors": "vectors"}
_KEYS = (
    "SELECT DISTINCT value FROM objects, json_each(json_array("
    " json_extract(record, '$.original'), json_extract(record, '$.thumbnail')))"
    " WHERE value <> '' ORDER BY value"
)


def backup(home: Path, target: Path) -> dict[str, int]:
    """Copy the home to `target`, a new folder or a .tar file, and count what is in it.

    Returns cases, instances (attachments included), reports, vectors, blobs, missing_blobs, files
    and bytes.
    Raises BadSetup for a home without a store, or a target that exists or lies in the home.
    """
    home, target = home.absolute(), target.absolute()
    if not (home / FILE_NAME).is_file():
        raise BadSetup("There is nothing to back up: SIMILIS_HOME holds no store.")
    if target.is_relative_to(home):
        raise BadSetup("A backup must not lie inside SIMILIS_HOME: name another place.")
    scratch = Scratch(home)
    with closing(Database(home)) as database, closing(scratch), disk_errors():
        stage = scratch.path / "backup"
        private_folder(stage)
        blobs = EmbeddedBlobs(home, database.home_id, scratch)
        with blobs.frozen():
            counts = _copy_database(database, stage / FILE_NAME)
            counts |= _link_blobs(home, blobs, stage)
        copy_rest(home, stage)
        entries = write_archive(target, _files(stage))
    return counts | {"files": len(entries), "bytes": sum(entry.size for entry in entries)}


def restore(source: Path, home: Path) -> dict[str, int]:
    """Make `home` what it was when `source` was backed up, all of it or nothing.

    Returns files and bytes. Raises BadSetup when the home is not empty, or the backup not whole.
    """
    home = home.absolute()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BadSetup("SIMILIS_HOME is not empty: name an empty folder to restore into.")
    with disk_errors(), open_archive(source) as (reader, entries):
        private_folder(home.parent)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
        try:
            for entry in entries:
                _restore_file(reader, entry, unfinished / entry.name)
            if not (unfinished / FILE_NAME).is_file():
                raise BadSetup("This backup holds no store.")
            unfinished.rename(home)  # over an empty folder, or a new one
            sync_folder(home.parent)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    return {"files": len(entries), "bytes": sum(entry.size for entry in entries)}


def _copy_database(database: Database, copy: Path) -> dict[str, int]:
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
    with database_errors(), closing(sqlite3.connect(copy)) as target:
        with database.read() as connection:
            connection.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        return {
            name: target.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for name, table in _COUNTED.items()
        }


def _link_blobs(home: Path, blobs: EmbeddedBlobs, stage: Path) -> dict[str, int]:
    """Link every blob that the copied catalog names, and the mark of the blob folder.

    A blob is missing only where a deletion has not come to the catalog yet, or was cut off there.
    """
    with database_errors(), closing(sqlite3.connect(stage / FILE_NAME)) as copy:
        named = [blobs.path_of(key) for (key,) in copy.execute(_KEYS)]
    found = [path for path in named if path.exists()]
    for path in (*found, home / "blobs" / ".home"):
        link = stage / path.relative_to(home)
        private_folder(link.parent)
        try:
            link.hardlink_to(path)
        except OSError:  # a file system without hard links
            shutil.copyfile(path, link)
    return {"blobs": len(found), "missing_blobs": len(named) - len(found)}


def copy_rest(home: Path, stage: Path) -> None:
    """Copy what else is in the home (its key, what was measured), but nothing fleeting."""
    for top, folders, files in os.walk(home):  # unlike rglob, it bears with what vanishes
        if top == str(home):
            folders[:] = [name for name in folders if name not in ("blobs", "tmp")]
            files = [n for n in files if n != LOCK_NAME and not n.startswith(FILE_NAME)]
        for name in files:
            path = Path(top, name)
            copy = stage / path.relative_to(home)
            private_folder(copy.parent)
            with suppress(FileNotFoundError):
                shutil.copyfile(path, copy)


def _files(stage: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(p for p in stage.rglob("*") if p.is_file()):
        yield path.relative_to(stage).as_posix(), path


def _restore_file(reader: Reader, entry: Entry, path: Path) -> None:
    private_folder(path.parent)
    with reader.open(entry.name) as file:
        if write_copy(file, path) != entry.sha256:
            raise BadSetup("This backup is damaged: a checksum does not match.")
