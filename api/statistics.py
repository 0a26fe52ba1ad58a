"""Statistics of two-by-two tables, for many tables of the same two groups at once.

        has it    has it not
set       a           b
rest      c           d
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

Z95 = 1.959963984540054  # the 97.5th percentile of the normal distribution
TIES = 1 + 1e-7  # probabilities this close are equal: they differ by rounding


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """One table for each element; all arrays have the same length."""

    a: Counts
    b: Counts
    c: Counts
    d: Counts


def tables(in_set: Counts, set_size: int, in_all: Counts, all_size: int) -> Tables:
    """Tables of a set within all: how many of each have it, of `set_size` and `all_size` cases.

    Raises ValueError where the set is not part of all.
    """
    a, c = in_set, in_all - in_set
    b, d = set_size - a, (all_size - set_size) - c
    if min(x.min(initial=0) for x in (a, b, c, d)) < 0:
        raise ValueError("the set is not a part of all")
    return Tables(a, b, c, d)


def lift(of: Tables) -> Floats:
    """Share in the set divided by the share in all; nan where either is unknown (0/0)."""
    set_size, in_all = of.a + of.b, of.a + of.c
    everything = set_size + of.c + of.d
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = (of.a / set_size) / (in_all / everything)
    return ratio


def odds_ratios(of: Tables) -> tuple[Floats, Floats, Floats]:
    """(odds ratio, low, high): ad/bc with the 95 % interval of Woolf (Ann Hum Genet 1955).

    Where a cell is 0, 0.5 is added to all four (Haldane 1956, Anscombe 1956), also for the ratio.
    """
    cells = np.stack([of.a, of.b, of.c, of.d]).astype(np.float64)
    cells += 0.5 * (cells == 0).any(axis=0)
    a, b, c, d = cells
    log_ratio = np.log(a * d / (b * c))
    width = Z95 * np.sqrt((1 / cells).sum(axis=0))
    return np.exp(log_ratio), np.exp(log_ratio - width), np.exp(log_ratio + width)


def fisher_exact(of: Tables) -> Floats:
    """Two-sided p of Fisher's exact test: the probability, margins given, of all tables that are
    not more probable than this one (Fisher 1935; the hypergeometric distribution).
    """
    sizes = of.a + of.b + of.c + of.d
    logs = _log_factorials(int(sizes.max(initial=0)))
    known: dict[tuple[int, int, int, int], float] = {}
    p_values = []
    for a, b, c, d in np.stack([of.a, of.b, of.c, of.d]).T.tolist():
        if (a, b, c, d) not in known:
            known[a, b, c, d] = _fisher(a, b, c, d, logs)
        p_values.append(known[a, b, c, d])
    return np.array(p_values, np.float64)


def _fisher(a: int, b: int, c: int, d: int, logs: Floats) -> float:
    drawn, having, all_cases = a + b, a + c, a + b + c + d
    low, high = max(0, drawn + having - all_cases), min(drawn, having)
    others = np.arange(low, high + 1)
    log_p = (
        logs[having]
        + logs[all_cases - having]
        + logs[drawn]
        + logs[all_cases - drawn]
        - logs[all_cases]
        - logs[others]
        - logs[having - others]
        - logs[drawn - others]
        - logs[all_cases - having - drawn + others]
    )
    probable = np.exp(log_p)
    return float(min(1.0, probable[probable <= probable[a - low] * TIES].sum()))


@lru_cache(4)
def _log_factorials(largest: int) -> Floats:
    """ln 0! … ln largest!, summed with more digits than they are kept with."""
    terms = np.log(np.maximum(np.arange(largest + 1, dtype=np.longdouble), 1))
    return np.cumsum(terms).astype(np.float64)


def benjamini_hochberg(p_values: Floats) -> Floats:
    """The false discovery rate at which each would be reported (Benjamini and Hochberg 1995)."""
    count = len(p_values)
    order = np.argsort(p_values)
    scaled = p_values[order] * count / np.arange(1, count + 1)
    smallest = np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.empty(count, np.float64)
    adjusted[order] = np.minimum(smallest, 1.0)
    return adjusted
