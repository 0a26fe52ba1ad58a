"""A run that dies at any call of any store, and is then run again, leaves what one run leaves."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.services import Services
from ingest.arrival.request import Progress, Request
from ingest.joining.report_intake import ReportIntake
from ingest.storage.erase import erase, find_studies, tombstones
from tests.flow import archive as a

WRITES = {
    "catalog": ("put_instance", "put_attachment", "put_report", "delete_study", "scrub"),
    "vectors": ("replace", "delete"),
    "index": ("put", "put_vectors", "delete"),
    "blobs": ("put", "put_file", "delete", "delete_study"),
    "ledger": (
        "mark",
        "forget",
        "put_waiting",
        "drop_waiting",
        "note_joined",
        "bury",
        "begin",
        "finish",
    ),
    "models": ("register", "activate"),
    "annotations": ("delete_study",),
}


class Died(BaseException):
    """The process is gone: nothing may catch this."""


class Fuse:
    """Lets `left` writes happen; the run dies right after the last of them."""

    def __init__(self, left: int) -> None:
        self.left = left

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Died


class Fused:
    """A store whose writes burn a fuse."""

    def __init__(self, store: Any, writes: tuple[str, ...], fuse: Fuse) -> None:
        self._store, self._writes, self._fuse = store, writes, fuse

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in self._writes:
            return method

        def call(*args: Any, **options: Any) -> Any:
            result = method(*args, **options)
            self._fuse.burn()
            return result

        return call


def fused(services: Services, fuse: Fuse, *, together: bool) -> Services:
    stores: dict[str, Any] = {
        name: Fused(getattr(services, name), writes, fuse) for name, writes in WRITES.items()
    }
    if not together:  # as stores without transactions have it
        stores["together"] = nullcontext
    return replace(services, **stores)


both_ways = pytest.mark.parametrize(
    "together", [True, False], ids=["in transactions", "one by one"]
)
Work = Callable[[a.Archive, Services], object]


def deaths(
    home: Path,
    make: Callable[[Path], a.Archive],
    work: Work,
    together: bool = False,
    *,
    erasing: bool = False,
) -> Iterator[dict[str, Any]]:
    """What is there after dying at write 1, 2, 3, … and then doing the same work again."""
    for count in range(1, 1_000):
        archive = make(home / str(count))
        with archive.open() as services:
            try:
                work(archive, fused(services, Fuse(count), together=together))
            except Died:
                pass
            else:
                assert count > 5
                return
        if not erasing:
            a.check_blobs(archive.home)
        with archive.open() as services:
            work(archive, services)
        yield a.everything(archive.home)
        shutil.rmtree(archive.home)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return a.write(
        tmp_path / "files",
        {
            "1.dcm": a.film(11),
            "2.dcm": a.film(12),
            "2-again.dcm": a.film(12, ReferringPhysicianName="Else"),
            "2-other.dcm": a.film(12, seed=99),
            "3.zip": a.zipped({"a.dcm": a.film(21), "in.zip": a.zipped({"b.dcm": a.film(22)})}),
            "4.txt": b"no picture",
            "5.dcm": a.film(31)[:-100],
        },
    )


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    path = tmp_path / "reports.csv"
    path.write_text(
        "accession,study_uid,report_id,date,text\n"
        "ACC00001,,r1,2019-02-16,no effusion of Quastenbergb\n"
        "ACC00001,,r1,2019-02-20,large effusion\n"
        "ACC00001,,r1,2019-02-17,small effusion\n"
        f",{a.study_uid(21)},r2,,consolidation\n"
        f",{a.study_uid(21)},r2,,no consolidation\n"
        ",1.2.3.4.5,r3,,somebody else\n"
    )
    return path


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.joining import report_intake
    from ingest.storage import batch

    a.without_workers(monkeypatch)
    monkeypatch.setattr(batch, "BATCH_FILES", 3)  # several batches
    monkeypatch.setattr(report_intake, "TOGETHER", 2)


def ingested(files: Path, **request: Any) -> Work:
    def work(archive: a.Archive, services: Services) -> None:
        archive.pipeline(services).run(Request(paths=[files], **request), Progress())

    return work


def once(home: Path, make: Callable[[Path], a.Archive], work: Work) -> dict[str, Any]:
    archive = make(home)
    with archive.open() as services:
        work(archive, services)
    return a.everything(archive.home)


def test_ingest_with_reports_that_come_after(tmp_path: Path, files: Path, reports: Path) -> None:
    work = ingested(files, reports=reports)
    expected = once(tmp_path / "whole", a.Archive, work)
    assert len(expected["vectors"]) == 4
    assert len(expected["ledger"]) == 8
    assert expected["waiting"] == 1
    for found in deaths(tmp_path / "killed", a.Archive, work):
        assert found == expected


def test_reports_that_wait_for_their_study(tmp_path: Path, files: Path, reports: Path) -> None:
    def make(home: Path) -> a.Archive:
        archive = a.Archive(home)
        with archive.open() as services:
            intake = ReportIntake(services, archive.pseudonyms)
            summary = a.Summary()
            intake.take_in(reports, archive.all_settings, summary)
            assert services.ledger.count_waiting() == 6
        return archive

    expected = once(tmp_path / "whole", make, ingested(files))
    texts = [r.text for case in expected["cases"].values() for r in case.reports if r.current]
    assert sorted(texts) == ["large effusion", "no consolidation"]
    assert all('"has_report": ["true"]' in keys for _, _, keys in expected["rows"])
    for found in deaths(tmp_path / "killed", make, ingested(files)):
        assert found == expected


@both_ways
def test_replaced_pictures(tmp_path: Path, files: Path, together: bool) -> None:
    others = a.write(
        tmp_path / "others", {"1.dcm": a.film(11, seed=1), "2.dcm": a.film(12, seed=2)}
    )

    def make(home: Path) -> a.Archive:
        archive = a.Archive(home)
        archive.ingest(files)
        return archive

    work = ingested(others, replace_conflicts=True)
    expected = once(tmp_path / "whole", make, work)
    for found in deaths(tmp_path / "killed", make, work, together):
        assert found == expected


def test_the_next_run_sweeps_what_a_killed_one_had_put(tmp_path: Path, files: Path) -> None:
    """Whatever the next run is about: the files of the killed one may never come again."""
    other = a.write(tmp_path / "other", {"9.dcm": a.film(91)})
    for count in range(1, 12):
        archive = a.Archive(tmp_path / str(count))
        with archive.open() as services, pytest.raises(Died):
            ingested(files)(archive, fused(services, Fuse(count), together=True))
        archive.ingest(other)
        found = a.everything(archive.home)
        named = [i for case in found["cases"].values() for i in case.instances]
        assert sorted(key for i in named for key in (i.original, i.thumbnail)) == found["blobs"]
        with archive.open() as services:
            assert services.ledger.unfinished() == []


def test_nothing_is_swept_while_another_run_stores(tmp_path: Path, files: Path) -> None:
    """A run that is as far as its blobs must find them when it comes to the catalog."""
    archive = a.Archive(tmp_path / "home")
    with archive.open() as services:
        real = services.blobs.put

        def put(*args: Any) -> str:
            key = real(*args)
            archive.ingest(files / "3.zip")
            return key

        services.blobs.put = put  # type: ignore[method-assign]
        archive.pipeline(services).run(Request(paths=[files / "1.dcm"]), Progress())
    a.check_blobs(archive.home)
    assert len(archive.cases()) == 2


def test_erased_studies(tmp_path: Path, files: Path, reports: Path) -> None:
    def make(home: Path) -> a.Archive:
        archive = a.Archive(home)
        archive.ingest(files, reports=reports)
        return archive

    def work(archive: a.Archive, services: Services) -> None:
        names = archive.pseudonyms
        studies = find_studies(services, names, patient="MRN00001")
        services.ledger.bury(tombstones(services, names, studies, patient="MRN00001"))
        erase(services, names, studies)

    expected = once(tmp_path / "whole", make, work)
    assert len(expected["vectors"]) == 2
    for found in deaths(tmp_path / "killed", make, work, erasing=True):
        assert found == expected
