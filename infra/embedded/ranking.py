"""Ranked pages of groups: higher scores first, equal scores by group id, after a position."""

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infra.cursor import Position

Numbers = npt.NDArray[np.integer]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A group by its number, and its score."""

    group: int
    score: float


def best_groups(
    groups: Numbers, scores: Scores, names: list[str], size: int, after: Position | None
) -> list[Ranked]:
    """The first `size` of these groups (each once, scores beside them) that rank after `after`."""
    if after is not None:
        keep = _after(groups, scores, names, after)
        groups, scores = groups[keep], scores[keep]
    if len(groups) > size:
        cut = np.partition(scores, len(scores) - size)[len(scores) - size]
        above, level = groups[scores > cut], groups[scores == cut]
        ties = heapq.nsmallest(size - len(above), level.tolist(), key=names.__getitem__)
        scores = np.concatenate([scores[scores > cut], np.full(len(ties), cut)])
        groups = np.concatenate([above, np.array(ties, groups.dtype)])
    ranked = map(Ranked, groups.tolist(), scores.tolist())
    return sorted(ranked, key=lambda one: (-one.score, names[one.group]))


def count_groups(groups: Numbers) -> int:
    """How many different numbers there are."""
    return int(np.count_nonzero(np.bincount(groups, minlength=1)))


def _after(
    groups: Numbers, scores: Scores, names: list[str], after: Position
) -> npt.NDArray[np.bool_]:
    keep: npt.NDArray[np.bool_] = scores < after.score
    ties = np.flatnonzero(scores == after.score)
    keep[[i for i in ties if names[groups[i]] > after.group_id]] = True
    return keep
