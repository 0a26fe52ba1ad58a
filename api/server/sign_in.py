"""Signing in with a one-time link, as Jupyter does, and the guard that asks for it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth import OWNER, OneTimeToken, Redeemed, Sessions, hashed
from api.server.caller import IDENTITY, SESSION
from api.server.guards import refusal
from api.server.site import Site, is_private

router = APIRouter(include_in_schema=False)

SORRY = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<title>Sign in to Similis</title>
</head>
<body>
<main>
<h1>This sign-in link does not work (any more)</h1>
<p>A link signs in one browser, once, within twelve hours.</p>
<p>The terminal where <code>similis serve</code> runs has printed a fresh link: open that one.
If the terminal is closed, run <code>similis serve</code> again.</p>
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Door:
    """Who may come in: the outstanding link and the sessions. `announce` shows a link."""

    site: Site
    announce: Callable[[str], None]
    token: OneTimeToken = field(default_factory=OneTimeToken)
    sessions: Sessions = field(default_factory=Sessions)

    def invite(self) -> None:
        """Show a fresh sign-in link to whoever runs the server."""
        self.announce(f"{self.site.origin}/sign-in?token={self.token.issue()}")

    def session_id(self, request: HTTPConnection) -> str:
        """The session that the request's cookie names, valid or not."""
        return request.cookies.get(self.site.cookie, "")


class SignInGuard:
    """Refuses everything private without a session; notes in the scope whose it is."""

    def __init__(self, app: ASGIApp, door: Door, *, metrics_open: bool = False) -> None:
        self.app, self.door = app, door
        self._open = frozenset({"/metrics"}) if metrics_open else frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 401."""
        if scope["type"] == "http":
            session_id = self.door.session_id(HTTPConnection(scope))
            identity = self.door.sessions.find(session_id)
            if identity is not None:
                scope[IDENTITY], scope[SESSION] = identity, hashed(session_id)
            elif is_private(scope["path"]) and scope["path"] not in self._open:
                await refusal(scope, 401)(scope, receive, send)
                return
        await self.app(scope, receive, send)


@router.get("/sign-in")
async def sign_in(request: Request, token: str = "", next: str = "/") -> Response:
    """Exchange a one-time token for a session cookie."""
    door: Door = request.app.state.door
    if "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=503)  # a guess of the browser must not use the token up
    if IDENTITY in request.scope:  # the link again, from the browser's history
        return RedirectResponse(own_path(next), 303)
    redeemed = door.token.redeem(token)
    if redeemed is not Redeemed.WRONG:
        door.invite()
    if redeemed is not Redeemed.GOOD:
        return HTMLResponse(SORRY, 403)
    answer = RedirectResponse(own_path(next), 303)
    answer.set_cookie(
        door.site.cookie,
        door.sessions.start(OWNER),
        httponly=True,
        samesite="lax",
        path="/",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/api/sign-out")
async def sign_out(request: Request) -> JSONResponse:
    """End the session."""
    door: Door = request.app.state.door
    door.sessions.end(door.session_id(request))
    answer = JSONResponse({"signedOut": True})
    answer.delete_cookie(door.site.cookie, path="/", httponly=True, samesite="lax")
    return answer


def own_path(target: str) -> str:
    """The target if it is a path of this site, else `/`.

    Browsers read a backslash as `/` and pass over tabs and newlines: `//host` has many spellings.
    """
    odd = "\\" in target or any(ord(character) <= 0x20 for character in target)
    return "/" if odd or not target.startswith("/") or target.startswith("//") else target
