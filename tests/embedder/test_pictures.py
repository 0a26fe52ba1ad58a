"""PNG, JPEG and their kin as queries."""

import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from embedder.display import Display
from embedder.pixels import open_picture, render
from infra.errors import RejectedFile
from infra.settings import Settings

SETTINGS = Settings()
GREY = (np.add.outer(np.arange(40), np.arange(60)) * 2).astype(np.uint8)


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_is_the_light_of_the_same_film(kind: str) -> None:
    image = open_picture(saved(Image.fromarray(GREY), kind), SETTINGS)
    np.testing.assert_array_equal(image, render(GREY, Display()))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_the_light_of_the_same_film(kind: str) -> None:
    deep = GREY.astype(np.uint16) * 13 + 1000
    image = open_picture(saved(Image.fromarray(deep), kind), SETTINGS)
    np.testing.assert_array_equal(image, render(deep, Display(bits_stored=16, modality="DX")))
    assert image.max() == 255


def test_floats_in_a_tiff_get_the_automatic_range() -> None:
    image = open_picture(saved(Image.fromarray(GREY.astype(np.float32) * 7), "TIFF"), SETTINGS)
    assert image.min() == 0
    assert image.max() == 255


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {"quality": 95}), ("WEBP", {"lossless": True})]
)
def test_colour(kind: str, options: dict[str, Any]) -> None:
    rgb = np.stack([GREY, 255 - GREY, GREY // 2], axis=-1)
    image = open_picture(saved(Image.fromarray(rgb), kind, **options), SETTINGS)
    np.testing.assert_allclose(image.astype(int), rgb, atol=15)


def test_a_palette_is_looked_up() -> None:
    picture = Image.fromarray(GREY // 64).convert("P")
    picture.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    image = open_picture(saved(picture), SETTINGS)
    assert tuple(image[GREY // 64 == 1][0]) == (255, 0, 0)


def test_cmyk_is_turned_into_colour() -> None:
    picture = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    image = open_picture(saved(picture, "JPEG", quality=95), SETTINGS)
    assert image[4, 4, 0] > 230
    assert image[4, 4, 1:].max() < 25


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparency_becomes_black(mode: str) -> None:
    picture = Image.new(mode, (4, 4), (200, 0) if mode == "LA" else (200, 200, 200, 0))
    picture.putpixel((1, 1), (255, 255) if mode == "LA" else (255, 255, 255, 255))
    image = open_picture(saved(picture), SETTINGS)
    assert image.max() == 255
    assert image.sum() == image[1, 1].sum()


def test_one_bit() -> None:
    image = open_picture(saved(Image.fromarray(GREY > 90)), SETTINGS)
    np.testing.assert_array_equal(image, np.where(GREY > 90, 255, 0))


def test_exif_turns_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise
    turned = Image.fromarray(np.rot90(GREY))
    image = open_picture(saved(turned, exif=exif), SETTINGS)
    np.testing.assert_array_equal(image, render(GREY, Display()))


def test_the_first_page_counts() -> None:
    pages = [Image.fromarray(GREY), Image.fromarray(255 - GREY)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    np.testing.assert_array_equal(open_picture(data, SETTINGS), render(GREY, Display()))


@pytest.mark.parametrize("data", [b"", b"nothing", b"\x89PNG\r\n\x1a\n" + bytes(40), b"GIF89a"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(RejectedFile) as refused:
        open_picture(data, SETTINGS)
    assert refused.value.reason == "undecodable_pixels"


def test_the_setting_bounds_the_pixels() -> None:
    data = saved(Image.new("L", (1000, 1000)))
    with pytest.raises(RejectedFile) as refused:
        open_picture(data, Settings(max_pixels_mb=10))
    assert refused.value.reason == "too_large"


def test_a_decompression_bomb_is_refused_unopened() -> None:
    side = 20_000
    data = bytearray(saved(Image.new("1", (side, 1))))
    data[20:24] = side.to_bytes(4, "big")  # the height in IHDR
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    with pytest.raises(RejectedFile) as refused:
        open_picture(bytes(data), SETTINGS)
    assert refused.value.reason == "too_large"


SEEDS = [
    saved(Image.fromarray(GREY)),
    saved(Image.fromarray(GREY.astype(np.uint16) * 9)),
    saved(Image.fromarray(np.stack([GREY] * 3, axis=-1)), "JPEG"),
    saved(Image.fromarray(GREY), "TIFF", compression="tiff_lzw"),
    saved(Image.fromarray(np.stack([GREY] * 3, axis=-1)), "WEBP"),
]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.sampled_from(SEEDS))
def test_a_damaged_file_is_a_picture_or_refused(data: st.DataObject, seed: bytes) -> None:
    damaged = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(seed) - 1))] = data.draw(st.integers(0, 255))
    damaged = damaged[: data.draw(st.integers(0, len(seed)))]
    try:
        image = open_picture(bytes(damaged), Settings(max_pixels_mb=50))
    except RejectedFile:
        return
    assert image.dtype == np.uint8
    assert image.size
