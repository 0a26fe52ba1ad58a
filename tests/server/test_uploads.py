"""Files that come over HTTP: asked about and forgotten, or taken into the archive as a job."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import intake as module
from api.application import Application
from api.auth import OWNER, Identity
from api.intake import Intake, Upload
from api.job_files import JobFile
from infra.query import AccessScope
from infra.records import Job, JobState, Outcome
from tests.flow import archive as a
from tests.samples import pydicom_file

SECONDS = 60.0
SignedIn = Callable[[Identity], httpx.Client]


class _Watched(Intake):
    """Tells when a job is over."""

    def __init__(self, application: Application) -> None:
        super().__init__(application)
        self.over: dict[str, threading.Event] = {}

    def _finish(self, job_id: str, state: JobState | None = None, error: str = "") -> None:
        super()._finish(job_id, state, error)
        self.over.setdefault(job_id, threading.Event()).set()

    def wait(self, job_id: str) -> Job:
        assert self.over.setdefault(job_id, threading.Event()).wait(SECONDS)
        return self._application.services.jobs.get(job_id)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    a.without_workers(monkeypatch)
    archive = a.Archive(tmp_path / "home")
    with archive.application() as opened:
        yield opened


@pytest.fixture
def intake(home: Application) -> Iterator[_Watched]:
    made = _Watched(home)
    made.start()
    yield made
    made.close()


def upload(home: Application, files: dict[str, bytes], **changes: Any) -> Upload:
    folder = home.services.scratch() / f"upload-{len(list(home.services.scratch().iterdir()))}"
    folder.mkdir()
    names = {}
    for number, (name, data) in enumerate(files.items(), 1):
        path = folder / f"{number:06d}{'.zip' if name.endswith('.zip') else '.dcm'}"
        path.write_bytes(data)
        names[path] = name
    made = Upload(folder, names, "default", "mine")
    return replace(made, **changes)


FILES = {
    "Quastenberg Ottilie.dcm": a.film(100),
    "again.dcm": a.film(100),
    "letter.txt": b"Dear colleague",
    "Quastenberg.zip": a.zipped({"Quastenberg/1.dcm": a.film(101), "x.bin": b"nothing"}),
}


# --- the job --------------------------------------------------------------------------------------


def test_every_file_has_an_outcome(home: Application, intake: _Watched) -> None:
    given = upload(home, FILES)
    job = intake.wait(intake.submit(given, "owner").job_id)
    assert (job.state, job.error, job.done, job.total) == (JobState.DONE, "", 5, 5)
    files = intake.files(job, "mine")
    assert [(file.name, file.outcome, file.reason) for file in files] == [
        ("Quastenberg Ottilie.dcm", Outcome.INDEXED, ""),
        ("again.dcm", Outcome.DUPLICATE, ""),
        ("letter.txt", Outcome.REFUSED, "not_dicom"),
        ("Quastenberg.zip!/Quastenberg/1.dcm", Outcome.INDEXED, ""),
        ("Quastenberg.zip!/x.bin", Outcome.REFUSED, "not_dicom"),
    ]
    assert files[2].message
    uid = home.pseudonyms.uid(a.instance_uid(100))
    assert (files[0].instance_uid, files[1].instance_uid) == (uid, uid)
    assert home.services.catalog.instances([uid], a.ALL)
    assert not given.folder.exists()


def test_names_of_files_are_nowhere_but_with_their_session(
    home: Application, intake: _Watched
) -> None:
    job = intake.wait(intake.submit(upload(home, FILES), "owner").job_id)
    rows = [row.file for row in home.services.ledger.rows()]
    assert rows == [f"upload/{job.job_id}/{number}.dcm" for number in range(1, 6)]
    for path in home.settings.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"Quastenberg" not in data, path
            assert b"upload-" not in data, path
    assert [file.name for file in intake.files(job, "other session")] == ["1", "2", "3", "4", "5"]
    another = Intake(home)  # as after a restart
    files = another.files(job, "mine")
    assert [file.name for file in files] == ["1", "2", "3", "4", "5"]
    assert [file.outcome for file in files][:2] == [Outcome.INDEXED, Outcome.DUPLICATE]


def test_what_is_erased_leaves_the_job_too(home: Application, intake: _Watched) -> None:
    from ingest.storage.erase import erase

    job = intake.wait(intake.submit(upload(home, FILES), "owner").job_id)
    erase(home.services, home.pseudonyms, [home.pseudonyms.uid(a.study_uid(100))])
    assert intake.files(job, "mine")[0] == JobFile(name="Quastenberg Ottilie.dcm")
    assert home.pseudonyms.uid(a.study_uid(100)) not in json.dumps(job.result)


def test_a_waiting_job_can_be_cancelled(home: Application) -> None:
    intake = _Watched(home)
    given = upload(home, FILES)
    job = intake.submit(given, "owner")
    assert [file.name for file in intake.files(job, "mine")] == list(FILES)
    assert home.services.jobs.cancel(job.job_id)
    intake.start()
    assert intake.wait(job.job_id).state is JobState.CANCELLED
    intake.close()
    assert not given.folder.exists()
    assert home.services.ledger.counts() == {}


def test_a_running_job_stops_at_the_next_batch(
    home: Application, intake: _Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.storage.batch.BATCH_FILES", 1)
    films = {f"{n}.dcm": a.film(n) for n in range(100, 110)}
    progress = type(home.services.jobs).progress

    def cancel_after_two(jobs: Any, job_id: str, done: int, total: int) -> bool:
        if done == 2:
            jobs.cancel(job_id)
        return progress(jobs, job_id, done, total)

    monkeypatch.setattr(type(home.services.jobs), "progress", cancel_after_two)
    given = upload(home, films)
    job = intake.wait(intake.submit(given, "owner").job_id)
    assert job.state is JobState.CANCELLED
    stored = home.services.ledger.counts()["indexed"]
    assert 2 <= stored < 10
    outcomes = [file.outcome for file in intake.files(job, "mine")]
    assert outcomes.count(Outcome.INDEXED) == stored
    assert not given.folder.exists()


def test_a_fault_fails_one_job_and_not_the_next(
    home: Application, intake: _Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("api.intake.Pipeline.run", lambda *_: 1 / 0)
        job = intake.wait(intake.submit(upload(home, FILES), "owner").job_id)
    assert (job.state, job.error) == (JobState.FAILED, module.BROKEN)
    assert intake.wait(intake.submit(upload(home, FILES), "owner").job_id).state is JobState.DONE


def test_what_a_server_that_is_gone_left_undone_is_marked_as_failed(home: Application) -> None:
    gone = Intake(home)
    given = upload(home, FILES)
    job = gone.submit(given, "owner")
    home.services.queue._clock = lambda: module.LEASE_SECONDS * 1e9  # type: ignore[attr-defined]  # later
    server = _Watched(home)
    server.start()
    found = server.wait(job.job_id)
    server.close()
    assert (found.state, found.error) == (JobState.FAILED, module.INTERRUPTED)


def test_another_server_leaves_a_living_one_its_jobs(home: Application, intake: _Watched) -> None:
    waiting = Intake(home)
    job = waiting.submit(upload(home, FILES), "owner")
    intake.wait(intake.submit(upload(home, FILES), "owner").job_id)
    assert home.services.jobs.get(job.job_id).state is JobState.QUEUED
    waiting.close()
    found = home.services.jobs.get(job.job_id)
    assert (found.state, found.error) == (JobState.FAILED, module.INTERRUPTED)


# --- over HTTP ------------------------------------------------------------------------------------


def test_a_query_file_raw_or_in_a_form(client: httpx.Client, served: Any) -> None:
    data = pydicom_file("CT_small.dcm").read_bytes()
    raw = client.post("/api/query-files", content=data)
    assert raw.status_code == 201
    form = client.post("/api/query-files", files={"file": ("Müller.dcm", data)}, data={"a": "b"})
    assert form.status_code == 201
    assert raw.json()["id"] != form.json()["id"]
    scratch = served.app.state.similis.services.scratch()
    assert not list(scratch.glob("upload-*"))


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"content": b"text"}, 422, "not_dicom"),
        ({"content": b"\x89PNG\r\n\x1a\nbroken"}, 422, "undecodable_pixels"),
        ({"content": b""}, 400, None),
        ({"files": [("file", ("a", b"1")), ("file", ("b", b"2"))]}, 400, None),
        ({"data": {"file": "no file"}}, 422, "not_dicom"),
        (
            {
                "content": b"--x\r\nContent-Disposition: form-data",
                "headers": {"Content-Type": "multipart/form-data; boundary=x"},
            },
            400,
            None,
        ),
        ({"content": b"", "headers": {"Content-Type": "multipart/form-data"}}, 400, None),
    ],
)
def test_what_is_no_query_file(
    client: httpx.Client, served: Any, body: dict[str, Any], status: int, reason: str | None
) -> None:
    answer = client.post("/api/query-files", **body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error.get("reason") == reason
    assert error["message"]
    assert not list(served.app.state.similis.services.scratch().glob("upload-*"))


def test_a_file_is_bounded(
    application: Application, serve_another: Callable[[Application], Any]
) -> None:
    small = replace(application, settings=replace(application.settings, max_file_mb=1))
    with serve_another(small).client(OWNER) as client:
        answer = client.post("/api/query-files", files={"file": ("a.dcm", bytes(1_100_000))})
    assert answer.status_code in (413, 422)


def test_uploads_become_a_job(
    home: Application,
    serve_another: Callable[[Application], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.server.app.Intake", _Watched)
    served = serve_another(home)
    with served.client(OWNER) as client:
        files = [("files", (name, data)) for name, data in FILES.items()]
        litter = ("files", (".DS_Store", b"x"))
        answer = client.post("/api/uploads?dataset=new", files=[*files, litter])
        assert answer.status_code == 202
        job = served.app.state.intake.wait(answer.json()["jobId"])
        assert (job.state, job.owner, job.total) == (JobState.DONE, "owner", 5)
        assert home.services.catalog.datasets(a.ALL) == {"new": 1}
        assert client.post("/api/uploads").status_code == 400
        long = "x" * 65
        assert client.post(f"/api/uploads?dataset={long}", files=files).status_code == 400
    assert not list(home.services.scratch().glob("upload-*"))


def test_only_those_who_may_add_can_upload(signed_in: SignedIn, stranger: httpx.Client) -> None:
    files = {"files": ("a.dcm", b"1")}
    reader = signed_in(Identity("reader", AccessScope.everything(), may_add=False))
    assert reader.post("/api/uploads", files=files).status_code == 403
    films = signed_in(Identity("films", AccessScope.only("films"), may_add=True))
    assert films.post("/api/uploads?dataset=samples", files=files).status_code == 403
    assert stranger.post("/api/uploads", files=files).status_code == 401
    assert stranger.post("/api/query-files", content=b"1").status_code == 401
