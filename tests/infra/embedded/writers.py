"""Programs that use a home and are killed, limited or raced; run as `python -m`."""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.embedded.blobs import EmbeddedBlobs
from infra.embedded.catalog import EmbeddedCatalog
from infra.embedded.database import FILE_NAME, Database
from infra.embedded.scratch import Scratch
from infra.embedded.vectors import EmbeddedVectors
from infra.errors import StorageFull
from tests.contracts.examples import ALL, KEYS, instance, report, vector

BATCH = 5


class Stores:
    """What the programs and the tests need of a home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.database = Database(home)
        self.scratch = Scratch(home)
        self.catalog = EmbeddedCatalog(self.database, self.scratch)
        self.vectors = EmbeddedVectors(self.database)
        self.blobs = EmbeddedBlobs(home, self.database.home_id, self.scratch)

    def put_study(self, number: int) -> None:
        """A study of BATCH images in one step, each with a blob, a report and a vector."""
        study = f"1.{number}"
        keys = [self.blobs.put(study, os.urandom(50_000), "dcm") for _ in range(BATCH)]
        with self.database.write():
            for place, key in enumerate(keys):
                uid = f"{study}.{place}"
                self.catalog.put_instance(instance(uid, study, original=key), "default", KEYS)
                self.vectors.put([vector(uid, number)])
            self.catalog.put_report(report(f"report of {study}", study), "default")

    def close(self) -> None:
        self.scratch.close()
        self.database.close()


def write_forever(home: Path) -> None:
    """Put studies and say each one's number once it is committed."""
    stores, number = Stores(home), 0
    number = 1 + max((int(uid[2:]) for uid in stores.catalog.study_uids(ALL)), default=-1)
    while True:
        stores.put_study(number)
        print(number, flush=True)  # noqa: T201
        number += 1


def write_some(home: Path, first: int, count: int) -> None:
    """Put `count` studies, and images of a study that others put images into, too."""
    stores = Stores(home)
    for number in range(first, first + count):
        stores.put_study(number)
        stores.catalog.put_instance(instance(f"9.{number}", "9"), "default", KEYS)
    stores.close()


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """What a full disk looks like to the program: a write beyond fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill_up(home: Path) -> None:
    """Write until the disk is full; nothing may be half-written, and it goes on afterwards."""
    stores = Stores(home)
    stores.put_study(0)
    stores.database.checkpoint()
    done = 0
    with no_file_larger_than((home / FILE_NAME).stat().st_size + 600_000):
        try:
            for number in range(1, 10_000):
                stores.put_study(number)
                done = number
        except StorageFull:
            pass
        assert done < 9_999, "the disk never filled up"
        assert set(stores.catalog.study_uids(ALL)) == {f"1.{n}" for n in range(done + 1)}
        assert stores.vectors.count("m1") == BATCH * (done + 1)
        kept = list(stores.blobs.keys("8"))
        try:
            stores.blobs.put("8", bytes(5_000_000), "dcm")
        except StorageFull:
            assert list(stores.blobs.keys("8")) == kept == []
            assert [p.name for p in stores.scratch.path.iterdir()] == [".owner"]
        else:
            raise AssertionError("a blob larger than the disk was stored")
    stores.put_study(done + 1)
    stores.blobs.put("8", bytes(5_000_000), "dcm")
    assert stores.vectors.count("m1") == BATCH * (done + 2)
    with stores.database.read() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    stores.close()


def open_as_nobody(home: Path) -> None:
    """Open a home that may not be written."""
    if os.geteuid() == 0:
        os.setuid(65_534)
    try:
        Database(home)
    except StorageFull as error:
        print(error)  # noqa: T201
    else:
        raise AssertionError("a read-only home was opened")


if __name__ == "__main__":
    program, home, *numbers = sys.argv[1:]
    globals()[program](Path(home), *map(int, numbers))
