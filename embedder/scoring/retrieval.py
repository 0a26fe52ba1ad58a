"""The retrieval scorecard: several models' vectors of the same labelled pictures, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from embedder.labelled import LabelledPicture
from embedder.scoring.bootstrap import Sampled, difference, mean_of, sampled
from embedder.scoring.ranking import IDENTITY, KIND, METRICS, Answers, answered, judged
from embedder.scoring.shortcuts import Shortcut, held, shortcut
from infra.records import Values

CHANCE = "chance"
CHANCES = 20  # random rankings that chance is the mean of
LEAST = 5  # queries that a label or modality needs to get a row
PAIRED = ("P@10", "mAP@10", "nDCG@10")

Members = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """One model's answers within each table, and among all tables together."""

    tables: Mapping[str, Answers]
    together: Answers


def judge(rows: Sequence[LabelledPicture], vectors: Values, asked: Values | None = None) -> Judged:
    """Rank the vectors (n, d) of these rows; `asked` are other vectors of the same queries."""
    if len(vectors) != len(rows):
        raise ValueError(f"{len(vectors)} vectors for {len(rows)} rows")
    tables = {
        name: answered(
            vectors[members], [rows[i] for i in members], None if asked is None else asked[members]
        )
        for name, members in members_of(rows).items()
    }
    return Judged(tables=tables, together=answered(vectors, rows, asked))


def by_chance(rows: Sequence[LabelledPicture], seed: int = 1) -> Judged:
    """The mean of some random rankings."""
    generator = np.random.Generator(np.random.PCG64(seed))
    tables = {
        name: _mean(
            [
                judged(generator.random((len(m), len(m))), [rows[i] for i in m])
                for _ in range(CHANCES)
            ]
        )
        for name, m in members_of(rows).items()
    }
    shape = (len(rows), len(rows))
    return Judged(tables=tables, together=judged(generator.random(shape), rows))


def members_of(rows: Sequence[LabelledPicture]) -> dict[str, Members]:
    """The row numbers of each table, in the order of the tables."""
    tables = np.array([row.table for row in rows])
    return {name: np.flatnonzero(tables == name) for name in dict.fromkeys(tables.tolist())}


def scorecard(rows: Sequence[LabelledPicture], models: Mapping[str, Judged]) -> dict[str, Any]:
    """A JSON document of all models; the first one is compared with each of the others."""
    members = members_of(rows)
    samples = {name: _samples(rows, model, members) for name, model in models.items()}
    first = next(iter(models))
    return {
        "pictures": len(rows),
        "patients": len({row.patient for row in rows}),
        "tables": {name: len(numbers) for name, numbers in members.items()},
        "models": {
            name: {
                "overall": _shown(samples[name]["overall"]),
                "tables": {table: _shown(samples[name][table]) for table in members},
                "labels": _by(rows, model, members, lambda row: row.labels),
                "modalities": _by(rows, model, members, lambda row: {row.modality or "unknown"}),
            }
            for name, model in models.items()
        },
        "paired": {
            other: {
                part: _shown(
                    {
                        metric: difference(samples[first][part][metric], theirs[part][metric])
                        for metric in PAIRED
                    }
                )
                for part in ("overall", *members)
            }
            for other, theirs in samples.items()
            if other != first
        },
    }


def drops(
    rows: Sequence[LabelledPicture], clean: Judged, disturbed: Mapping[str, Judged]
) -> dict[str, Any]:
    """What disturbed queries lose: paired differences over all tables, by disturbance."""
    members = members_of(rows)
    base = _samples(rows, clean, members)["overall"]
    found = {}
    for name, other in disturbed.items():
        theirs = _samples(rows, other, members)["overall"]
        found[name] = _shown({m: difference(theirs[m], base[m]) for m in (*PAIRED, KIND)})
    return found


def shortcuts(
    rows: Sequence[LabelledPicture], models: Mapping[str, Values]
) -> list[dict[str, Any]]:
    """A JSON document: what each model's vectors make of each attribute of each table."""
    return [
        {
            "table": one.table,
            "attribute": one.attribute,
            "values": dict(one.values),
            "models": {name: _short(shortcut(vectors, one)) for name, vectors in models.items()},
        }
        for one in held(rows)
    ]


def _short(found: Shortcut) -> dict[str, Any]:
    return {
        "same_value@10": _shown({"found": found.alike, "chance": found.alike_by_chance}),
        "mAP@10": _shown(found.scores),
        "above_chance": _shown(found.gains),
    }


def _samples(
    rows: Sequence[LabelledPicture], model: Judged, members: Mapping[str, Members]
) -> dict[str, dict[str, Sampled]]:
    """By part: each table, and overall, which is the plain mean over tables."""
    found: dict[str, dict[str, Sampled]] = {
        table: {
            metric: sampled(answers.scores[metric], [rows[i].patient for i in members[table]])
            for metric in (*METRICS, IDENTITY)
        }
        for table, answers in model.tables.items()
    }
    overall = {
        metric: mean_of([found[table][metric] for table in members])
        for metric in (*METRICS, IDENTITY)
    }
    overall[KIND] = sampled(model.together.scores[KIND], [row.patient for row in rows])
    return {"overall": overall, **found}


def _by(
    rows: Sequence[LabelledPicture],
    model: Judged,
    members: Mapping[str, Members],
    names_of: Any,
) -> dict[str, dict[str, Any]]:
    """The scores of the queries with a label, or of a modality: pooled over tables."""
    scores: dict[str, dict[str, list[float]]] = {}
    patients: dict[str, list[str]] = {}
    for table, numbers in members.items():
        for place, i in enumerate(numbers):
            for name in names_of(rows[i]):
                patients.setdefault(name, []).append(rows[i].patient)
                for metric in METRICS:
                    values = scores.setdefault(name, {}).setdefault(metric, [])
                    values.append(float(model.tables[table].scores[metric][place]))
    return {
        name: _shown(
            {m: sampled(np.array(values), patients[name]) for m, values in scores[name].items()}
        )
        for name in sorted(scores)
        if len(patients[name]) >= LEAST
    }


def _shown(samples: Mapping[str, Sampled]) -> dict[str, Any]:
    """Numbers fit for JSON: rounded, None for what is not known."""
    document = {}
    for metric, sample in samples.items():
        found = sample.estimate()
        numbers = {"mean": found.mean, "low": found.low, "high": found.high}
        document[metric] = {
            name: round(value, 4) if isfinite(value) else None for name, value in numbers.items()
        } | {"queries": found.count}
    return document


def _mean(parts: Sequence[Answers]) -> Answers:
    scores = {
        metric: np.mean([part.scores[metric] for part in parts], axis=0)
        for metric in parts[0].scores
    }
    return Answers(top=parts[0].top, scores=scores)
