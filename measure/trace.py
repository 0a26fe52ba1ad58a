"""What was seen in a clip as one JSON document: contours, beats, scale; and back again."""

import json
from dataclasses import replace
from typing import Any

import numpy as np

from measure.beats import Beat, Beats, find_beats
from measure.clip import ClipFacts
from measure.geometry import Points
from measure.heart import Heart
from measure.linear import Strip
from measure.modes import Seen, View
from measure.others import Others
from measure.phases import Phase
from measure.scale import Scale
from measure.species import HEARTS, Species
from measure.strip_trace import KIND, strip_of
from measure.timing import FrameTimes
from measure.ventricle import Ventricle, shape_of

VERSION = 1
DECIMALS = 1  # of a pixel


def to_json(heart: Heart) -> bytes:
    """The document; the same heart gives the same bytes."""
    facts, scale = heart.facts, heart.scale
    document = {
        "version": VERSION,
        "model_id": heart.model_id,
        "species": heart.species.value,
        "instance_uid": facts.instance_uid,
        "study_uid": facts.study_uid,
        "series_uid": facts.series_uid,
        "phase": facts.phase.value,
        "rows": facts.rows,
        "columns": facts.columns,
        "sex": facts.sex,
        "view": heart.seen.view.value,
        "view_source": heart.seen.source,
        "box": list(heart.box),
        "scale": {"x_mm": scale.x_mm, "y_mm": scale.y_mm, "known": scale.known},
        "scale_reason": heart.scale_reason,
        "times_ms": None if heart.times is None else np.round(heart.times.ms, 3).tolist(),
        "times_source": "" if heart.times is None else heart.times.source,
        "contours": [_drawn(one) for one in heart.ventricles],
        "others": [[_flat(one.myocardium), _flat(one.atrium)] for one in heart.others],
        "confidence": list(heart.confidence),
        "beats": [[b.end_diastole, b.end_systole, b.end] for b in heart.beats.beats],
        "intervals_ms": list(heart.beats.intervals_ms),
        "reason": heart.beats.reason,
        "notes": list(heart.notes),
    }
    return json.dumps(document, allow_nan=False, separators=(",", ":")).encode()


def read_trace(data: bytes) -> Heart | Strip:
    """A clip's heart, or a traced M-mode."""
    document: dict[str, Any] = json.loads(data)
    return strip_of(document) if document.get("kind") == KIND else _heart(document)


def from_json(data: bytes) -> Heart:
    """The heart of a document; sizes are worked out from its contours again."""
    return _heart(json.loads(data))


def _heart(document: dict[str, Any]) -> Heart:
    scale = Scale(**document["scale"])
    ventricles = tuple(_ventricle(one) for one in document["contours"])
    times = document["times_ms"]
    heart = Heart(
        facts=ClipFacts(
            instance_uid=document["instance_uid"],
            study_uid=document["study_uid"],
            series_uid=document.get("series_uid", ""),
            phase=Phase(document.get("phase", "")),
            rows=document["rows"],
            columns=document["columns"],
            frames=len(ventricles),
            ultrasound=True,
            sex=document["sex"],
        ),
        species=Species(document["species"]),
        model_id=document["model_id"],
        seen=Seen(View(document["view"]), document["view_source"]),
        box=tuple(document["box"]),
        scale=scale,
        scale_reason=document["scale_reason"],
        times=None if times is None else FrameTimes(np.array(times), document["times_source"]),
        ventricles=ventricles,
        shapes=tuple(None if v is None else shape_of(v, scale) for v in ventricles),
        confidence=tuple(document["confidence"]),
        beats=Beats((), np.empty(0)),
        notes=tuple(document["notes"]),
        others=tuple(Others(*map(points, both)) for both in document.get("others", ())),
    )
    return replace(heart, beats=_beats(heart, document))


def _beats(heart: Heart, document: dict[str, Any]) -> Beats:
    times = heart.times.ms if heart.times else None
    smooth = find_beats(heart.areas, times, HEARTS[heart.species]).smooth
    return Beats(
        beats=tuple(Beat(*frames) for frames in document["beats"]),
        smooth=smooth,
        reason=document["reason"],
        intervals_ms=tuple(document["intervals_ms"]),
    )


def _drawn(ventricle: Ventricle | None) -> dict[str, list[float]] | None:
    if ventricle is None:
        return None
    return {
        "line": _flat(ventricle.line),
        "apex": _flat(ventricle.apex),
        "base": _flat(ventricle.base),
    }


def _ventricle(drawn: dict[str, list[float]] | None) -> Ventricle | None:
    if drawn is None:
        return None
    return Ventricle(points(drawn["line"]), np.array(drawn["apex"]), points(drawn["base"]))


def points(flat: list[float]) -> Points:
    """x, y, x, y, … as (n, 2)."""
    return np.array(flat, np.float64).reshape(-1, 2)


def _flat(found: Points) -> list[float]:
    return [float(value) for value in np.round(found, DECIMALS).ravel()]
