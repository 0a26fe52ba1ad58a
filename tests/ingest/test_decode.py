from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000, JPEGBaseline8Bit

from embedder.pooling import cine_frames
from infra.errors import RejectedFile
from infra.settings import Settings
from ingest.decoding.decode import Frame, PixelHash, frames
from ingest.fencing.fence import Fence
from ingest.reading import dicom
from ingest.reasons import SENTENCES
from tests.ingest import fenced
from tests.ingest.making import LOSSLESS, Frames, dataset, file_of
from tests.samples import pydicom_file, pydicom_files, shared_data

SETTINGS = Settings()
ROWS, COLUMNS = 23, 36


def wave(dtype: str, low: int, high: int, colours: bool = False) -> Frames:
    """Two frames of a smooth picture with values from low to high."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    made = np.stack([np.sin(x / 9 + n) * np.cos(y / 7) * 0.5 + 0.5 for n in range(2)])
    if colours:
        made = np.stack([made, made[:, ::-1], made[:, :, ::-1]], axis=-1)
    return np.rint(low + made * (high - low)).astype(dtype)


PICTURES = {
    "8 bits": (wave("u1", 0, 255), 8),
    "12 bits": (wave("u2", 0, 4095), 12),
    "16 bits": (wave("u2", 0, 65535), 16),
    "12 bits signed": (wave("i2", -1500, 2000), 12),
    "16 bits signed": (wave("i2", -30000, 30000), 16),
    "colour": (wave("u1", 0, 255, colours=True), 8),
}


def decoded(data: bytes) -> list[Frame]:
    return list(frames(dicom.parse(data, SETTINGS), SETTINGS))


def hash_of(decoded_frames: list[Frame]) -> str:
    digest = PixelHash()
    for frame in decoded_frames:
        digest.update(frame)
    return digest.hexdigest()


def reason_of(made: Dataset | bytes, limits: Settings = SETTINGS) -> str:
    ds = made if isinstance(made, Dataset) else dicom.parse(made, limits)
    with pytest.raises(RejectedFile) as caught:
        list(frames(ds, limits))
    assert "someone" not in caught.value.message
    return caught.value.reason


# --- one picture in many encodings ----------------------------------------------------------------


@pytest.mark.parametrize("encoding", LOSSLESS)
@pytest.mark.parametrize("picture", PICTURES)
def test_every_lossless_encoding_gives_the_same_values_and_hash(
    picture: str, encoding: str
) -> None:
    original, bits = PICTURES[picture]
    found = decoded(LOSSLESS[encoding](original, bits))
    assert np.array_equal(np.stack(found), original)
    assert {frame.dtype for frame in found} == {original.dtype}
    assert hash_of(found) == hash_of(list(original))


SAME = (
    ("MR_small.dcm", "MR_small_RLE.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm",
     "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_padded.dcm"),
    ("SC_rgb_rle.dcm", "SC_rgb_jpeg_gdcm.dcm", "SC_rgb_rle_16bit.dcm"),
)  # fmt: skip


def test_real_files_of_one_picture_hash_equal() -> None:
    same = [decoded(pydicom_file(name).read_bytes()) for name in SAME[0]]
    assert len({hash_of(found) for found in same}) == 1
    other = decoded(pydicom_file("CT_small.dcm").read_bytes())
    assert hash_of(other) != hash_of(same[0])


@pytest.mark.parametrize("stem", ["liver", "liver_nonbyte_aligned"])
def test_one_bit_pictures_in_every_encoding(stem: str) -> None:
    """Among them 1-bit RLE, of which other decoders die, and deflated frames."""
    names = [f"{stem}{suffix}.dcm" for suffix in ("", "_rle", "_deflate", "_j2k")]
    found = [decoded(_shared(f"valid/pydicom-data__{name}").read_bytes()) for name in names]
    assert len({hash_of(each) for each in found}) == 1
    assert set(np.unique(found[0][1])) == {0, 1}


def _shared(name: str) -> Path:
    return shared_data(f"dicom/{name}")


# --- hash -----------------------------------------------------------------------------------------


def test_the_hash_depends_on_shape_order_and_values_only() -> None:
    a = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert hash_of([a]) == hash_of([a.astype(np.int32)]) == hash_of([np.asfortranarray(a)])
    assert hash_of([a]) == hash_of([a.astype(">u2")])
    assert hash_of([a]) != hash_of([a.reshape(4, 3)])
    assert hash_of([a]) != hash_of([a, a])
    assert hash_of([a, a + 1]) != hash_of([a + 1, a])
    changed = a.copy()
    changed[2, 3] += 1
    assert hash_of([a]) != hash_of([changed])
    negative = a.astype(np.int16) - 5
    assert hash_of([negative]) == hash_of([negative.astype(np.int32)]) != hash_of([a])


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, []), (1, [0]), (8, list(range(8))), (9, [0, 1, 2, 3, 5, 6, 7, 8]), (65, None)],
)
def test_evenly_spaced(count: int, expected: list[int] | None) -> None:
    found = list(cine_frames(count))
    assert expected is None or found == expected
    assert found == sorted(set(found))
    assert len(found) == min(count, 8)
    assert not found or (found[0], found[-1]) == (0, count - 1)


# --- values ---------------------------------------------------------------------------------------


def test_unused_bits_are_cut_off_and_signs_extended() -> None:
    stored = np.array([[0xF800, 0x17FF, 0x0FFF, 0x0001]], dtype=np.uint16)[None]
    unsigned = dataset(stored, bits=12)
    assert decoded(file_of(unsigned))[0].tolist() == [[0x800, 0x7FF, 0xFFF, 1]]
    signed = dataset(stored, bits=12, PixelRepresentation=1)
    assert decoded(file_of(signed))[0].tolist() == [[-2048, 2047, -1, 1]]
    shifted = dataset(stored, bits=12, HighBit=15)
    assert decoded(file_of(shifted))[0].tolist() == [[0xF80, 0x17F, 0x0FF, 0]]


def test_twelve_bits_packed_frames_that_do_not_end_on_a_byte() -> None:
    values = [[1, 0xABC, 0xFFF], [2, 3, 4]]
    flat = [value for frame in values for value in frame]
    packed = bytearray()
    for low, high in zip(flat[::2], flat[1::2], strict=True):
        packed += bytes([low & 255, low >> 8 | (high & 15) << 4, high >> 4])
    made = dataset(np.zeros((2, 1, 3), np.uint16), bits=12, BitsAllocated=12)
    made.PixelData = bytes(packed) + b"\0"
    assert [frame.tolist() for frame in decoded(file_of(made))] == [[v] for v in values]


def test_one_bit_frames_that_do_not_end_on_a_byte() -> None:
    bits = np.random.default_rng(1).integers(0, 2, (3, 3, 5), dtype=np.uint8)
    made = dataset(bits, bits=1, BitsAllocated=1, HighBit=0)
    made.PixelData = np.packbits(bits.ravel(), bitorder="little").tobytes()
    assert np.array_equal(np.stack(decoded(file_of(made))), bits)


def test_lossy_values_beyond_bits_stored_are_clipped_not_wrapped() -> None:
    """12-bit JPEG of a 10-bit film: white must not become black."""
    path = _shared("valid/dicom-test-files__RG3_JPLY")
    frame = decoded(path.read_bytes())[0]
    assert frame.dtype == np.uint16
    assert frame.max() == 1023
    white = np.argwhere(frame == 1023)[0]
    near = frame[white[0] - 1 : white[0] + 2, white[1] - 1 : white[1] + 2]
    assert near.min() > 900


# --- colour ---------------------------------------------------------------------------------------

BARS = {5: (255, 0, 0), 25: (0, 255, 0), 45: (0, 0, 255), 65: (0, 0, 0), 95: (255, 255, 255)}
BAR_FILES = [
    *(path.name for path in pydicom_files() if path.name.startswith("SC_rgb_dcmtk_")),
    "SC_rgb_gdcm_KY.dcm", "SC_rgb_jls_lossy_line.dcm", "SC_rgb_jls_lossy_sample.dcm",
    "SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_jpeg_gdcm.dcm", "SC_rgb_jpeg_lossy_gdcm.dcm",
    "SC_rgb_rle.dcm", "SC_rgb_rle_2frame.dcm", "SC_ybr_full_422_uncompressed.dcm",
]  # fmt: skip


@pytest.mark.parametrize("name", BAR_FILES)
def test_colour_bars_are_right_in_every_colour_space(name: str) -> None:
    frame = decoded(pydicom_file(name).read_bytes())[0]
    for row, colour in BARS.items():
        assert np.abs(frame[row, 50].astype(int) - colour).max() <= 5, row


def test_a_stream_that_is_ybr_although_the_header_says_rgb() -> None:
    path = _shared("valid/pylibjpeg-data__SC_rgb_jpeg_lossy_gdcm.dcm")
    frame = decoded(path.read_bytes())[0]
    for row, colour in BARS.items():
        assert np.abs(frame[row, 50].astype(int) - colour).max() <= 5, row


def jpeg(frame: Frame, stored: str, ids: bytes | None = None) -> bytes:
    """A JPEG stream without JFIF and Adobe markers whose components are stored as said."""
    stream = imagecodecs.jpeg8_encode(
        frame, 95, colorspace="RGB", outcolorspace=stored, subsampling="444"
    )
    stripped = bytearray(stream[:2])
    position = 2
    while stream[position + 1] != 0xDA:
        length = 2 + int.from_bytes(stream[position + 2 : position + 4], "big")
        segment = bytearray(stream[position : position + length])
        if segment[1] == 0xC0:
            for number, name in enumerate(ids or b"\1\2\3"):
                segment[10 + 3 * number] = name
        if segment[1] not in (0xE0, 0xEE):
            stripped += segment
        position += length
    scan = bytearray(stream[position:])
    for number, name in enumerate(ids or b"\1\2\3"):
        scan[5 + 2 * number] = name
    return bytes(stripped + scan)


@pytest.mark.parametrize(
    ("photometric", "stored", "ids"),
    [
        ("RGB", "RGB", None),
        ("YBR_FULL", "YCBCR", None),
        ("YBR_FULL_422", "YCBCR", None),
        ("YBR_FULL", "RGB", b"RGB"),  # component names say more than the header
    ],
)
def test_jpeg_without_markers(photometric: str, stored: str, ids: bytes | None) -> None:
    original = wave("u1", 0, 255, colours=True)
    made = dataset(original[:1], PhotometricInterpretation=photometric)
    made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    made.PixelData = encapsulate([jpeg(original[0], stored, ids)])
    made["PixelData"].is_undefined_length = True
    found = decoded(file_of(made))[0]
    assert np.abs(found.astype(int) - original[0]).mean() < 3


def test_palettes_of_8_and_16_bits() -> None:
    indices = np.array([[[0, 1], [2, 5]]], dtype=np.uint8)  # 5 is beyond the palette
    made = dataset(indices, PhotometricInterpretation="PALETTE COLOR")
    colours = {"Red": (0, 255, 10), "Green": (1, 128, 20), "Blue": (2, 0, 30)}
    for factor, bits in ((1, 8), (1, 16), (257, 16)):
        for name, values in colours.items():
            entries = np.array(values) * factor
            setattr(made, f"{name}PaletteColorLookupTableDescriptor", [3, 0, bits])
            data = entries.astype("u1" if bits == 8 else "<u2").tobytes()
            setattr(made, f"{name}PaletteColorLookupTableData", data + b"\0" * (len(data) % 2))
        found = decoded(file_of(made))[0]
        expected = [[[0, 1, 2], [255, 128, 0]], [[10, 20, 30], [10, 20, 30]]]
        assert found.dtype == np.uint8
        assert found.tolist() == expected, (factor, bits)
    del made.RedPaletteColorLookupTableDescriptor
    assert reason_of(file_of(made)) == "bad_header"


# --- refusals -------------------------------------------------------------------------------------


def test_limits_are_checked_before_anything_is_decoded() -> None:
    made = dataset(wave("u2", 0, 100))
    assert reason_of(made, replace(SETTINGS, max_frames=1)) == "too_many_frames"
    made.NumberOfFrames = "2000000000"
    assert reason_of(made) == "too_many_frames"
    made.NumberOfFrames = 20_000
    made.Rows = made.Columns = 65_535
    assert reason_of(made) == "too_large"


@pytest.mark.parametrize("cut", [1, 2, 100])
@pytest.mark.parametrize("encoding", [name for name in LOSSLESS if name != "deflated"])
def test_cut_pixels_are_never_a_picture(encoding: str, cut: int) -> None:
    data = LOSSLESS[encoding](*PICTURES["16 bits"])
    end = len(data) - (8 if data.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0") else 0)
    with pytest.raises(RejectedFile) as caught:
        decoded(data[: end - cut])
    assert caught.value.reason in ("truncated_pixel_data", "truncated_file")


def test_pixels_without_their_delimiter_are_complete() -> None:
    data = LOSSLESS["JPEG-LS"](*PICTURES["16 bits"])
    assert np.array_equal(np.stack(decoded(data[:-8])), PICTURES["16 bits"][0])


def test_a_stream_without_its_end_is_refused_although_the_fragment_is_whole() -> None:
    original = wave("u1", 0, 255)[0]
    for stream in (jpeg_grey(original)[:-2], jpeg_grey(original)[:-40] + b"\0" * 40):
        made = dataset(original[None])
        made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
        made.PixelData = encapsulate([stream])
        made["PixelData"].is_undefined_length = True
        assert reason_of(file_of(made)) == "truncated_pixel_data"


def jpeg_grey(frame: Frame) -> bytes:
    return imagecodecs.jpeg8_encode(frame, 90)


def test_a_stream_of_another_size_than_the_header_says() -> None:
    huge = imagecodecs.jpeg2k_encode(np.zeros((400, 400), np.uint8), level=0, codecformat="J2K")
    made = dataset(wave("u1", 0, 255)[:1])
    made.file_meta.TransferSyntaxUID = JPEG2000
    made.PixelData = encapsulate([huge])
    made["PixelData"].is_undefined_length = True
    assert reason_of(file_of(made)) == "undecodable_pixels"


def test_video_and_unknown_transfer_syntaxes() -> None:
    for syntax in ("1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.94", "1.2.3.4"):
        made = dataset(wave("u1", 0, 255))
        made.file_meta.TransferSyntaxUID = syntax
        made.PixelData = encapsulate([b"not a picture at all"])
        made["PixelData"].is_undefined_length = True
        assert reason_of(made) == "unsupported_transfer_syntax"


@pytest.mark.parametrize(
    "change",
    [{"Rows": 0}, {"Columns": None}, {"SamplesPerPixel": 2}, {"BitsAllocated": 7}],
)
def test_headers_that_make_no_sense(change: dict[str, object]) -> None:
    assert reason_of(dataset(wave("u1", 0, 255), **change)) == "bad_header"


# --- offset tables --------------------------------------------------------------------------------


@pytest.mark.parametrize("has_table", [True, False])
@pytest.mark.parametrize("pieces", [1, 3])
def test_frames_are_found_however_they_are_fragmented(has_table: bool, pieces: int) -> None:
    original = wave("u1", 0, 255)
    streams = [imagecodecs.jpegls_encode(frame) for frame in original]
    made = dataset(original)
    made.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.80"
    made.PixelData = encapsulate(streams, fragments_per_frame=pieces, has_bot=has_table)
    made["PixelData"].is_undefined_length = True
    data = file_of(made)
    assert np.array_equal(np.stack(decoded(data)), original)
    at = data.index(b"\xfe\xff\x00\xe0") + 8
    wrong = data[:at] + b"\xff\xff\x00\x00" + data[at + 4 :] if has_table else data
    assert np.array_equal(np.stack(decoded(wrong)), original)


def test_fewer_frames_than_promised() -> None:
    made = dicom.parse(LOSSLESS["JPEG-LS"](*PICTURES["8 bits"]), SETTINGS)
    made.NumberOfFrames = 3
    assert reason_of(made) == "truncated_pixel_data"


# --- whatever comes -------------------------------------------------------------------------------

SMALL = ("MR_small.dcm", "MR_small_jp2klossless.dcm", "MR_small_RLE.dcm", "JPGExtended.dcm",
         "SC_rgb_jpeg_gdcm.dcm", "SC_rgb_small_odd_jpeg.dcm", "examples_palette.dcm",
         "MR_small_jpeg_ls_lossless.dcm", "image_dfl.dcm", "test-SR.dcm")  # fmt: skip


@pytest.fixture(scope="module")
def fence() -> Iterator[Fence]:
    with Fence(1, seconds=60, memory_mb=2048) as fence:
        yield fence


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    name=st.sampled_from(SMALL),
    end=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=4),
)
def test_any_prefix_or_byte_flip_is_decoded_or_refused(
    fence: Fence, name: str, end: float, flips: list[tuple[float, int]]
) -> None:
    data = bytearray(pydicom_file(name).read_bytes())
    for place, change in flips:
        data[int(place * len(data))] ^= change
    if not flips:
        data = data[: int(end * len(data))]
    outcome = fence.submit(fenced.read_everything, bytes(data)).result(timeout=120)
    assert outcome == "read" or outcome in SENTENCES
