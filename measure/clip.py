"""A clip as measurements take it: plain facts of its header, and its frames one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

from measure.phases import Phase
from measure.regions import Region
from measure.segmenter import Frame
from measure.timing import TimeFacts

Frames = Iterator[Frame]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFacts:
    """What a header says. Text is "" and numbers are None where it is silent.

    `description` is every text that may name the view. `image_type` is the fourth value of
    ImageType, `aspect` PixelAspectRatio (height, width), `heart_rate` HeartRate in 1/min. `phase`
    is what a still is said to show.
    """

    instance_uid: str = ""
    study_uid: str = ""
    series_uid: str = ""
    rows: int
    columns: int
    frames: int
    ultrasound: bool
    sex: str = ""
    time: TimeFacts = TimeFacts()
    regions: tuple[Region, ...] = ()
    description: str = ""
    image_type: str = ""
    aspect: tuple[float, float] = (1.0, 1.0)
    heart_rate: float | None = None
    subject: str = ""
    time_point: str = ""
    phase: Phase = Phase.UNKNOWN
    height_m: float | None = None
    weight_kg: float | None = None
