"""Header -> how stored values become light: rescale, LUTs, windows, polarity, regions."""

from pydicom import Dataset

from embedder.display import Box, Display, Window
from ingest.reading.luts import lut_of
from ingest.reading.quiet import quiet
from ingest.reading.values import (
    frame_group,
    integer,
    items,
    number,
    numbers,
    word,
)

FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")
GRAPHICS = 5  # RegionSpatialFormat, PS3.3 C.8.5.5.1.1: shows no patient
COLOUR = ("RGB", "PALETTE COLOR")


@quiet()
def display_of(ds: Dataset, frame: int) -> Display:
    """The display rules of one frame (counted from 0), as `decode.frames` yields it.

    Its own functional groups go before shared ones, those before the dataset's attributes. Values
    that make no sense (slope 0, width 0, broken tables, regions outside) are left out.
    """
    photometric = word(ds, "PhotometricInterpretation")
    samples = integer(ds, "SamplesPerPixel") or 1
    palette = photometric == "PALETTE COLOR" and samples == 1
    signed = integer(ds, "PixelRepresentation") == 1
    little = ds.original_encoding[1] is not False
    allocated = integer(ds, "BitsAllocated") or 8
    stored = min(integer(ds, "BitsStored") or allocated, allocated)
    slope, intercept = _rescale(ds, frame)
    # C.8.11.3.1.2: MONOCHROME1 comes with INVERSE; either alone means the same
    inverse = photometric == "MONOCHROME1" or word(ds, "PresentationLUTShape") == "INVERSE"
    return Display(
        modality=word(ds, "Modality"),
        bits_stored=8 if palette else min(stored, 16) if samples == 3 else stored,
        signed=signed and not palette,
        colour=palette or samples == 3,
        monochrome1=inverse and samples == 1 and not palette,
        slope=slope,
        intercept=intercept,
        modality_lut=lut_of(ds, "ModalityLUTSequence", signed=signed, little=little),
        voi_lut=lut_of(ds, "VOILUTSequence", signed=signed or intercept < 0, little=little),
        window=_window(ds, frame),
        padding=_padding(ds, signed, allocated),
        keep=regions(ds),
    )


def _rescale(ds: Dataset, frame: int) -> tuple[float, float]:
    """(slope, intercept), PS3.3 C.11.1.1.2 and C.7.6.16.2.9."""
    group = frame_group(ds, "PixelValueTransformationSequence", frame)
    source = ds if group is None else group
    slope, intercept = number(source, "RescaleSlope"), number(source, "RescaleIntercept")
    return slope or 1.0, intercept or 0.0


def _window(ds: Dataset, frame: int) -> Window | None:
    """The first window that can be used, PS3.3 C.11.2.1.2 and C.7.6.16.2.10."""
    group = frame_group(ds, "FrameVOILUTSequence", frame)
    for source in (group, ds):
        if source is None:
            continue
        function = word(source, "VOILUTFunction")
        function = function if function in FUNCTIONS else FUNCTIONS[0]
        centers, widths = numbers(source, "WindowCenter"), numbers(source, "WindowWidth")
        for center, width in zip(centers, widths, strict=False):
            if width > 0:
                return Window(center=center, width=width, function=function)
    return None


def _padding(ds: Dataset, signed: bool, allocated: int) -> tuple[int, int] | None:
    """Inclusive range of padding in stored values (PS3.3 C.7.5.1.1.2)."""
    value, limit = integer(ds, "PixelPaddingValue"), integer(ds, "PixelPaddingRangeLimit")
    if value is None:
        return None
    ends = [
        _as_signed(end, signed, allocated) for end in (value, value if limit is None else limit)
    ]
    return min(ends), max(ends)


def _as_signed(value: int, signed: bool, bits: int) -> int:
    """A number that was written as unsigned although the picture is signed."""
    return value - (1 << bits) if signed and value >= 1 << bits - 1 else value


@quiet()
def regions(ds: Dataset) -> tuple[Box, ...]:
    """Ultrasound regions that show the patient (PS3.3 C.8.5.5), clipped to the picture.

    Regions that are graphics, incomplete, empty or outside are left out; () where none remains.
    """
    rows, columns = integer(ds, "Rows") or 0, integer(ds, "Columns") or 0
    boxes = (_box(region, rows, columns) for region in items(ds, "SequenceOfUltrasoundRegions"))
    return tuple(dict.fromkeys(box for box in boxes if box is not None))


CORNERS = (
    "RegionLocationMinX0",
    "RegionLocationMinY0",
    "RegionLocationMaxX1",
    "RegionLocationMaxY1",
)


def _box(region: Dataset, rows: int, columns: int) -> Box | None:
    if integer(region, "RegionSpatialFormat") == GRAPHICS:
        return None
    left, top, right, bottom = (integer(region, corner) for corner in CORNERS)
    if left is None or top is None or right is None or bottom is None:
        return None
    box = (max(left, 0), max(top, 0), min(right + 1, columns), min(bottom + 1, rows))
    return box if box[0] < box[2] and box[1] < box[3] else None
