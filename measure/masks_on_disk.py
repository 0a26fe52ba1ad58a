"""Masks as PNG files: one byte of class number a pixel."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from infra.errors import StorageFull


def write_mask(path: Path, classes: npt.NDArray[np.uint8]) -> None:
    """Write class numbers of shape (rows, columns), whole or not at all. Raises StorageFull."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(classes).save(partial, "PNG")
        partial.replace(path)
    except OSError as exc:
        partial.unlink(missing_ok=True)
        raise StorageFull(f"{path.name} cannot be written in {path.parent}.") from exc
