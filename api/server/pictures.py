"""Pictures and files by REST: thumbnails, rendered frames, originals."""

from os import SEEK_END

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from api.held import HeldQueries
from api.server.accept import ANY, not_acceptable, wanted
from api.server.answers import ASK_AGAIN, FOREVER, caching, chunks, etag, unchanged
from api.server.caller import application_of, session_of
from api.viewing.frames import Frames
from api.viewing.looks import FORMS, KINDS, plain_look
from api.viewing.objects import MISSING, Viewer
from infra.errors import NotFound

# These are plain functions: each runs in a thread as a whole.
router = APIRouter()

WEBP = "image/webp"


@router.get("/api/thumbnails/{study_uid}/{name}")
def thumbnail(request: Request, study_uid: str, name: str) -> Response:
    """A stored thumbnail, named by its content."""
    app = application_of(request)
    key, tag = f"{study_uid}/{name}", etag(name)
    if not name.endswith(".webp") or not app.services.catalog.heads([study_uid], app.scope):
        raise NotFound(MISSING)
    if (answer := unchanged(request, tag, FOREVER)) is not None:
        return answer
    with app.services.blobs.open(key) as file:
        return Response(file.read(), media_type=WEBP, headers=caching(tag, FOREVER))


@router.get("/api/query-files/{query_id}/thumbnail")
def query_thumbnail(request: Request, query_id: str) -> Response:
    """The thumbnail of a query file of the caller's session."""
    held: HeldQueries = request.app.state.held
    query = held.get(query_id, session_of(request))
    tag = etag(query_id)
    answer = unchanged(request, tag, ASK_AGAIN)
    headers = caching(tag, ASK_AGAIN)
    return answer or Response(query.asked.thumbnail, media_type=WEBP, headers=headers)


@router.get("/api/originals/{instance_uid}")
def original(request: Request, instance_uid: str) -> Response:
    """The DICOM file of an image or attachment as it is stored: without identity, unless kept."""
    file = Viewer.of(request).file("", "", instance_uid)
    tag = etag(file.version)
    if (answer := unchanged(request, tag, ASK_AGAIN)) is not None:
        return answer
    name = f'attachment; filename="{file.record.instance_uid}.dcm"'
    handle = file.open()
    headers = {
        **caching(tag, ASK_AGAIN),
        "Content-Disposition": name,
        "Content-Length": str(handle.seek(0, SEEK_END)),
    }
    return StreamingResponse(chunks(handle), 200, headers, "application/dicom")


@router.get("/api/instances/{instance_uid}/frames/{number}/rendered")
def rendered(request: Request, instance_uid: str, number: int) -> Response:
    """A frame (counted from 1) as it is indexed, or with another window: `wc`, `ww`, `size`."""
    viewer = Viewer.of(request)
    file = viewer.file("", "", instance_uid)
    form = picture_form(request, default="PNG")
    look = plain_look(request.query_params, form)
    tag = etag(file.version, number, look.size, look.form, look.window)
    if (answer := unchanged(request, tag, ASK_AGAIN)) is not None:
        return answer
    frames = Frames.of(viewer, file)
    data = frames.rendered(frames.numbers([number])[0], look)
    return Response(data, media_type=KINDS[form], headers=caching(tag, ASK_AGAIN))


def picture_form(request: Request, default: str) -> str:
    """The Pillow format that the caller likes best. Raises 406."""
    for one in wanted(request):
        if one.kind in FORMS:
            return FORMS[one.kind]
        if one.kind in (*ANY, "image/*"):
            return default
    raise not_acceptable()
