"""An ultrasound image as it was measured: contours, numbers, and people's corrections of them."""

from collections.abc import Sequence
from datetime import datetime

import strawberry
from strawberry import field

from api import hearts
from api.schema.annotations import Annotation
from api.schema.context import Context, Info
from api.schema.heart_inputs import HeartCorrectionInput
from api.schema.heart_trace import HeartTrace
from api.schema.measurements import Measurement, ThresholdSet
from api.schema.strips import StripTrace
from infra import records
from measure.thresholds import THRESHOLD_SETS


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
    strip: StripTrace | None = field(description="Of an M-mode; null of other images.")
    measurements: list[Measurement] = field(description="The machine's; [] where not measured yet.")
    together: list[Measurement] = field(
        description="Those of several images of its study: both planes, or the pair of stills that "
        "it belongs to."
    )

    @field(
        description="The same after people's corrections in any image of the study; [] where they "
        "change none of it."
    )
    async def together_corrected(self, info: Info) -> list[Measurement]:
        """By these the case is found."""
        if not self.seen.stored:
            return []
        said = await info.context.loaders.annotations.load(self.seen.instance.study_uid)
        rows = hearts.together_corrected(self.seen, said)
        return _measurements(rows, self.seen.instance.sex)

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
            strip=StripTrace.of(seen.strip) if seen.strip else None,
            measurements=_measurements(seen.measurements, seen.instance.sex),
            together=_measurements(seen.together, seen.instance.sex),
        )


@strawberry.type(description="What a correction would give; nothing is kept.")
class HeartPreview:
    """`api.hearts.preview` in GraphQL."""

    trace: HeartTrace = field(description="The clip as corrected.")
    measurements: list[Measurement] = field(description="Its numbers.")


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


def _correction(one: hearts.Said, sex: str) -> HeartCorrection:
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
