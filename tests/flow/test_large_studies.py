"""One more file of a large study costs what one of a small study does."""

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from infra.embedded import case_rows, catalog, database
from infra.query import AnyOf, Page
from infra.records import Attachment, Instance, StudyKeys
from infra.services import Services
from ingest.arrival.request import Progress, Request
from tests.flow import archive as a
from tests.ingest.making import dataset, file_of
from tests.samples import pydicom_file

STEPS = 100  # of SQLite's machine, at a time
SMALL, LARGE = 40, 1_600  # images in the study before


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    a.without_workers(monkeypatch)


class Work:
    """What the stores do: steps of SQLite, and records that are read."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.steps = 0
        self.records: Counter[str] = Counter()
        real = sqlite3.connect

        def connect(*args: Any, **options: Any) -> sqlite3.Connection:
            connection = real(*args, **options)
            connection.set_progress_handler(self._step, STEPS)
            return connection

        patch.setattr(database.sqlite3, "connect", connect)
        for module in (case_rows, catalog):
            patch.setattr(module, "from_json", self._reading(module.from_json))

    def _step(self) -> None:
        self.steps += STEPS

    def _reading(self, real: Any) -> Any:
        def read(kind: Any, text: str) -> Any:
            self.records[kind.__name__] += 1
            return real(kind, text)

        return read


def filled(home: Path, images: int) -> a.Archive:
    """An archive with one study of films and documents, as if ingested."""
    archive = a.Archive(home)
    archive.ingest(a.write(home.parent / "first", {"f.dcm": film(0)}))
    with archive.open() as services, services.together():
        (case,) = services.catalog.cases(list(services.catalog.study_uids(a.ALL)), a.ALL).values()
        for number in range(images):
            put_like(services, case.instances[0], number)
    return archive


def put_like(services: Services, first: Instance, number: int) -> None:
    from dataclasses import replace

    from infra.reindexing import index_cases

    item = replace(first, instance_uid=f"1.7.{number}", pixel_hash=str(number))
    services.catalog.put_instance(item, "default", StudyKeys())
    document = Attachment(
        instance_uid=f"1.8.{number}",
        series_uid="1.8",
        study_uid=first.study_uid,
        patient=first.patient,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.11.1",
        title="Presentation",
    )
    services.catalog.put_attachment(document, "default", StudyKeys())
    if number == 0:
        index_cases(services, [first.study_uid])


def film(number: int) -> bytes:
    made = dataset(
        a.picture(number),
        bits=12,
        Modality="CR",
        StudyInstanceUID="1.2.826.5",
        SeriesInstanceUID="1.2.826.5.1",
        SOPInstanceUID=f"1.2.826.5.1.{number + 1}",
        PatientID="M1",
        StudyDescription="THORAX",
        AccessionNumber="ACC5",
    )
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    return file_of(made)


def document(number: int) -> bytes:
    from io import BytesIO

    from pydicom import dcmread

    made = dcmread(pydicom_file("test-SR.dcm"))
    made.StudyInstanceUID, made.PatientID = "1.2.826.5", "M1"
    made.SOPInstanceUID = f"1.2.826.5.2.{number}"
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.59"  # key objects: no report
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    stream = BytesIO()
    made.save_as(stream)
    return stream.getvalue()


def worked(archive: a.Archive, *paths: Path) -> Work:
    with pytest.MonkeyPatch.context() as patch:
        work = Work(patch)
        with archive.open() as services:
            archive.pipeline(services).run(Request(paths=paths), Progress())
    return work


@pytest.mark.parametrize("kind", ["films", "documents"])
def test_work_is_that_of_the_batch(tmp_path: Path, kind: str) -> None:
    made = document if kind == "documents" else film
    files = a.write(tmp_path / "more", {f"{n}.dcm": made(n) for n in range(1, 40)})
    small, large = (
        worked(filled(tmp_path / f"{size}" / "home", size), files) for size in (SMALL, LARGE)
    )
    assert small.records == large.records
    assert large.records["Instance"] <= 3 * 40
    assert 10_000 < large.steps < 1.5 * small.steps


def test_a_batch_is_found_by_what_its_study_says(tmp_path: Path) -> None:
    archive = filled(tmp_path / "1" / "home", 3)
    archive.ingest(a.write(tmp_path / "more", {"1.dcm": film(1), "2.dcm": document(2)}))
    reports = tmp_path / "r.csv"
    reports.write_text("accession,text\nACC5,edema\n")
    archive.ingest(reports=reports)
    archive.ingest(a.write(tmp_path / "later", {"3.dcm": film(3)}))
    for value, count in (("true", 6), ("false", 0)):
        query = {"filter": AnyOf("has_report", (value,)), "page": Page(100)}
        assert len(archive.search(**query)) == count
