"""Does a score live on something beside the disease? Each attribute of the pictures is held still.

Labels hang together with how, where and of whom a picture was taken: the sickest are filmed lying
down (Zech et al., Variable generalization performance of a deep learning model to detect pneumonia
in chest radiographs, 2018). A model that only sees the view still scores above chance. So each
query is asked again with answers of its own view alone, where the view cannot help, and with
answers of other views alone, where it can only hurt. What is left above chance is not the view.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedder.labelled import LabelledPicture
from embedder.scoring.bootstrap import Sampled, difference, sampled
from embedder.scoring.ranking import DEPTH, cosines, equal, judged
from infra.records import Values

ATTRIBUTES = ("view", "site", "sex")
LEAST = 10  # pictures that a value needs to count as one of several
RANDOM = 10  # random rankings that chance is the mean of
METRIC = "mAP@10"

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """One attribute within one table: who has which value, and what chance would reach.

    `members` (m,) are the rows whose value is known; `same` (m, m) which of them share it; `chance`
    the scores (m,) of random rankings, by who may answer.
    """

    table: str
    attribute: str
    values: Mapping[str, int]
    members: npt.NDArray[np.int64]
    same: Flags
    patients: tuple[str, ...]
    rows: tuple[LabelledPicture, ...]
    chance: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shortcut:
    """What a model makes of an attribute.

    `alike` is the share of the ten nearest with the query's value, and `alike_by_chance` that of
    all pictures that may answer. `scores` and `gains` are mAP@10 and what of it is above chance,
    among `all`, among those of the `same` value, and among those of `other` values.
    """

    alike: Sampled
    alike_by_chance: Sampled
    scores: Mapping[str, Sampled]
    gains: Mapping[str, Sampled]


def held(rows: Sequence[LabelledPicture], seed: int = 1) -> tuple[Held, ...]:
    """Each attribute of each table that has two or more values of LEAST pictures."""
    tables = dict.fromkeys(row.table for row in rows)
    found = (_held(rows, table, name, seed) for table in tables for name in ATTRIBUTES)
    return tuple(one for one in found if one is not None)


def shortcut(vectors: Values, one: Held) -> Shortcut:
    """Ask with the vectors (n, d) of all rows that `held` was made of."""
    similar = cosines(vectors[one.members])
    among = _among(one.same)
    answers = {who: judged(similar, one.rows, may) for who, may in among.items()}
    scores = {who: sampled(found.scores[METRIC], one.patients) for who, found in answers.items()}
    alike, expected = _alike(answers["all"].top, one)
    return Shortcut(
        alike=sampled(alike, one.patients),
        alike_by_chance=sampled(expected, one.patients),
        scores=scores,
        gains={
            who: difference(scores[who], sampled(one.chance[who], one.patients)) for who in scores
        },
    )


def _held(rows: Sequence[LabelledPicture], table: str, attribute: str, seed: int) -> Held | None:
    values = {i: getattr(row, attribute) for i, row in enumerate(rows) if row.table == table}
    counts = Counter(value for value in values.values() if value)
    common = {value: count for value, count in counts.most_common() if count >= LEAST}
    if len(common) < 2:
        return None
    members = np.array([i for i, value in values.items() if value in common])
    chosen = tuple(rows[i] for i in members)
    same = equal([values[i] for i in members.tolist()])
    return Held(
        table=table,
        attribute=attribute,
        values=common,
        members=members,
        same=same,
        patients=tuple(row.patient for row in chosen),
        rows=chosen,
        chance=_by_chance(chosen, same, seed),
    )


def _among(same: Flags) -> dict[str, Flags]:
    return {"all": np.ones_like(same), "same": same, "other": ~same}


def _by_chance(rows: Sequence[LabelledPicture], same: Flags, seed: int) -> dict[str, Numbers]:
    generator = np.random.Generator(np.random.PCG64(seed))
    random = [generator.random(same.shape) for _ in range(RANDOM)]
    return {
        who: np.mean([judged(ranks, rows, may).scores[METRIC] for ranks in random], axis=0)
        for who, may in _among(same).items()
    }


def _alike(top: npt.NDArray[np.int64], one: Held) -> tuple[Numbers, Numbers]:
    """Of each query: the share of its ten nearest with its value, and of all that may answer."""
    others = ~equal(one.patients)
    allowed = others.sum(axis=1)
    ranked = np.arange(top.shape[1]) < np.minimum(allowed, DEPTH)[:, None]
    hits = (np.take_along_axis(one.same, top, axis=1) & ranked).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return hits / ranked.sum(axis=1), (one.same & others).sum(axis=1) / allowed
