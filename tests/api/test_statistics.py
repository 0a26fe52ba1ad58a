"""Our statistics against scipy's, on random tables."""

import math

import numpy as np
import pytest
from scipy import stats

from api.statistics import Tables, benjamini_hochberg, fisher_exact, lift, odds_ratios, tables

RNG = np.random.default_rng(20)


def random_tables(count: int, largest: int) -> Tables:
    cells = RNG.integers(0, largest + 1, (4, count))
    return Tables(*cells)


@pytest.mark.parametrize("largest", [1, 5, 40, 3_000, 300_000])
def test_fisher_is_scipys(largest: int) -> None:
    of = random_tables(60, largest)
    ours = fisher_exact(of)
    for table, p in zip(np.stack([of.a, of.b, of.c, of.d]).T, ours, strict=True):
        theirs = stats.fisher_exact(table.reshape(2, 2)).pvalue
        assert p == pytest.approx(theirs, rel=2e-6, abs=1e-300)


def test_odds_ratios_are_scipys() -> None:
    of = random_tables(80, 50)
    ratio, low, high = odds_ratios(of)
    cells = np.stack([of.a, of.b, of.c, of.d]).T
    full = (cells > 0).all(axis=1)
    assert full.any()
    assert not full.all()
    for i in range(len(cells)):
        table = cells[i].reshape(2, 2) if full[i] else cells[i].reshape(2, 2) + 0.5
        (a, b), (c, d) = table
        assert ratio[i] == pytest.approx(a * d / (b * c))
        error = math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        assert math.log(high[i] / low[i]) == pytest.approx(2 * stats.norm.ppf(0.975) * error)
        if full[i]:
            theirs = stats.contingency.odds_ratio(cells[i].reshape(2, 2), kind="sample")
            interval = theirs.confidence_interval(0.95)
            assert (ratio[i], low[i], high[i]) == pytest.approx(
                (theirs.statistic, interval.low, interval.high)
            )


def test_benjamini_hochberg_is_scipys() -> None:
    for count in (1, 2, 17, 300):
        p_values = RNG.random(count) ** 3
        p_values[: count // 4] = p_values[0]
        theirs = stats.false_discovery_control(p_values, method="bh")
        assert benjamini_hochberg(p_values) == pytest.approx(theirs)
    assert len(benjamini_hochberg(np.array([]))) == 0


def test_lift_is_a_ratio_of_shares() -> None:
    of = tables(np.array([5, 0]), 10, np.array([10, 0]), 100)
    assert (of.a.tolist(), of.b.tolist(), of.c.tolist(), of.d.tolist()) == (
        [5, 0],
        [5, 10],
        [5, 0],
        [85, 90],
    )
    first, second = lift(of)
    assert first == pytest.approx(5.0)
    assert math.isnan(second)


def test_a_set_is_part_of_all() -> None:
    with pytest.raises(ValueError, match="part"):
        tables(np.array([5]), 10, np.array([4]), 100)


def test_no_tables_are_no_results() -> None:
    none = tables(np.array([], np.int64), 0, np.array([], np.int64), 0)
    assert len(fisher_exact(none)) == len(lift(none)) == len(odds_ratios(none)[0]) == 0
