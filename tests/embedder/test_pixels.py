"""Fitting and thumbnails."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from embedder.pixels import fit, thumbnail


def gradient(rows: int, columns: int) -> npt.NDArray[np.uint8]:
    y, x = np.mgrid[0:rows, 0:columns]
    return ((x / columns + y / rows) * 127).astype(np.uint8)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=st.integers(1, 90), columns=st.integers(1, 90), size=st.integers(1, 48))
def test_the_whole_picture_is_in_the_square(rows: int, columns: int, size: int) -> None:
    image = np.full((rows, columns), 255, np.uint8)
    square = fit(image, size)
    assert square.shape == (size, size)
    assert square.dtype == np.uint8
    inside = np.argwhere(square > 127)
    height, width = inside.max(axis=0) - inside.min(axis=0) + 1
    assert max(height, width) == size
    assert abs(height / size - rows / max(rows, columns)) <= 1 / size
    assert abs(width / size - columns / max(rows, columns)) <= 1 / size
    top, left = inside.min(axis=0)
    assert abs(top - (size - height - top)) <= 1
    assert abs(left - (size - width - left)) <= 1


def test_the_aspect_is_kept() -> None:
    image = np.zeros((300, 600), np.uint8)
    image[100:200, 250:350] = 255  # a square in the middle
    fitted = fit(image, 120) > 127
    assert fitted.sum(axis=0).max() == fitted.sum(axis=1).max() == 20


def test_shrinking_averages() -> None:
    checks = (np.indices((512, 512)).sum(axis=0) % 2 * 255).astype(np.uint8)
    small = fit(checks, 64)
    np.testing.assert_allclose(small, 127.5, atol=5)


def test_colour_channels_are_fitted_like_grey() -> None:
    grey = gradient(70, 50)
    colour = fit(np.stack([grey, grey // 2, 255 - grey], axis=-1), 32)
    np.testing.assert_array_equal(colour[..., 0], fit(grey, 32))
    np.testing.assert_array_equal(colour[..., 1], fit(grey // 2, 32))
    np.testing.assert_array_equal(colour[..., 2], fit(255 - grey, 32))


def test_views_in_memory_are_fitted_like_copies() -> None:
    image = gradient(64, 80)
    np.testing.assert_array_equal(fit(image.T, 32), fit(image.T.copy(), 32))


@pytest.mark.parametrize("shape", [(500, 300), (300, 500, 3), (20, 30), (1, 4000)])
def test_thumbnails_are_small_webp_without_metadata(shape: tuple[int, ...]) -> None:
    data = thumbnail(np.resize(gradient(*shape[:2])[..., None], shape))
    picture = Image.open(BytesIO(data))
    assert picture.format == "WEBP"
    assert max(picture.size) == min(256, max(shape[:2]))
    assert not picture.getexif()
    assert not {"exif", "xmp", "icc_profile"} & set(picture.info)
    assert data == thumbnail(np.resize(gradient(*shape[:2])[..., None], shape))


def test_a_thumbnail_looks_like_its_picture() -> None:
    image = gradient(400, 400)
    shown = np.asarray(Image.open(BytesIO(thumbnail(image))).convert("L"), float)
    np.testing.assert_allclose(shown, fit(image, 256), atol=12)
