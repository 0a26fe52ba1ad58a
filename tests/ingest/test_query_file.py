"""A file that is asked about: recognised by what it is, read as at ingest, never stored."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from infra.errors import RejectedFile
from infra.records import VectorKind
from infra.settings import Settings
from ingest.arrival.prepare import Options
from ingest.showing.query_file import QueryFile, item_of, prepare_query
from tests.samples import pydicom_file

OPTIONS = Options(settings=Settings(), key=bytes(32), size=64)


def asked(path: Path) -> QueryFile:
    return prepare_query(item_of(path), OPTIONS)


def picture(form: str) -> bytes:
    stream = BytesIO()
    Image.linear_gradient("L").save(stream, form)
    return stream.getvalue()


def test_a_dicom_file_whose_preamble_is_a_tiff_header_is_dicom() -> None:
    """PS3.10 7.1: the preamble may make the file readable by other programs."""
    path = pydicom_file("CT_small.dcm")
    assert path.read_bytes().startswith(b"II*\0")
    file = asked(path)
    assert file.instance is not None
    assert file.instance.modality == "CT"
    assert file.identifiers.instances[1] == file.instance.instance_uid


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_pictures_are_known_by_their_content(tmp_path: Path, form: str) -> None:
    path = tmp_path / "no-suffix"
    path.write_bytes(picture(form))
    file = asked(path)
    assert file.instance is None
    assert file.identifiers.instances == ()
    assert [view.kind for view in file.views] == [VectorKind.IMAGE]
    (chunk,) = file.pictures.chunks(8)
    assert chunk[0].shape[:2] == (64, 64)
    assert np.ptp(chunk[0]) > 0.9


def test_the_same_file_gives_the_same_picture() -> None:
    path = pydicom_file("MR_small.dcm")
    one, other = ([np.array(p) for p in next(asked(path).pictures.chunks(8))] for _ in range(2))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("test-SR.dcm", "no_pixel_data"), ("MR_truncated.dcm", "truncated_pixel_data")],
)
def test_what_shows_nothing_is_refused(name: str, reason: str) -> None:
    with pytest.raises(RejectedFile) as caught:
        asked(pydicom_file(name))
    assert caught.value.reason == reason


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(RejectedFile) as caught:
        asked(tmp_path / "missing.dcm")
    assert caught.value.reason == "unreadable"
