"""Hearts of known size: DICOM cines and M-modes whose volumes, beats and scale are known exactly.

The cavity is half an ellipsoid of revolution (a bullet) with its flat base at the mitral plane: by
the method of discs its volume is (2/3) π r² L, in the image and in truth. Nobody was imaged for
them.
"""

import io
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

Numbers = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]

US_STILL, US_CINE = "1.2.840.10008.5.1.4.1.1.6.1", "1.2.840.10008.5.1.4.1.1.3.1"
ROOT_UID = "1.2.826.0.1.3680043.10.998"
BACKGROUND, CAVITY, MYOCARDIUM, ATRIUM = 0, 1, 2, 3
TWO_D, M_MODE, TISSUE, CENTIMETRES, SECONDS = 1, 2, 1, 3, 4


@dataclass(frozen=True, kw_only=True)
class Cine:
    """A four-chamber clip. Sizes in mm, times in ms; `beats_ms` are the lengths of its beats.

    `start` is where in its first beat the clip begins, 0 is end-diastole. `dropped` frames are
    left out (their time is not). `tilt` is in degrees. A `flipped` picture is upside down: the apex
    of the heart, and of the sector, is at its bottom. `regions` None makes one around the sector.
    """

    edv_ml: float = 120.0
    esv_ml: float = 50.0
    beats_ms: tuple[float, ...] = (800.0, 800.0, 800.0)
    frame_ms: float = 25.0
    start: float = 0.0
    systole: float = 0.36
    rows: int = 350
    columns: int = 420
    x_mm: float = 0.45
    y_mm: float = 0.45
    noise: float = 0.0
    tilt: float = 0.0
    wall: float = 9.0
    mirrored: bool = False
    flipped: bool = False
    dropped: tuple[int, ...] = ()
    seed: int = 1
    header: dict[str, Any] = field(default_factory=dict)
    regions: list[Dataset] | None = None

    @property
    def ef(self) -> float:
        """True ejection fraction, %."""
        return (self.edv_ml - self.esv_ml) / self.edv_ml * 100

    @property
    def times(self) -> Numbers:
        """Of every frame that is there, ms."""
        every = np.arange(0.0, sum(self.beats_ms), self.frame_ms)
        return np.delete(every, list(self.dropped))

    @property
    def volumes(self) -> Numbers:
        """True volume of each frame, mL."""
        return self.esv_ml + (self.edv_ml - self.esv_ml) * filling(self.phases, self.systole)

    @property
    def phases(self) -> Numbers:
        """Part of its beat that each frame is at, 0 to 1."""
        ends = np.cumsum(self.beats_ms)
        times = (self.times + self.start * self.beats_ms[0]) % ends[-1]
        beat = np.searchsorted(ends, times, side="right")
        begins = np.concatenate([[0.0], ends])[beat]
        return np.asarray((times - begins) / np.array(self.beats_ms)[beat])

    def masks(self) -> Pixels:
        """True class numbers, (frames, rows, columns)."""
        return self._turned(self._upright())

    def frames(self) -> Pixels:
        """Grey pictures, (frames, rows, columns)."""
        random = np.random.default_rng(self.seed)
        speckle = random.gamma(4.0, 0.25, (self.rows, self.columns))
        pictures = [self._picture(mask, speckle, random) for mask in self._upright()]
        return self._turned(np.stack(pictures))

    def dataset(self, **attributes: Any) -> Dataset:
        """The clip as DICOM; `attributes` go before those of the header."""
        made = _dataset(self.frames(), US_CINE)
        made.FrameIncrementPointer = 0x00181063
        made.FrameTime = self.frame_ms
        if self.dropped and len(self.times) > 2 and np.ptp(np.diff(self.times)) > 0:
            del made.FrameTime
            made.FrameIncrementPointer = 0x00181065
            made.FrameTimeVector = [0.0, *np.diff(self.times).round(4).tolist()]
        made.SeriesDescription = "Apical 4 chamber"
        regions = self.regions
        if regions is None:
            regions = [region((0, 0, self.columns, self.rows), self.x_mm, self.y_mm)]
        if regions:
            made.SequenceOfUltrasoundRegions = regions
        return _with(made, {**self.header, **attributes})

    def file(self, **attributes: Any) -> bytes:
        """The clip as the bytes of a DICOM file."""
        return file_of(self.dataset(**attributes))

    # --- drawing ----------------------------------------------------------------------------------

    def _upright(self) -> Pixels:
        return np.stack([self._mask(volume) for volume in self.volumes])

    def _turned(self, pictures: Pixels) -> Pixels:
        return pictures[:, ::-1] if self.flipped else pictures

    def _mask(self, volume: float) -> Pixels:
        """The long axis shortens by a fifth of what the radius does."""
        part = (volume / self.edv_ml) ** (1 / 2.2)
        length = _LENGTH * (self.edv_ml / 120) ** (1 / 3) * part**0.2
        radius = np.sqrt(volume * 1000 * 3 / (2 * np.pi * length))
        x, y = self._grid()
        wall = self.wall
        base = 0.74 * self.rows * self.y_mm
        up = base - y  # from the mitral plane towards the apex
        inner = (up >= 0) & (np.square(x / radius) + np.square(up / length) <= 1)
        outer = (up >= 0) & (np.square(x / (radius + wall)) + np.square(up / (length + wall)) <= 1)
        deep = length / 5
        below = (up < 0) & (np.square(x / (0.9 * radius)) + np.square((up + deep) / deep) <= 1)
        mask = np.zeros((self.rows, self.columns), np.uint8)
        mask[outer], mask[below], mask[inner] = MYOCARDIUM, ATRIUM, CAVITY
        return mask[:, ::-1] if self.mirrored else mask

    def _grid(self) -> tuple[Numbers, Numbers]:
        """mm to the right of the heart's axis, and downwards, turned by `tilt` about its base."""
        y, x = np.mgrid[: self.rows, : self.columns].astype(np.float64)
        x, y = (x - 0.55 * self.columns) * self.x_mm, y * self.y_mm
        middle, angle = 0.45 * self.rows * self.y_mm, np.radians(self.tilt)
        turned_x = x * np.cos(angle) - (y - middle) * np.sin(angle)
        return turned_x, x * np.sin(angle) + (y - middle) * np.cos(angle) + middle

    def _picture(self, mask: Pixels, speckle: Numbers, random: np.random.Generator) -> Pixels:
        light = np.array([70.0, 12.0, 130.0, 15.0])[mask] * speckle
        y, x = np.mgrid[: self.rows, : self.columns]
        angle = np.arctan2((x - 0.5 * self.columns) * self.x_mm, (y + 2) * self.y_mm)
        light[np.abs(angle) > 0.7] = 0
        light += self.noise * random.normal(0, 1, light.shape)
        return np.asarray(np.clip(light, 0, 255).astype(np.uint8))


_LENGTH = 88.0  # mm, of a ventricle of 120 mL


def filling(phase: Numbers, systole: float) -> Numbers:
    """How full a ventricle is, 1 to 0 to 1: contraction, filling, diastasis, atrial kick."""
    places = [0, 0.04, systole, systole + 0.05, systole + 0.22, 0.85, 0.97, 1]
    values = [1, 0.995, 0, 0.06, 0.82, 0.86, 1, 1]
    return np.interp(phase, places, values)


@dataclass(frozen=True, kw_only=True)
class MMode:
    """An M-mode strip. Sizes in mm at end-diastole and end-systole; no `pericardium` by default."""

    lvid: tuple[float, float] = (48.0, 32.0)
    septum: tuple[float, float] = (9.0, 12.0)
    posterior: tuple[float, float] = (10.0, 14.0)
    beats_ms: tuple[float, ...] = (850.0, 850.0, 850.0, 850.0)
    column_ms: float = 5.0
    row_mm: float = 0.3
    rows: int = 420
    noise: float = 12.0
    pericardium: float = 0.0
    start: float = 0.3
    seed: int = 1
    header: dict[str, Any] = field(default_factory=dict)
    regions: list[Dataset] | None = None

    @property
    def columns(self) -> int:
        """Of the strip."""
        return int(sum(self.beats_ms) / self.column_ms)

    def walls(self) -> Numbers:
        """True rows (4, columns): septum from and to, posterior wall from and to; in pixels."""
        cine = Cine(beats_ms=self.beats_ms, frame_ms=self.column_ms, start=self.start)
        part = filling(cine.phases[: self.columns], 0.36)
        lvid, septum, wall = (
            es + (ed - es) * part for ed, es in (self.lvid, self.septum, self.posterior)
        )
        middle = 0.52 * self.rows * self.row_mm
        lines = [middle - lvid / 2 - septum, middle - lvid / 2, middle + lvid / 2,
                 middle + lvid / 2 + wall]  # fmt: skip
        return np.stack(lines) / self.row_mm

    def frame(self) -> Pixels:
        """The grey picture, (rows, columns)."""
        random = np.random.default_rng(self.seed)
        top, septum, posterior, bottom = self.walls()
        y = np.arange(self.rows)[:, None] + 0.5
        light = np.full((self.rows, self.columns), 18.0)
        light[:] = np.where(y < 0.08 * self.rows, 150.0, light)  # skin and chest wall
        light = np.where((y >= top) & (y < septum), 150.0, light)
        light = np.where((y >= posterior) & (y < bottom), 155.0, light)
        light = np.where(y >= bottom, 60.0, light)
        bright = (y >= bottom) & (y < bottom + self.pericardium / self.row_mm)
        light = np.where(bright, 235.0, light)
        light = light * random.gamma(6.0, 1 / 6, light.shape)
        light += random.normal(0, self.noise, light.shape)
        return np.asarray(np.clip(light, 0, 255).astype(np.uint8))

    def dataset(self, **attributes: Any) -> Dataset:
        """The strip as DICOM, under a small two-dimensional picture as machines draw it."""
        inset = np.zeros((90, self.columns), np.uint8)
        inset[10:80, 100:220] = 60
        made = _dataset(np.vstack([inset, self.frame()])[None], US_STILL)
        del made.NumberOfFrames
        made.SeriesDescription = "M-mode"
        strip = (0, 90, self.columns, 90 + self.rows)
        made.SequenceOfUltrasoundRegions = self.regions or [
            region((100, 10, 220, 80), 1.0, 1.0),
            m_mode_region(strip, self.row_mm, self.column_ms),
        ]
        return _with(made, {**self.header, **attributes})

    def file(self, **attributes: Any) -> bytes:
        """The strip as the bytes of a DICOM file."""
        return file_of(self.dataset(**attributes))


