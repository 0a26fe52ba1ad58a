"""Vectors of an .npz, in the order of a table's rows."""

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from embedder.labelled import LabelledPicture
from infra.errors import BadSetup
from infra.records import Values


def vectors_from(path: Path, rows: Sequence[LabelledPicture]) -> tuple[Values, str]:
    """The vectors (n, d) of these rows and the model id, from a file as `similis embed` writes.

    A row's file is found by its full path, else by the longest end of its path that names one file
    only. Raises BadSetup naming a file that has no vector.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            vectors, files = np.asarray(kept["vectors"], np.float32), kept["files"].tolist()
            model = str(kept["model_id"]) if "model_id" in kept else path.stem
    except (OSError, ValueError, KeyError) as exc:
        raise BadSetup(f"{path.name} is no file of vectors as `similis embed` writes.") from exc
    if vectors.ndim != 2 or len(files) != len(vectors):
        raise BadSetup(f"{path.name} holds {len(files)} files and vectors {vectors.shape}.")
    places = _by_ends(files)
    return vectors[[_place(row, places, path.name) for row in rows]], model


def _by_ends(files: Sequence[str]) -> dict[tuple[str, ...], int | None]:
    """Every end of every path -> its number, or None for an end that several files share."""
    found: dict[tuple[str, ...], int | None] = {}
    for number, file in enumerate(files):
        parts = PurePath(file).parts
        for length in range(1, len(parts) + 1):
            end = parts[-length:]
            found[end] = None if end in found else number
    return found


def _place(row: LabelledPicture, places: dict[tuple[str, ...], Any], file: str) -> int:
    parts = row.path.absolute().parts
    for length in range(len(parts), 0, -1):
        place = places.get(parts[-length:])
        if place is not None:
            return int(place)
    raise BadSetup(f"{file} has no vector of {row.name}, or several.")
