"""Everything outside the ultrasound regions becomes black, the rest stays bit for bit."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    UltrasoundImageStorage,
)

from infra.errors import RejectedFile
from infra.settings import Settings
from ingest.decoding.decode import frames
from ingest.privacy import burned_in, deidentify
from ingest.privacy.identity import Pseudonyms
from ingest.reading.dicom import complete_uids, parse
from tests.ingest.written import to_bytes
from tests.samples import pydicom_file

SETTINGS = Settings()
Frame = npt.NDArray[np.integer]


def ultrasound(pixels: Frame, boxes: list[tuple[int, int, int, int]], **changes: object) -> Dataset:
    """A picture of (frames, rows, columns[, 3]) with regions whose corners are inclusive."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = UltrasoundImageStorage, "1.2.3"
    ds.Modality, ds.NumberOfFrames = "US", len(pixels)
    ds.Rows, ds.Columns = pixels.shape[1:3]
    ds.SamplesPerPixel = 3 if pixels.ndim == 4 else 1
    ds.PhotometricInterpretation = "RGB" if pixels.ndim == 4 else "MONOCHROME2"
    if pixels.ndim == 4:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = pixels.dtype.itemsize * 8
    ds.HighBit, ds.PixelRepresentation = ds.BitsStored - 1, int(pixels.dtype.kind == "i")
    ds.PixelData = pixels.tobytes()
    ds.SequenceOfUltrasoundRegions = [region(*box) for box in boxes]
    for keyword, value in changes.items():
        setattr(ds, keyword, value)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    complete_uids(ds, "test")
    return parse(to_bytes(ds), SETTINGS)


def region(left: int, top: int, right: int, bottom: int) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat = 1
    item.RegionLocationMinX0, item.RegionLocationMinY0 = left, top
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = right, bottom
    return item


def noise(*shape: int, dtype: str = "u1") -> Frame:
    info = np.iinfo(dtype)
    return np.random.default_rng(1).integers(info.min + 1, info.max, shape).astype(dtype)


def cleaned(ds: Dataset) -> Dataset:
    """Cleaned, written, and read back."""
    return parse(to_bytes(burned_in.clean(ds, frames(ds, SETTINGS))), SETTINGS)


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2"])
@pytest.mark.parametrize("colour", [False, True])
def test_only_the_regions_stay(dtype: str, colour: bool) -> None:
    if colour and dtype == "i2":
        pytest.skip("colour has no sign")
    pixels = noise(3, 20, 31, *((3,) if colour else ()), dtype=dtype)
    ds = ultrasound(pixels, [(2, 3, 10, 12), (15, 0, 99, 5)])
    assert burned_in.needs_cleaning(ds)
    expected = np.full_like(pixels, np.iinfo(dtype).min)
    for rows, columns in ((slice(3, 13), slice(2, 11)), (slice(0, 6), slice(15, 31))):
        expected[:, rows, columns] = pixels[:, rows, columns]
    back = cleaned(ds)
    np.testing.assert_array_equal(np.stack(list(frames(back, SETTINGS))), expected)
    np.testing.assert_array_equal(back.pixel_array, expected)
    assert back.BurnedInAnnotation == "NO"


def test_twelve_bits_and_monochrome1_become_black_as_shown() -> None:
    pixels = noise(1, 8, 9, dtype="u2") & 0x0FFF
    ds = ultrasound(
        pixels, [(0, 0, 4, 4)], BitsStored=12, HighBit=11, PhotometricInterpretation="MONOCHROME1"
    )
    back = cleaned(ds)
    assert back.file_meta.TransferSyntaxUID == JPEGLSLossless
    assert set(back.pixel_array[5:, :].ravel()) == {4095}
    np.testing.assert_array_equal(back.pixel_array[:5, :5], pixels[0, :5, :5])


def test_a_black_border_keeps_the_encoding() -> None:
    pixels = np.zeros((2, 10, 10), np.uint8)
    pixels[:, 2:5, 2:5] = 200
    ds = ultrasound(pixels, [(2, 2, 4, 4)])
    back = cleaned(ds)
    assert back.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert back.PixelData == ds.PixelData
    assert back.BurnedInAnnotation == "NO"


def test_text_in_one_late_frame_is_found() -> None:
    pixels = np.zeros((5, 10, 10), np.uint8)
    pixels[4, 0, 9] = 255
    back = cleaned(ultrasound(pixels, [(2, 2, 4, 4)]))
    assert not back.pixel_array.any()


def test_the_source_stays_as_it_is() -> None:
    ds = ultrasound(noise(1, 10, 10), [(2, 2, 4, 4)])
    before = to_bytes(ds)
    burned_in.clean(ds, frames(ds, SETTINGS))
    assert to_bytes(ds) == before


def test_frames_are_taken_one_at_a_time() -> None:
    ds = ultrasound(noise(4, 10, 10), [(2, 2, 4, 4)])
    taken: list[int] = []

    def one_by_one() -> Iterator[Frame]:
        for index, frame in enumerate(frames(ds, SETTINGS)):
            taken.append(index)
            frame.setflags(write=False)  # and none is written to
            yield frame

    burned_in.clean(ds, one_by_one())
    assert taken == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("examples_palette.dcm", ExplicitVRLittleEndian),
        ("examples_ybr_color.dcm", JPEGBaseline8Bit),
    ],
)
def test_real_ultrasound(name: str, syntax: str) -> None:
    ds = dcmread(pydicom_file(name))
    complete_uids(ds, name)
    assert ds.file_meta.TransferSyntaxUID == syntax
    before, after = list(frames(ds, SETTINGS)), list(frames(back := cleaned(ds), SETTINGS))
    kept = np.zeros(before[0].shape[:2], bool)
    for left, top, right, bottom in burned_in.keep_boxes(ds):
        kept[top:bottom, left:right] = True
    assert len(before) == len(after)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(other[kept], one[kept])
        assert not other[~kept].any()
    assert back.PhotometricInterpretation == "RGB"
    assert "RedPaletteColorLookupTableData" not in back
    result = deidentify.deidentify(back, Pseudonyms(b"1" * 32)).dataset
    codes = [code.CodeValue for code in result.DeidentificationMethodCodeSequence]
    assert "113101" in codes


def test_burned_in_text_in_an_unknown_place_is_refused() -> None:
    pixels = noise(1, 10, 10)
    for boxes in ([], [(0, 0, 9, 9)], [(50, 50, 60, 60)]):
        ds = ultrasound(pixels, boxes, BurnedInAnnotation="YES")
        with pytest.raises(RejectedFile, match="keep-identity") as refused:
            burned_in.check(ds)
        assert refused.value.reason == "burned_in_text"
        burned_in.check(ultrasound(pixels, boxes, BurnedInAnnotation="NO"))
    burned_in.check(ultrasound(pixels, [(2, 2, 4, 4)], BurnedInAnnotation="YES"))


def test_no_region_needs_no_cleaning() -> None:
    assert not burned_in.needs_cleaning(ultrasound(noise(1, 4, 4), []))
    assert not burned_in.needs_cleaning(ultrasound(noise(1, 4, 4), [(0, 0, 3, 3)]))


def test_frames_of_another_size_are_refused() -> None:
    ds = ultrasound(noise(1, 10, 10), [(2, 2, 4, 4)])
    with pytest.raises(RejectedFile) as refused:
        burned_in.clean(ds, [noise(5, 5)])
    assert refused.value.reason == "undecodable_pixels"
