"""Bytes as answers: cacheable by what they are, streamed where they are large."""

from collections.abc import Iterator
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response

CHUNK = 1 << 20
FOREVER = "private, max-age=31536000, immutable"  # for what is named by its content
ASK_AGAIN = "private, no-cache"  # kept by the browser, but only used after asking


def etag(*parts: object) -> str:
    """A strong entity tag (RFC 9110 8.8.3) of what determines the bytes."""
    return '"' + "-".join(str(part).replace('"', "") for part in parts) + '"'


def unchanged(request: Request, tag: str, cache: str) -> Response | None:
    """304 for a caller who has these bytes already."""
    known = request.headers.get("if-none-match", "")
    tags = {one.strip().removeprefix("W/") for one in known.split(",")}
    if tag in tags or "*" in tags:
        return Response(status_code=304, headers=caching(tag, cache))
    return None


def caching(tag: str, cache: str) -> dict[str, str]:
    """The headers by which a browser keeps an answer."""
    headers = {"ETag": tag, "Cache-Control": cache}
    return headers if cache == FOREVER else headers | {"Vary": "Accept"}


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """A file from its beginning, in pieces; it is closed at the end."""
    with file:
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece
