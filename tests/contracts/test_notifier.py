"""Notifier: the log and the webhook."""

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import socket
from threading import Thread

import pytest

from infra.embedded.notifier import LogNotifier, WebhookNotifier
from infra.errors import BadSetup
from infra.records import JobState
from tests.contracts.examples import job

DONE = job(state=JobState.DONE, payload='{"patient": "Doe"}', result="Doe", error="Doe")


class Receiver(BaseHTTPRequestHandler):
    """Notes what is posted; /moved redirects to another path."""

    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, body))
        self.send_response(302 if self.path == "/moved" else 204)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    Receiver.received = []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address(server: HTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_the_log_has_id_kind_and_state(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="infra"):
        LogNotifier().notify(DONE)
    assert caplog.messages == ["job j1 (ingest) is done"]


def test_the_webhook_gets_id_kind_and_state(server: HTTPServer) -> None:
    WebhookNotifier(f"{address(server)}/hook").notify(DONE)
    ((path, body),) = Receiver.received
    assert path == "/hook"
    assert json.loads(body) == {"job_id": "j1", "kind": "ingest", "state": "done"}


def test_the_webhook_follows_no_redirect(
    server: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    WebhookNotifier(f"{address(server)}/moved").notify(DONE)
    assert [path for path, _ in Receiver.received] == ["/moved"]
    assert "webhook failed" in caplog.text


def test_the_webhook_never_raises(caplog: pytest.LogCaptureFixture) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        WebhookNotifier(f"http://127.0.0.1:{taken.getsockname()[1]}", seconds=1).notify(DONE)
    WebhookNotifier("http://exämple.invalid:80/ ü", seconds=1).notify(DONE)
    assert caplog.text.count("webhook failed") == 2
    assert "Doe" not in caplog.text


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "http://", "x", "http://[x"])
def test_only_http_addresses(url: str) -> None:
    with pytest.raises(BadSetup, match="SIMILIS_NOTIFY_URL"):
        WebhookNotifier(url)
