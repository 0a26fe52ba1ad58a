"""How sure a mean over queries is, when the queries of one patient hang together.

Patients are drawn with replacement, not pictures: the cluster bootstrap (Field and Welsh, 2007),
with percentile intervals. Paired differences use the same draws for both models.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DRAWS = 2000
SEED = 1
LEVELS = (2.5, 97.5)  # a 95 % interval
AT_ONCE = 256  # draws held in memory together

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval over `count` queries; NaN everywhere without any."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """A mean, and the same mean of every draw (DRAWS,)."""

    mean: float
    draws: Numbers
    count: int

    def estimate(self) -> Estimate:
        """The mean with its interval."""
        if self.count == 0 or not np.isfinite(self.draws).any():
            return Estimate(float("nan"), float("nan"), float("nan"), self.count)
        low, high = np.nanpercentile(self.draws, LEVELS)
        return Estimate(self.mean, float(low), float(high), self.count)


def sampled(scores: Numbers, patients: Sequence[str], seed: int = SEED) -> Sampled:
    """Mean of `scores` (n,) over queries, NaN left out, and of DRAWS draws of patients."""
    known = np.isfinite(scores)
    if not known.any():
        return Sampled(float("nan"), np.full(DRAWS, np.nan), 0)
    # All patients are drawn, whatever is known of them, so that the draws of two models agree.
    names, number = np.unique(np.array(patients), return_inverse=True)
    sums = np.bincount(number, np.where(known, scores, 0.0), len(names))
    counts = np.bincount(number, known.astype(np.float64), len(names))
    generator = np.random.Generator(np.random.PCG64(seed))
    parts = []
    for begin in range(0, DRAWS, AT_ONCE):
        drawn = generator.multinomial(
            len(names), np.full(len(names), 1 / len(names)), min(AT_ONCE, DRAWS - begin)
        )
        with np.errstate(invalid="ignore"):
            parts.append((drawn @ sums) / (drawn @ counts))
    return Sampled(float(scores[known].mean()), np.concatenate(parts), int(known.sum()))


def mean_of(parts: Sequence[Sampled]) -> Sampled:
    """The plain mean over tables: each counts the same, and each is drawn by itself."""
    parts = [part for part in parts if part.count]
    if not parts:
        return Sampled(float("nan"), np.full(DRAWS, np.nan), 0)
    return Sampled(
        float(np.mean([part.mean for part in parts])),
        np.mean([part.draws for part in parts], axis=0),
        sum(part.count for part in parts),
    )


def difference(one: Sampled, other: Sampled) -> Sampled:
    """`one` - `other`, draw by draw: both must have come from the same patients and seed."""
    return Sampled(one.mean - other.mean, one.draws - other.draws, min(one.count, other.count))
