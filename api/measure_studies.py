"""What files of one study tell together: pairs of stills, and both planes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from infra.records import Measurement
from measure.biplane import may_be_paired, pair, paired_records
from measure.heart import Heart
from measure.stills import Stills, is_still, paired_stills, still_records

Rows = dict[str, tuple[Measurement, ...]]


@dataclass(frozen=True, slots=True)
class Together:
    """By instance: `instead` are rows that replace those of single files (of stills), `besides`
    rows that are added (of both planes). `pairs` are the stills that were paired.
    """

    instead: Rows
    besides: Rows
    pairs: tuple[Stills, ...]


def is_worth_keeping(heart: Heart) -> bool:
    """Whether other files of its study may add to what it tells."""
    return bool(heart.facts.study_uid) and (is_still(heart) or may_be_paired(heart))


def measure_together(hearts: Sequence[Heart], threshold_set: str) -> Together:
    """Look at all files of each study; instances are told apart by their UIDs."""
    instead, besides, pairs = Rows(), Rows(), list[Stills]()
    for members in _studies(hearts):
        found = paired_stills(members)
        instead |= still_records(members, threshold_set)
        planes = pair([*members, *(stills.heart for stills in found)])
        if planes is not None:
            besides[planes[0].facts.instance_uid] = paired_records(*planes, threshold_set)
        pairs += found
    return Together(instead, besides, tuple(pairs))


def with_uid(heart: Heart, name: str) -> Heart:
    """Of a file without a UID its name tells it apart."""
    uid = heart.facts.instance_uid or name
    return replace(heart, facts=replace(heart.facts, instance_uid=uid))


def _studies(hearts: Sequence[Heart]) -> Iterator[list[Heart]]:
    def study(heart: Heart) -> str:
        return heart.facts.study_uid

    for _, group in groupby(sorted(hearts, key=study), key=study):
        yield list(group)
