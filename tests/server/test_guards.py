"""Every way in that is not the page's own: no cookie, another name, another site, too much."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from api.application import Application
from api.auth import OWNER
from api.server.app import create_app, paths_of, refuse_unguarded
from api.server.guards import BodyLimit
from api.server.limits import SIGN_INS_PER_MINUTE
from api.server.site import OPEN
from infra.settings import MEGA
from tests.server.conftest import Served

Start = Callable[[Application], Served]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


# --- without a session ----------------------------------------------------------------------------


def asked(app: FastAPI) -> Iterator[tuple[str, str]]:
    for template, methods in paths_of(app):
        path = "/".join("1" if "{" in part else part for part in template.split("/"))
        yield from ((method, path) for method in sorted({*methods, "GET", "POST"}))


def test_every_route_refuses_strangers(served: Served, stranger: httpx.Client) -> None:
    routes = [(method, path) for method, path in asked(served.app) if path not in OPEN]
    assert {"/graphql", "/metrics", "/api/sign-out"} <= {path for _, path in routes}
    answers = {(m, p): stranger.request(m, p).status_code for m, p in routes}
    assert {route for route, status in answers.items() if status != 401} == set()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_is_open_says_nothing(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 200
    assert list(answer.json().values()) == [True]


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/%61pi/originals/1", "/api/%2e%2e/index.html", "/dicomweb", "/graphql/",
     "/api//originals/1", "/metrics/", "/metrics?x=/healthz"],
)  # fmt: skip
def test_other_spellings_lead_nowhere(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code == 401


@pytest.mark.parametrize("cookie", ["x", "", "a" * 5000, "é", '"x"', "x; similis_8000=y"])
def test_a_made_up_cookie_is_no_session(stranger: httpx.Client, cookie: str) -> None:
    headers = [(b"cookie", f"similis_8000={cookie}".encode())]
    assert code(stranger.get("/metrics", headers=headers)) == (401, "UNAUTHENTICATED")


def test_a_cookie_of_another_port_is_no_session(served: Served, stranger: httpx.Client) -> None:
    session = served.app.state.door.sessions.start(OWNER)
    stranger.cookies.set("similis_8001", session)
    assert stranger.get("/metrics").status_code == 401


def test_a_route_without_a_guard_stops_the_start(application: Application) -> None:
    app = create_app(application)
    app.add_api_route("/surprise", lambda: None)
    with pytest.raises(RuntimeError, match="/surprise"):
        refuse_unguarded(app)


def test_metrics_can_be_opened(application: Application, serve_another: Start) -> None:
    served = serve_another(
        replace(application, settings=replace(application.settings, metrics_open=True))
    )
    with served.client() as stranger:
        assert stranger.get("/metrics").status_code == 200
        assert stranger.get("/api/x").status_code == 401


# --- host -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_loopback_names_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/metrics", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "127.0.0.2",
     "evil.example:80", "localhost."],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/healthz", "/sign-in", "/metrics"])
def test_other_names_are_not(client: httpx.Client, host: str, path: str) -> None:
    assert code(client.get(path, headers={"host": host})) == (421, "BAD_HOST")


@pytest.mark.parametrize("host", ["", "localhost:x", "a b", "localhost/x", "user@localhost"])
def test_a_host_that_is_none_is_refused(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400


# --- origin ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1", "http://localhost",
     "file://", "http://[", "chrome-extension://abc", ""],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/graphql", "/api/sign-out", "/api/uploads", "/api/query-files"])
def test_another_origin_changes_nothing(client: httpx.Client, origin: str, path: str) -> None:
    answer = client.post(path, json={}, headers={"origin": origin})
    assert code(answer) == (403, "FORBIDDEN")
    assert client.get("/metrics").status_code == 200, "still signed in"


def test_graphql_is_not_asked_across_origins_by_get(client: httpx.Client) -> None:
    answer = client.get("/graphql?query={me{name}}", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_says_of_the_site_counts(client: httpx.Client, site: str) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
    assert client.post("/api/sign-out", headers=headers).status_code == 403
    assert client.get("/metrics", headers=headers).status_code == 403
    assert client.get("/healthz", headers=headers).status_code == 200


def test_a_link_on_another_site_can_be_followed(client: httpx.Client) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/metrics", headers=headers).status_code == 200
    assert client.post("/api/sign-out", headers=headers).status_code == 403


def test_the_page_itself_may(served: Served, client: httpx.Client) -> None:
    headers = {"origin": served.origin, "sec-fetch-site": "same-origin"}
    assert client.post("/api/sign-out", headers=headers).status_code == 200


# --- sizes ----------------------------------------------------------------------------------------


def chunks(size: int) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for start in range(0, size, 65_536):
        yield b" " * min(65_536, size - start)


@pytest.mark.parametrize("body", [b" " * (MEGA + 1), chunks], ids=["said", "chunked"])
@pytest.mark.parametrize("path", ["/graphql", "/api/export"])
def test_a_large_body_is_refused(client: httpx.Client, path: str, body: object) -> None:
    content = body(3 * MEGA) if callable(body) else body
    headers = {"content-type": "application/json"}
    answer = client.post(path, content=content, headers=headers)
    assert code(answer) == (413, "TOO_LARGE")
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/api/query-files", "/api/uploads?dataset=x"])
def test_an_upload_is_limited_by_the_settings(
    application: Application, serve_another: Start, path: str, chunked: bool
) -> None:
    settings = replace(application.settings, max_file_mb=1, max_archive_mb=1)
    served = serve_another(replace(application, settings=settings))
    body = [b"x" * MEGA] * 20
    content = iter(body) if chunked else b"".join(body)
    headers = {"content-type": "application/octet-stream"}
    with served.client(OWNER) as client:
        answer = client.post(path, content=content, headers=headers)
        # What does not say its size is stopped by the route, whose bound for a file is closer.
        assert code(answer) == ((422, "REJECTED_FILE") if chunked else (413, "TOO_LARGE"))


def test_a_route_that_swallows_the_error_answers_413_all_the_same() -> None:
    sent: list[Message] = []

    async def swallowing(_scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(HTTPException):
            while (await receive())["more_body"]:
                pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 600_000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/x", "headers": []}
    asyncio.run(BodyLimit(swallowing, {})(scope, receive, send))
    assert [message.get("status") for message in sent] == [413, None]
    assert b"TOO_LARGE" in sent[1]["body"]


# --- rates ----------------------------------------------------------------------------------------


def test_uploads_are_counted_by_session(application: Application, serve_another: Start) -> None:
    settings = replace(application.settings, uploads_per_minute=2)
    served = serve_another(replace(application, settings=settings))
    with served.client(OWNER) as one, served.client(OWNER) as other:
        for _ in range(2):
            assert one.post("/api/query-files", content=b"").status_code != 429
        answer = one.post("/api/query-files", content=b"")
        assert code(answer) == (429, "TOO_MANY")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert one.get("/metrics").status_code == 200
        assert other.post("/api/query-files", content=b"").status_code != 429


def test_sign_ins_are_counted(application: Application, serve_another: Start) -> None:
    served = serve_another(application)
    with served.client() as stranger:
        attempts = range(SIGN_INS_PER_MINUTE)
        assert {stranger.get("/sign-in?token=x").status_code for _ in attempts} == {403}
        answer = stranger.get("/sign-in?token=x")
        assert code(answer) == (429, "TOO_MANY")
        assert "retry-after" in answer.headers
