"""What SequenceOfUltrasoundRegions says (PS3.3 C.8.5.5): which part shows what, and how large."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from measure.scale import Scale
from measure.species import Heart

# RegionSpatialFormat, C.8.5.5.1.1
TWO_D, M_MODE_FORMAT, SPECTRAL = 1, 2, 3
# RegionDataType, C.8.5.5.1.2
TISSUE, COLOUR_FLOW = 1, 2
# PhysicalUnitsXDirection, C.8.5.5.1.15
CENTIMETRES, SECONDS = 3, 4

BEYOND = 2  # pixels that a region may reach beyond the picture: some count its end from 1
SMALL = 0.1  # of the largest region: smaller ones are an inset, not a second picture

Box = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom exclusive


class Mode(StrEnum):
    """What kind of ultrasound a picture is."""

    B_MODE = "b_mode"
    M_MODE = "m_mode"
    DOPPLER = "doppler"
    COLOUR = "colour"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One item: place, RegionSpatialFormat, RegionDataType, units, PhysicalDelta as given."""

    box: Box
    spatial_format: int
    data_type: int
    units_x: int
    units_y: int
    delta_x: float
    delta_y: float

    @property
    def size(self) -> int:
        """Pixels."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])

    def holds(self, other: "Region") -> bool:
        """Whether the other one lies inside it."""
        mine, its = self.box, other.box
        return mine[0] <= its[0] and mine[1] <= its[1] and mine[2] >= its[2] and mine[3] >= its[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the picture is, and how large its pixels are.

    `box` is clipped to the frame; the whole frame where no region says more. `scale` is None with
    a `reason`. `refused` is the reason why nothing can be measured at all. `seconds` is the time of
    a column of an M-mode.
    """

    box: Box
    mode: Mode
    scale: Scale | None = None
    reason: str = "no_scale"
    refused: str = ""
    seconds: float | None = None


def place_of(regions: Sequence[Region], rows: int, columns: int, heart: Heart) -> Place:
    """The region that holds the picture: never by its position in the list."""
    whole = (0, 0, columns, rows)
    m_modes = [r for r in regions if r.spatial_format == M_MODE_FORMAT]
    if m_modes:
        return _m_mode(max(m_modes, key=lambda r: r.size), rows, columns, heart)
    if any(r.spatial_format == SPECTRAL for r in regions):
        return Place(box=whole, mode=Mode.DOPPLER, refused="doppler")
    pictures = [r for r in regions if r.spatial_format == TWO_D and r.data_type == TISSUE]
    flow = [r for r in regions if r.spatial_format == TWO_D and r.data_type == COLOUR_FLOW]
    if not pictures:
        mode = Mode.COLOUR if flow else Mode.UNKNOWN
        return Place(box=whole, mode=mode, refused="colour_box" if flow else "")
    largest = max(pictures, key=lambda r: r.size)
    others = [r for r in pictures if r is not largest and r.size > SMALL * largest.size]
    if any(not largest.holds(other) and other.box != largest.box for other in others):
        return Place(box=whole, mode=Mode.B_MODE, refused="two_regions")
    inside = _clipped(largest.box, rows, columns)
    scale, reason = scale_of(largest, rows, columns, heart)
    return Place(
        box=inside if reason != "region_outside" else whole,
        mode=Mode.COLOUR if flow else Mode.B_MODE,
        scale=scale,
        reason=reason,
        refused="colour_box" if flow else "",
    )


def scale_of(region: Region, rows: int, columns: int, heart: Heart) -> tuple[Scale | None, str]:
    """The size of a pixel, or the reason why it is not known."""
    if not fits(region, rows, columns):
        return None, "region_outside"
    if region.units_x == 0 and region.units_y == 0:
        return None, "no_scale"
    if (region.units_x, region.units_y) != (CENTIMETRES, CENTIMETRES):
        return None, "scale_units"
    x, y = abs(region.delta_x) * 10, abs(region.delta_y) * 10
    low, high = heart.pixel_mm
    if not (low <= x <= high and low <= y <= high):
        return None, "wrong_scale"
    return Scale(x, y), ""


def fits(region: Region, rows: int, columns: int) -> bool:
    """Whether a region lies inside the picture."""
    left, top, right, bottom = region.box
    inside = left >= -BEYOND and top >= -BEYOND
    return inside and right <= columns + BEYOND and bottom <= rows + BEYOND and region.size > 0


def _m_mode(region: Region, rows: int, columns: int, heart: Heart) -> Place:
    """Depth in centimetres downwards, time in seconds to the right."""
    box = _clipped(region.box, rows, columns)
    if not fits(region, rows, columns):
        return Place(box=box, mode=Mode.M_MODE, reason="region_outside")
    seconds = abs(region.delta_x) if region.units_x == SECONDS and region.delta_x else None
    y = abs(region.delta_y) * 10
    low, high = heart.pixel_mm
    if region.units_y != CENTIMETRES:
        return Place(box=box, mode=Mode.M_MODE, reason="scale_units", seconds=seconds)
    if not low <= y <= high:
        return Place(box=box, mode=Mode.M_MODE, reason="wrong_scale", seconds=seconds)
    return Place(box=box, mode=Mode.M_MODE, scale=Scale(y, y), reason="", seconds=seconds)


def _clipped(box: Box, rows: int, columns: int) -> Box:
    left, top, right, bottom = box
    return max(left, 0), max(top, 0), min(right, columns), min(bottom, rows)
