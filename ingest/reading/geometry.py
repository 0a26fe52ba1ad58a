"""Frames, time and space of an instance: how many, how far apart, and which of the two."""

import math
from collections.abc import Sequence

from pydicom import Dataset

from ingest.reading.quiet import quiet
from ingest.reading.values import frame_group, integer, items, number, numbers, values, word

# What lies side by side or on top of each other, never one after the other.
SPACE_MODALITIES = frozenset(["CT", "MG", "OPT", "PT", "SM"])
# What moves, when the header says nothing of time.
TIME_MODALITIES = frozenset(["ES", "IVUS", "OPM", "RF", "US", "XA", "XC"])
FRAME_TIME, FRAME_TIME_VECTOR = 0x00181063, 0x00181065
SLICE_VECTOR = 0x00540080
TIME_KEYWORDS = ("FrameTime", "FrameTimeVector", "CineRate", "RecommendedDisplayFrameRate")
CENTIMETRES = 3  # PhysicalUnitsXDirection, PS3.3 C.8.5.5.1.15


@quiet()
def frame_count(ds: Dataset) -> int:
    """NumberOfFrames; 1 where it is missing or no positive number."""
    return max(integer(ds, "NumberOfFrames") or 1, 1)


@quiet()
def is_cine(ds: Dataset) -> bool:
    """Whether several frames follow each other in time; else they are a stack in space.

    Known positions that differ mean space; then the frame increment pointer decides (PS3.3
    C.7.6.6.1.2), then anything the header says of frame rates, then the modality.
    """
    if frame_count(ds) < 2:
        return False
    positions = slice_positions_mm(ds)
    if positions is not None and max(positions) - min(positions) > 1e-3:
        return False
    pointers = {int(tag) for tag in values(ds, "FrameIncrementPointer") if isinstance(tag, int)}
    modality = word(ds, "Modality")
    if modality in SPACE_MODALITIES or SLICE_VECTOR in pointers:
        return False
    if pointers & {FRAME_TIME, FRAME_TIME_VECTOR}:
        return True
    return modality in TIME_MODALITIES or any(number(ds, name) for name in TIME_KEYWORDS)


def is_slice(ds: Dataset) -> bool:
    """Whether the frames are slices of a stack in space (several frames that are no cine)."""
    return frame_count(ds) > 1 and not is_cine(ds)


@quiet()
def slice_positions_mm(ds: Dataset) -> list[float] | None:
    """Each frame's position along the stack's normal in mm, or None where it is not known.

    From plane positions of the functional groups (PS3.3 C.7.6.16.2.3), a grid frame offset vector,
    or the slice vector of nuclear medicine with SpacingBetweenSlices.
    """
    count = frame_count(ds)
    offsets = numbers(ds, "GridFrameOffsetVector")
    if len(offsets) == count > 1:
        return offsets
    if len(items(ds, "PerFrameFunctionalGroupsSequence")) >= count:
        return _plane_positions(ds, count)
    spacing, slices = number(ds, "SpacingBetweenSlices"), numbers(ds, "SliceVector")
    if spacing and len(slices) == count:
        return [(index - 1) * abs(spacing) for index in slices]
    return None


def _plane_positions(ds: Dataset, count: int) -> list[float] | None:
    found: list[float] = []
    for frame in range(count):
        plane = frame_group(ds, "PlanePositionSequence", frame)
        position = numbers(plane, "ImagePositionPatient") if plane is not None else []
        if len(position) != 3:
            return None
        normal = _normal(ds, frame)
        found.append(sum(p * n for p, n in zip(position, normal, strict=True)))
    return found


def _normal(ds: Dataset, frame: int) -> Sequence[float]:
    """Unit normal of the image plane (PS3.3 C.7.6.2.1.1); the patient's z axis if unknown."""
    plane = frame_group(ds, "PlaneOrientationSequence", frame)
    cosines = numbers(plane, "ImageOrientationPatient") if plane is not None else []
    if len(cosines) != 6:
        return (0.0, 0.0, 1.0)
    (a, b, c), (d, e, f) = cosines[:3], cosines[3:]
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    length = math.sqrt(sum(n * n for n in normal))
    return tuple(n / length for n in normal) if length > 0 else (0.0, 0.0, 1.0)


@quiet()
def spacing_mm(ds: Dataset) -> tuple[float, float] | None:
    """(row, column) distance in mm: in the patient, at the detector, or of the scanned film.

    For ultrasound that says nothing else, from its first two-dimensional region in centimetres.
    """
    measures = frame_group(ds, "PixelMeasuresSequence")
    sources = [(ds, "PixelSpacing"), (ds, "ImagerPixelSpacing"), (ds, "NominalScannedPixelSpacing")]
    if measures is not None:
        sources.insert(0, (measures, "PixelSpacing"))
    for source, keyword in sources:
        found = numbers(source, keyword)
        if len(found) == 2 and min(found) > 0:
            return found[0], found[1]
    return _ultrasound_spacing(ds)


def _ultrasound_spacing(ds: Dataset) -> tuple[float, float] | None:
    for region in items(ds, "SequenceOfUltrasoundRegions"):
        units = (
            integer(region, "PhysicalUnitsXDirection"),
            integer(region, "PhysicalUnitsYDirection"),
        )
        dx, dy = number(region, "PhysicalDeltaX"), number(region, "PhysicalDeltaY")
        if units == (CENTIMETRES, CENTIMETRES) and dx and dy:
            return abs(dy) * 10, abs(dx) * 10
    return None


@quiet()
def frame_time_ms(ds: Dataset) -> float | None:
    """Mean time between frames in ms: frame time, its vector, or 1000 / frames a second."""
    if (time := number(ds, "FrameTime")) and time > 0:
        return time
    vector = [step for step in numbers(ds, "FrameTimeVector")[1:] if step > 0]
    if vector:
        return sum(vector) / len(vector)
    for keyword in ("CineRate", "RecommendedDisplayFrameRate"):
        if (rate := number(ds, keyword)) and rate > 0:
            return 1000 / rate
    return None
