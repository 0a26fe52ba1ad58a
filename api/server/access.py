"""Around everything but the headers: a request id, a log line, metrics, and masked failures.

Only route templates (`/api/originals/{instance_uid}`) are logged and counted, never paths, query
strings or file names.
"""

import logging
import re
import secrets
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import Identity
from api.server.caller import IDENTITY, REQUEST_ID
from api.server.errors import answer_to
from api.server.metrics import Metrics

log = logging.getLogger(__name__)

HEADER = "x-request-id"
NO_ROUTE = "-"  # refused before any route was chosen
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class AccessLog:
    """Wraps the guards and routes; the only place where unforeseen errors are caught."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            await _Exchange(scope, send, self.metrics).run(self.app, receive)
        elif scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        else:  # nothing here speaks WebSocket, and no guard knows it
            await send({"type": "websocket.close", "code": 1008})


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send, metrics: Metrics) -> None:
        self._scope, self._send, self._metrics = scope, send, metrics
        self._status = 0
        self._started = perf_counter()
        self._request_id = scope[REQUEST_ID] = _request_id(scope)

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        try:
            await app(self._scope, receive, self.send)
        except Exception as error:  # noqa: BLE001 - masked: nobody outside may read its words
            answer = answer_to(error, self._request_id)
            if not self._status:
                await answer(self._scope, receive, self.send)
            # else: the server ends the half-sent answer, which the caller notices by its length
        finally:
            self._note()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            MutableHeaders(scope=message)[HEADER] = self._request_id
        await self._send(message)

    def _note(self) -> None:
        """Log and count. Status 0: the caller went away before there was an answer."""
        seconds = perf_counter() - self._started
        method = self._scope["method"] if self._scope["method"] in _METHODS else "other"
        route = route_of(self._scope)
        self._metrics.requests.labels(method, route, str(self._status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        who = self._scope.get(IDENTITY)
        log.info(
            "request",
            extra={
                "request_id": self._request_id,
                "method": method,
                "route": route,
                "status": self._status,
                "ms": round(seconds * 1000, 1),
                "caller": who.name if isinstance(who, Identity) else None,
            },
        )


def _request_id(scope: Scope) -> str:
    """The caller's own id where it is harmless, else a new one."""
    given = Headers(scope=scope).get(HEADER, "")
    return given if _SAFE_ID.fullmatch(given) else secrets.token_hex(8)


def route_of(scope: Scope) -> str:
    """The template of the route that was chosen."""
    route = HTTPConnection(scope).scope.get("route")
    return str(getattr(route, "path", NO_ROUTE))
