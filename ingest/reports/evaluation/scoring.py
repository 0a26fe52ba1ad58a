"""Judged answers -> precision, recall and F1, each with a 95 % bootstrap interval over reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.reports.evaluation.gold import CHEST, Judged

RESAMPLES, SEED = 1000, 20260401


@dataclass(frozen=True, slots=True)
class Score:
    """Counts and rates of one label; rates in [0, 1], None where nothing can be divided.

    `low` and `high` bound the F1 of 95 % of the resamples. `false_rate` is fp / (fp + tn).
    """

    label: str
    tp: int
    fp: int
    fn: int
    tn: int
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None
    false_rate: float | None


def scorecard(judged: Sequence[Judged]) -> list[Score]:
    """A score for each label in the order of appearance; chest findings also as "micro"."""
    labels = list(dict.fromkeys(answer.label for answer in judged))
    scores = [score(label, [a for a in judged if a.label == label]) for label in labels]
    chest = [answer for answer in judged if answer.label in CHEST]
    return [*scores, *([score("micro", chest)] if chest else [])]


def score(label: str, judged: Sequence[Judged]) -> Score:
    """One label."""
    tp = sum(a.truth and a.said for a in judged)
    fp = sum(a.said and not a.truth for a in judged)
    fn = sum(a.truth and not a.said for a in judged)
    tn = len(judged) - tp - fp - fn
    low, high = _interval(judged) if tp else (None, None)
    return Score(
        label=label,
        tp=tp,
        fp=fp,
        fn=fn,
        tn=tn,
        precision=_rate(tp, tp + fp),
        recall=_rate(tp, tp + fn),
        f1=_rate(2 * tp, 2 * tp + fp + fn),
        low=low,
        high=high,
        false_rate=_rate(fp, fp + tn),
    )


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _interval(judged: Sequence[Judged]) -> tuple[float, float]:
    """Reports are drawn with replacement; F1 from the sums of their counts."""
    import numpy as np

    number = {group: n for n, group in enumerate(dict.fromkeys(a.group for a in judged))}
    counts = np.zeros((len(number), 3))
    for answer in judged:
        if answer.truth or answer.said:
            column = 0 if answer.truth and answer.said else 1 if answer.said else 2
            counts[number[answer.group], column] += 1
    random = np.random.default_rng(SEED)
    weights = random.multinomial(len(number), np.full(len(number), 1 / len(number)), size=RESAMPLES)
    tp, fp, fn = (weights @ counts).T
    f1 = 2 * tp / np.maximum(2 * tp + fp + fn, 1)
    low, high = np.quantile(f1, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)
