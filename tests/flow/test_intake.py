"""What a run does with whatever it is given: every file has one row, and the sums are right."""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from infra.ports import Embedder
from infra.query import Near, Page, Query
from infra.records import Outcome
from infra.services import Services
from ingest.arrival import prepare, staging
from ingest.arrival.request import Progress, Request
from ingest.summary import Summary
from tests.flow import archive as a
from tests.ingest.making import LOSSLESS
from tests.samples import pydicom_file


def no_model() -> Embedder:
    raise AssertionError("a run with nothing new opens no model")


def check_sum(archive: a.Archive, summary: Summary) -> None:
    """The five outcomes add up, in the summary and in the ledger."""
    document = summary.as_json()
    outcomes = [document[outcome.value] for outcome in Outcome]
    assert document["received"] == sum(outcomes) == len(archive.ledger())


@pytest.fixture
def archive(tmp_path: Path) -> a.Archive:
    return a.Archive(tmp_path / "home")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    a.without_workers(monkeypatch)


def odd_files(folder: Path) -> Path:
    whole = a.film(11)
    a.write(
        folder,
        {
            "film.dcm": whole,
            "no suffix": a.film(12),
            "copy.dcm": whole,
            "other pixels.dcm": a.film(12, seed=5),
            "deep/er/film.dcm": a.film(21),
            "empty.dcm": b"",
            "notes.txt": b"take me home",
            "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
            "cut header.dcm": whole[:300],
            "cut pixels.dcm": a.film(31)[:-1000],
            "no picture.dcm": pydicom_file("test-SR.dcm").read_bytes(),
            ".DS_Store": b"litter",
            "deep/Thumbs.db": b"litter",
            "__MACOSX/._film.dcm": b"litter",
            "set.zip": a.zipped(
                {
                    "one.dcm": a.film(41),
                    "inner.zip": a.zipped({"two.dcm": a.film(42), "three.dcm": whole}),
                    "readme.txt": b"hello",
                    ".DS_Store": b"litter",
                }
            ),
            "broken.zip": a.zipped({"one.dcm": whole})[:-60],
        },
    )
    (folder / "gone.dcm").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe")
    return folder


# --- every file has a row -------------------------------------------------------------------------


def test_every_file_is_counted_once_and_says_why(archive: a.Archive, tmp_path: Path) -> None:
    summary = archive.ingest(odd_files(tmp_path / "files"))
    check_sum(archive, summary)
    assert archive.outcomes() == {
        "copy.dcm": "indexed",
        "film.dcm": "duplicate",  # of deep/er, the last of this name
        "no suffix": "indexed",
        "other pixels.dcm": "conflict other_pixels",
        "empty.dcm": "refused not_dicom",
        "notes.txt": "refused not_dicom",
        "picture.png": "refused not_dicom",
        "cut header.dcm": "refused truncated_file",
        "cut pixels.dcm": "refused truncated_pixel_data",
        "no picture.dcm": "attached",
        "one.dcm": "indexed",
        "two.dcm": "indexed",
        "three.dcm": "duplicate",
        "readme.txt": "refused not_dicom",
        "broken.zip": "refused bad_archive",
        "gone.dcm": "refused unreadable",
        "pipe": "refused unreadable",
    } | {"film.dcm": archive.outcomes()["film.dcm"]}
    assert Counter(row.outcome for row in archive.ledger()) == {
        "indexed": 5,
        "attached": 1,
        "duplicate": 2,
        "conflict": 1,
        "refused": 9,
    }
    assert all(row.message for row in archive.ledger() if row.outcome is Outcome.REFUSED)


def test_the_same_again_changes_nothing(archive: a.Archive, tmp_path: Path) -> None:
    folder = odd_files(tmp_path / "files")
    first = archive.ingest(folder)
    before = a.everything(archive.home)
    again = a.Archive(archive.home).ingest(folder)
    assert a.everything(archive.home) == before
    assert again.outcomes["indexed"] == again.outcomes["attached"] == 0
    assert again.received == first.received
    assert again.reasons == first.reasons