def region(
    box: tuple[int, int, int, int],
    x_mm: float,
    y_mm: float,
    *,
    spatial_format: int = TWO_D,
    data_type: int = TISSUE,
    units: tuple[int, int] = (CENTIMETRES, CENTIMETRES),
) -> Dataset:
    """An item of SequenceOfUltrasoundRegions; the box's right and bottom are exclusive."""
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = spatial_format, data_type, 0
    item.RegionLocationMinX0, item.RegionLocationMinY0 = box[:2]
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = box[2] - 1, box[3] - 1
    item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = units
    item.PhysicalDeltaX, item.PhysicalDeltaY = x_mm / 10, y_mm / 10
    return item


def m_mode_region(box: tuple[int, int, int, int], row_mm: float, column_ms: float) -> Dataset:
    """Depth in cm downwards, time in s to the right."""
    item = region(box, 1.0, row_mm, spatial_format=M_MODE, units=(SECONDS, CENTIMETRES))
    item.PhysicalDeltaX = column_ms / 1000
    return item


def numbered(cine: Cine, number: int) -> Cine:
    """The same for another patient: UIDs and PatientID are made of the number."""
    study = f"{ROOT_UID}.{number}"
    return replace(
        cine,
        seed=number,
        header={
            **cine.header,
            "StudyInstanceUID": study,
            "SeriesInstanceUID": f"{study}.1",
            "SOPInstanceUID": f"{study}.1.1",
            "PatientID": f"PHANTOM-{number:03d}",
        },
    )


def file_of(made: Dataset) -> bytes:
    """A dataset as the bytes of a DICOM file."""
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    stream = io.BytesIO()
    dcmwrite(stream, made, enforce_file_format=True)
    return stream.getvalue()


def _dataset(frames: Pixels, sop_class: str) -> Dataset:
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID = sop_class
    made.StudyInstanceUID, made.SeriesInstanceUID = f"{ROOT_UID}.1", f"{ROOT_UID}.1.1"
    made.SOPInstanceUID = f"{ROOT_UID}.1.1.1"
    made.Modality, made.PatientID, made.PatientSex = "US", "PHANTOM-001", "F"
    made.PatientName, made.StudyDate = "Phantom^Heart", "20240501"
    made.StudyDescription = "Phantom echocardiogram"
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.NumberOfFrames = len(frames)
    made.Rows, made.Columns = frames.shape[1:]
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit, made.PixelRepresentation = 7, 0
    raw = frames.tobytes()
    made.PixelData = raw + b"\0" * (len(raw) % 2)
    made["PixelData"].VR = "OB"
    return made


def _with(made: Dataset, attributes: dict[str, Any]) -> Dataset:
    """None takes an attribute away."""
    for keyword, value in attributes.items():
        if value is not None:
            setattr(made, keyword, value)
        elif keyword in made:
            delattr(made, keyword)
    return made


def write_demo(folder: Path) -> None:
    """A few hearts of different function, and an M-mode: `python -m tests.phantoms FOLDER`."""
    folder.mkdir(parents=True, exist_ok=True)
    hearts = [(110, 42), (125, 50), (150, 82), (170, 112), (200, 148), (95, 33)]
    for number, (edv, esv) in enumerate(hearts, 1):
        cine = Cine(
            edv_ml=edv, esv_ml=esv, noise=8, tilt=5.0 * (number % 3), frame_ms=33,
            beats_ms=(780.0 + 30 * number, 820.0, 800.0), header={"PatientSex": "FM"[number % 2]},
        )  # fmt: skip
        (folder / f"phantom-{number}.dcm").write_bytes(numbered(cine, number).file())
    strip = numbered(Cine(), 9).header
    (folder / "phantom-m-mode.dcm").write_bytes(MMode().file(**strip))


if __name__ == "__main__":
    write_demo(Path(sys.argv[1]))
