"""The rules of the tagger are tab-separated tables in `data/`, one subject a file."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[tuple[str, ...]]:
    """Rows of a table: cells split at tabs. Empty lines and lines with "#" are left out."""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(cell.strip() for cell in line.split("\t"))


@cache
def rules_hash() -> str:
    """sha256 (hex) over all tables and the code that reads them: another rule, another hash."""
    digest = hashlib.sha256()
    for path in sorted([*FOLDER.glob("*.tsv"), *FOLDER.parent.glob("*.py")]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