@pytest.mark.usefixtures("quick")
def test_a_settled_folder_is_not_even_read(archive: a.Archive, tmp_path: Path) -> None:
    folder = a.write(tmp_path / "files", {"1.dcm": a.film(11), "2.txt": b"text"})
    archive.ingest(folder)
    again = a.Archive(archive.home, embedder=no_model).ingest(folder)
    assert (again.received, again.unchanged) == (2, 2)


@pytest.mark.usefixtures("quick")
def test_dicomdir_by_name_gives_the_files_it_lists(archive: a.Archive, tmp_path: Path) -> None:
    folder = pydicom_file("dicomdirtests")
    listed = archive.ingest(folder / "DICOMDIR")
    check_sum(archive, listed)
    assert listed.received == 31
    assert not any(row.file.endswith("DICOMDIR") for row in archive.ledger())


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("packed", [False, True])
def test_a_dicomdir_of_another_name_opens_no_model(
    archive: a.Archive, tmp_path: Path, packed: bool
) -> None:
    """It lists only other files, so that no row says that it was seen."""
    listing = {"index.dcm": pydicom_file("dicomdirtests/DICOMDIR").read_bytes()}
    files = {"set.zip": a.zipped(listing)} if packed else listing
    folder = a.write(tmp_path / "files", {**files, "film.dcm": a.film(11)})
    (folder / "gone.dcm").symlink_to(folder / "nowhere")
    assert archive.ingest(folder).outcomes == {"indexed": 1, "refused": 1}
    again = a.Archive(archive.home, embedder=no_model).ingest(folder)
    assert again.outcomes == {"duplicate": 1, "refused": 1}
    a.write(folder, {"zebra.dcm": a.film(12)})
    assert archive.ingest(folder).outcomes == {"duplicate": 1, "refused": 1, "indexed": 1}


@pytest.mark.usefixtures("quick")
def test_flipped_bytes_never_end_a_run(archive: a.Archive, tmp_path: Path) -> None:
    import numpy as np

    draw = np.random.default_rng(1)
    whole = np.frombuffer(a.film(11), np.uint8)
    mutants = {}
    for number in range(60):
        mutant = whole.copy()
        mutant[draw.integers(128, 1200, 4)] ^= draw.integers(1, 256, 4, np.uint8)
        mutants[f"{number}.dcm"] = mutant.tobytes()
    check_sum(archive, archive.ingest(a.write(tmp_path / "files", mutants)))
    assert len(archive.ledger()) == 60


@pytest.mark.usefixtures("quick")
def test_a_claim_of_a_billion_frames_costs_no_memory(archive: a.Archive, tmp_path: Path) -> None:
    film = a.film(11, NumberOfFrames=10**9)
    assert archive.ingest(a.write(tmp_path / "files", {"1.dcm": film})).reasons == {
        "too_many_frames": 1
    }


# --- retry ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_what_was_refused_can_be_tried_again(archive: a.Archive, tmp_path: Path) -> None:
    archive.settings = {"max_frames": 1}
    folder = a.write(
        tmp_path / "files",
        {
            "1.dcm": a.film(11),
            "cine.dcm": LOSSLESS["explicit"](a.picture(3, frames=2), 12),
            "4.txt": b"text",
        },
    )
    assert archive.ingest(folder).reasons == {"too_many_frames": 1, "not_dicom": 1}
    archive.settings = {}
    assert archive.ingest(folder).outcomes["indexed"] == 0  # settled
    refused = {row.file for row in archive.ledger() if row.outcome is Outcome.REFUSED}
    again = archive.ingest(folder, again=True, only=frozenset(refused))
    assert again.outcomes == {"indexed": 1, "refused": 1}
    assert Counter(row.outcome for row in archive.ledger()) == {"indexed": 2, "refused": 1}


# --- the same object again ------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_another_encoding_of_the_same_pixels_is_a_duplicate(
    archive: a.Archive, tmp_path: Path
) -> None:
    pixels = a.picture(1)
    files = {f"{name}.dcm": encode(pixels, 12) for name, encode in sorted(LOSSLESS.items())}
    summary = archive.ingest(a.write(tmp_path / "files", files))
    assert summary.outcomes == {"indexed": 1, "duplicate": len(LOSSLESS) - 1}
    assert len(a.everything(archive.home)["vectors"]) == 1


