"""What a request must pass before any route sees it: host, origin and size. Pure ASGI."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.server.caller import request_id_of
from api.server.errors import error_answer
from api.server.site import Site, is_private
from infra.settings import MEGA

MOST_BYTES = MEGA  # of any body that is no upload
USUAL_PORTS = {"http": 80, "https": 443}
READING = frozenset({"GET", "HEAD"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")


def refusal(scope: Scope, status: int, message: str = "", **headers: str) -> JSONResponse:
    """The answer of a guard."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_answer(request_id_of(HTTPConnection(scope)), status, "", message, headers=sent)


class HostGuard:
    """Answers only under known names, so that no other site's name can be pointed here."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app, self.site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 400 or 421."""
        hosts = Headers(scope=scope).getlist("host") if scope["type"] == "http" else []
        match = _HOST.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
        if scope["type"] != "http" or (match and match[1] in self.site.names):
            await self.app(scope, receive, send)
        else:
            answer = refusal(scope, 421 if match else 400)
            await answer(scope, receive, send)


class OriginGuard:
    """Refuses what another site's page makes a browser send (CSRF), and reads across sites."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403."""
        if scope["type"] != "http" or _is_ours(scope):
            await self.app(scope, receive, send)
        else:
            answer = refusal(scope, 403, "This came from another site's page.")
            await answer(scope, receive, send)


def _is_ours(scope: Scope) -> bool:
    """By Origin and by Fetch Metadata; programs, which send neither, have no cookies to abuse."""
    headers = Headers(scope=scope)
    changing = scope["method"] not in READING or scope["path"] == "/graphql"
    origin = headers.get("origin")
    if changing and origin is not None and not _same(origin, headers["host"]):
        return False
    site = headers.get("sec-fetch-site", "none")
    if changing:
        return site in ("same-origin", "none")
    if not is_private(scope["path"]):
        return True
    followed_link = headers.get("sec-fetch-mode") == "navigate"
    return site in ("same-origin", "none") or followed_link


def _same(origin: str, host: str) -> bool:
    """Whether an Origin is this host and port; a proxy in front may speak https for us."""
    try:
        theirs, ours = urlsplit(origin), urlsplit(f"//{host}")
        usual = USUAL_PORTS[theirs.scheme]
        return (theirs.hostname, theirs.port or usual) == (ours.hostname, ours.port or usual)
    except (KeyError, ValueError):
        return False


class BodyLimit:
    """Stops bodies that are too large, whether or not they say so beforehand."""

    def __init__(self, app: ASGIApp, uploads: Mapping[str, int]) -> None:
        """`uploads`: most bytes by path; every other path takes MOST_BYTES."""
        self.app, self.uploads = app, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a counted body, or answer 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.uploads.get(scope["path"], MOST_BYTES)
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdecimal() or int(said) > most:
            await refusal(scope, 413)(scope, receive, send)
            return
        counted = _Counted(scope, receive, send, most)
        await self.app(scope, counted.receive, counted.send)


class _Counted:
    """One request's body, counted. Whatever a route makes of the error, 413 is what is sent."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._left = most
        self._started = self._refused = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        if self._left >= 0 or self._started:
            self._started = True
            await self._send(message)
        elif not self._refused:
            self._refused = True
            await refusal(self._scope, 413)(self._scope, self._receive, self._send)
