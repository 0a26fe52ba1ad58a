from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.sequence import Sequence

from embedder.display import Display, Lut, Window
from infra.settings import Settings
from ingest.decoding.decode import frames
from ingest.reading import dicom
from ingest.reading.display import display_of
from ingest.reading.quiet import quiet
from tests.ingest.making import dataset, file_of
from tests.samples import pydicom_file, shared_data

SETTINGS = Settings()


def display(bits: int = 16, signed: bool = False, **attributes: Any) -> Display:
    kind = np.int16 if signed else np.uint16
    return display_of(dataset(np.zeros((1, 40, 60), kind), bits, **attributes), 0)


def item(**attributes: Any) -> Dataset:
    made = Dataset()
    with quiet():
        for keyword, value in attributes.items():
            setattr(made, keyword, value)
    return made


def lut(descriptor: list[int], data: bytes | list[int], vr: str = "OW") -> Sequence:
    table = item(LUTDescriptor=descriptor)
    table.add_new("LUTData", vr, data)
    return Sequence([table])


def words(*values: int) -> bytes:
    return np.array(values, dtype="<u2").tobytes()


def seen(found: Lut | None) -> tuple[int, list[int], int] | None:
    return None if found is None else (found.first, found.values.tolist(), found.bits)


def test_a_plain_header() -> None:
    found = display(bits=12)
    assert (found.bits_stored, found.signed, found.colour) == (12, False, False)
    assert (found.slope, found.intercept) == (1.0, 0.0)
    assert (found.modality_lut, found.voi_lut, found.window, found.padding) == (None,) * 4
    assert (found.monochrome1, found.keep) == (False, ())


# --- rescale and windows --------------------------------------------------------------------------


def test_rescale_and_the_first_usable_window() -> None:
    found = display(
        signed=True, RescaleSlope="2", RescaleIntercept="-1024",
        WindowCenter=["40", "300"], WindowWidth=["0", "1500"],
    )  # fmt: skip
    assert (found.slope, found.intercept, found.signed) == (2, -1024, True)
    assert found.window == Window(center=300, width=1500)
    assert display(RescaleSlope="0").slope == 1


@pytest.mark.parametrize(
    ("said", "function"),
    [("SIGMOID", "SIGMOID"), ("LINEAR_EXACT", "LINEAR_EXACT"), ("CURVE", "LINEAR"), ("", "LINEAR")],
)
def test_window_functions(said: str, function: str) -> None:
    found = display(WindowCenter=40, WindowWidth=400, VOILUTFunction=said)
    assert found.window == Window(center=40, width=400, function=function)


def test_windows_without_partner() -> None:
    assert display(WindowCenter=40).window is None
    assert display(WindowWidth=400).window is None
    assert display(WindowCenter=40, WindowWidth=-3).window is None


def test_functional_groups_of_the_frame_then_shared_ones() -> None:
    def group(center: float) -> Dataset:
        made = item(FrameVOILUTSequence=[item(WindowCenter=center, WindowWidth=10)])
        made.PixelValueTransformationSequence = [item(RescaleSlope=center, RescaleIntercept=1)]
        return made

    ds = dataset(np.zeros((3, 2, 2), np.uint16), WindowCenter=1, WindowWidth=1)
    ds.SharedFunctionalGroupsSequence = Sequence([group(99)])
    assert display_of(ds, 2).window == Window(center=99, width=10)
    ds.PerFrameFunctionalGroupsSequence = Sequence([group(10), group(20)])
    assert [display_of(ds, frame).slope for frame in range(3)] == [10, 20, 99]
    window = display_of(ds, 1).window
    assert window is not None
    assert window.center == 20


# --- tables ---------------------------------------------------------------------------------------


def test_modality_and_voi_tables() -> None:
    found = display(
        ModalityLUTSequence=lut([3, 10, 16], words(0, 500, 65535)),
        VOILUTSequence=lut([2, 0, 8], words(0, 255)),
    )
    assert seen(found.modality_lut) == (10, [0, 500, 65535], 16)
    assert seen(found.voi_lut) == (0, [0, 255], 8)


@pytest.mark.parametrize(
    ("descriptor", "data", "expected"),
    [
        ([4, 0, 8], bytes([1, 2, 3, 4]), (0, [1, 2, 3, 4], 8)),  # two entries a word
        ([2, 0, 12], words(1, 2, 3), (0, [1, 2], 12)),  # more entries than said
        ([9, 0, 12], words(1, 2), (0, [1, 2], 12)),  # fewer
        ([2, 0, 10], words(0, 4095), (0, [0, 4095], 12)),  # more bits than said
        ([2, 0, 0], words(0, 4095), (0, [0, 4095], 12)),
        ([2, 0, 99], words(0, 4095), (0, [0, 4095], 16)),
        ([0, 0, 16], words(7), (0, [7], 16)),  # 0 means 65536 entries
        ([2, 0], words(1, 2), None),
        ([2, 0, 16], b"", None),
    ],
)
def test_tables_with_odd_descriptors(
    descriptor: list[int], data: bytes, expected: tuple[int, list[int], int] | None
) -> None:
    assert seen(display(VOILUTSequence=lut(descriptor, data)).voi_lut) == expected


