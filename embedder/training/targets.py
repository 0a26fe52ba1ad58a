"""What each picture should be recognised as, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedder.labelled import LabelledPicture

UNKNOWN = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """Of n pictures. `labels` (n, l) says which labels a picture has, float32.

    `asked` (n, l) is 1 where the picture's table knows the label at all: a table that never speaks
    of fractures teaches nothing about them. `kinds` (n, 3) holds the numbers of table, modality and
    body part, or UNKNOWN; `kind_counts` how many there are of each. `train` (n,) chooses rows.
    """

    labels: npt.NDArray[np.float32]
    asked: npt.NDArray[np.float32]
    kinds: npt.NDArray[np.int64]
    kind_counts: tuple[int, int, int]
    train: npt.NDArray[np.bool_]


def targets_of(rows: Sequence[LabelledPicture]) -> Targets:
    """A label belongs to its table: pneumonia of a child's film is not that of an adult's."""
    names = sorted({(row.table, label) for row in rows for label in row.labels})
    column = {name: number for number, name in enumerate(names)}
    labels = np.zeros((len(rows), len(names)), np.float32)
    for number, row in enumerate(rows):
        labels[number, [column[row.table, label] for label in row.labels]] = 1
    tables = np.array([table for table, _ in names])
    asked = np.stack([tables == row.table for row in rows]).astype(np.float32)
    kinds, counts = zip(
        *(
            _numbered([getattr(row, name) for row in rows])
            for name in ("table", "modality", "body_part")
        ),
        strict=True,
    )
    return Targets(
        labels=labels,
        asked=asked,
        kinds=np.stack(kinds, axis=1),
        kind_counts=(counts[0], counts[1], counts[2]),
        train=np.array([row.split != "val" for row in rows]),
    )


def _numbered(values: Sequence[str]) -> tuple[npt.NDArray[np.int64], int]:
    """OT, for other, is a modality that nobody knows."""
    names = sorted({value for value in values if value not in ("", "OT")})
    number = {name: index for index, name in enumerate(names)}
    return np.array([number.get(value, UNKNOWN) for value in values], np.int64), len(names)
