"""Query files are held for their session only, for an hour, and never enter the archive."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from PIL import Image

from api import held as module
from api.application import Application
from api.held import HeldQueries
from api.search import Exclude, Question, build_query, search
from infra.errors import BadQuery, NotFound, RejectedFile
from tests.flow import archive as a
from tests.samples import pydicom_file

ME, OTHER = "session one", "session two"


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("held")
    archive = a.Archive(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        a.without_workers(patch)
        archive.ingest(a.write(folder / "films", {f"{n}.dcm": a.film(n) for n in range(100, 106)}))
    with archive.application() as opened:
        yield opened


@pytest.fixture(scope="module")
def now() -> list[float]:
    return [0.0]


@pytest.fixture(scope="module")
def shared(application: Application, now: list[float]) -> Iterator[HeldQueries]:
    """One for all tests: starting its workers takes a second."""
    made = HeldQueries(application, clock=lambda: now[0])
    yield made
    made.close()
    assert scratch(application) == set()


@pytest.fixture
def held(shared: HeldQueries, now: list[float]) -> HeldQueries:
    now[0] += module.KEPT_SECONDS  # whatever the test before has left
    return shared


def film(folder: Path, number: int = 100) -> Path:
    path = folder / f"{number}.dcm"
    path.write_bytes(a.film(number))
    return path


def scratch(application: Application) -> set[str]:
    return {path.name for path in application.services.scratch().glob("*.query")}


def test_a_held_file_answers_as_the_file_itself(
    application: Application, held: HeldQueries, tmp_path: Path
) -> None:
    path = film(tmp_path)
    query = held.take(path, ME)
    by_file = search(application, build_query(application, Question(file=path)))
    path.unlink()
    by_held = search(application, build_query(application, Question(asked=query.asked)))
    assert [h.hit for h in by_held.hits] == [h.hit for h in by_file.hits]
    assert by_held.total == 5  # itself is left out
    nothing = Question(asked=query.asked, exclude=Exclude.PATIENT)
    assert search(application, build_query(application, nothing)).total == 0
    everything = Question(asked=query.asked, exclude=Exclude.NONE)
    assert search(application, build_query(application, everything)).total == 6
    with pytest.raises(BadQuery):
        build_query(application, Question(asked=query.asked, like="1.2"))


def test_only_its_session_gets_to_it(held: HeldQueries, tmp_path: Path) -> None:
    query = held.take(film(tmp_path), ME)
    assert held.get(query.query_id, ME) is query
    assert held.of_study(query.instance.study_uid, ME) is query
    assert held.of_instance(query.instance.instance_uid, ME) is query
    with pytest.raises(NotFound):
        held.get(query.query_id, OTHER)
    assert held.of_study(query.instance.study_uid, OTHER) is None
    assert held.of_instance(query.instance.instance_uid, OTHER) is None
    assert not held.forget(query.query_id, OTHER)
    assert held.forget(query.query_id, ME)
    assert not query.copy.exists()
    with pytest.raises(NotFound):
        held.get(query.query_id, ME)


def test_it_expires(held: HeldQueries, now: list[float], tmp_path: Path) -> None:
    query = held.take(film(tmp_path), ME)
    now[0] += module.KEPT_SECONDS - 1
    assert held.get(query.query_id, ME) is query
    now[0] += 1
    with pytest.raises(NotFound):
        held.get(query.query_id, ME)
    assert not query.copy.exists()


def test_the_oldest_goes_first(
    held: HeldQueries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 2)
    queries = [held.take(film(tmp_path), ME) for _ in range(3)]
    with pytest.raises(NotFound):
        held.get(queries[0].query_id, ME)
    assert [held.get(query.query_id, ME) for query in queries[1:]] == queries[1:]
    monkeypatch.setattr(module, "MOST_BYTES", 1)
    newest = held.take(film(tmp_path), ME)
    assert held.get(newest.query_id, ME) is newest
    assert not queries[2].copy.exists()


def test_the_copy_is_without_identity_and_under_names_of_its_own(
    held: HeldQueries, tmp_path: Path
) -> None:
    one, other = held.take(film(tmp_path), ME), held.take(film(tmp_path), ME)
    copy = pydicom.dcmread(one.copy)
    assert copy.PatientID.startswith("P-")
    assert b"Quastenberg" not in one.copy.read_bytes()
    assert b"MRN" not in one.copy.read_bytes()
    names = (copy.StudyInstanceUID, copy.SeriesInstanceUID, copy.SOPInstanceUID)
    assert names == (
        one.instance.study_uid,
        one.instance.series_uid,
        one.instance.instance_uid,
    )
    assert copy.file_meta.MediaStorageSOPInstanceUID == copy.SOPInstanceUID
    assert all(name.startswith("2.25.") for name in names)
    assert not {*names} & {getattr(other.instance, f.name) for f in _uids()}
    assert one.query_id != other.query_id
    original = pydicom.dcmread(BytesIO(a.film(100)))
    assert copy.PixelData == original.PixelData
    assert one.is_dicom
    assert one.asked.identifiers.instances[1] == a.instance_uid(100)


def _uids() -> list[object]:
    from dataclasses import fields

    from infra.records import Instance

    return [field for field in fields(Instance) if field.name.endswith("_uid")]  # type: ignore[misc]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_plain_picture_becomes_a_secondary_capture(
    held: HeldQueries, tmp_path: Path, form: str, mode: str
) -> None:
    path = tmp_path / "picture"
    Image.linear_gradient("L").resize((40, 30)).convert(mode).save(path, form)
    query = held.take(path, ME)
    copy = pydicom.dcmread(query.copy)
    assert (copy.Rows, copy.Columns) == (query.instance.rows, query.instance.columns) == (30, 40)
    assert copy.SOPClassUID == pydicom.uid.SecondaryCaptureImageStorage
    grey = mode == "L" and form != "WEBP"  # which knows no grey
    assert copy.pixel_array.shape == ((30, 40) if grey else (30, 40, 3))
    assert not query.is_dicom
    assert query.asked.pixel_hash == ""


def test_what_is_refused_leaves_nothing(
    application: Application, held: HeldQueries, tmp_path: Path
) -> None:
    path = tmp_path / "text"
    path.write_text("no picture")
    before = scratch(application)
    with pytest.raises(RejectedFile) as refused:
        held.take(path, ME)
    assert refused.value.reason == "not_dicom"
    assert scratch(application) == before
    film_again = held.take(film(tmp_path), ME)  # the workers live on
    assert film_again.asked.thumbnail.startswith(b"RIFF")


def test_a_stack_is_asked_frame_by_frame(held: HeldQueries) -> None:
    query = held.take(pydicom_file("SC_rgb_rle_2frame.dcm"), ME)
    assert [vector.frame for vector in query.asked.vectors] == [0, 1]
    assert (query.asked.near(1).values == query.asked.vectors[1].values).all()
    assert (query.asked.near(7).values == query.asked.near(None).values).all()
