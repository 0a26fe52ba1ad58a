"""Files from the page: one that is asked about, or many that go into the archive."""

import secrets
import shutil
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api.held import HeldQueries
from api.intake import Intake, Upload
from api.server.caller import application_of, identity_of, session_of
from api.server.receiving import Bounds, ReceivedFile, receive
from infra.errors import BadQuery, Forbidden
from infra.records import DEFAULT_DATASET
from infra.services import Services
from infra.settings import MEGA, Settings
from ingest.arrival.items import is_litter
from ingest.arrival.staging import disk_errors

router = APIRouter()

MOST_FILES = 20_000
LONGEST_DATASET = 64
ZIP_SIGN = b"PK\x03\x04"


@router.post("/api/query-files", status_code=201)
async def take_query_file(request: Request) -> JSONResponse:
    """Hold one DICOM, PNG, JPEG, TIFF or WebP file to ask with; it never enters the archive."""
    app, session = application_of(request), session_of(request)
    held: HeldQueries = request.app.state.held
    folder = await run_in_threadpool(_folder, app.services)
    try:
        received = _sent(await receive(request, folder, _bounds(app.settings, files=1)))
        if not received:
            raise BadQuery("Send one file.")
        query = await run_in_threadpool(held.take, received[0].path, session)
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
    return JSONResponse({"id": query.query_id}, 201)


@router.post("/api/uploads", status_code=202)
async def take_uploads(request: Request, dataset: str = DEFAULT_DATASET) -> JSONResponse:
    """Take files and zip archives into the archive, in the background."""
    app, identity, session = application_of(request), identity_of(request), session_of(request)
    dataset = dataset.strip()
    if not identity.may_add or not identity.scope.allows(dataset):
        raise Forbidden("You may not add to this dataset.")
    if not dataset.isprintable() or not 1 <= len(dataset) <= LONGEST_DATASET:
        raise BadQuery(f"The name of a dataset has 1 to {LONGEST_DATASET} characters.")
    intake: Intake = request.app.state.intake
    folder = await run_in_threadpool(_folder, app.services)
    try:
        received = _sent(await receive(request, folder, _bounds(app.settings, files=MOST_FILES)))
        if not received:
            raise BadQuery("Send at least one file.")
        names = await run_in_threadpool(_with_suffixes, received)
        upload = Upload(folder, names, dataset, session)
        job = await run_in_threadpool(intake.submit, upload, identity.name)
    except BaseException:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
        raise
    return JSONResponse({"jobId": job.job_id}, 202)


def _bounds(settings: Settings, files: int) -> Bounds:
    size = settings.max_file_mb * MEGA
    return Bounds(files=files, file_size=size, total_size=max(size, settings.max_archive_mb * MEGA))


def _folder(services: Services) -> Path:
    """A new folder in the server's scratch."""
    folder = services.scratch() / f"upload-{secrets.token_hex(8)}"
    with disk_errors():
        folder.mkdir(mode=0o700)
    return folder


def _sent(received: list[ReceivedFile]) -> list[ReceivedFile]:
    """Without what forms and desktop systems add by themselves."""
    return [
        file
        for file in received
        if (file.name or file.size) and not (file.name and is_litter(file.name))
    ]


def _with_suffixes(received: list[ReceivedFile]) -> dict[Path, str]:
    """Where each file is, under a suffix that says whether it is an archive, and its name."""
    names: dict[Path, str] = {}
    for number, file in enumerate(received, 1):
        with disk_errors(), file.path.open("rb") as handle:
            archive = handle.read(len(ZIP_SIGN)) == ZIP_SIGN
            path = file.path.rename(file.path.with_suffix(".zip" if archive else ".dcm"))
        names[path] = file.name or str(number)
    return names
