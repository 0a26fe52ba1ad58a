"""Accept headers and multipart answers of DICOMweb (PS3.18 8.7, RFC 2387)."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

MULTIPART = "multipart/related"
ANY = ("*/*", "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One media type that a caller takes; of a multipart answer, `kind` is that of its parts.

    `syntax` is "" where no transfer syntax is named, "*" for any.
    """

    kind: str
    syntax: str = ""
    multipart: bool = False
    quality: float = field(default=1.0, compare=False)


def wanted(request: Request) -> list[Wanted]:
    """What the caller takes, best first; anything where nothing is said.

    The query parameter `accept` counts like the header (PS3.18 8.3.3.1).
    """
    said = request.query_params.get("accept") or request.headers.get("accept") or "*/*"
    found = [_parsed(part) for part in _parts(said)]
    return sorted((one for one in found if one.quality > 0), key=lambda one: -one.quality)


def not_acceptable() -> HTTPException:
    """None of the forms that the caller takes can be made."""
    return HTTPException(406)


def multipart(
    parts: Iterable[tuple[str, Iterable[bytes]]], kind: str, headers: dict[str, str]
) -> Response:
    """A multipart/related answer, streamed: (content type, chunks) a part."""
    boundary = secrets.token_hex(16)
    content_type = f'{MULTIPART}; type="{kind}"; boundary={boundary}'
    return StreamingResponse(_written(parts, boundary), 200, headers, content_type)


def _written(parts: Iterable[tuple[str, Iterable[bytes]]], boundary: str) -> Iterator[bytes]:
    for content_type, chunks in parts:
        yield f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode()
        yield from chunks
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _parts(header: str) -> Iterator[str]:
    """The ranges of an Accept header: split at commas outside of quotes."""
    begin, quoted = 0, False
    for at, sign in enumerate(header):
        quoted ^= sign == '"'
        if sign == "," and not quoted:
            yield header[begin:at]
            begin = at + 1
    yield header[begin:]


def _parsed(part: str) -> Wanted:
    name, options = parse_options_header(part.strip())
    kind = name.decode("latin-1")
    given = {key.decode("latin-1"): value.decode("latin-1") for key, value in options.items()}
    several = kind == MULTIPART
    return Wanted(
        kind=given.get("type", "*/*").lower() if several else kind,
        syntax=given.get("transfer-syntax", ""),
        multipart=several,
        quality=_quality(given.get("q", "1")),
    )


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 1.0
