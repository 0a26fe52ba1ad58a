"""Walking what a user points at: every file once, nothing opened that could hang, bombs refused."""

import io
import os
import pickle
import shutil
import socket
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from infra.errors import NotFound, RejectedFile
from infra.settings import Settings
from ingest.arrival import archives
from ingest.arrival.walk import Item, count, read, walk
from tests.samples import pydicom_folder

SETTINGS = Settings()


def names(*paths: Path, settings: Settings = SETTINGS) -> list[str]:
    return [item.file for item in walk(paths, settings)]


def refusal(item: Item, settings: Settings = SETTINGS) -> str:
    with pytest.raises(RejectedFile) as caught:
        read(item, settings)
    return caught.value.reason


def put(path: Path, data: bytes = b"data") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def zipped(path: Path, contents: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


# --- folders --------------------------------------------------------------------------------------


def test_folders_are_walked_in_sorted_order_without_litter(tmp_path: Path) -> None:
    wanted = [put(tmp_path / name) for name in ("a/1.dcm", "a/2.dcm", "a0.dcm", "b", "c/d/e.dcm")]
    for litter in (".DS_Store", "a/Thumbs.db", "desktop.ini", "._b", "__MACOSX/x.dcm"):
        put(tmp_path / litter)
    (tmp_path / "empty").mkdir()
    assert names(tmp_path) == [str(path) for path in wanted]
    assert count([tmp_path], SETTINGS) == len(wanted)


def test_a_file_reached_twice_is_yielded_once(tmp_path: Path) -> None:
    file = put(tmp_path / "folder/a.dcm")
    (tmp_path / "folder/link.dcm").symlink_to(file)
    (tmp_path / "folder/round").symlink_to(tmp_path / "folder")
    twice = [tmp_path / "folder", file, tmp_path / "folder/../folder/a.dcm", tmp_path]
    assert names(*twice) == [str(file)]


def test_linked_files_and_folders_elsewhere_are_followed(tmp_path: Path) -> None:
    target = put(tmp_path / "elsewhere/a.dcm", b"found")
    (tmp_path / "given").mkdir()
    (tmp_path / "given/l.dcm").symlink_to(target)
    (item,) = walk([tmp_path / "given"], SETTINGS)
    assert item.file == str(tmp_path / "given/l.dcm")
    assert read(item, SETTINGS) == b"found"


def test_a_missing_path_raises_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"gone\.dcm"):
        walk([put(tmp_path / "a.dcm"), tmp_path / "gone.dcm"], SETTINGS)


