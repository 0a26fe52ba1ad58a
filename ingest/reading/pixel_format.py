"""What a header claims of its pixels, checked against the limits before anything is allocated."""

from dataclasses import dataclass, replace

from pydicom import Dataset

from infra.settings import MEGA, Settings
from ingest.reading.geometry import frame_count
from ingest.reading.values import integer, transfer_syntax, word
from ingest.reasons import rejected

FLOATS = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelFormat:
    """The image pixel module (PS3.3 C.7.6.3) in plain numbers.

    `keyword` names the element that holds the pixels. `photometric` is in capitals; where missing,
    MONOCHROME2 or RGB after the number of samples.
    """

    keyword: str
    rows: int
    columns: int
    frames: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: bool
    photometric: str
    syntax: str

    @property
    def is_float(self) -> bool:
        """Whether values are floating point."""
        return self.keyword in FLOATS

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, columns) or (rows, columns, 3)."""
        grey = (self.rows, self.columns)
        return grey if self.samples == 1 else (*grey, self.samples)

    @property
    def values(self) -> int:
        """Sample values of one frame."""
        return self.rows * self.columns * self.samples

    def of_one_frame(self) -> "PixelFormat":
        """The same with one frame."""
        return replace(self, frames=1)

    @property
    def is_palette(self) -> bool:
        """Whether values are indices into a palette."""
        return self.photometric == "PALETTE COLOR" and self.samples == 1


def pixel_format(ds: Dataset, settings: Settings) -> PixelFormat:
    """Read and check the header of an image.

    Raises RejectedFile: no_pixel_data, bad_header, too_many_frames, too_large.
    """
    keyword = next((k for k in ("PixelData", *FLOATS) if ds.get(k)), "")
    if not keyword:
        raise rejected("no_pixel_data")
    samples = integer(ds, "SamplesPerPixel") or 1
    bits = FLOATS.get(keyword) or integer(ds, "BitsAllocated") or 0
    stored = min(integer(ds, "BitsStored") or bits, bits)
    claimed = PixelFormat(
        keyword=keyword,
        rows=integer(ds, "Rows") or 0,
        columns=integer(ds, "Columns") or 0,
        frames=frame_count(ds),
        samples=samples,
        bits_allocated=bits,
        bits_stored=stored,
        high_bit=min(max(integer(ds, "HighBit") or 0, stored - 1), bits - 1),
        signed=integer(ds, "PixelRepresentation") == 1,
        planar=integer(ds, "PlanarConfiguration") == 1,
        photometric=_photometric(ds, samples),
        syntax=str(transfer_syntax(ds)),
    )
    _check(claimed, settings)
    return claimed


def _photometric(ds: Dataset, samples: int) -> str:
    said = word(ds, "PhotometricInterpretation")
    if samples == 3:
        return said if said.startswith("YBR") else "RGB"
    return said if said in ("MONOCHROME1", "PALETTE COLOR") else "MONOCHROME2"


def _check(claimed: PixelFormat, settings: Settings) -> None:
    if claimed.rows < 1 or claimed.columns < 1:
        raise rejected("bad_header", "rows or columns are missing")
    if claimed.samples not in (1, 3):
        raise rejected("bad_header", f"{claimed.samples} samples a pixel")
    if claimed.bits_allocated not in (1, 8, 12, 16, 32) and not claimed.is_float:
        raise rejected("bad_header", f"{claimed.bits_allocated} bits allocated")
    if claimed.frames > settings.max_frames:
        raise rejected("too_many_frames", f"{claimed.frames}, the limit is {settings.max_frames}")
    size = claimed.values * claimed.frames * ((claimed.bits_allocated + 7) // 8)
    if size > settings.max_pixels_mb * MEGA:
        raise rejected("too_large", f"the limit is {settings.max_pixels_mb} MB of pixels")
