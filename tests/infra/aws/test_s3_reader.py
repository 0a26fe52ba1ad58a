"""S3Reader reads like a file, with few requests and bounded windows."""

from io import SEEK_CUR, SEEK_END, BufferedReader, BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.aws.s3_reader import FIRST_WINDOW, LARGEST_WINDOW, S3Reader
from infra.errors import NotFound

DATA = bytes(range(256)) * 8_192  # 2 MiB


class Remote:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.asked: list[tuple[int, int]] = []

    def __call__(self, begin: int, end: int) -> tuple[bytes, int]:
        self.asked.append((begin, end))
        return self.data[begin:end], len(self.data)


MOVES = st.lists(
    st.tuples(
        st.sampled_from([0, SEEK_CUR, SEEK_END]),
        st.integers(0, len(DATA)),
        st.integers(-1, FIRST_WINDOW * 2),
    ),
    max_size=6,
)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(MOVES)
def test_it_reads_like_a_file(moves: list[tuple[int, int, int]]) -> None:
    file, twin = BufferedReader(S3Reader(Remote(DATA))), BytesIO(DATA)
    for whence, offset, size in moves:
        sign = -1 if whence == SEEK_END else 1
        assert file.seek(sign * offset, whence) == twin.seek(sign * offset, whence)
        assert file.read(size) == twin.read(size)
        assert file.tell() == twin.tell()


def test_a_small_file_is_one_request() -> None:
    remote = Remote(b"thumbnail")
    with BufferedReader(S3Reader(remote)) as file:
        assert file.read() == b"thumbnail"
    assert remote.asked == [(0, FIRST_WINDOW)]


def test_all_of_a_large_file_is_two_requests() -> None:
    remote = Remote(DATA)
    assert BufferedReader(S3Reader(remote)).read() == DATA
    assert remote.asked == [(0, FIRST_WINDOW), (FIRST_WINDOW, len(DATA))]


def test_windows_grow_while_reading_goes_on_and_stay_bounded() -> None:
    remote = Remote(bytes(40 << 20))
    file = BufferedReader(S3Reader(remote))
    while file.read(65_536):
        pass
    sizes = [end - begin for begin, end in remote.asked]
    assert sizes[:3] == [FIRST_WINDOW, FIRST_WINDOW * 2, FIRST_WINDOW * 4]
    assert max(sizes) == LARGEST_WINDOW
    assert sum(sizes) <= (40 << 20) + FIRST_WINDOW


def test_the_size_is_known_without_another_request() -> None:
    remote = Remote(DATA)
    file = BufferedReader(S3Reader(remote))
    assert file.seek(0, SEEK_END) == len(DATA)
    assert file.read() == b""
    assert len(remote.asked) == 1
    with pytest.raises(ValueError, match="before the start"):
        file.seek(-1)


def test_what_is_missing_is_said_when_it_is_opened() -> None:
    def missing(begin: int, end: int) -> tuple[bytes, int]:
        raise NotFound("gone")

    with pytest.raises(NotFound):
        S3Reader(missing)
