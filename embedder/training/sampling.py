"""Which pictures a step sees, by seed and step alone: resuming changes nothing."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from embedder.labelled import LabelledPicture

Numbers = npt.NDArray[np.float64]


def chances(rows: Sequence[LabelledPicture], weights: Mapping[str, float]) -> Numbers:
    """How likely each row is drawn: (n,), sum 1; rows of the validation split never are.

    A table counts by the square root of its size times its weight, and within a table a row counts
    by the rarest of its labels: 1 / sqrt(rows with that label).
    """
    found = np.zeros(len(rows))
    for table in {row.table for row in rows}:
        members = [i for i, row in enumerate(rows) if row.table == table and row.split != "val"]
        if not members:
            continue
        share = _by_labels([rows[i] for i in members])
        found[members] = share / share.sum() * np.sqrt(len(members)) * weights.get(table, 1.0)
    return np.asarray(found / found.sum())


def _by_labels(rows: Sequence[LabelledPicture]) -> Numbers:
    counts: dict[str, int] = {}
    for row in rows:
        for label in row.labels:
            counts[label] = counts.get(label, 0) + 1
    rarest = [min((counts[label] for label in row.labels), default=len(rows)) for row in rows]
    return 1 / np.sqrt(np.array(rarest, np.float64))


def drawn(chance: Numbers, seed: int, step: int, batch: int) -> npt.NDArray[np.int64]:
    """The rows of one step: each at most once, where there are enough."""
    generator = np.random.Generator(np.random.PCG64([seed, step]))
    enough = np.count_nonzero(chance) >= batch
    return np.asarray(
        generator.choice(len(chance), size=batch, replace=not enough, p=chance), np.int64
    )
