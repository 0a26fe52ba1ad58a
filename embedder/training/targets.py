"""What each picture should be recognised as, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedder.labelled import LabelledPicture

UNKNOWN = -1
KINDS = ("table", "modality", "body_part")
MORE_KINDS = ("view", "sex", "age")  # a recipe may ask for these, too


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """Of n pictures. `labels` (n, l) says which labels a picture has, float32.

    `asked` (n, l) is 1 where the picture's table knows the label at all: a table that never speaks
    of fractures teaches nothing about them. `kinds` (n, k) holds the number of each kind asked for,
    such as table, modality and body part, or UNKNOWN; `kind_counts` (k,) how many there are of
    each. `train` (n,) chooses rows.
    """

    labels: npt.NDArray[np.float32]
    asked: npt.NDArray[np.float32]
    kinds: npt.NDArray[np.int64]
    kind_counts: tuple[int, ...]
    train: npt.NDArray[np.bool_]


def targets_of(rows: Sequence[LabelledPicture], kinds: Sequence[str] = KINDS) -> Targets:
    """A label belongs to its table: pneumonia of a child's film is not that of an adult's."""
    names = sorted({(row.table, label) for row in rows for label in row.labels})
    column = {name: number for number, name in enumerate(names)}
    labels = np.zeros((len(rows), len(names)), np.float32)
    for number, row in enumerate(rows):
        labels[number, [column[row.table, label] for label in row.labels]] = 1
    tables = np.array([table for table, _ in names])
    asked = np.stack([tables == row.table for row in rows]).astype(np.float32)
    numbered = [_numbered([getattr(row, kind) for row in rows]) for kind in kinds]
    return Targets(
        labels=labels,
        asked=asked,
        kinds=np.array([numbers for numbers, _ in numbered], np.int64).reshape(-1, len(rows)).T,
        kind_counts=tuple(count for _, count in numbered),
        train=np.array([row.split != "val" for row in rows]),
    )


def _numbered(values: Sequence[str]) -> tuple[npt.NDArray[np.int64], int]:
    """OT, for other, is a modality that nobody knows."""
    names = sorted({value for value in values if value not in ("", "OT")})
    number = {name: index for index, name in enumerate(names)}
    return np.array([number.get(value, UNKNOWN) for value in values], np.int64), len(names)
