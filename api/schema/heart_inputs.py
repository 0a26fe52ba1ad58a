"""Corrections of hearts as they are given."""

import numpy as np
import strawberry
from strawberry import field

from infra.errors import BadQuery
from measure.beats import Beat
from measure.correction import Correction, Drawn
from measure.trace import points


@strawberry.input(description="A contour that a person drew, in pixels of the frame.")
class ContourInput:
    """`measure.correction.Drawn` as it is given."""

    frame: int = field(description="Counted from 0.")
    line: list[float] = field(description="x, y, x, y, … of 8 to 400 points; closed.")
    base: list[float] | None = field(
        default=None,
        description="x, y, x, y: the ends of the mitral plane; null: where the machine saw them.",
    )


@strawberry.input(description="A beat that a person chose; frames counted from 0.")
class BeatInput:
    """`measure.beats.Beat` as it is given."""

    end_diastole: int = field(description="The frame with the largest cavity.")
    end_systole: int = field(description="The frame with the smallest cavity.")


@strawberry.input(
    description="A correction as a whole: contours of single frames, the beats, or both."
)
class HeartCorrectionInput:
    """`measure.correction.Correction` as it is given."""

    instance_uid: strawberry.ID = field(description="The image.")
    contours: list[ContourInput] = field(
        default_factory=list, description="Frames that are not named keep the machine's."
    )
    beats: list[BeatInput] = field(
        default_factory=list, description="All beats; [] keeps those that the machine found."
    )
    comment: str = field(default="", description="Why; at most 2,000 characters.")

    def correction(self) -> Correction:
        """Raises BadQuery for numbers that are no points."""
        return Correction(
            contours={one.frame: _drawn(one) for one in self.contours},
            beats=tuple(Beat(b.end_diastole, b.end_systole) for b in self.beats),
        )


def _drawn(given: ContourInput) -> Drawn:
    if len(given.line) % 2 or (given.base is not None and len(given.base) != 4):
        raise BadQuery("Points are x, y, x, y, …; the mitral plane has two.")
    base = None if given.base is None else points(given.base)
    if base is not None and not np.isfinite(base).all():
        raise BadQuery("Points are finite numbers.")
    return Drawn(points(given.line), base)
