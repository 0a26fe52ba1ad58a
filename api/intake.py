"""Uploads are taken into the archive by one thread of the server, one job after the other.

A job is "queued" until its turn and "running" until it is over; whoever cancels it (JobStore) stops
it at the next batch, and what was stored until then stays. The received copies are removed
afterwards, whatever happens. Names of received files stay in memory: they may name patients.
"""

import json
import logging
import queue
import secrets
import shutil
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from api.application import Application
from api.job_files import JobFile, job_file, named_in, result_of
from api.upload_ledger import NamedFile, UploadLedger
from infra.errors import BackendError, UserError
from infra.ports import Ledger
from infra.records import Job, JobState
from ingest.arrival.request import Progress, Request
from ingest.pipeline import Pipeline
from ingest.summary import Summary

log = logging.getLogger(__name__)

KIND = "upload"
LEASE_SECONDS = 60.0
KEEP_SECONDS = 20.0  # between two extensions of a lease
MOST_REMEMBERED = 200  # jobs whose file names are kept
STOP_SECONDS = 30.0
INTERRUPTED = "The server was stopped before this upload was done; send the files again."
OUT_OF_REACH = (
    "A part of the archive did not answer, or is full; what was stored until then stays. Send the "
    "files again later."
)
BROKEN = "This upload could not be finished because of a fault in Similis; see the log."


@dataclass(frozen=True, slots=True)
class Upload:
    """Received files in a folder of their own: where each is, and what its sender calls it."""

    folder: Path
    names: dict[Path, str]
    dataset: str
    session: str


@dataclass(slots=True)
class _Remembered:
    """What only this process knows of a job."""

    upload: Upload
    ledger: UploadLedger | None = None

    @property
    def files(self) -> Sequence[NamedFile]:
        """The files that were met so far."""
        return self.ledger.named if self.ledger else ()


class _Stopped(Exception):
    """Progress was told to stop: the job was cancelled, or the server ends."""


