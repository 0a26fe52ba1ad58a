"""What a person draws or chooses instead: other contours or beats, the same formulas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from infra.measured import EDITED
from measure.beats import Beat
from measure.geometry import Points, area
from measure.heart import Heart, with_beats
from measure.trace import points
from measure.ventricle import LEAST_PIXELS, Ventricle, shape_of, with_axis

MOST_FRAMES = 400  # drawn by one person in one clip
POINTS = (8, 400)  # of a contour
MOST_BEATS = 100


class WrongCorrection(ValueError):
    """A correction that does not fit the clip; the message may be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A contour (n, 2) in pixels; `base` (2, 2) are the ends of the mitral plane, None where they
    stay as near to those of the machine as the contour allows.
    """

    line: Points
    base: Points | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """Contours by frame, and the beats (none: those that the machine found)."""

    contours: Mapping[int, Drawn]
    beats: Sequence[Beat] = ()


def document_of(correction: Correction) -> dict[str, Any]:
    """As JSON keeps it."""
    return {
        "contours": {
            str(frame): {
                "line": np.round(drawn.line, 2).ravel().tolist(),
                "base": None if drawn.base is None else np.round(drawn.base, 2).ravel().tolist(),
            }
            for frame, drawn in sorted(correction.contours.items())
        },
        "beats": [[beat.end_diastole, beat.end_systole] for beat in correction.beats],
    }


def read_correction(document: Mapping[str, Any]) -> Correction:
    """The correction of such a document."""
    return Correction(
        contours={
            int(frame): Drawn(
                points(drawn["line"]), points(drawn["base"]) if drawn.get("base") else None
            )
            for frame, drawn in document.get("contours", {}).items()
        },
        beats=tuple(Beat(ed, es) for ed, es in document.get("beats", ())),
    )


def corrected(heart: Heart, correction: Correction) -> Heart:
    """The heart as a person sees it. Raises WrongCorrection."""
    _check(heart, correction)
    ventricles, shapes = list(heart.ventricles), list(heart.shapes)
    for frame, drawn in correction.contours.items():
        found = _ventricle(heart, frame, drawn)
        ventricles[frame], shapes[frame] = found, shape_of(found, heart.scale)
    changed = replace(
        heart,
        ventricles=tuple(ventricles),
        shapes=tuple(shapes),
        edited=heart.edited | frozenset(correction.contours),
    )
    if correction.beats:
        ends = [n for b in correction.beats for n in (b.end_diastole, b.end_systole)]
        if any(shapes[frame] is None for frame in ends):
            raise WrongCorrection("There is no contour in a frame that was chosen: draw it first.")
        changed = with_beats(changed, chosen=correction.beats)
    elif heart.beats.reason:
        changed = with_beats(changed)
    # else as the machine found them: numbers follow the contour, not the timing
    return replace(changed, notes=tuple(dict.fromkeys((*changed.notes, EDITED))))


def _ventricle(heart: Heart, frame: int, drawn: Drawn) -> Ventricle:
    base = drawn.base
    if base is None:
        near = _machine_base(heart, frame)
        if near is None:
            raise WrongCorrection("Mark the mitral plane: none was found in this clip.")
        base = np.stack([drawn.line[np.hypot(*(drawn.line - end).T).argmin()] for end in near])
    return with_axis(drawn.line, base, heart.scale)


def _machine_base(heart: Heart, frame: int) -> Points | None:
    """The mitral plane of the frame, or of the nearest one that has one."""
    found = [n for n, ventricle in enumerate(heart.ventricles) if ventricle is not None]
    if not found:
        return None
    nearest = heart.ventricles[min(found, key=lambda n: abs(n - frame))]
    return None if nearest is None else nearest.base


def _check(heart: Heart, correction: Correction) -> None:
    frames = range(len(heart.ventricles))
    if len(correction.contours) > MOST_FRAMES or len(correction.beats) > MOST_BEATS:
        raise WrongCorrection("This is more than can be corrected at once.")
    for frame, drawn in correction.contours.items():
        if frame not in frames:
            raise WrongCorrection(f"Frames are counted from 0 to {len(frames) - 1}.")
        _check_line(drawn.line, heart)
    for beat in correction.beats:
        if beat.end_diastole not in frames or beat.end_systole not in frames:
            raise WrongCorrection(f"Frames are counted from 0 to {len(frames) - 1}.")
        if beat.end_diastole == beat.end_systole:
            raise WrongCorrection("End-diastole and end-systole are two frames.")


def _check_line(line: Points, heart: Heart) -> None:
    size = np.array([heart.facts.columns, heart.facts.rows])
    if not POINTS[0] <= len(line) <= POINTS[1] or not np.isfinite(line).all():
        raise WrongCorrection(f"A contour has {POINTS[0]} to {POINTS[1]} points.")
    if (line < -1).any() or (line > size).any():
        raise WrongCorrection("The contour leaves the picture.")
    if area(line) < LEAST_PIXELS:
        raise WrongCorrection("The contour is too small to be measured.")
