"""Real files for tests: those in the pydicom wheel, and the shared data where it is present."""

import csv
from functools import cache
from pathlib import Path

import pydicom
import pytest

SHARED = Path(__file__).parents[1] / "../shared"


def shared(path: str = "") -> Path:
    """A file or folder of the shared data; skips the test where it is absent."""
    found = (SHARED / path).resolve()
    if not found.exists():
        pytest.skip(f"shared data is not here: {path or 'shared'}")
    return found


def shared_data(path: str = "") -> Path:
    """The same below shared/data."""
    return shared(f"data/{path}")


@cache
def pydicom_folder() -> Path:
    """The folder of test files inside the installed pydicom."""
    return Path(pydicom.__file__).parent / "data" / "test_files"


def pydicom_files() -> list[Path]:
    """Every DICOM file in the installed pydicom, sorted (DICOMDIR trees included)."""
    folder = pydicom_folder()
    media = (path for path in (folder / "dicomdirtests").rglob("*") if path.is_file())
    return sorted([*folder.glob("*.dcm"), *media])


def pydicom_file(name: str) -> Path:
    """One of them by its name."""
    return pydicom_folder() / name


def manifest() -> list[dict[str, str]]:
    """The rows of the shared DICOM manifest; skips the test where it is absent."""
    with shared_data("dicom/manifest.csv").open(newline="") as handle:
        return list(csv.DictReader(handle))
