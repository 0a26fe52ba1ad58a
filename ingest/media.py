"""A DICOMDIR given by name: the files it lists (PS3.3 F, PS3.10 8.5)."""

from collections.abc import Iterator
from pathlib import Path

from ingest.quiet import quiet
from ingest.reasons import rejected


def referenced_files(dicomdir: Path) -> Iterator[Path]:
    """Paths of the files that a DICOMDIR lists, in its order; they may be missing.

    Raises RejectedFile when it cannot be read. References that lead out of its folder are skipped.
    """
    for parts in _references(dicomdir):
        if all(part not in ("", ".", "..") and "/" not in part for part in parts):
            yield _on_disk(dicomdir.parent, parts)


def _references(dicomdir: Path) -> list[list[str]]:
    from pydicom import dcmread

    try:
        with quiet():
            dataset = dcmread(dicomdir, specific_tags=["DirectoryRecordSequence"])
            records = dataset.get("DirectoryRecordSequence") or []
            found = [record.get("ReferencedFileID") for record in records]
            return [[str(part) for part in _as_list(value)] for value in found if value]
    except Exception as error:  # untrusted bytes: pydicom raises a dozen types here
        raise rejected("bad_header", "DICOMDIR") from error


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
