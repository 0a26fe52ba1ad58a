"""Who is similar to whom: rankings of labelled pictures, judged query by query.

The protocol is that of docs/evaluation.md: every picture asks once, pictures of its own patient
never answer, and a picture is relevant when the Jaccard index of the two sets of labels is at least
1/2 (which is the same class, where every picture has one label).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedder.labelled import LabelledPicture
from infra.records import Values

ALIKE = 0.5
DEPTH = 10
METRICS = ("P@1", "P@5", "P@10", "mAP@10", "nDCG@10")
IDENTITY = "same-patient R@1"  # a look at identity, never a goal
KIND = "same modality and body part@10"

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """Of n queries: `top` (n, up to 10) rows by rank; `scores` by metric (n,).

    NaN where a metric has nothing to say of a query: nobody is relevant to it, its patient has no
    other picture, its modality or body part is not known.
    """

    top: npt.NDArray[np.int64]
    scores: dict[str, Numbers]


def answered(
    vectors: Values,
    rows: Sequence[LabelledPicture],
    asked: Values | None = None,
) -> Answers:
    """Rank by cosine. `asked` are the queries' vectors where they differ from the indexed ones."""
    return judged(cosines(vectors, asked), rows)


def cosines(vectors: Values, asked: Values | None = None) -> Numbers:
    """Of each query with each indexed picture: (n, n), float64."""
    return _unit(vectors if asked is None else asked) @ _unit(vectors).T


def equal(values: Sequence[str]) -> Flags:
    """Which two of n values are the same: (n, n)."""
    _, numbers = np.unique(np.array(values), return_inverse=True)
    return np.asarray(numbers[:, None] == numbers)


def judged(
    similar: Numbers, rows: Sequence[LabelledPicture], among: Flags | None = None
) -> Answers:
    """The same from similarities (n, n), greater is nearer; ties go to the earlier row.

    `among` (n, n) says which rows may answer which query; all that are not of its patient, by
    default.
    """
    same_patient = equal([row.patient for row in rows])
    alone = np.eye(len(rows), dtype=bool)
    may_answer = ~same_patient if among is None else ~same_patient & among
    top, allowed = _ranked(similar, may_answer)
    relevant = jaccard(rows) >= ALIKE
    scores = _retrieval(top, allowed, relevant & may_answer)
    scores[KIND] = _kinds(top, allowed, rows)
    first, _ = _ranked(similar, ~alone)
    others = same_patient & ~alone
    hit = others[np.arange(len(rows)), first[:, 0]].astype(np.float64)
    scores[IDENTITY] = np.where(others.any(axis=1), hit, np.nan)
    return Answers(top=top, scores=scores)


def jaccard(rows: Sequence[LabelledPicture]) -> Numbers:
    """Shared labels / all labels of each two rows: (n, n). A label belongs to its table."""
    names = sorted({(row.table, label) for row in rows for label in row.labels})
    column = {name: number for number, name in enumerate(names)}
    marks = np.zeros((len(rows), len(names)))
    for number, row in enumerate(rows):
        marks[number, [column[row.table, label] for label in row.labels]] = 1
    shared = marks @ marks.T
    either = marks.sum(axis=1)[:, None] + marks.sum(axis=1) - shared
    return np.asarray(shared / np.maximum(either, 1))


def _retrieval(
    top: npt.NDArray[np.int64], allowed: npt.NDArray[np.int64], relevant: Flags
) -> dict[str, Numbers]:
    """P@k = hits / k; AP@10 over min(10, relevant); nDCG@10 with gain 0 or 1."""
    hits = np.take_along_axis(relevant, top, axis=1) & (np.arange(top.shape[1]) < allowed[:, None])
    hits = np.pad(hits, ((0, 0), (0, DEPTH - hits.shape[1]))).astype(np.float64)
    count = relevant.sum(axis=1)
    ranks = np.arange(1, DEPTH + 1)
    precision = hits.cumsum(axis=1) / ranks
    most = np.maximum(np.minimum(count, DEPTH), 1)
    discount = 1 / np.log2(ranks + 1)
    scores = {f"P@{k}": precision[:, k - 1] for k in (1, 5, 10)}
    scores["mAP@10"] = (precision * hits).sum(axis=1) / most
    scores["nDCG@10"] = (hits * discount).sum(axis=1) / discount.cumsum()[most - 1]
    return {name: np.where(count > 0, values, np.nan) for name, values in scores.items()}


def _kinds(
    top: npt.NDArray[np.int64], allowed: npt.NDArray[np.int64], rows: Sequence[LabelledPicture]
) -> Numbers:
    """Share of the ranked ten with the query's modality and body part, where both are known."""
    known = np.array([row.modality not in ("", "OT") and row.body_part != "" for row in rows])
    same = equal([f"{row.modality} {row.body_part}" for row in rows])
    counts = known[top] & (np.arange(top.shape[1]) < allowed[:, None])
    hits = np.take_along_axis(same, top, axis=1) & counts
    with np.errstate(invalid="ignore"):
        return np.where(known, hits.sum(axis=1) / counts.sum(axis=1), np.nan)


def _ranked(
    similar: Numbers, allowed: Flags
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The ten best allowed rows of each query, and how many of them there are."""
    shown = np.where(allowed, similar, -np.inf)
    top = np.argsort(-shown, axis=1, kind="stable")[:, :DEPTH]
    return top, np.minimum(allowed.sum(axis=1), DEPTH)


def _unit(vectors: Values) -> Numbers:
    exact = np.asarray(vectors, np.float64)
    return np.asarray(exact / np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), 1e-12))
