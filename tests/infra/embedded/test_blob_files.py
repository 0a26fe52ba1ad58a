"""Where blobs lie, and whose home they belong to."""

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.embedded.blobs import EmbeddedBlobs
from infra.embedded.scratch import Scratch
from infra.errors import BackendError, BadSetup, NotFound


@pytest.fixture
def blobs(home: Path) -> Iterator[EmbeddedBlobs]:
    scratch = Scratch(home)
    yield EmbeddedBlobs(home, "home-1", scratch)
    scratch.close()


def test_a_blob_is_a_private_file_at_a_plain_place(blobs: EmbeddedBlobs, home: Path) -> None:
    name = hashlib.sha256(b"x").hexdigest()
    blobs.put("1.2.3", b"x", "dcm")
    folder = hashlib.sha256(b"1.2.3").hexdigest()[:2]
    path = home / "blobs" / folder / "1.2.3" / f"{name}.dcm"
    assert path.read_bytes() == b"x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_is_taken_over_becomes_private(blobs: EmbeddedBlobs, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x")
    path.chmod(0o644)
    key = blobs.put_file("1.2.3", path, hashlib.sha256(b"x").hexdigest(), "dcm")
    assert stat.S_IMODE(blobs.path_of(key).stat().st_mode) == 0o600


def test_a_file_that_is_not_there_cannot_be_taken_over(
    blobs: EmbeddedBlobs, tmp_path: Path
) -> None:
    with pytest.raises(NotFound):
        blobs.put_file("1.2.3", tmp_path / "nothing", "0" * 64, "dcm")
    assert list(blobs.keys()) == []


def test_blobs_of_another_home_are_refused(blobs: EmbeddedBlobs, home: Path) -> None:
    blobs.put("1.2.3", b"x", "dcm")
    EmbeddedBlobs(home, "home-1", Scratch(home))
    with pytest.raises(BadSetup, match="two different homes"):
        EmbeddedBlobs(home, "home-2", Scratch(home))


def test_blobs_without_a_mark_are_refused(blobs: EmbeddedBlobs, home: Path) -> None:
    blobs.put("1.2.3", b"x", "dcm")
    (home / "blobs" / ".home").unlink()
    with pytest.raises(BadSetup, match="two different homes"):
        EmbeddedBlobs(home, "home-1", Scratch(home))


def test_errors_of_the_file_system_are_translated(blobs: EmbeddedBlobs, home: Path) -> None:
    key = blobs.put("1.2.3", b"x", "dcm")
    path = blobs.path_of(key)
    path.unlink()
    path.mkdir()
    with pytest.raises(BackendError) as caught:
        blobs.open(key)
    assert isinstance(caught.value.__cause__, IsADirectoryError)
    assert str(home) not in str(caught.value)


def test_scratch_is_made_anew_after_close(home: Path) -> None:
    scratch = Scratch(home)
    first = scratch.path
    assert scratch.path == first
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    scratch.close()
    scratch.close()
    assert not first.exists()
    assert scratch.path.is_dir()
    scratch.close()
