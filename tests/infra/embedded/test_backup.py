"""Backup of a home in use, and restore into an empty one."""

import json
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.embedded.backup import backup, restore
from infra.embedded.database import FILE_NAME
from infra.errors import BadSetup
from tests.contracts.examples import ALL
from tests.infra.embedded.test_crashes import check
from tests.infra.embedded.writers import BATCH, Stores


@pytest.fixture
def stores(home: Path) -> Iterator[Stores]:
    stores = Stores(home)
    for number in range(4):
        stores.put_study(number)
    (home / "key").write_text("the key")
    (home / "measured").mkdir()
    (home / "measured" / "engine.json").write_text("{}")
    yield stores
    stores.close()


@pytest.fixture(params=["copy", "copy.tar"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / request.param


def restored(target: Path, home: Path) -> set[int]:
    """The studies that a backup brings back, once checked to be whole."""
    restore(target, home)
    stores = Stores(home)
    try:
        return check(stores)
    finally:
        stores.close()


def test_a_restored_home_is_what_it_was(stores: Stores, target: Path, tmp_path: Path) -> None:
    counts = backup(stores.home, target)
    assert counts["cases"] == counts["reports"] == 4
    assert counts["instances"] == counts["vectors"] == counts["blobs"] == 4 * BATCH
    assert counts["missing_blobs"] == 0
    before = stores.catalog.cases([f"1.{n}" for n in range(4)], ALL)
    new = tmp_path / "new"
    assert restored(target, new) == set(range(4))
    again = Stores(new)
    assert again.catalog.cases(before, ALL) == before
    again.put_study(4)
    again.close()
    assert (new / "key").read_text() == "the key"
    assert (new / "measured" / "engine.json").read_text() == "{}"
    assert {stat.S_IMODE(p.stat().st_mode) for p in new.rglob("*") if p.is_file()} == {0o600}
    assert stat.S_IMODE(new.stat().st_mode) == 0o700


def test_a_backup_is_private_and_leaves_no_litter(stores: Stores, target: Path) -> None:
    backup(stores.home, target)
    parts = [target, *target.rglob("*")]
    assert {stat.S_IMODE(p.stat().st_mode) for p in parts if p.is_file()} == {0o600}
    assert not any(path.name == "backup" for path in stores.home.rglob("*"))
    assert not target.with_name(f"{target.name}.partial").exists()


def test_a_backup_while_others_write_and_delete(stores: Stores, tmp_path: Path) -> None:
    worker = Stores(stores.home)

    def change() -> None:
        for number in range(4, 40):
            worker.put_study(number)
            worker.catalog.delete_study(f"1.{number - 3}")
            worker.blobs.delete_study(f"1.{number - 3}")
            uids = [f"1.{number - 3}.{place}" for place in range(BATCH)]
            worker.vectors.delete(uids)

    def copies() -> Iterator[Path]:
        number = 0
        while not changing.done() or number < 3:
            target = tmp_path / f"copy-{number}.tar"
            assert backup(stores.home, target)["missing_blobs"] == 0
            yield target
            number += 1

    with ThreadPoolExecutor(1) as pool:
        changing = pool.submit(change)
        for target in copies():
            home = tmp_path / f"home of {target.stem}"
            restore(target, home)
            one = Stores(home)
            for case in one.catalog.cases(list(one.catalog.study_uids(ALL)), ALL).values():
                assert len(case.instances) == BATCH
                assert all(one.blobs.size(i.original) == 50_000 for i in case.instances)
            one.close()
        changing.result()
    worker.close()


def test_a_missing_blob_does_not_stop_a_backup(stores: Stores, target: Path) -> None:
    stores.blobs.delete_study("1.2")
    counts = backup(stores.home, target)
    assert counts["missing_blobs"] == BATCH
    assert counts["blobs"] == 3 * BATCH


def test_only_blobs_that_the_catalog_names_are_copied(stores: Stores, target: Path) -> None:
    stores.blobs.put("8.8", b"left over by a run that was cut off", "dcm")
    assert backup(stores.home, target)["blobs"] == 4 * BATCH


def test_what_is_there_is_not_overwritten(stores: Stores, target: Path) -> None:
    target.write_text("mine")
    with pytest.raises(BadSetup, match="already"):
        backup(stores.home, target)
    assert target.read_text() == "mine"


def test_no_backup_inside_the_home_or_of_no_home(stores: Stores, tmp_path: Path) -> None:
    with pytest.raises(BadSetup, match="inside"):
        backup(stores.home, stores.home / "copy")
    with pytest.raises(BadSetup, match="nothing to back up"):
        backup(tmp_path / "nothing", tmp_path / "copy")
    assert not (tmp_path / "nothing").exists()


def test_restore_only_into_an_empty_home(stores: Stores, target: Path, tmp_path: Path) -> None:
    backup(stores.home, target)
    with pytest.raises(BadSetup, match="not empty"):
        restore(target, stores.home)
    assert check(stores) == set(range(4))
    empty = tmp_path / "empty"
    empty.mkdir()
    assert restored(target, empty) == set(range(4))


def test_a_damaged_backup_is_refused_and_leaves_nothing(stores: Stores, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    backup(stores.home, copy)
    blob = next(path for path in copy.rglob("*.dcm"))
    content = blob.read_bytes()
    blob.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    refuse(copy, tmp_path / "new", "checksum")
    blob.unlink()
    refuse(copy, tmp_path / "new", "incomplete")
    (copy / "manifest.json").write_text("{}")
    refuse(copy, tmp_path / "new", "incomplete")
    (copy / "manifest.json").unlink()
    refuse(copy, tmp_path / "new", "incomplete")


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x")
    refuse(tmp_path / "text", tmp_path / "new", "not a backup")
    refuse(tmp_path / "nothing", tmp_path / "new", "not a backup")


def test_a_truncated_tar_is_refused(stores: Stores, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar"
    backup(stores.home, copy)
    copy.write_bytes(copy.read_bytes()[:100_000])
    refuse(copy, tmp_path / "new", "backup")


def test_names_never_lead_outside(tmp_path: Path) -> None:
    copy, out = tmp_path / "copy", tmp_path / "out"
    copy.mkdir()
    for name in ("../out", str(out), "a/../../out"):
        files = [{"name": name, "sha256": "0", "size": 1}]
        (copy / "manifest.json").write_text(json.dumps({"format": 1, "files": files}))
        refuse(copy, tmp_path / "new", "outside")
    assert not out.exists()


def test_a_link_in_a_tar_is_not_followed(stores: Stores, tmp_path: Path) -> None:
    folder, copy = tmp_path / "folder", tmp_path / "copy.tar"
    backup(stores.home, folder)
    (folder / "key").unlink()
    (folder / "key").symlink_to("/etc/hostname")
    refuse(folder, tmp_path / "new", "incomplete")
    with tarfile.open(copy, "w") as tar:
        tar.add(folder, arcname="")
    refuse(copy, tmp_path / "new", "incomplete")


def test_a_newer_backup_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "manifest.json").write_text('{"format": 99, "files": []}')
    refuse(copy, tmp_path / "new", "newer")


def test_the_copied_database_is_one_file(stores: Stores, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    backup(stores.home, copy)
    database = sqlite3.connect(copy / FILE_NAME)
    assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    database.close()
    assert sorted(p.name for p in copy.glob(f"{FILE_NAME}*")) == [FILE_NAME]


def refuse(copy: Path, home: Path, message: str) -> None:
    beside = set(home.parent.iterdir())
    with pytest.raises(BadSetup, match=message):
        restore(copy, home)
    assert set(home.parent.iterdir()) == beside
    shutil.rmtree(home, ignore_errors=True)
