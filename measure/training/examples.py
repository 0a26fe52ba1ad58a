"""Frames and masks from a table -> arrays to train on, divided by patient."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from infra.errors import BadSetup
from measure.fitting import fit, fit_mask, gray, place

STORED = 192  # side of the squares kept for training: more than the network's, for zooming in


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: a frame, its mask (None: nothing is to be found in it), a patient."""

    file: Path
    mask_file: Path | None
    patient: str


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """`pictures` and `masks` are (n, STORED, STORED) uint8; `present` (n,) bool."""

    pictures: npt.NDArray[np.uint8]
    masks: npt.NDArray[np.uint8]
    present: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.pictures)


def read_table(table: Path) -> list[Row]:
    """Rows of a CSV with columns file, mask_file and patient (or patient_id).

    Files are relative to the table's folder. An empty mask_file, or none such column, is a picture
    in which nothing is to be found. Raises BadSetup naming what is wrong.
    """
    try:
        with table.open(newline="", encoding="utf-8") as handle:
            lines = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise BadSetup(f"{table.name} is no readable CSV table.") from exc
    if not lines or "file" not in lines[0]:
        raise BadSetup(f"{table.name} needs a line for each frame and a column file.")
    return [_row(line, table.parent) for line in lines]


def _row(line: dict[str, str], folder: Path) -> Row:
    file, mask = line["file"], line.get("mask_file") or ""
    patient = line.get("patient") or line.get("patient_id") or file
    return Row(file=folder / file, mask_file=folder / mask if mask else None, patient=patient)


def fold_of(patients: Sequence[str], folds: int) -> dict[str, int]:
    """Patient -> fold 0..folds-1: in the order of a hash of the name, so that it never changes."""
    ordered = sorted(set(patients), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return {patient: rank % folds for rank, patient in enumerate(ordered)}


def load(rows: Sequence[Row], classes: int) -> Examples:
    """Read frames and masks. Raises BadSetup for a file that cannot be read or does not fit."""
    pictures = np.zeros((len(rows), STORED, STORED), np.uint8)
    masks = np.zeros_like(pictures)
    for number, row in enumerate(rows):
        picture = gray(read_picture(row.file))
        placement = place(picture, STORED)
        pictures[number] = fit(picture, placement)
        if row.mask_file is not None:
            mask = read_mask(row.mask_file, picture.shape, classes)
            masks[number] = fit_mask(mask, placement)
    return Examples(pictures, masks, np.array([row.mask_file is not None for row in rows]))


def join(*sets: Examples) -> Examples:
    """All of them, one after the other."""
    return Examples(
        np.concatenate([one.pictures for one in sets]),
        np.concatenate([one.masks for one in sets]),
        np.concatenate([one.present for one in sets]),
    )


def read_picture(path: Path) -> npt.NDArray[np.uint8]:
    """A PNG or JPEG as gray or RGB. Raises BadSetup."""
    try:
        with Image.open(path) as image:
            plain = image if image.mode in ("L", "RGB") else image.convert("RGB")
            return np.asarray(plain, np.uint8)
    except (OSError, ValueError, Image.DecompressionBombError) as exc:
        raise BadSetup(f"{path.name} is no readable picture.") from exc


def read_mask(path: Path, size: tuple[int, ...], classes: int) -> npt.NDArray[np.uint8]:
    """Class numbers of a frame of `size`. Raises BadSetup for another size or unknown classes."""
    mask = read_picture(path)
    if mask.ndim == 3:
        mask = mask[..., 0]
    if mask.shape != size:
        raise BadSetup(f"{path.name} is {mask.shape} but its frame is {size}: rows, columns.")
    if int(mask.max()) >= classes:
        raise BadSetup(
            f"{path.name} holds class {int(mask.max())}: with {classes - 1} structures, masks hold "
            f"0 to {classes - 1}."
        )
    return mask
