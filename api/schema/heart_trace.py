"""What was seen in a clip: contours, area curve and beats."""

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import field

from api.schema.context import Info
from api.schema.measurements import MeasurementNote
from measure.heart import Heart
from measure.others import Others
from measure.results import curve_of
from measure.species import HEARTS
from measure.ventricle import Ventricle


@strawberry.type(description="The cavity of the left ventricle in one frame, in pixels.")
class Contour:
    """`measure.ventricle.Ventricle` in GraphQL."""

    frame: int = field(description="Counted from 0.")
    line: list[float] = field(description="x, y, x, y, … around the cavity; closed.")
    apex: list[float] = field(description="x, y of the end of the long axis.")
    base: list[float] = field(description="x, y, x, y: both ends of the mitral plane.")
    myocardium: list[float] = field(description="x, y, … around its wall; [] where none was seen.")
    atrium: list[float] = field(description="x, y, … around the left atrium; [] where none is.")

    @classmethod
    def of(cls, frame: int, ventricle: Ventricle, others: Others) -> "Contour":
        """With one decimal of a pixel."""
        return cls(
            frame=frame,
            line=_flat(ventricle.line),
            apex=_flat(ventricle.apex),
            base=_flat(ventricle.base),
            myocardium=_flat(others.myocardium),
            atrium=_flat(others.atrium),
        )


@strawberry.type(description="One beat: frames counted from 0, and its numbers.")
class HeartBeat:
    """`measure.beats.Beat` in GraphQL."""

    end_diastole: int = field(description="The frame with the largest cavity.")
    end_systole: int = field(description="The frame with the smallest cavity.")
    end: int | None = field(description="The next end-diastole; null where the clip ends before.")
    interval_ms: float | None = field(description="Time to the next end-diastole, if known.")
    ejection_fraction: float | None = field(description="% by discs.")
    end_diastolic_volume: float | None = field(description="Null without calibration.")
    end_systolic_volume: float | None = field(description="Null without calibration.")


@strawberry.type(description="Size of a pixel.")
class PixelSize:
    """`measure.scale.Scale` in GraphQL."""

    x_mm: float = field(description="Width in mm.")
    y_mm: float = field(description="Height in mm.")


@strawberry.type(description="What was seen in a clip, by the machine or as a person corrected it.")
class HeartTrace:
    """`measure.heart.Heart` in GraphQL."""

    heart: strawberry.Private[Heart]
    frames: int = field(description="Number of frames.")
    rows: int = field(description="Height of a frame in pixels.")
    columns: int = field(description="Width of a frame in pixels.")
    view: str = field(description="A4C, A2C, … or unknown.")
    view_source: str = field(description='"header", "network" (by its look), or "".')
    species: str = field(description="human or mouse.")
    model_id: str = field(description="The network that drew the contours.")
    box: list[int] = field(description="Left, top, right, bottom of the region looked at.")
    pixel_size: PixelSize | None = field(description="Null where the picture is not calibrated.")
    pixel_aspect: float = field(
        description="Width of a pixel over its height; 1 where the header says nothing."
    )
    pixel_size_reason: MeasurementNote | None = field(description="Why it is not.")
    frame_times_ms: list[float] | None = field(
        description="From the first frame on; null where the header does not say."
    )
    reason: MeasurementNote | None = field(
        description="Why no beat can be told; null where one is."
    )
    notes: list[MeasurementNote] = field(description="What is to be known of its numbers.")
    area_unit: str = field(description="cm2, or px2 without calibration.")
    volume_unit: str = field(description="mL, uL (mouse), or px3 without calibration.")

    @field(description="Contours of the frames in which there is one, in order.")
    def contours(self, info: Info) -> list[Contour]:
        """All of them: about 3 kB each."""
        every, others = self.heart.ventricles, self.heart.others
        info.context.budget.spend(len(every))
        around = others if len(others) == len(every) else (Others(),) * len(every)
        pairs = enumerate(zip(every, around, strict=True))
        return [Contour.of(n, found, beside) for n, (found, beside) in pairs if found is not None]

    @field(description="Area of the cavity by frame; null where there is none.")
    def area(self, info: Info) -> list[float | None]:
        """The curve in which beats were found."""
        part = 100 if self.heart.scale.known else 1
        return _numbers(self.heart.areas / part)

    @field(description="The same, smoothed.")
    def smooth_area(self) -> list[float | None]:
        """As beats were found in it."""
        part = 100 if self.heart.scale.known else 1
        return _numbers(self.heart.beats.smooth / part)

    @field(description="Volume by discs, by frame; null where there is none.")
    def volume(self) -> list[float | None]:
        """Of one plane."""
        known = self.heart.scale.known
        factor = HEARTS[self.heart.species].per_ml if known else 1000
        return _numbers(curve_of(self.heart, lambda shape: shape.discs_ml) * factor)

    @field(description="How sure the network is, by frame, 0 to 1.")
    def confidence(self) -> list[float]:
        """Calibrated mean probability of what it found."""
        return list(self.heart.confidence)

    @field(description="Its beats, in order.")
    def beats(self) -> list[HeartBeat]:
        """With numbers by discs."""
        return _beats(self.heart)

    @classmethod
    def of(cls, heart: Heart) -> "HeartTrace":
        """The heart as GraphQL shows it."""
        known, scale = heart.scale.known, heart.scale
        reason = heart.scale_reason
        return cls(
            heart=heart,
            frames=len(heart.ventricles),
            rows=heart.facts.rows,
            columns=heart.facts.columns,
            view=heart.seen.view.value,
            view_source=heart.seen.source,
            species=heart.species.value,
            model_id=heart.model_id,
            box=list(heart.box),
            pixel_size=PixelSize(x_mm=scale.x_mm, y_mm=scale.y_mm) if known else None,
            pixel_aspect=scale.x_mm / scale.y_mm,
            pixel_size_reason=MeasurementNote.of(reason) if not known else None,
            frame_times_ms=_times(heart),
            reason=MeasurementNote.of(heart.reason) if heart.reason else None,
            notes=[MeasurementNote.of(note) for note in heart.notes],
            area_unit="cm2" if known else "px2",
            volume_unit=HEARTS[heart.species].volume if known else "px3",
        )


def _beats(heart: Heart) -> list[HeartBeat]:
    volume = curve_of(heart, lambda shape: shape.discs_ml)
    factor = HEARTS[heart.species].per_ml
    times = heart.times.ms if heart.times else None
    found = []
    for beat in heart.beats.beats:
        full, empty = volume[beat.end_diastole], volume[beat.end_systole]
        known = heart.scale.known
        interval = None
        if times is not None and beat.end is not None:
            interval = float(times[beat.end] - times[beat.end_diastole])
        found.append(
            HeartBeat(
                end_diastole=beat.end_diastole,
                end_systole=beat.end_systole,
                end=beat.end,
                interval_ms=interval,
                ejection_fraction=_number((full - empty) / full * 100) if full else None,
                end_diastolic_volume=_number(full * factor) if known else None,
                end_systolic_volume=_number(empty * factor) if known else None,
            )
        )
    return found


def _times(heart: Heart) -> list[float] | None:
    return None if heart.times is None else [round(float(t), 3) for t in heart.times.ms]


def _numbers(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None


def _flat(found: npt.NDArray[np.float64]) -> list[float]:
    return [float(value) for value in np.round(found, 1).ravel()]