class Intake:
    """The upload jobs of one server, from start() to close(). Threads may share it."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._remembered: dict[str, _Remembered] = {}
        self._open: set[str] = set()
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to work, and give up what servers that are gone have left undone."""
        for work in (self._take_in, self._keep):
            thread = threading.Thread(target=work, name=f"intake{work.__name__}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Stop at the next batch. What is not done is marked as failed."""
        self._ending.set()
        self._waiting.put(None)
        for thread in self._threads:
            thread.join(STOP_SECONDS)
        self._threads.clear()
        for job_id in list(self._open):
            with suppress(BackendError):  # another server notes it when its lease has run out
                self._finish(job_id, JobState.FAILED, INTERRUPTED)

    def submit(self, upload: Upload, owner: str) -> Job:
        """Queue received files. From here on their folder belongs to the intake."""
        job = Job(
            job_id=secrets.token_hex(12),
            kind=KIND,
            payload=json.dumps({"dataset": upload.dataset}),
            owner=owner,
            total=len(upload.names),
            updated_at=datetime.now(UTC),
        )
        services = self._application.services
        self._open.add(job.job_id)
        self._remember(job.job_id, upload)
        services.jobs.put(job)
        # Sent and leased at once: a lease that runs out tells another server that this one is gone.
        services.queue.send(job.job_id, KIND)
        self._lease()
        self._waiting.put(job.job_id)
        return services.jobs.get(job.job_id)

    def files(self, job: Job, session: str) -> list[JobFile]:
        """What became of each file, in order. Only the session that sent them learns their names;
        others get numbers.
        """
        remembered = self._remembered.get(job.job_id)
        own = remembered is not None and remembered.upload.session == session
        if remembered is not None and remembered.ledger is None:
            names = remembered.upload.names.values()
            return [JobFile(name=name if own else str(n)) for n, name in enumerate(names, 1)]
        named = remembered.files if remembered else named_in(job.result)
        rows = self._application.services.ledger.of_files(file.ledger_name for file in named)
        return [job_file(file, rows.get(file.ledger_name, []), own=own) for file in named]

    # --- the worker -------------------------------------------------------------------------------

    def _take_in(self) -> None:
        while (job_id := self._waiting.get()) is not None and not self._ending.is_set():
            try:
                self._perform(job_id)
            except Exception as error:  # noqa: BLE001 - the thread must live; nothing is hidden
                log.error("an upload failed", extra={"error": type(error).__name__})
                with suppress(BackendError):  # then its lease runs out, and `_lease` notes it
                    self._finish(job_id, JobState.FAILED, _sentence(error))

    def _perform(self, job_id: str) -> None:
        """Ingest the files of one job."""
        if not self._change(job_id, state=JobState.RUNNING):
            self._finish(job_id)
            return
        remembered = self._remembered[job_id]
        upload, services = remembered.upload, self._application.services
        ledger = UploadLedger(services.ledger, job_id, upload.names)
        remembered.ledger = ledger
        staging = upload.folder / "staging"
        staging.mkdir()
        pipeline = Pipeline(
            services=replace(services, ledger=cast(Ledger, ledger), scratch=lambda: staging),
            settings=self._application.settings,
            key=self._application.key,
            embedder=self._application.open_model,
            segmenter=lambda: self._application.segmenter,
        )
        request = Request(
            paths=list(upload.names),
            dataset=upload.dataset,
            jobs=self._application.settings.job_count,
        )
        try:
            pipeline.run(request, self._progress(job_id, len(upload.names)))
        except _Stopped:
            self._finish(job_id, JobState.FAILED, INTERRUPTED if self._ending.is_set() else "")
        else:
            self._finish(job_id, JobState.DONE)

    def _progress(self, job_id: str, count: int) -> Progress:
        total = [count]

        def start(files: int) -> None:
            total[0] = files
            step(Summary())

        def step(summary: Summary) -> None:
            jobs = self._application.services.jobs
            if self._ending.is_set() or not jobs.progress(job_id, summary.received, total[0]):
                raise _Stopped

        return Progress(start=start, step=step)

    def _finish(self, job_id: str, state: JobState | None = None, error: str = "") -> None:
        """Note how a job ended (a cancelled one stays so), and remove its received files."""
        self._open.discard(job_id)
        remembered = self._remembered.get(job_id)
        if remembered is not None:
            _empty(remembered.upload.folder)
        if state is not None:
            self._change(job_id, state=state, error=error, result=self._result(job_id))
        self._application.services.queue.done(job_id)

    def _result(self, job_id: str) -> str:
        """The ledger's names of the files; all else stands in their rows, and goes with them."""
        remembered = self._remembered.get(job_id)
        return result_of(remembered.files if remembered else ())

    def _change(self, job_id: str, **changes: object) -> bool:
        """Change a job's record; False when it was cancelled."""
        services = self._application.services
        with services.together():
            job = services.jobs.get(job_id)
            if job.state is JobState.CANCELLED:
                return False
            services.jobs.put(replace(job, updated_at=datetime.now(UTC), **changes))  # type: ignore[arg-type]  # field names
            return True

    # --- leases -----------------------------------------------------------------------------------

    def _keep(self) -> None:
        """Hold on to this server's jobs, and find those of servers that are gone."""
        while True:
            try:
                for job_id in list(self._open):
                    self._application.services.queue.extend(job_id, LEASE_SECONDS)
                self._lease()
            except Exception as error:  # noqa: BLE001 - the store may answer again next time
                log.warning("leases were not kept", extra={"error": type(error).__name__})
            if self._ending.wait(KEEP_SECONDS):
                return

    def _lease(self) -> None:
        """Lease whatever can be had: jobs of our own, and others that nobody works on any more."""
        while job_id := self._application.services.queue.lease([KIND], LEASE_SECONDS):
            if job_id not in self._open:
                self._finish(job_id, JobState.FAILED, INTERRUPTED)

    def _remember(self, job_id: str, upload: Upload) -> None:
        self._remembered[job_id] = _Remembered(upload)
        over = [known for known in self._remembered if known not in self._open]
        for known in over[: max(0, len(self._remembered) - MOST_REMEMBERED)]:
            del self._remembered[known]


def _empty(folder: Path) -> None:
    """Remove a folder. Files are cut to nothing first: the reader of archives keeps some open."""
    for path in folder.rglob("*") if folder.is_dir() else ():
        if path.is_file():
            with path.open("wb"):
                pass
    shutil.rmtree(folder, ignore_errors=True)


def _sentence(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    return OUT_OF_REACH if isinstance(error, BackendError) else BROKEN