@pytest.mark.usefixtures("quick")
def test_another_encoding_of_the_same_document_is_a_duplicate(
    archive: a.Archive, tmp_path: Path
) -> None:
    from pydicom import dcmread
    from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

    document = dcmread(pydicom_file("test-SR.dcm"))
    a.write(tmp_path / "files", {"0.dcm": pydicom_file("test-SR.dcm").read_bytes()})
    for syntax in (ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian):
        document.file_meta.TransferSyntaxUID = syntax
        document.file_meta.ImplementationVersionName = "ANOTHER PACS"
        document["ContentSequence"].is_undefined_length = syntax.is_deflated
        document.save_as(tmp_path / "files" / f"{syntax.name}.dcm")
    assert archive.ingest(tmp_path / "files").outcomes == {"attached": 1, "duplicate": 2}
    document.PatientComments = "something else"
    document.save_as(tmp_path / "files" / "other.dcm")
    assert archive.ingest(tmp_path / "files").reasons == {"other_content": 1}


@pytest.mark.usefixtures("quick")
def test_replace_shows_the_new_pixels_and_keeps_the_sum(archive: a.Archive, tmp_path: Path) -> None:
    old = a.write(tmp_path / "old", {"1.dcm": a.film(11), "2.dcm": a.film(12)})
    new = a.write(tmp_path / "new", {"1.dcm": a.film(11, seed=77), "2.dcm": a.film(12)})
    archive.ingest(old)
    blobs = a.everything(archive.home)["blobs"]
    assert archive.ingest(new).outcomes == {"conflict": 1, "duplicate": 1}
    assert a.everything(archive.home)["blobs"] == blobs

    replaced = archive.ingest(new, replace_conflicts=True)
    assert replaced.outcomes == {"indexed": 1, "duplicate": 1}
    found = a.everything(archive.home)
    assert len(found["blobs"]) == len(blobs) == 4
    assert set(found["blobs"]) != set(blobs)
    check_sum(a.Archive(archive.home), archive.ingest(old, new))
    assert Counter(row.outcome for row in archive.ledger()) == {
        "indexed": 2,
        "conflict": 1,
        "duplicate": 1,
    }
    (uid,) = [uid for uid in found["vectors"] if archive.pseudonyms.uid(a.instance_uid(11)) in uid]
    expected = a.everything(_fresh(tmp_path, new).home)["vectors"][uid]
    assert found["vectors"][uid] == expected

    settled = archive.ingest(old, new, replace_conflicts=True)  # they do not take turns
    assert settled.outcomes["indexed"] == 0
    assert a.everything(archive.home) == found


def _fresh(tmp_path: Path, folder: Path) -> a.Archive:
    archive = a.Archive(tmp_path / "fresh")
    archive.ingest(folder)
    return archive


@pytest.mark.usefixtures("quick")
def test_a_file_that_changed_in_place_is_read_again(archive: a.Archive, tmp_path: Path) -> None:
    folder = a.write(tmp_path / "files", {"1.dcm": a.film(11)})
    archive.ingest(folder)
    a.write(folder, {"1.dcm": a.film(12)})
    assert archive.ingest(folder).outcomes == {"indexed": 1}
    assert len(archive.search()) == 2


@pytest.mark.usefixtures("quick")
def test_a_study_stays_in_its_dataset(archive: a.Archive, tmp_path: Path) -> None:
    one = a.write(tmp_path / "one", {"1.dcm": a.film(11)})
    two = a.write(tmp_path / "two", {"1.dcm": a.film(11), "2.dcm": a.film(12)})
    archive.ingest(one, dataset="mine")
    assert archive.ingest(two, dataset="yours").reasons == {"other_dataset": 2}
    assert archive.ingest(one, dataset="yours").reasons == {"other_dataset": 1}
    assert archive.ingest(one, dataset="mine").unchanged == 1
    assert {case.dataset for case in archive.cases().values()} == {"mine"}


