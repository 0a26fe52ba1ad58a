"""A traced M-mode as one JSON document, and back again."""

import json
from typing import Any

import numpy as np

from measure.beats import Beat, Beats
from measure.linear import Strip
from measure.m_mode import Walls
from measure.names import LINES
from measure.regions import Mode, Place
from measure.scale import Scale

KIND = "m_mode"
VERSION = 1
DECIMALS = 1  # of a row


def strip_to_json(strip: Strip) -> bytes:
    """The document; the same strip gives the same bytes."""
    walls, place = strip.walls, strip.place
    document = {
        "version": VERSION,
        "kind": KIND,
        "box": list(place.box),
        "row_mm": strip.row_mm,
        "column_ms": strip.column_ms,
        "scale_reason": place.reason,
        "contrast": None if walls is None else round(walls.contrast, 3),
        "lines": None if walls is None else {name: _flat(getattr(walls, name)) for name in LINES},
        "beats": [[b.end_diastole, b.end_systole, b.end] for b in strip.beats.beats],
        "intervals_ms": list(strip.beats.intervals_ms),
        "reason": strip.beats.reason,
        "notes": list(strip.beats.notes),
    }
    return json.dumps(document, allow_nan=False, separators=(",", ":")).encode()


def strip_of(document: dict[str, Any]) -> Strip:
    """The strip of a document."""
    lines, row_mm = document["lines"], document["row_mm"]
    walls = None
    if lines is not None:
        rows = {name: np.array(lines[name], np.float64) for name in LINES}
        walls = Walls(**rows, contrast=document["contrast"])
    place = Place(
        box=tuple(document["box"]),
        mode=Mode.M_MODE,
        scale=None if row_mm is None else Scale(row_mm, row_mm),
        reason=document["scale_reason"],
    )
    beats = Beats(
        beats=tuple(Beat(*columns) for columns in document["beats"]),
        smooth=np.empty(0) if walls is None else walls.posterior - walls.septum,
        reason=document["reason"],
        intervals_ms=tuple(document["intervals_ms"]),
        notes=tuple(document["notes"]),
    )
    return Strip(walls, beats, row_mm, document["column_ms"], place)


def _flat(rows: np.ndarray[Any, np.dtype[np.float64]]) -> list[float]:
    return [float(row) for row in np.round(rows, DECIMALS)]
