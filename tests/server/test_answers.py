"""What every answer carries, what the log says of it, and what of an error is shown."""

import logging
import re
from typing import Any

import httpx
import pytest

from api.auth import Unauthenticated
from api.parts import Parts
from infra import errors
from tests.server.conftest import Served

LOGGER = "api.server.access"


# --- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {}),
        ("GET", "/healthz", {}),
        ("GET", "/metrics", {}),
        ("GET", "/api/nothing", {}),
        ("GET", "/sign-in?token=wrong", {}),
        ("POST", "/healthz", {}),
        ("POST", "/graphql", {"origin": "http://evil.example"}),
        ("GET", "/", {"host": "evil.example"}),
        ("POST", "/graphql", {"content-type": "x", "sec-fetch-site": "cross-site"}),
    ],
)
@pytest.mark.parametrize("who", ["client", "stranger"])
def test_every_answer_has_the_headers(
    request: pytest.FixtureRequest, who: str, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = request.getfixturevalue(who).request(method, path, headers=headers)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; ")
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["cache-control"] in ("no-store", "no-cache")
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])
    assert "access-control-allow-origin" not in answer.headers
    assert "strict-transport-security" not in answer.headers


def test_nonces_are_used_once(client: httpx.Client) -> None:
    policies = {client.get("/healthz").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


# --- request ids and the log ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abcDEF-123_4", True), ("short", False), ("x" * 65, False), ("a b c d e f", False),
     ("Doe^Jane^1970", False), ("{jndi:ldap}", False)],
)  # fmt: skip
def test_a_harmless_request_id_is_kept(client: httpx.Client, given: str, kept: bool) -> None:
    answer = client.get("/api/nothing", headers={"x-request-id": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.json()["error"]["requestId"] == answer.headers["x-request-id"]


def records(caplog: pytest.LogCaptureFixture, request_id: str) -> list[dict[str, Any]]:
    made = [vars(record) for record in caplog.records]
    return [record for record in made if record.get("request_id") == request_id]


def test_one_line_a_request_without_what_was_asked(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get("/api/originals/1.2.3.777.9.777?name=Doe^Jane")
    (line,) = records(caplog, answer.headers["x-request-id"])
    assert line["name"] == LOGGER
    assert (line["method"], line["status"], line["caller"]) == ("GET", 404, "owner")
    assert line["route"] == "/api/originals/{instance_uid}"
    assert line["ms"] > 0
    said = " ".join(str(vars(record)) for record in caplog.records if record.name == LOGGER)
    assert "3.777.9.777" not in said
    assert "Doe" not in said


def test_refusals_are_logged_without_a_path(
    stranger: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = stranger.get("/api/originals/1.2.3")
    (line,) = records(caplog, answer.headers["x-request-id"])
    assert (line["route"], line["status"], line["caller"]) == ("-", 401, None)


def test_metrics_count_by_template(client: httpx.Client) -> None:
    def count(text: str) -> float:
        found = re.search(
            r'similis_requests_total\{method="GET",route="/healthz",status="200"\} (\S+)', text
        )
        return float(found[1]) if found else 0.0

    before = count(client.get("/metrics").text)
    client.get("/healthz?name=Doe^Jane")
    client.get("/case/1.2.3.777.9.777")
    text = client.get("/metrics").text
    assert count(text) == before + 1
    assert "3.777.9.777" not in text
    assert "Doe" not in text
    assert 'similis_files{outcome="indexed"} 16.0' in text
    assert "process_resident_memory_bytes" in text


def test_searches_are_counted(served: Served, client: httpx.Client) -> None:
    from infra.query import Query

    app = served.app.state.similis
    app.services.index.search(Query(), app.scope)
    app.services.index.facets(Query(), ["modality"], app.scope)
    text = client.get("/metrics").text
    assert re.search(r'similis_index_seconds_count\{kind="filter"\} [1-9]', text)
    assert re.search(r'similis_index_seconds_count\{kind="facets"\} [1-9]', text)
    assert app.services.index.model_ids()


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.BadQuery("Say it otherwise."), 400, "BAD_QUERY"),
        (Unauthenticated("Sign in first."), 401, "UNAUTHENTICATED"),
        (errors.Forbidden("Say it otherwise."), 403, "FORBIDDEN"),
        (errors.NotFound("Say it otherwise."), 404, "NOT_FOUND"),
        (errors.BadSetup("Say it otherwise."), 409, "BAD_SETUP"),
        (errors.RejectedFile("no_pixels", "Say it otherwise."), 422, "REJECTED_FILE"),
        (errors.Unavailable("Doe^Jane"), 503, "UNAVAILABLE"),
        (errors.StorageFull("/home/doe"), 507, "STORAGE_FULL"),
        (errors.BackendError("Doe^Jane"), 500, "INTERNAL"),
        (ValueError("Doe^Jane"), 500, "INTERNAL"),
        (RecursionError("Doe^Jane"), 500, "INTERNAL"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_errors_become_json_and_are_masked(
    served: Served,
    client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    code: str,
) -> None:
    def fail() -> bytes:
        raise error

    monkeypatch.setattr(served.app.state.metrics, "text", fail)
    with caplog.at_level(logging.INFO):
        answer = client.get("/metrics")
    said = answer.json()["error"]
    assert (answer.status_code, said["code"]) == (status, code)
    assert said["requestId"] == answer.headers["x-request-id"]
    assert said.get("reason") == ("no_pixels" if status == 422 else None)
    assert (said["message"] == str(error)) is isinstance(error, errors.UserError)
    assert "doe" not in answer.text.lower()
    lines = records(caplog, said["requestId"])
    assert len(lines) == (2 if status >= 500 else 1)
    if status >= 500:
        assert lines[0]["error"] == type(error).__name__
        assert lines[0]["where"].startswith("api/server/health.py:")
    assert "doe" not in caplog.text.lower()
    assert not any("doe" in str(vars(record)).lower() for record in caplog.records)


def test_not_ready_while_a_part_is_down(
    served: Served, stranger: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise errors.Unavailable("The store is locked; try again.")

    parts = {"catalog": fail, "index": lambda: "here"}
    monkeypatch.setattr(served.app.state.readiness, "_parts", Parts(parts))
    answer = stranger.get("/readyz")
    down = {"catalog": "The store is locked; try again."}
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "down": down})
    assert stranger.get("/healthz").status_code == 200
    monkeypatch.undo()
    assert stranger.get("/readyz").json() == {"ready": True}