def test_pipes_and_sockets_and_dangling_links_are_refused_unopened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a_pipe")
    (tmp_path / "b_link").symlink_to(tmp_path / "nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "c_socket"))
        items = list(walk([tmp_path], SETTINGS))
    assert [Path(item.file).name for item in items] == ["a_pipe", "b_link", "c_socket"]
    assert [refusal(item) for item in items] == ["unreadable"] * 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_and_folders_without_permission_are_refused(tmp_path: Path) -> None:
    put(tmp_path / "a.dcm").chmod(0)
    put(tmp_path / "locked/b.dcm").parent.chmod(0)
    try:
        assert [refusal(item) for item in walk([tmp_path], SETTINGS)] == ["unreadable"] * 2
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_a_file_that_vanishes_after_the_walk_is_unreadable(tmp_path: Path) -> None:
    file = put(tmp_path / "a.dcm")
    (item,) = walk([tmp_path], SETTINGS)
    file.unlink()
    assert refusal(item) == "unreadable"


def test_files_are_bounded_by_size_even_when_they_grow(tmp_path: Path) -> None:
    small = replace(SETTINGS, max_file_mb=1)
    file = put(tmp_path / "a.dcm", bytes(1024 * 1024))
    (item,) = walk([tmp_path], small)
    assert len(read(item, small)) == 1024 * 1024
    file.write_bytes(bytes(1024 * 1024 + 1))
    assert refusal(item, small) == "too_large"


def test_the_home_inside_a_given_folder_is_left_out(tmp_path: Path) -> None:
    put(tmp_path / "home/blobs/x.dcm")
    file = put(tmp_path / "a.dcm")
    assert names(tmp_path, settings=replace(SETTINGS, home=tmp_path / "home")) == [str(file)]


def test_folders_nested_deeper_than_the_stack(tmp_path: Path) -> None:
    levels = [tmp_path.joinpath(*["d"] * depth) for depth in range(1, 1200)]
    for level in levels:
        level.mkdir()
    file = put(levels[-1] / "a.dcm")
    try:
        assert count([tmp_path], SETTINGS) == 1
    finally:  # pytest's own clean-up is recursive
        file.unlink()
        for level in reversed(levels):
            level.rmdir()


def test_file_names_that_are_no_unicode_are_shown_and_read(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/m\xfcller.dcm"
    try:
        Path(os.fsdecode(raw)).write_bytes(b"data")
    except OSError:
        pytest.skip("this file system allows Unicode names only")
    (item,) = walk([tmp_path], SETTINGS)
    assert item.file.endswith(r"m\xfcller.dcm")
    assert read(item, SETTINGS) == b"data"


# --- archives -------------------------------------------------------------------------------------


def test_members_count_one_each_and_are_read_after_pickling(tmp_path: Path) -> None:
    contents = {
        "x/1.dcm": b"one",
        "x/.DS_Store": b"",
        "DICOMDIR": b"",
        "__MACOSX/x": b"",
        "2": b"2",
    }
    archive = zipped(tmp_path / "a.ZIP", contents)
    items = [pickle.loads(pickle.dumps(item)) for item in walk([tmp_path], SETTINGS)]
    assert [item.file for item in items] == [f"{archive}!/x/1.dcm", f"{archive}!/2"]
    assert [read(item, SETTINGS) for item in items] == [b"one", b"2"]
    assert items[0].size == 3
    assert items[0].mtime_ns == archive.stat().st_mtime_ns


def test_archives_in_archives_one_level_deep(tmp_path: Path) -> None:
    deepest = zipped(tmp_path / "deepest.zip", {"c": b"c"}).read_bytes()
    inner = zipped(tmp_path / "inner.zip", {"b": b"b", "deepest.zip": deepest}).read_bytes()
    outer = zipped(tmp_path / "o.zip", {"a": b"a", "in/inner.zip": inner})
    items = list(walk([outer], SETTINGS))
    nested = f"{outer}!/in/inner.zip!/"
    assert [i.file for i in items] == [f"{outer}!/a", f"{nested}b", f"{nested}deepest.zip"]
    assert [read(item, SETTINGS) for item in items] == [b"a", b"b", deepest]


def test_members_of_equal_name_are_two(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("same", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("same", b"2")
    assert [read(item, SETTINGS) for item in walk([tmp_path], SETTINGS)] == [b"1", b"2"]


def test_a_damaged_member_is_refused_alone(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1": b"first", "2": b"other"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"first", b"worst"))
    first, second = walk([path], SETTINGS)
    assert refusal(first) == "bad_archive"
    assert read(second, SETTINGS) == b"other"


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06", b"PK\x03\x04" + bytes(99)])
def test_a_damaged_archive_is_one_refused_item(tmp_path: Path, data: bytes) -> None:
    path = put(tmp_path / "a.zip", data)
    (item,) = walk([tmp_path], SETTINGS)
    assert item.file == str(path)
    assert refusal(item) == "bad_archive"


def test_any_damage_to_an_archive_gives_bytes_or_a_refusal(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "i.zip", {"b": b"b" * 50}).read_bytes()
    whole = zipped(tmp_path / "w.zip", {"a": b"a" * 50, "i.zip": inner}).read_bytes()
    for place in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path = put(tmp_path / f"{place}.zip", bytes(damaged))
        for item in walk([path], SETTINGS):
            with suppress(RejectedFile):
                read(item, SETTINGS)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1": b"data"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[6] |= 1  # general purpose flag of the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    path.write_bytes(data)
    (item,) = walk([path], SETTINGS)
    assert refusal(item) == "bad_archive"


def test_archives_that_expand_too_far_are_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = zipped(tmp_path / "a.zip", {f"{n}": bytes(1024 * 1024) for n in range(3)})
    (item,) = walk([bomb], replace(SETTINGS, max_archive_mb=2))
    assert (item.file, refusal(item)) == (str(bomb), "too_large")
    assert count([bomb], replace(SETTINGS, max_archive_mb=3)) == 3
    monkeypatch.setattr(archives, "BOMB_SIZE", 1024)
    (item,) = walk([bomb], SETTINGS)
    assert refusal(item) == "too_large"


def test_a_member_larger_than_a_file_may_be_is_refused_alone(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"big": bytes(1024 * 1024 + 1), "small": b"s"})
    settings = replace(SETTINGS, max_file_mb=1)
    big, small = walk([path], settings)
    assert refusal(big, settings) == "too_large"
    assert read(small, settings) == b"s"


def test_zip64_archives(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive, archive.open("1", "w", force_zip64=True) as member:
        member.write(b"data")
    (item,) = walk([path], SETTINGS)
    assert read(item, SETTINGS) == b"data"


# --- DICOMDIR -------------------------------------------------------------------------------------


def media(tmp_path: Path) -> Path:
    return Path(shutil.copytree(pydicom_folder() / "dicomdirtests", tmp_path / "media"))


def test_a_dicomdir_is_walked_when_given_and_skipped_when_found(tmp_path: Path) -> None:
    disc = media(tmp_path)
    for extra in disc.glob("DICOMDIR-*"):
        extra.unlink()
    by_directory = names(disc / "DICOMDIR")
    by_folder = [name for name in names(disc) if Path(name).suffix != ".txt"]
    assert len(by_directory) > 20
    assert set(by_directory) <= set(by_folder)
    assert names(disc / "DICOMDIR", disc / "DICOMDIR") == by_directory
    assert not any(name.endswith("DICOMDIR") for name in by_folder)
    assert sorted(names(disc, disc / "DICOMDIR")) == sorted(names(disc))


def test_files_that_a_dicomdir_lists_but_lacks_are_refused(tmp_path: Path) -> None:
    disc = media(tmp_path)
    first = Path(names(disc / "DICOMDIR")[0])
    first.unlink()
    items = {item.file: item for item in walk([disc / "DICOMDIR"], SETTINGS)}
    assert refusal(items[str(first)]) == "unreadable"
    assert sum(1 for item in items.values() if item.problem) == 1


def test_a_dicomdir_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (item,) = walk([put(tmp_path / "DICOMDIR", b"nothing")], SETTINGS)
    assert refusal(item) == "bad_header"


def test_reading_streams_from_an_open_archive_only_once(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(50):
            archive.writestr(f"{number:02}", bytes([number]) * 10)
    path = put(tmp_path / "a.zip", buffer.getvalue())
    archives._open.cache_clear()
    contents = [read(item, SETTINGS)[0] for item in walk([path], SETTINGS)]
    assert contents == list(range(50))
    assert archives._open.cache_info().misses == 1
