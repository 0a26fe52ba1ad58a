"""From a host and a port to a socket, and until the end: one process, one event loop."""

import signal
import socket
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from errno import EACCES, EADDRINUSE
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.server.site import LOOPBACK_NAMES, Site, host_name, is_loopback
from infra.errors import BadSetup

BACKLOG = 2048
GOODBYE_SECONDS = 10  # for answers under way when the server is stopped
WHY = {
    EADDRINUSE: "another program listens there; choose another with --port",
    EACCES: "this needs more rights; choose a port above 1023 with --port",
}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises BadSetup."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except socket.gaierror as exc:
        raise BadSetup(f"--host {host}: this machine has no such address.") from exc
    except OSError as exc:
        why = WHY.get(exc.errno or 0, exc.strerror or "it cannot be used")
        raise BadSetup(f"Port {port} of {host} cannot be opened: {why}.") from exc


def site_of(host: str, port: int, allowed: Iterable[str]) -> Site:
    """What a server that listens there is called.

    Raises BadSetup where other machines can reach it and no name was allowed.
    """
    named = [host_name(name) for name in allowed if name.strip()]
    names = LOOPBACK_NAMES | set(named)
    if is_loopback(host):
        return Site(host_name(host), port, names | {host_name(host)})
    if not named:
        raise BadSetup(
            f"--host {host} can be reached from other machines: say with --allow-host NAME (or "
            "SIMILIS_ALLOWED_HOSTS) under which name or address browsers will ask for it."
        )
    return Site(named[0], port, names)


class _Server(uvicorn.Server):
    """Ends in order on SIGINT and SIGTERM, and leaves it to the caller what to do then."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run(app: FastAPI, listening: socket.socket, **options: Any) -> None:
    """Serve until told to stop; answers under way are finished first."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
        **options,
    )
    _Server(config).run(sockets=[listening])
