"""A staged file holds what was written, whatever the pieces and whatever the file system takes."""

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from infra.errors import StorageFull
from ingest.arrival import staging
from ingest.arrival.staging import BLOCK, BUFFER, HashingWriter

SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, BUFFER, BUFFER + 1, 2 * BUFFER + 5]


def written(path: Path, pieces: list[bytes]) -> str:
    with HashingWriter(path) as file:
        for piece in pieces:
            assert file.write(piece) == len(piece)
        assert file.tell() == sum(map(len, pieces))
        return file.finish()


@pytest.mark.parametrize("size", SIZES)
def test_one_piece(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    assert written(tmp_path / "a", [data]) == hashlib.sha256(data).hexdigest()
    assert (tmp_path / "a").read_bytes() == data


def test_many_pieces_across_the_buffer(tmp_path: Path) -> None:
    pieces = [os.urandom(n) for n in (10, BLOCK, 3, BUFFER - 7, 1, BUFFER + 11, 2)]
    digest = written(tmp_path / "a", pieces)
    assert (tmp_path / "a").read_bytes() == b"".join(pieces)
    assert digest == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_the_buffer_of_a_thread_is_used_again(tmp_path: Path) -> None:
    written(tmp_path / "long", [b"x" * BUFFER])
    written(tmp_path / "short", [b"y" * 10])
    assert (tmp_path / "short").read_bytes() == b"y" * 10


@pytest.mark.parametrize("at", ["open", "write"])
def test_a_file_system_without_direct_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    really_open, really_write = os.open, os.write

    def open_(path: Path, flags: int, mode: int) -> int:
        if at == "open" and flags & staging.DIRECT:
            os.close(really_open(path, flags & ~staging.DIRECT, mode))  # made before it refuses
            raise OSError(errno.EINVAL, "no")
        return really_open(path, flags, mode)

    def write(handle: int, data: memoryview) -> int:
        flags = staging.fcntl.fcntl(handle, staging.fcntl.F_GETFL)
        if at == "write" and flags & staging.DIRECT:
            raise OSError(errno.EINVAL, "no")
        return really_write(handle, data)

    monkeypatch.setattr(staging.os, "open", open_)
    monkeypatch.setattr(staging.os, "write", write)
    data = os.urandom(3 * BLOCK + 1)
    written(tmp_path / "a", [data])
    assert (tmp_path / "a").read_bytes() == data


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(StorageFull):
        HashingWriter(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_handle: int, _data: memoryview) -> int:
        raise OSError(errno.ENOSPC, "full")

    with HashingWriter(tmp_path / "a") as file:
        file.write(b"x" * BLOCK)
        monkeypatch.setattr(staging.os, "write", write)
        with pytest.raises(StorageFull, match="disk is full"):
            file.finish()


def test_there_is_no_way_back(tmp_path: Path) -> None:
    with HashingWriter(tmp_path / "a") as file, pytest.raises(io.UnsupportedOperation):
        file.seek(0)
