"""A traced M-mode: the lines of its walls, and its beats."""

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import field

from api.schema.measurements import MeasurementNote
from measure.linear import Strip
from measure.names import LINES

MOST_POINTS = 600  # of a line: more than a screen shows


@strawberry.type(description="A line of an M-mode, in pixels of the picture.")
class StripLine:
    """One of `measure.m_mode.Walls` in GraphQL."""

    name: str = field(description="septum_top, septum, posterior or posterior_bottom.")
    label: str = field(description="What people read for it.")
    line: list[float] = field(description="x, y, x, y, … from left to right.")


@strawberry.type(description="A beat of an M-mode: where its ends are, in pixels from the left.")
class StripBeat:
    """`measure.beats.Beat` of a strip in GraphQL."""

    end_diastole: float = field(description="x of the widest cavity.")
    end_systole: float = field(description="x of the narrowest cavity.")


@strawberry.type(description="What was traced in an M-mode.")
class StripTrace:
    """`measure.linear.Strip` in GraphQL."""

    box: list[int] = field(description="Left, top, right, bottom of the M-mode in the picture.")
    lines: list[StripLine] = field(description="From above to below; [] where none was found.")
    beats: list[StripBeat] = field(description="In order.")
    row_mm: float | None = field(description="Height of a pixel; null without calibration.")
    column_ms: float | None = field(description="Time of a pixel; null where it is not known.")
    reason: MeasurementNote | None = field(description="Why there are no numbers; null with some.")

    @classmethod
    def of(cls, strip: Strip) -> "StripTrace":
        """The strip as GraphQL shows it."""
        left, top, _, _ = strip.place.box
        walls = strip.walls
        return cls(
            box=list(strip.place.box),
            lines=[
                StripLine(name=name, label=label, line=_flat(getattr(walls, name), left, top))
                for name, label in LINES.items()
                if walls is not None
            ],
            beats=[
                StripBeat(end_diastole=left + b.end_diastole, end_systole=left + b.end_systole)
                for b in strip.beats.beats
            ],
            row_mm=strip.row_mm,
            column_ms=strip.column_ms,
            reason=MeasurementNote.of(strip.reason) if strip.reason else None,
        )


def _flat(rows: npt.NDArray[np.float64], left: int, top: int) -> list[float]:
    """Lines are edges between rows, points the middles of pixels."""
    step = -(-len(rows) // MOST_POINTS)
    columns = np.arange(0, len(rows), step)
    points = np.column_stack([columns + left, rows[columns] + top - 0.5])
    return [float(value) for value in np.round(points, 1).ravel()]
