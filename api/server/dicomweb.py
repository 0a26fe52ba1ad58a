"""DICOMweb (PS3.18): QIDO-RS to list, WADO-RS to get, as cornerstone and OHIF use it.

Routes are plain functions: each runs in a thread as a whole. Errors before the first byte get the
usual answer; what goes wrong later cuts the stream short, which its length or boundary betrays.
"""

import hashlib
import json
from collections.abc import Iterator
from itertools import chain

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from api.server import dicomweb_frames
from api.server.accept import ANY, multipart, not_acceptable, wanted
from api.server.answers import ASK_AGAIN, caching, chunks, etag, unchanged
from api.viewing.listing import Level, listing
from api.viewing.metadata import metadata_json
from api.viewing.objects import StoredFile, Viewer

router = APIRouter(prefix="/dicomweb")

JSON = "application/dicom+json"
DICOM = "application/dicom"
STUDY, SERIES = "/studies/{study}", "/studies/{study}/series/{series}"
INSTANCE = dicomweb_frames.INSTANCE
NO_FUZZY = '299 similis "The fuzzymatching parameter is not supported: only exact matches."'
MORE = '299 similis "There are more results: ask for the next ones with offset."'


# --- QIDO-RS --------------------------------------------------------------------------------------


@router.get("/studies")
def studies(request: Request) -> Response:
    """List studies."""
    return _listed(request, Level.STUDY)


@router.get("/series")
def all_series(request: Request) -> Response:
    """List series of any study."""
    return _listed(request, Level.SERIES)


@router.get("/instances")
def all_instances(request: Request) -> Response:
    """List instances of any study."""
    return _listed(request, Level.INSTANCE)


@router.get(STUDY + "/series")
def series_of_study(request: Request, study: str) -> Response:
    """List the series of a study."""
    return _listed(request, Level.SERIES, StudyInstanceUID=study)


@router.get(STUDY + "/instances")
def instances_of_study(request: Request, study: str) -> Response:
    """List the instances of a study."""
    return _listed(request, Level.INSTANCE, StudyInstanceUID=study)


@router.get(SERIES + "/instances")
def instances_of_series(request: Request, study: str, series: str) -> Response:
    """List the instances of a series."""
    return _listed(request, Level.INSTANCE, StudyInstanceUID=study, SeriesInstanceUID=series)


def _listed(request: Request, level: Level, **place: str) -> Response:
    _check_json(request)
    found = listing(Viewer.of(request), level, request.query_params.multi_items(), **place)
    base = str(request.base_url) + "dicomweb"
    headers = {"Cache-Control": ASK_AGAIN}
    warnings = [text for text, given in ((NO_FUZZY, found.fuzzy), (MORE, found.more)) if given]
    if warnings:
        headers["Warning"] = ", ".join(warnings)
    document = [row.as_json(base) for row in found.rows]
    return Response(json.dumps(document), media_type=JSON, headers=headers)


# --- metadata -------------------------------------------------------------------------------------


@router.get(STUDY + "/metadata")
def study_metadata(request: Request, study: str) -> Response:
    """Headers of all objects of a study."""
    return _metadata(request, study)


@router.get(SERIES + "/metadata")
def series_metadata(request: Request, study: str, series: str) -> Response:
    """Headers of all objects of a series."""
    return _metadata(request, study, series)


@router.get(INSTANCE + "/metadata")
def instance_metadata(request: Request, study: str, series: str, instance: str) -> Response:
    """The header of one object."""
    viewer = Viewer.of(request)
    return _headers(request, viewer, [viewer.file(study, series, instance)])


def _metadata(request: Request, study: str, series: str = "") -> Response:
    viewer = Viewer.of(request)
    return _headers(request, viewer, viewer.files(study, series))


def _headers(request: Request, viewer: Viewer, files: list[StoredFile]) -> Response:
    _check_json(request)
    versions = "\n".join(file.version for file in files)
    tag = etag(hashlib.sha256(versions.encode()).hexdigest())
    if (answer := unchanged(request, tag, ASK_AGAIN)) is not None:
        return answer
    headers = (metadata_json(viewer, file) for file in files)
    return StreamingResponse(_as_array(headers), 200, caching(tag, ASK_AGAIN), JSON)


def _as_array(documents: Iterator[bytes]) -> Iterator[bytes]:
    """JSON documents as one array; the first is made at once, so that its errors have a status."""
    first = next(documents)
    return chain([b"[" + first], (b"," + document for document in documents), [b"]"])


def _check_json(request: Request) -> None:
    kinds = (*ANY, "application/*", "application/json", JSON)
    if not any(one.kind in kinds for one in wanted(request)):
        raise not_acceptable()


# --- files ----------------------------------------------------------------------------------------


@router.get(STUDY)
def study(request: Request, study: str) -> Response:
    """All files of a study."""
    viewer = Viewer.of(request)
    return _as_files(request, viewer.files(study))


@router.get(SERIES)
def series(request: Request, study: str, series: str) -> Response:
    """All files of a series."""
    viewer = Viewer.of(request)
    return _as_files(request, viewer.files(study, series))


@router.get(INSTANCE)
def instance(request: Request, study: str, series: str, instance: str) -> Response:
    """One file; alone, or as the only part of a multipart answer."""
    file = Viewer.of(request).file(study, series, instance)
    takes = wanted(request)
    if any(one.kind == DICOM and not one.multipart for one in takes):
        return StreamingResponse(chunks(file.open()), 200, {}, DICOM)
    return _as_files(request, [file])


def _as_files(request: Request, files: list[StoredFile]) -> Response:
    """Files as they are stored: they are not transcoded."""
    if not any(one.kind in (*ANY, DICOM) for one in wanted(request)):
        raise not_acceptable()
    parts = ((DICOM, chunks(file.open())) for file in files)
    return multipart(parts, DICOM, {"Cache-Control": ASK_AGAIN})


router.include_router(dicomweb_frames.router)
