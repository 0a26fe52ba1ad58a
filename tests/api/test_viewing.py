"""What viewers get of every sample file: frames equal to what pydicom decodes, and headers that
describe them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pydicom
import pytest
from PIL import Image
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array

from api.viewing.frames import MEDIA_TYPES, PLAIN, Frames
from api.viewing.looks import plain_look, wado_look
from api.viewing.metadata import metadata_json
from api.viewing.objects import StoredFile, Viewer
from api.viewing.recent import Recent
from infra.errors import BadQuery, NotFound, RejectedFile
from infra.records import Instance
from infra.settings import Settings
from ingest.decoding import decode
from ingest.fencing.fence import Fence
from ingest.reading import dicom
from ingest.reading.quiet import quiet
from tests.ingest.making import dataset, file_of
from tests.samples import pydicom_file, pydicom_folder

SETTINGS = Settings()
TAGS = {"rows": "00280010", "columns": "00280011", "samples": "00280002", "allocated": "00280100",
        "stored": "00280101", "signed": "00280103", "planar": "00280006",
        "photometric": "00280004", "syntax": "00083002", "frames": "00280008"}  # fmt: skip


@dataclass
class _Held:
    fence: Fence


@dataclass
class _App:
    settings: Settings = field(default_factory=Settings)


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    with Fence(1, 60, SETTINGS.decode_memory_mb) as fence:
        yield Viewer(cast(Any, _App()), cast(Any, _Held(fence)), "session")


def stored(source: Path | bytes, frames: int = 1, version: str = "") -> StoredFile:
    record = Instance(
        instance_uid="1", series_uid="2", study_uid="3", patient="", pixel_hash="", frames=frames
    )
    if isinstance(source, bytes):
        return StoredFile(record, version or str(hash(source)), lambda: BytesIO(source))
    return StoredFile(record, str(source), lambda: source.open("rb"))


def header(viewer: Viewer, file: StoredFile) -> dict[str, Any]:
    found = json.loads(metadata_json(viewer, file))
    return {name: found.get(tag, {}).get("Value", [None])[0] for name, tag in TAGS.items()}


def images() -> list[Path]:
    """Samples that Similis takes."""
    found = []
    for path in sorted(pydicom_folder().glob("*.dcm")):
        try:
            parsed = dicom.parse(path.read_bytes(), SETTINGS)
            if dicom.is_image(parsed):
                list(decode.frames(parsed, SETTINGS))
                found.append(path)
        except RejectedFile:
            continue
    return found


def values(data: bytes, shown: dict[str, Any]) -> npt.NDArray[Any]:
    """Uncompressed bytes as the header says to read them: (rows, columns[, samples])."""
    kind = "i" if shown["signed"] else "u"
    read = np.frombuffer(data, f"<{kind}{shown['allocated'] // 8}")
    if shown["samples"] == 1:
        return read.reshape(shown["rows"], shown["columns"])
    if shown["planar"]:
        planes = read.reshape(shown["samples"], shown["rows"], shown["columns"])
        return np.moveaxis(planes, 0, -1)
    return read.reshape(shown["rows"], shown["columns"], shown["samples"])


@pytest.mark.parametrize("path", images(), ids=lambda path: path.name)
def test_frames_are_what_pydicom_decodes(viewer: Viewer, path: Path) -> None:
    parsed = dicom.parse(path.read_bytes(), SETTINGS)
    expected = list(decode.frames(parsed, SETTINGS))
    frames = Frames.of(viewer, stored(path, len(expected)))
    shown = header(viewer, frames.file)
    last = len(expected) - 1
    assert (shown["frames"] or 1) == len(expected)
    assert shown["syntax"] == frames.syntax

    (plain,) = frames.plain([last])
    bits = len(plain) * 8 // expected[last].size
    kind = expected[last].dtype.kind
    np.testing.assert_array_equal(
        np.frombuffer(plain, f"<{kind}{bits // 8}").reshape(expected[last].shape), expected[last]
    )
    (as_stored,) = frames.as_stored([last])
    if frames.syntax == PLAIN:
        _check_uncompressed(path, as_stored, shown, expected[last], last)
    else:
        with quiet():
            source = pydicom.dcmread(path, force=True)
            streams = list(generate_frames(source.PixelData, number_of_frames=len(expected)))
        assert as_stored.rstrip(b"\0") == streams[last].rstrip(b"\0")
        assert frames.syntax in MEDIA_TYPES


def _check_uncompressed(
    path: Path, data: bytes, shown: dict[str, Any], ours: npt.NDArray[Any], index: int
) -> None:
    if shown["photometric"] == "YBR_FULL_422":
        assert len(data) == shown["rows"] * shown["columns"] * 2
        return
    found = values(data, shown)
    if shown["photometric"].startswith("YBR"):
        assert found.shape == ours.shape
        return
    np.testing.assert_array_equal(_cut(found, shown), _cut(ours.astype(found.dtype), shown))
    with quiet():
        try:
            theirs = pixel_array(path, index=index, force=True)
        except (ValueError, RuntimeError, AttributeError, NotImplementedError):
            return  # it has no decoder for this, or minds the header
    if theirs.shape == found.shape and theirs.dtype.itemsize == found.dtype.itemsize:
        np.testing.assert_array_equal(_cut(found, shown), _cut(theirs.astype(found.dtype), shown))


def _cut(frame: npt.NDArray[Any], shown: dict[str, Any]) -> npt.NDArray[Any]:
    """Without the bits above those that are stored."""
    unsigned = frame.view(f"u{frame.dtype.itemsize}")
    return unsigned & unsigned.dtype.type((1 << shown["stored"]) - 1)


def test_many_kinds_were_tried() -> None:
    syntaxes = set()
    for path in images():
        with quiet():
            syntaxes.add(str(pydicom.dcmread(path, force=True).file_meta.get("TransferSyntaxUID")))
    assert len(images()) > 40
    assert {"1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5"} <= syntaxes
    assert len(syntaxes) >= 11


@pytest.mark.parametrize(
    "name", ["examples_palette.dcm", "SC_rgb_small_odd_big_endian.dcm", "image_dfl.dcm"]
)
def test_headers_describe_frames_that_are_not_served_as_stored(viewer: Viewer, name: str) -> None:
    frames = Frames.of(viewer, stored(pydicom_file(name)))
    shown = header(viewer, frames.file)
    assert not frames.kept_as_stored
    assert shown["syntax"] == PLAIN
    (data,) = frames.as_stored([0])
    assert values(data, shown).shape[:2] == (shown["rows"], shown["columns"])
    found = json.loads(metadata_json(viewer, frames.file))
    assert "00281201" not in found  # no palette is left where pixels are RGB
    assert "7FE00010" not in found


@pytest.mark.parametrize("bits", [1, 8, 16])
def test_any_frame_of_many_is_found(viewer: Viewer, bits: int) -> None:
    """Also frames of 9 × 7 pixels that begin inside a byte."""
    kind = np.uint16 if bits == 16 else np.uint8
    shape, high = (5, 9, 7), 2 if bits == 1 else 1 << bits
    pixels = np.random.default_rng(0).integers(0, high, shape).astype(kind)
    made = dataset(pixels, bits=bits)
    if bits == 1:
        made.BitsAllocated = 1
        packed = np.packbits(pixels.reshape(-1), bitorder="little").tobytes()
        made.PixelData = packed + b"\0" * (len(packed) % 2)
    frames = Frames.of(viewer, stored(file_of(made), 5))
    shown = header(viewer, frames.file)
    for index, data in zip([4, 1], frames.as_stored([4, 1]), strict=True):
        np.testing.assert_array_equal(values(data, shown), pixels[index])


def test_frames_count_from_one(viewer: Viewer) -> None:
    frames = Frames.of(viewer, stored(pydicom_file("CT_small.dcm")))
    assert frames.numbers([1]) == [0]
    for wrong in (0, 2, -1):
        with pytest.raises(NotFound):
            frames.numbers([wrong])


def test_a_file_without_pixels_has_a_header_and_no_frames(viewer: Viewer) -> None:
    path = pydicom_file("reportsi.dcm")
    file = StoredFile(cast(Any, object()), "report", lambda: path.open("rb"))
    found = json.loads(metadata_json(viewer, file))
    assert found["00080060"]["Value"] == ["SR"]
    assert "00083002" not in found
    with pytest.raises(NotFound):
        Frames.of(viewer, file).numbers([1])


def test_what_json_has_no_form_for_is_left_out(viewer: Viewer) -> None:
    made = dataset(np.zeros((1, 4, 4), np.uint8), ImagePositionPatient=[0, 1, 2])
    made.add_new(0x00189073, "FD", float("nan"))
    made.add_new(0x00420011, "OB", bytes(100_000))
    made.add_new(0x00400555, "SQ", [])
    found = json.loads(metadata_json(viewer, stored(file_of(made))))
    assert "00189073" not in found
    assert "00420011" not in found
    assert found["00200032"]["Value"] == [0, 1, 2]


def test_rendering_is_the_one_pixel_path(viewer: Viewer) -> None:
    from embedder.pixels import render
    from ingest.reading.display import display_of

    path = pydicom_file("CT_small.dcm")
    parsed = dicom.parse(path.read_bytes(), SETTINGS)
    expected = render(next(decode.frames(parsed, SETTINGS)), display_of(parsed, 0))
    frames = Frames.of(viewer, stored(path))
    shown = Image.open(BytesIO(frames.rendered(0, plain_look({}, "PNG"))))
    np.testing.assert_array_equal(np.asarray(shown), expected)
    small = Image.open(BytesIO(frames.rendered(0, plain_look({"size": "32"}, "WEBP"))))
    assert max(small.size) == 32


def test_a_window_can_be_asked_for(viewer: Viewer) -> None:
    frames = Frames.of(viewer, stored(pydicom_file("CT_small.dcm")))
    narrow = plain_look({"wc": "-2000", "ww": "10"}, "PNG")
    same = wado_look({"window": "-2000,10,linear"}, "PNG")
    assert narrow == same
    assert np.asarray(Image.open(BytesIO(frames.rendered(0, narrow)))).min() == 255


@pytest.mark.parametrize(
    "query",
    [
        {"window": "1,2"},
        {"window": "1,2,cubic"},
        {"window": "a,2,linear"},
        {"window": "1,0,linear"},
        {"window": "nan,1,linear"},
        {"viewport": "10"},
        {"viewport": "inf,10"},
    ],
)
def test_a_look_that_cannot_be_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(BadQuery):
        wado_look(query, "PNG")


def test_looks_are_bounded() -> None:
    assert plain_look({"size": "1000000"}, "PNG").size == 4096
    assert plain_look({"size": "-5"}, "PNG").size == 1


def test_recent_forgets_what_was_used_longest_ago() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    recent: Recent[str] = Recent(10, len)
    for name in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):
        recent.get(name, lambda name=name: make(name))
    assert made == ["aaaa", "bbbb", "cccc", "bbbb"]