# --- side by side ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_two_at_once_take_every_file_once(archive: a.Archive, tmp_path: Path) -> None:
    files = {f"{number}.dcm": a.film(number) for number in range(10, 60)}
    folder = a.write(tmp_path / "files", files)
    alone = a.Archive(tmp_path / "alone")
    alone.ingest(folder)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            assert archive.ingest(folder).received == 50
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert a.everything(archive.home) == a.everything(alone.home)


@pytest.fixture
def watcher(archive: a.Archive) -> Iterator[Services]:
    with archive.open() as services:
        yield services


@pytest.mark.usefixtures("quick")
def test_a_search_that_runs_beside_sees_what_comes(
    archive: a.Archive, watcher: Services, tmp_path: Path
) -> None:
    near = Near(a.LightEmbedder().embed([_flat()])[0], a.MODEL)
    query = Query(near=near, page=Page(100))
    assert watcher.index.search(query, a.ALL).total == 0
    for number in range(10, 15):
        archive.ingest(a.write(tmp_path / str(number), {"f.dcm": a.film(number)}))
        found = watcher.index.search(query, a.ALL)
        assert found.total == len(found.hits) == number - 9
        uids = {hit.instance_uid for hit in found.hits}
        assert archive.pseudonyms.uid(a.instance_uid(number)) in uids


def _flat() -> npt.NDArray[np.uint8]:
    return np.full((224, 224), 128, np.uint8)


# --- without storing ------------------------------------------------------------------------------


def test_a_dry_run_foretells_and_stores_nothing(archive: a.Archive, tmp_path: Path) -> None:
    folder = odd_files(tmp_path / "files")
    archive.ingest(a.write(tmp_path / "first", {"f.dcm": a.film(41), "g.dcm": a.film(11, seed=8)}))
    before = _bytes_of(archive.home)
    foretold = archive.rehearse(folder)
    assert _bytes_of(archive.home) == before
    done = archive.ingest(folder)
    assert foretold.outcomes == done.outcomes
    assert foretold.reasons == done.reasons


def _bytes_of(home: Path) -> dict[str, bytes]:
    return {str(p.relative_to(home)): p.read_bytes() for p in home.rglob("*") if p.is_file()}


# --- what the stores refuse -----------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_vectors_of_another_model_are_refused(archive: a.Archive, tmp_path: Path) -> None:
    from infra.errors import BadSetup

    folder = a.write(tmp_path / "files", {"1.dcm": a.film(11)})
    archive.ingest(folder)
    other = a.Archive(archive.home, embedder=lambda: a.LightEmbedder(model_id="another"))
    before = a.everything(archive.home)
    with pytest.raises(BadSetup, match="cannot be compared"):
        other.ingest(a.write(tmp_path / "more", {"2.dcm": a.film(12)}))
    assert a.everything(archive.home) == before


@pytest.mark.usefixtures("quick")
def test_a_full_disk_is_one_sentence_and_nothing_is_lost(
    archive: a.Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from infra.errors import StorageFull

    class Full:
        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def write(self, _handle: int, _data: Any, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    folder = a.write(tmp_path / "files", {f"{n}.dcm": a.film(n) for n in range(10, 13)})
    with monkeypatch.context() as patch:
        patch.setattr(staging, "os", Full())
        with pytest.raises(StorageFull) as raised:
            archive.ingest(folder)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)
    assert archive.ledger() == []
    assert a.everything(archive.home)["blobs"] == []
    assert archive.ingest(folder).outcomes == {"indexed": 3}


@pytest.mark.usefixtures("quick")
def test_an_interrupted_run_keeps_what_was_finished(
    archive: a.Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{number}.dcm": a.film(number) for number in range(100, 180)}
    folder = a.write(tmp_path / "files", files)
    real, calls = prepare.prepare, []

    def interrupted(*args: object) -> object:
        calls.append(1)
        if len(calls) == 50:
            raise KeyboardInterrupt
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(a, "prepare", interrupted)
    with archive.open() as services, pytest.raises(KeyboardInterrupt):
        archive.pipeline(services).run(Request(paths=[folder]), Progress())
    assert len(archive.ledger()) == 32
    assert [path for path in (archive.home / "tmp").iterdir() if path.is_dir()] == []
    summary = archive.ingest(folder)
    assert (summary.outcomes["indexed"], summary.outcomes["duplicate"]) == (48, 32)
