"""How a hybrid query joins its two ranked lists: the one rule, for every store."""

from collections.abc import Sequence
from math import fsum

from infra.query import MAX_WINDOW

SMOOTHING = 60  # of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009


def fuse(*rankings: Sequence[str]) -> list[tuple[str, float]]:
    """Group ids with their fused scores, best first, equal scores by id ascending.

    Each ranking has its best id first and names no id twice; only its first MAX_WINDOW count. The
    score is the sum over the rankings that have the id of 1 / (SMOOTHING + rank), rank from 1.
    """
    terms: dict[str, list[float]] = {}
    for ranking in rankings:
        for rank, group_id in enumerate(ranking[:MAX_WINDOW], start=1):
            terms.setdefault(group_id, []).append(1 / (SMOOTHING + rank))
    scores = {group_id: fsum(values) for group_id, values in terms.items()}
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