def test_tables_of_signed_pictures_begin_below_zero() -> None:
    for first in (64536, -1000):
        table = item()
        table.add_new("LUTDescriptor", "SS" if first < 0 else "US", [2, first, 16])
        table.add_new("LUTData", "US", [5, 6])
        found = display(signed=True, ModalityLUTSequence=Sequence([table]))
        assert seen(found.modality_lut) == (-1000, [5, 6], 16)


# --- polarity and padding -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted"),
    [
        ("MONOCHROME1", "INVERSE", True),
        ("MONOCHROME1", "", True),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME2", "IDENTITY", False),
    ],
)
def test_polarity(photometric: str, shape: str, inverted: bool) -> None:
    found = display(PhotometricInterpretation=photometric, PresentationLUTShape=shape)
    assert found.monochrome1 is inverted


def test_padding() -> None:
    assert display(PixelPaddingValue=5).padding == (5, 5)
    assert display(PixelPaddingValue=9, PixelPaddingRangeLimit=5).padding == (5, 9)
    ds = dataset(np.zeros((1, 2, 2), np.int16))
    ds.add_new("PixelPaddingValue", "US", 63536)  # written as unsigned
    assert display_of(ds, 0).padding == (-2000, -2000)


# --- colour and regions ---------------------------------------------------------------------------


def test_colour() -> None:
    ds = dataset(np.zeros((1, 2, 2, 3), np.uint8), PhotometricInterpretation="YBR_FULL")
    found = display_of(ds, 0)
    assert (found.colour, found.bits_stored, found.monochrome1) == (True, 8, False)
    palette = display(PhotometricInterpretation="PALETTE COLOR")
    assert (palette.colour, palette.bits_stored) == (True, 8)


def region(left: int, top: int, right: int, bottom: int, form: int = 1) -> Dataset:
    return item(
        RegionLocationMinX0=left, RegionLocationMinY0=top,
        RegionLocationMaxX1=right, RegionLocationMaxY1=bottom, RegionSpatialFormat=form,
    )  # fmt: skip


def test_ultrasound_regions() -> None:
    regions = [
        region(0, 5, 9, 19),
        region(0, 5, 9, 19),  # again
        region(30, 20, 500, 500),  # clipped to 60 × 40
        region(30, 20, 10, 10),  # the wrong way round
        region(70, 0, 80, 10),  # outside
        region(0, 0, 59, 4, form=5),  # graphics
        item(RegionLocationMinX0=3),  # incomplete
    ]
    found = display(SequenceOfUltrasoundRegions=Sequence(regions))
    assert found.keep == ((0, 5, 10, 20), (30, 20, 60, 40))
    assert display(SequenceOfUltrasoundRegions=Sequence(regions[3:])).keep == ()


# --- real files -----------------------------------------------------------------------------------


def of_file(data: bytes) -> Display:
    return display_of(dicom.parse(data, SETTINGS), 0)


def test_real_headers() -> None:
    ct = of_file(pydicom_file("CT_small.dcm").read_bytes())
    assert (ct.modality, ct.intercept, ct.signed) == ("CT", -1024, True)
    assert ct.padding == (-2000, -2000)
    voi = of_file(shared_data("dicom/valid/pydicom-data__vlut_04.dcm").read_bytes())
    assert voi.voi_lut is not None
    modality = of_file(shared_data("dicom/valid/pydicom-data__mlut_18.dcm").read_bytes())
    assert modality.modality_lut is not None
    echo = of_file(shared_data("dicom/valid/fo-dicom__DIRW0007").read_bytes())
    assert echo.colour
    assert echo.keep


def test_display_and_frames_agree_on_what_is_colour() -> None:
    for name in ("examples_palette.dcm", "SC_rgb_rle_32bit.dcm", "MR_small.dcm", "image_dfl.dcm"):
        ds = dicom.parse(pydicom_file(name).read_bytes(), SETTINGS)
        frame, shown = next(frames(ds, SETTINGS)), display_of(ds, 0)
        assert shown.colour is (frame.ndim == 3)
        assert shown.bits_stored <= frame.dtype.itemsize * 8


TEXT = st.text(alphabet="0123456789.-+eE\\ xnaif", max_size=12)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(
    decimals=st.lists(TEXT, min_size=6, max_size=6),
    integers=st.lists(st.integers(0, 65535), min_size=7, max_size=7),
    table=st.binary(max_size=9),
)
def test_no_header_makes_it_raise(decimals: list[str], integers: list[int], table: bytes) -> None:
    data = file_of(dataset(np.zeros((1, 2, 2), np.int16)))
    ds = dicom.parse(data, SETTINGS)
    names = ("RescaleSlope", "RescaleIntercept", "WindowCenter", "WindowWidth",
             "VOILUTFunction", "PresentationLUTShape")  # fmt: skip
    with quiet():
        for keyword, text in zip(names, decimals, strict=True):
            ds.add_new(keyword, "LO", text)
        ds.PixelPaddingValue, ds.PixelPaddingRangeLimit = integers[0] - 32768, 3
        ds.VOILUTSequence = lut(integers[1:4], table)
        ds.SequenceOfUltrasoundRegions = [region(*integers[3:7])]
    found = display_of(ds, 0)
    assert np.isfinite((found.slope, found.intercept)).all()
    assert found.window is None or found.window.width > 0
