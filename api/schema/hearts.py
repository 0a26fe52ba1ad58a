"""A beating heart: contours, area curve, beats, numbers, and people's corrections of them."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import field

from api import hearts
from api.schema.context import Context, Info
from api.schema.measurements import Measurement, MeasurementNote, ThresholdSet
from infra import records
from infra.errors import BadQuery
from measure import beats as found_beats
from measure.correction import Correction, Drawn
from measure.heart import Heart
from measure.results import curve_of
from measure.species import HEARTS
from measure.thresholds import THRESHOLD_SETS
from measure.trace import points
from measure.ventricle import Ventricle


@strawberry.type(description="The cavity of the left ventricle in one frame, in pixels.")
class Contour:
    """`measure.ventricle.Ventricle` in GraphQL."""

    frame: int = field(description="Counted from 0.")
    line: list[float] = field(description="x, y, x, y, … around the cavity; closed.")
    apex: list[float] = field(description="x, y of the end of the long axis.")
    base: list[float] = field(description="x, y, x, y: both ends of the mitral plane.")

    @classmethod
    def of(cls, frame: int, ventricle: Ventricle) -> "Contour":
        """With one decimal of a pixel."""
        return cls(
            frame=frame,
            line=_flat(ventricle.line),
            apex=_flat(ventricle.apex),
            base=_flat(ventricle.base),
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
        """All of them: about 1.5 kB each."""
        every = self.heart.ventricles
        info.context.budget.spend(len(every))
        return [Contour.of(n, found) for n, found in enumerate(every) if found is not None]

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


@strawberry.type(description="What a person drew or chose instead, and the numbers it gives.")
class HeartCorrection:
    """`api.hearts.Said` in GraphQL."""

    annotation_id: strawberry.ID = field(description="`withdrawAnnotation` takes it back.")
    author: str = field(description="Who said it.")
    at: datetime = field(description="When.")
    comment: str = field(description='In the author\'s words; "" without any.')
    edited_frames: list[int] = field(description="Frames with a contour of the author's.")
    chose_beats: bool = field(description="Whether the author chose the beats.")
    trace: HeartTrace = field(description="The clip as corrected.")
    measurements: list[Measurement] = field(description="Its numbers, by the same formulas.")


@strawberry.type(description="An ultrasound image as it was measured.")
class HeartView:
    """`api.hearts.Seen` in GraphQL."""

    seen: strawberry.Private[hearts.Seen]
    instance_uid: strawberry.ID = field(description="The image.")
    stored: bool = field(description="false for a query file: it cannot be corrected.")
    trace: HeartTrace | None = field(
        description="The machine's; null where nothing was measured or there are no contours."
    )
    measurements: list[Measurement] = field(description="The machine's; [] where not measured yet.")

    @field(description="The sets of limits for this patient's sex.")
    def threshold_sets(self) -> list[ThresholdSet]:
        """The default first."""
        return [ThresholdSet.of(name, self.seen.instance.sex) for name in THRESHOLD_SETS]

    @field(description="People's corrections that stand, the latest first.")
    async def corrections(self, info: Info) -> list[HeartCorrection]:
        """Worked out by the same functions."""
        said = await info.context.loaders.annotations.load(self.seen.instance.study_uid)
        own = hearts.said_of(self.seen, said) if self.seen.stored else []
        info.context.budget.spend(sum(len(one.heart.ventricles) for one in own))
        return [_correction(one, self.seen.instance.sex) for one in own]

    @classmethod
    def of(cls, seen: hearts.Seen) -> "HeartView":
        """The image as GraphQL shows it."""
        return cls(
            seen=seen,
            instance_uid=strawberry.ID(seen.instance.instance_uid),
            stored=seen.stored,
            trace=HeartTrace.of(seen.heart) if seen.heart else None,
            measurements=_measurements(seen.measurements, seen.instance.sex),
        )


@strawberry.type(description="What a correction would give; nothing is kept.")
class HeartPreview:
    """`api.hearts.preview` in GraphQL."""

    trace: HeartTrace = field(description="The clip as corrected.")
    measurements: list[Measurement] = field(description="Its numbers.")


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
            beats=tuple(found_beats.Beat(b.end_diastole, b.end_systole) for b in self.beats),
        )


def load(context: Context, instance_uid: str) -> HeartView:
    """What was seen in an image. Raises NotFound, or BadSetup without a segmenter."""
    return HeartView.of(hearts.seen(context.app, context.held, context.session, instance_uid))


def preview(context: Context, given: HeartCorrectionInput) -> HeartPreview:
    """What a correction would give. Raises NotFound or BadQuery."""
    seen = hearts.seen(context.app, context.held, context.session, given.instance_uid)
    heart, rows = hearts.preview(seen, given.correction())
    return HeartPreview(
        trace=HeartTrace.of(heart), measurements=_measurements(rows, seen.instance.sex)
    )


def correct(context: Context, given: HeartCorrectionInput) -> HeartView:
    """Keep a correction. Raises NotFound or BadQuery."""
    seen = hearts.seen(context.app, context.held, context.session, given.instance_uid)
    author = context.caller.name
    hearts.save(context.app, seen, given.correction(), author, given.comment)
    return HeartView.of(seen)


def _drawn(given: ContourInput) -> Drawn:
    if len(given.line) % 2 or (given.base is not None and len(given.base) != 4):
        raise BadQuery("Points are x, y, x, y, …; the mitral plane has two.")
    base = None if given.base is None else points(given.base)
    if base is not None and not np.isfinite(base).all():
        raise BadQuery("Points are finite numbers.")
    return Drawn(points(given.line), base)


def _correction(one: hearts.Said, sex: str) -> HeartCorrection:
    from api.schema.annotations import Annotation

    shown = Annotation.of(one.annotation)
    return HeartCorrection(
        annotation_id=shown.annotation_id,
        author=shown.author,
        at=shown.at,
        comment=shown.comment,
        edited_frames=sorted(one.correction.contours),
        chose_beats=bool(one.correction.beats),
        trace=HeartTrace.of(one.heart),
        measurements=_measurements(one.measurements, sex),
    )


def _measurements(rows: Sequence[records.Measurement], sex: str) -> list[Measurement]:
    return [Measurement.of(row, sex) for row in rows]


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
