"""A dataset as the bytes of the file that ingest would keep."""

import tempfile
from pathlib import Path

from pydicom import Dataset

from ingest.privacy.deidentify import write


def to_bytes(dataset: Dataset) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kept"
        write(dataset, path)
        return path.read_bytes()
