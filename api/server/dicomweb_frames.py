"""WADO-RS of frames: their bytes, as stored or uncompressed, and pictures of them."""

from collections.abc import Iterable, Iterator
from itertools import chain

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.server.accept import ANY, Wanted, multipart, not_acceptable, wanted
from api.server.answers import ASK_AGAIN, caching, etag, unchanged
from api.server.pictures import picture_form
from api.viewing.frames import MEDIA_TYPES, PLAIN, Frames
from api.viewing.looks import KINDS, wado_look
from api.viewing.objects import MISSING, StoredFile, Viewer
from infra.errors import BadQuery, NotFound

router = APIRouter()

OCTETS = "application/octet-stream"
MOST_FRAMES = 1_000  # of one request
INSTANCE = "/studies/{study}/series/{series}/instances/{instance}"


@router.get(INSTANCE + "/frames/{numbers}")
def frames(request: Request, study: str, series: str, instance: str, numbers: str) -> Response:
    """Frames by their numbers, which count from 1: `1` or `1,2,5`."""
    viewer = Viewer.of(request)
    file = viewer.file(study, series, instance)
    found = Frames.of(viewer, file)
    kind, syntax = _frame_form(wanted(request), found)
    tag = etag(file.version, numbers, syntax, kind.rpartition("/")[2])
    if (answer := unchanged(request, tag, ASK_AGAIN)) is not None:
        return answer
    indexes = found.numbers(_numbers(numbers))
    data = found.as_stored(indexes) if syntax == found.syntax else found.plain(indexes)
    content_type = f"{kind}; transfer-syntax={syntax}"
    parts = ((content_type, [frame]) for frame in _begun(data))
    return multipart(parts, kind, caching(tag, ASK_AGAIN))


def _frame_form(takes: Iterable[Wanted], found: Frames) -> tuple[str, str]:
    """Media type and transfer syntax of the parts; as stored wherever the caller takes that.

    Octets of no named transfer syntax are Explicit VR Little Endian (PS3.18 8.7.3.3.2). Raises 406.
    """
    takes = list(takes)
    stored = MEDIA_TYPES.get(found.syntax, OCTETS)
    for one in takes:
        octets = one.kind == OCTETS and one.syntax in ("*", found.syntax)
        if octets or one.kind in ANY or (one.kind == stored and _suits(one.syntax, found.syntax)):
            return (OCTETS if octets else stored), found.syntax
    if any(one.kind == OCTETS and one.syntax in ("", PLAIN) for one in takes):
        return OCTETS, PLAIN
    raise not_acceptable()


def _suits(asked: str, syntax: str) -> bool:
    return asked in ("*", syntax) or (asked == "" and syntax != PLAIN)


def _numbers(text: str) -> list[int]:
    found = [int(one) for one in text.split(",") if one.isascii() and one.isdigit()]
    if len(found) != text.count(",") + 1 or any(number > 10**9 for number in found):
        raise BadQuery("Frames are given as numbers: 1 or 1,2,5.")
    if len(found) > MOST_FRAMES:
        raise BadQuery(f"At most {MOST_FRAMES:,} frames can be asked for at once.")
    return found


def _begun(frames: Iterator[bytes]) -> Iterator[bytes]:
    """The first frame is made at once, so that its errors have a status."""
    return chain([next(frames)], frames)


# --- pictures -------------------------------------------------------------------------------------


@router.get(INSTANCE + "/rendered")
def rendered(request: Request, study: str, series: str, instance: str) -> Response:
    """The middle frame as a picture."""
    viewer = Viewer.of(request)
    file = viewer.file(study, series, instance)
    middle = getattr(file.record, "frames", 1) // 2 + 1
    return _rendered(request, viewer, file, middle)


@router.get(INSTANCE + "/frames/{number}/rendered")
def rendered_frame(
    request: Request, study: str, series: str, instance: str, number: int
) -> Response:
    """A frame as a picture; query parameters `window` and `viewport`."""
    viewer = Viewer.of(request)
    return _rendered(request, viewer, viewer.file(study, series, instance), number)


def _rendered(request: Request, viewer: Viewer, file: StoredFile, number: int) -> Response:
    form = picture_form(request, default="JPEG")
    look = wado_look(request.query_params, form)
    tag = etag(file.version, number, look.size, form, look.window)
    if (answer := unchanged(request, tag, ASK_AGAIN)) is not None:
        return answer
    found = Frames.of(viewer, file)
    data = found.rendered(found.numbers([number])[0], look)
    return Response(data, media_type=KINDS[form], headers=caching(tag, ASK_AGAIN))


@router.get(INSTANCE + "/thumbnail")
def thumbnail(request: Request, study: str, series: str, instance: str) -> Response:
    """The stored thumbnail, WebP."""
    viewer = Viewer.of(request)
    file = viewer.file(study, series, instance)
    query = viewer.held.of_instance(instance, viewer.session)
    tag = etag(file.version, "thumbnail")
    if picture_form(request, default="WEBP") != "WEBP":
        raise not_acceptable()
    if (answer := unchanged(request, tag, ASK_AGAIN)) is not None:
        return answer
    if query is not None:
        data = query.asked.thumbnail
    elif key := getattr(file.record, "thumbnail", ""):
        with viewer.app.services.blobs.open(key) as handle:
            data = handle.read()
    else:
        raise NotFound(MISSING)
    return Response(data, media_type="image/webp", headers=caching(tag, ASK_AGAIN))
