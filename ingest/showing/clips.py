"""DICOM -> facts and frames of a clip, as measurements take them.

A fenced worker reads the file and shows its frames, a few at a time; the next ones are decoded
while the caller works on those before.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from pydicom import Dataset

from embedder.pixels import render
from infra.settings import MEGA, Settings
from ingest.arrival.items import Item
from ingest.arrival.walk import read
from ingest.decoding import decode
from ingest.fencing.fence import Fence
from ingest.reading import dicom
from ingest.reading.display import CORNERS, display_of
from ingest.reading.parsing import looks_like_dicom
from ingest.reading.quiet import quiet
from ingest.reading.values import integer, items, number, numbers, text, values, word
from ingest.reasons import rejected
from ingest.showing.query_file import is_picture
from measure.clip import ClipFacts
from measure.phases import phase_named
from measure.regions import Region
from measure.timing import TimeFacts

Frame = npt.NDArray[np.uint8]

PART_MB = 16  # of displayed frames that travel together
MOST_TOGETHER = 64
ULTRASOUND = ("US", "IVUS")
US_CLASSES = ("1.2.840.10008.5.1.4.1.1.6.", "1.2.840.10008.5.1.4.1.1.3.")
DESCRIPTIONS = (
    "SeriesDescription", "ViewName", "StageName", "ImageComments", "ProtocolName",
    "AcquisitionDeviceProcessingDescription", "PerformedProcedureStepDescription", "ViewPosition",
)  # fmt: skip
VIEW_CODES = ("ViewCodeSequence", "AnatomicRegionSequence")
PARTS = "SequenceOfUltrasoundRegions"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClipPart:
    """Displayed frames from number `first` on (0 is the first), and the facts of the clip."""

    facts: ClipFacts
    first: int
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that is being read. `facts` and `frames` raise RejectedFile."""

    item: Item
    settings: Settings
    fence: Fence
    beginning: Future[ClipPart]

    @classmethod
    def begin(cls, item: Item, settings: Settings, fence: Fence) -> "Clip":
        """Start to decode the first frames: files can be read ahead."""
        return cls(item, settings, fence, fence.submit(clip_part, item, 0, settings))

    @property
    def facts(self) -> ClipFacts:
        """What the header says."""
        return self.beginning.result().facts

    def frames(self) -> Iterator[Frame]:
        """Every frame as displayed, uint8 (rows, columns) or RGB (rows, columns, 3), in order."""
        part = self.beginning.result()
        while True:
            after = part.first + len(part.frames)
            more = after < part.facts.frames
            following = (
                self.fence.submit(clip_part, self.item, after, self.settings) if more else None
            )
            yield from part.frames
            if following is None:
                return
            part = following.result()


@quiet()
def clip_part(item: Item, first: int, settings: Settings) -> ClipPart:
    """Facts, and as many frames from number `first` as fit into PART_MB. Runs in a fenced worker.

    What is no ultrasound has no frames here. Raises RejectedFile.
    """
    data = read(item, settings)
    if is_picture(data):
        facts = ClipFacts(rows=0, columns=0, frames=1, ultrasound=False)
        return ClipPart(facts=facts, first=0, frames=())
    if not looks_like_dicom(data):
        raise rejected("not_dicom")
    dataset = dicom.parse(data, settings)
    if dicom.is_dicomdir(dataset) or not dicom.is_image(dataset):
        raise rejected("no_pixel_data")
    facts = facts_of(dataset)
    if not facts.ultrasound:
        return ClipPart(facts=replace(facts, frames=0), first=0, frames=())
    shown, size = [], 0
    wanted = range(first, min(facts.frames, first + MOST_TOGETHER))
    inside = _regions_fit(facts)
    for index, frame in enumerate(decode.frames(dataset, settings, wanted), first):
        display = display_of(dataset, index)
        picture = render(frame, display if inside else replace(display, keep=()))
        shown.append(_grey(picture))
        size += shown[-1].nbytes
        if size >= PART_MB * MEGA:
            break
    if not shown:
        raise rejected("truncated_pixel_data")
    return ClipPart(facts=facts, first=first, frames=tuple(shown))


@quiet()
def facts_of(ds: Dataset) -> ClipFacts:
    """The header in plain words; what is missing or malformed is left out."""
    aspect = numbers(ds, "PixelAspectRatio")
    sop_class = text(ds, "SOPClassUID")
    return ClipFacts(
        instance_uid=text(ds, "SOPInstanceUID"),
        study_uid=text(ds, "StudyInstanceUID"),
        series_uid=text(ds, "SeriesInstanceUID"),
        rows=integer(ds, "Rows") or 0,
        columns=integer(ds, "Columns") or 0,
        frames=dicom.frame_count(ds),
        ultrasound=word(ds, "Modality") in ULTRASOUND or sop_class.startswith(US_CLASSES),
        sex=word(ds, "PatientSex")[:1],
        time=TimeFacts(
            frame_time=number(ds, "FrameTime"),
            frame_time_vector=tuple(numbers(ds, "FrameTimeVector")),
            cine_rate=number(ds, "CineRate"),
            display_rate=number(ds, "RecommendedDisplayFrameRate"),
            r_waves=tuple(numbers(ds, "RWaveTimeVector")),
            r_wave_frames=tuple(numbers(ds, "RWavePointer")),
        ),
        regions=tuple(r for r in map(_region, items(ds, PARTS)) if r is not None),
        description=_description(ds),
        image_type=next(iter([str(v) for v in values(ds, "ImageType")][3:4]), ""),
        aspect=(aspect[0], aspect[1]) if len(aspect) == 2 and min(aspect) > 0 else (1.0, 1.0),
        heart_rate=number(ds, "HeartRate"),
        subject=text(ds, "ClinicalTrialSubjectID") or text(ds, "PatientID"),
        time_point=text(ds, "ClinicalTrialTimePointID"),
        phase=phase_named(_description(ds)),
        height_m=number(ds, "PatientSize"),
        weight_kg=number(ds, "PatientWeight"),
    )


def _description(ds: Dataset) -> str:
    codes = [text(item, "CodeMeaning") for name in VIEW_CODES for item in items(ds, name)]
    return " | ".join(filter(None, [*(text(ds, name) for name in DESCRIPTIONS), *codes]))


def _region(item: Dataset) -> Region | None:
    left, top, right, bottom = (integer(item, corner) for corner in CORNERS)
    if left is None or top is None or right is None or bottom is None:
        return None
    return Region(
        box=(left, top, right + 1, bottom + 1),
        spatial_format=integer(item, "RegionSpatialFormat") or 0,
        data_type=integer(item, "RegionDataType") or 0,
        units_x=integer(item, "PhysicalUnitsXDirection") or 0,
        units_y=integer(item, "PhysicalUnitsYDirection") or 0,
        delta_x=number(item, "PhysicalDeltaX") or 0.0,
        delta_y=number(item, "PhysicalDeltaY") or 0.0,
    )


def _regions_fit(facts: ClipFacts) -> bool:
    """Whether the regions are those of this picture: else they must not blank parts of it."""
    return all(
        region.box[2] <= facts.columns + 2 and region.box[3] <= facts.rows + 2
        for region in facts.regions
    )


def _grey(picture: Frame) -> Frame:
    """Colour pictures without a colour in them as grey: a third of the bytes."""
    if picture.ndim == 2:
        return picture
    first = picture[..., 0]
    same = np.array_equal(first, picture[..., 1]) and np.array_equal(first, picture[..., 2])
    return np.ascontiguousarray(first) if same else picture
