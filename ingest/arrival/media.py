"""A DICOMDIR given by name: the files it lists (PS3.3 F, PS3.10 8.5)."""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.fencing.guard import refuse_as
from ingest.reading.quiet import quiet

# MediaStorageSOPClassUID (0002,0002) of Media Storage Directory Storage, PS3.10 7.1
_DICOMDIR = re.compile(rb"\x02\x00\x02\x00UI\x14\x001\.2\.840\.10008\.1\.3\.10")
META_SIZE = 1024  # bytes in which a file's class stands


def is_dicomdir(beginning: bytes) -> bool:
    """Whether a file that begins like this is a DICOMDIR, whatever its name is."""
    return _DICOMDIR.search(beginning[:META_SIZE]) is not None


def referenced_files(dicomdir: Path) -> Iterator[Path]:
    """Paths of the files that a DICOMDIR lists, in its order; they may be missing.

    Raises RejectedFile when it cannot be read. References that lead out of its folder are skipped.
    """
    for parts in _references(dicomdir):
        if all(part not in ("", ".", "..") and "/" not in part for part in parts):
            yield _on_disk(dicomdir.parent, parts)


def _references(dicomdir: Path) -> list[list[str]]:
    from pydicom import dcmread

    with refuse_as("bad_header"), quiet():
        dataset = dcmread(dicomdir, specific_tags=["DirectoryRecordSequence"])
        records = dataset.get("DirectoryRecordSequence") or []
        found = [record.get("ReferencedFileID") for record in records]
        return [[str(part) for part in _as_list(value)] for value in found if value]


def _as_list(value: object) -> list[object]:
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]  # MultiValue


def _on_disk(folder: Path, parts: list[str]) -> Path:
    """The file as spelled on the disk: file ids are upper case, copied discs often are not."""
    path = folder
    for part in parts:
        path = _child(path, part)
    return path


def _child(folder: Path, name: str) -> Path:
    exact = folder / name
    if exact.exists() or not folder.is_dir():
        return exact
    wanted = name.lower()
    names = sorted(entry.name for entry in folder.iterdir())
    return next((folder / n for n in names if n.lower().removesuffix(".dcm") == wanted), exact)
