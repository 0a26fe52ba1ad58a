"""Stored values become light as PS3.3 says, and stay finite whatever a header says."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embedder.display import Display, Lut, Window
from embedder.light import BLOCK, Range, automatic_range, render, windowed

RAMP = np.arange(-50, 151, dtype=np.int16).reshape(1, -1)
STEP = 0.5 / 255 + 1e-9  # light is rounded to whole numbers of 255
NO_MATTER = {"deadline": None, "derandomize": True}


def shown(frame: npt.NDArray[np.generic], display: Display) -> npt.NDArray[np.float64]:
    """Light from 0 to 1, to compare with formulas."""
    return render(frame, display) / 255


def by_the_book(x: float, window: Window) -> float:
    """PS3.3 C.11.2.1.2, word by word, for an output from 0 to 1."""
    c, w = window.center, window.width
    if window.function == "SIGMOID":
        return 1 / (1 + math.exp(min(700, -4 * (x - c) / w)))
    if window.function == "LINEAR_EXACT":
        if x <= c - w / 2:
            return 0.0
        return 1.0 if x > c + w / 2 else (x - c) / w + 0.5
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return 1.0
    return (x - (c - 0.5)) / (w - 1) + 0.5


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("center", "width"), [(40, 400), (10, 1), (10.5, 2), (0, 37.5)])
def test_windows_follow_the_standard(function: str, center: float, width: float) -> None:
    window = Window(center=center, width=width, function=function)
    values = np.linspace(-300, 400, 1401)
    expected = [by_the_book(x, window) for x in values]
    np.testing.assert_allclose(windowed(values, window), expected, atol=1e-12)


def test_a_linear_window_narrower_than_one_is_read_as_exact() -> None:
    values = np.linspace(0, 1, 11)
    narrow = windowed(values, Window(center=0.5, width=0.8))
    exact = windowed(values, Window(center=0.5, width=0.8, function="LINEAR_EXACT"))
    np.testing.assert_array_equal(narrow, exact)


def test_rescale_comes_before_the_window() -> None:
    display = Display(slope=2.0, intercept=-100.0, window=Window(center=0, width=101))
    image = shown(np.array([[0, 25, 50, 75, 100]], np.int16), display)
    np.testing.assert_allclose(image, [[0.0, 0.005, 0.505, 1.0, 1.0]], atol=STEP)


def test_lookup_tables_clamp_at_both_ends() -> None:
    modality = Lut(first=10, values=np.array([100, 200, 300], np.uint16), bits=16)
    voi = Lut(first=200, values=np.array([0, 255], np.uint16), bits=8)
    stored = np.array([[0, 10, 11, 12, 60000]], np.uint16)
    display = Display(modality_lut=modality, window=Window(center=200.5, width=201))
    np.testing.assert_array_equal(render(stored, display), [[0, 0, 128, 255, 255]])
    both = Display(modality_lut=modality, voi_lut=voi, window=display.window)
    np.testing.assert_array_equal(render(stored, both), [[0, 0, 0, 255, 255]])


def test_a_table_without_entries_is_none() -> None:
    empty = Lut(first=0, values=np.array([], np.uint16), bits=16)
    plain = render(RAMP, Display(bits_stored=16))
    assert 100 < plain.mean() < 150
    np.testing.assert_array_equal(render(RAMP, Display(bits_stored=16, voi_lut=empty)), plain)
    np.testing.assert_array_equal(render(RAMP, Display(bits_stored=16, modality_lut=empty)), plain)


def test_monochrome1_is_the_negative() -> None:
    window = Window(center=50, width=100)
    plain = render(RAMP, Display(window=window))
    negative = render(RAMP, Display(window=window, monochrome1=True))
    np.testing.assert_allclose(negative, 255.0 - plain, atol=1)


@pytest.mark.parametrize("monochrome1", [False, True])
def test_padding_is_black_and_not_in_the_range(monochrome1: bool) -> None:
    inner = np.tile(np.linspace(1000, 2000, 100).astype(np.int16), (20, 1))
    framed = np.pad(inner, 50, constant_values=-2000)
    display = Display(bits_stored=16, signed=True, padding=(-2000, -2000), monochrome1=monochrome1)
    image = render(framed, display)
    assert not image[:50].any()
    assert not image[:, :50].any()
    span = automatic_range(framed, display)
    assert 1000 <= span.low < 1020
    assert 1980 < span.high <= 2000


def test_the_padding_range_may_be_given_backwards() -> None:
    image = render(RAMP, Display(window=Window(center=50, width=500), padding=(20, 10)))
    assert image[RAMP == 15] == 0
    assert image[RAMP == 9] > 0


def test_only_the_kept_boxes_show() -> None:
    frame = np.full((10, 12), 255, np.uint8)
    image = render(frame, Display(keep=((2, 1, 5, 4), (10, 8, 99, 99), (-5, -5, 1, 1))))
    expected = np.zeros((10, 12), np.uint8)
    expected[1:4, 2:5] = 255
    expected[8:, 10:] = 255
    expected[:1, :1] = 255
    np.testing.assert_array_equal(image, expected)


@pytest.mark.parametrize("dtype", [">i2", "<i2", ">u2", "i4", ">f4", "f8", "u8"])
def test_the_type_of_the_stored_values_does_not_matter(dtype: str) -> None:
    values = np.arange(0, 3000, 7).reshape(3, -1)
    display = Display(bits_stored=12, window=Window(center=1500, width=2000, function="SIGMOID"))
    expected = render(values.astype(np.uint16), display)
    np.testing.assert_array_equal(render(values.astype(dtype), display), expected)


def test_one_bit_shows_black_and_white() -> None:
    frame = np.array([[True, False]])
    np.testing.assert_array_equal(render(frame, Display(bits_stored=1)), [[255, 0]])


def test_eight_bits_without_a_window_show_as_they_are() -> None:
    frame = np.arange(256, dtype=np.uint8).reshape(16, 16) // 3
    np.testing.assert_array_equal(render(frame, Display()), frame)
    signed = render(np.array([[-128, 127]], np.int8), Display(signed=True))
    np.testing.assert_array_equal(signed, [[0, 255]])


def test_ct_without_a_window_shows_soft_tissue() -> None:
    display = Display(modality="CT", bits_stored=12, intercept=-1024.0)
    stored = np.array([[0, 1024 - 160, 1024 + 40, 1024 + 240, 4000]], np.uint16)
    np.testing.assert_array_equal(render(stored, display), [[0, 0, 128, 255, 255]])


def test_a_few_wild_pixels_do_not_darken_the_picture() -> None:
    frame = np.tile(np.arange(1000, dtype=np.uint16), (100, 1))
    frame[0, 0] = 65535
    span = automatic_range(frame, Display(bits_stored=16, modality="DX"))
    assert span.high < 1000


def test_a_stack_has_one_range() -> None:
    stack = np.stack([np.full((40, 40), 100 * n, np.uint16) for n in range(33)])
    display = Display(bits_stored=16, modality="MR")
    span = automatic_range(stack, display)
    assert span == Range(0, 3000) or span.high <= 3200
    assert render(stack[0], display, span).max() == 0
    assert 100 < render(stack[16], display, span).mean() < 150


def test_the_header_wins_over_the_default() -> None:
    display = Display(bits_stored=16, window=Window(center=50, width=100))
    np.testing.assert_array_equal(render(RAMP, display), render(RAMP, display, Range(-1000, 1000)))


@pytest.mark.parametrize("width", [0.0, -5.0, math.nan, math.inf])
def test_a_window_that_cannot_be_is_none(width: float) -> None:
    wrong = Display(bits_stored=16, window=Window(center=50, width=width))
    np.testing.assert_array_equal(render(RAMP, wrong), render(RAMP, Display(bits_stored=16)))


def test_colour_is_scaled_by_its_bits() -> None:
    eight = np.array([[[0, 51, 255]]], np.uint8)
    np.testing.assert_array_equal(render(eight, Display(colour=True)), eight)
    sixteen = eight.astype(np.uint16) * 257
    image = render(sixteen, Display(colour=True, bits_stored=16))
    np.testing.assert_array_equal(image, eight)
    five = render(np.array([[[0, 5, 31]]], np.uint8), Display(colour=True, bits_stored=5))
    np.testing.assert_array_equal(five, [[[0, 41, 255]]])


def test_large_frames_are_looked_up_in_blocks() -> None:
    frame = np.arange(BLOCK // 4 * 7, dtype=np.int64).astype(np.int16).reshape(-1, 7)
    display = Display(bits_stored=16, signed=True, window=Window(center=0, width=60000))
    expected = render(frame.astype(np.int32), display)  # without a table
    np.testing.assert_array_equal(render(frame, display), expected)


def test_a_frame_is_not_changed_and_may_be_read_only() -> None:
    for display in (Display(colour=True), Display(colour=True, keep=((0, 0, 1, 1),))):
        frame = np.full((4, 4, 3), 7, np.uint8)
        frame.flags.writeable = False
        assert render(frame, display)[0, 0, 0] == 7
        assert (frame == 7).all()


numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)
luts = st.builds(
    Lut,
    first=st.integers(-(2**31), 2**31),
    values=hnp.arrays(np.uint16, st.integers(0, 9)),
    bits=st.integers(0, 16),
)
displays = st.builds(
    Display,
    modality=st.sampled_from(["", "CT", "MR", "DX"]),
    bits_stored=st.integers(1, 16),
    signed=st.booleans(),
    monochrome1=st.booleans(),
    slope=numbers,
    intercept=numbers,
    modality_lut=st.none() | luts,
    voi_lut=st.none() | luts,
    window=st.none()
    | st.builds(
        Window,
        center=numbers,
        width=numbers,
        function=st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID", "OTHER"]),
    ),
    padding=st.none() | st.tuples(st.integers(-70000, 70000), st.integers(-70000, 70000)),
)
shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)
frames = st.one_of(
    [
        hnp.arrays(dtype, shapes)
        for dtype in (np.uint8, np.int8, np.uint16, np.int16, np.int32, np.float32, np.float64)
    ]
)


@settings(max_examples=300, **NO_MATTER)
@given(frame=frames, display=displays)
def test_any_header_gives_light(frame: npt.NDArray, display: Display) -> None:
    image = render(frame, display)
    assert image.dtype == np.uint8
    assert image.shape == frame.shape


@settings(max_examples=100, **NO_MATTER)
@given(
    frame=hnp.arrays(st.sampled_from([np.uint8, np.int8, np.uint16, np.int16]), shapes),
    display=displays,
)
def test_the_table_gives_what_the_formulas_do(frame: npt.NDArray, display: Display) -> None:
    np.testing.assert_array_equal(render(frame, display), render(frame.astype(np.int32), display))


@settings(max_examples=50, **NO_MATTER)
@given(frame=hnp.arrays(st.sampled_from([np.uint8, np.uint16, np.float32]), (3, 4, 3)))
def test_any_colour_gives_light(frame: npt.NDArray) -> None:
    image = render(frame, Display(colour=True, bits_stored=8))
    assert image.dtype == np.uint8
    assert image.shape == frame.shape
