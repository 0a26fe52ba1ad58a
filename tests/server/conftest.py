"""A real server on a small archive: `application`, `served`, `client`, `stranger`, `signed_in`.

The archive: a CT, an MR, an ultrasound clip of 30 frames and a JPEG 2000 picture from pydicom are
the dataset `samples`; twelve films of two studies of tests.flow.archive, the first with a report,
are the dataset `films`. Everything goes over HTTP, as browsers do it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api.application import Application, ConfiguredModel
from api.auth import OWNER, Identity
from api.server.app import create_app
from api.server.site import Site
from infra.query import AccessScope
from infra.settings import Settings
from infra.wiring import build
from ingest.arrival.request import Progress, Request
from ingest.pipeline import Pipeline
from ingest.privacy.identity import load_key
from tests.flow import archive as a
from tests.samples import pydicom_file

SAMPLES = ("CT_small.dcm", "MR_small.dcm", "examples_ybr_color.dcm", "JPEG2000.dcm")
FILMS = range(100, 112)
REPORT = "Large pleural effusion on the left. No pneumothorax."
START_SECONDS = 60.0


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The opened archive, as its owner sees it, with seeded weights."""
    folder = tmp_path_factory.mktemp("server")
    settings = Settings(home=folder / "home", seeded_weights=True, precision="fp32")
    model = ConfiguredModel()
    films = a.write(folder / "films", {f"{n}.dcm": a.film(n) for n in FILMS})
    reports = folder / "reports.csv"
    reports.write_text(f'accession,text\nACC00010,"{REPORT}"\n', encoding="utf-8")
    with build(settings) as services, pytest.MonkeyPatch.context() as patch:
        a.without_workers(patch)
        app = Application(
            settings=settings,
            services=services,
            key=load_key(settings.home),
            scope=AccessScope.everything(),
            model=model,
        )
        pipeline = Pipeline(
            services=services,
            settings=settings,
            key=app.key,
            embedder=lambda: app.embedder,
            segmenter=a.no_segmenter,
        )
        samples = tuple(pydicom_file(name) for name in SAMPLES)
        pipeline.run(Request(paths=samples, dataset="samples"), Progress())
        pipeline.run(Request(paths=(films,), reports=reports, dataset="films"), Progress())
        patch.undo()
        yield app


@dataclass
class Served:
    """A running server."""

    app: FastAPI
    origin: str
    invitations: list[str] = field(default_factory=list)  # sign-in links, the newest last

    def client(self, identity: Identity | None = None, **options: object) -> httpx.Client:
        """A browser, signed in or not."""
        door = self.app.state.door
        cookies = {door.site.cookie: door.sessions.start(identity)} if identity else {}
        return httpx.Client(base_url=self.origin, cookies=cookies, timeout=60, **options)  # type: ignore[arg-type]


class _Server(uvicorn.Server):
    """A server whose port is known."""

    @property
    def port(self) -> int:
        return int(self.servers[0].sockets[0].getsockname()[1])


def serve(stack: ExitStack, application: Application) -> Served:
    """Start a server that ends with the stack."""
    invitations: list[str] = []
    app = create_app(application, site=Site(port=8000), announce=invitations.append)
    config = uvicorn.Config(app, port=0, log_config=None, ws="none", access_log=False)
    server = _Server(config)
    thread = Thread(target=server.run)
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join()

    stack.callback(stop)
    deadline = monotonic() + START_SECONDS
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert monotonic() < deadline, "the server did not start in time"
        sleep(0.01)
    app.state.readiness.join()
    return Served(app, f"http://127.0.0.1:{server.port}", invitations)


@pytest.fixture(scope="session")
def served(application: Application) -> Iterator[Served]:
    """The one server that most tests ask."""
    with ExitStack() as stack:
        yield serve(stack, application)


@pytest.fixture
def serve_another() -> Iterator[Callable[[Application], Served]]:
    """Starts a server of one's own, with other settings or stores."""
    with ExitStack() as stack:
        yield lambda application: serve(stack, application)


@pytest.fixture
def signed_in(served: Served) -> Iterator[Callable[[Identity], httpx.Client]]:
    """Signs anybody in, whatever they may see."""
    with ExitStack() as stack:
        yield lambda identity: stack.enter_context(served.client(identity))


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """The owner's browser, signed in."""
    with served.client(OWNER) as client:
        yield client


@pytest.fixture
def stranger(served: Served) -> Iterator[httpx.Client]:
    """A browser that is not signed in."""
    with served.client() as client:
        yield client
