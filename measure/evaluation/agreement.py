"""How well two ways of measuring the same thing agree."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
WITHIN = 1.96  # standard deviations that hold 95 % of a normal distribution
ROUNDS, SEED = 2000, 0
LEAST_PAIRS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Of `pairs` values with the truth. Differences are measured minus true, in their unit.

    `low` and `high` are the limits of agreement (Bland and Altman 1986); `icc` is that of absolute
    agreement of single measurements, ICC(2,1) (Shrout and Fleiss 1979). `mae_interval` and
    `bias_interval` are 95 % bootstrap intervals. `pearson_r` and `icc` are None where one side
    does not vary.
    """

    pairs: int
    mae: float
    mae_interval: tuple[float, float]
    bias: float
    bias_interval: tuple[float, float]
    low: float
    high: float
    pearson_r: float | None
    icc: float | None


def agreement(measured: Numbers, truth: Numbers) -> Agreement | None:
    """Agreement of two arrays of shape (n,); None for fewer than three pairs."""
    if len(measured) < LEAST_PAIRS:
        return None
    difference = measured - truth
    bias, spread = float(difference.mean()), float(difference.std(ddof=1))
    return Agreement(
        pairs=len(measured),
        mae=float(np.abs(difference).mean()),
        mae_interval=interval(np.abs(difference)),
        bias=bias,
        bias_interval=interval(difference),
        low=bias - WITHIN * spread,
        high=bias + WITHIN * spread,
        pearson_r=pearson(measured, truth),
        icc=icc(measured, truth),
    )


def interval(values: Numbers, statistic: Callable[..., Numbers] = np.mean) -> tuple[float, float]:
    """95 % percentile bootstrap interval of a statistic that numpy computes along an axis."""
    rng = np.random.default_rng(SEED)
    drawn = values[rng.integers(len(values), size=(ROUNDS, len(values)))]
    low, high = np.percentile(statistic(drawn, axis=1), (2.5, 97.5))
    return float(low), float(high)


def pearson(one: Numbers, other: Numbers) -> float | None:
    """Correlation, None where one side is constant."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def icc(one: Numbers, other: Numbers) -> float | None:
    """ICC(2,1): two-way random effects, absolute agreement, single measurement."""
    values = np.stack([one, other], axis=1)
    count, ways = values.shape
    grand, rows, columns = values.mean(), values.mean(axis=1), values.mean(axis=0)
    between = ways * ((rows - grand) ** 2).sum() / (count - 1)
    method = count * ((columns - grand) ** 2).sum() / (ways - 1)
    rest = ((values - rows[:, None] - columns[None] + grand) ** 2).sum()
    rest /= (count - 1) * (ways - 1)
    whole = between + (ways - 1) * rest + ways * (method - rest) / count
    return float((between - rest) / whole) if whole > 0 and math.isfinite(whole) else None
