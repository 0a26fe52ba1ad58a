"""A server that says what it is told to say, to try a client with what a real one seldom does."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Answer = tuple[int, Any]


@dataclass
class Script:
    """`answers` are given in order, the last one for ever. `requests` are what was asked."""

    answers: list[Answer]
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    silent: Event = field(default_factory=Event)  # set: nothing is answered until it is cleared
    go_on: Event = field(default_factory=Event)
    url: str = ""

    def answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def lines(self, number: int) -> list[Any]:
        """The JSON lines of a request."""
        return [json.loads(line) for line in self.requests[number][3].splitlines()]


@contextmanager
def speaking(*answers: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Script]:
    """A server with a script, on a port of its own."""
    script = Script(list(answers))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    script.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield script
    finally:
        script.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _speak(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.requests.append((self.command, self.path, headers, body))
            if script.silent.is_set():
                script.go_on.wait()
                return
            status, said = script.answer()
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = _speak  # noqa: N815  # names of the base class

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
