"""Each server killed, paused and started again: what cannot be done says so, and all heals."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from fastapi import FastAPI

from api.application import Application, ConfiguredModel
from api.parts import Parts
from api.search import search
from api.server.app import create_app
from api.server.site import Site
from infra.errors import BackendError, Unavailable
from infra.query import Near, Query
from infra.records import Outcome
from infra.services import Services
from infra.text import parse_text
from ingest.request import Progress, Request
from tests.failure.conftest import PARTS, Servers
from tests.flow import archive as a

FILMS = range(100, 140)  # two batches
LATER = range(200, 203)
REPORT = "Small pleural effusion."


@pytest.fixture
def films(tmp_path: Path) -> Path:
    table = tmp_path / "reports.csv"
    table.write_text(f"accession,text\nACC00010,{REPORT}\nACC00011,{REPORT}\n")
    return a.write(tmp_path / "films", {f"{n}.dcm": a.film(n) for n in FILMS})


@pytest.fixture
def app(archive: a.Archive) -> Iterator[Application]:
    with archive.open() as services:
        yield Application(
            settings=archive.all_settings,
            services=services,
            key=a.KEY,
            scope=a.ALL,
            model=ConfiguredModel(a.LightEmbedder()),
        )


def ingest(archive: a.Archive, services: Services, films: Path, step: Callable = print) -> int:
    """How many were indexed. `step` is called after each batch."""
    request = Request(paths=(films,), reports=films.parent / "reports.csv")
    progress = Progress(step=step) if step is not print else Progress()
    return archive.pipeline(services).run(request, progress).outcomes[Outcome.INDEXED]


def check_whole(services: Services, count: int = len(FILMS)) -> None:
    """Everything is there, once, and nothing else."""
    studies = list(services.catalog.study_uids(a.ALL))
    cases = services.catalog.cases(studies, a.ALL).values()
    instances = [i for case in cases for i in case.instances]
    assert len(instances) == len({i.instance_uid for i in instances}) == count
    assert sorted(r.text for case in cases for r in case.reports) == [REPORT, REPORT]
    vectors = list(services.vectors.iterate(a.MODEL))
    assert len(vectors) == services.vectors.count(a.MODEL) == count
    named = {key for i in instances for key in (i.original, i.thumbnail)}
    assert set(services.blobs.keys()) == named
    for key in named:
        assert services.blobs.size(key) > 0
    owners = services.ledger.owners(i.instance_uid for i in instances)
    assert len(owners) == count
    assert services.ledger.counts()[Outcome.INDEXED] == count
    assert services.ledger.unfinished() == []
    found = services.index.search(Query(near=Near(vectors[0].values, a.MODEL)), a.ALL)
    assert (found.total, found.hits[0].instance_uid) == (count, vectors[0].instance_uid)
    assert services.index.search(Query(text=parse_text("effusion")), a.ALL).total == 20


@pytest.mark.parametrize(("part", "how"), [*((part, "pause") for part in PARTS), ("blobs", "kill")])
def test_down_is_said_and_heals_by_itself(
    servers: Servers, archive: a.Archive, app: Application, films: Path, part: str, how: str
) -> None:
    services = app.services
    ingest(archive, services, films)
    later = a.write(films.parent / "later", {f"{n}.dcm": a.film(n) for n in LATER})
    page = create_app(app, site=Site())
    page.state.readiness._tried.set()
    try:
        getattr(servers, how)(part)
        answer = asked_if_ready(page)
        assert answer.status_code == 503
        assert list(answer.json()["down"]) == [part]
        (reason,) = answer.json()["down"].values()
        assert "again" in reason or "later" in reason
        check_degraded(app, part)
        with pytest.raises(BackendError):
            ingest(archive, services, later)
    finally:
        servers.heal(part)
    wait_until(lambda: asked_if_ready(page).status_code == 200)
    ingest(archive, services, later)
    check_whole(services, len(FILMS) + len(LATER))


def asked_if_ready(page: FastAPI) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(page)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get("/readyz")

    return asyncio.run(ask())


def check_degraded(app: Application, part: str) -> None:
    """Search without the files; nothing else pretends to work."""
    query = Query(text=parse_text("effusion"))
    if part == "blobs":
        (hit, *_) = search(app, query).hits
        assert hit.instance is not None
        with pytest.raises(Unavailable):
            app.services.blobs.open(hit.instance.thumbnail)
        return
    with pytest.raises(Unavailable) as raised:
        search(app, query)
    assert "again" in str(raised.value)


@pytest.mark.parametrize(
    ("part", "how"), [*((part, "kill") for part in PARTS), ("catalog", "pause")]
)
def test_cut_off_in_the_middle_of_an_ingest(
    servers: Servers, archive: a.Archive, app: Application, films: Path, part: str, how: str
) -> None:
    begun = Event()

    def strike(*_: object) -> None:
        if not begun.is_set():
            begun.set()
            Thread(target=getattr(servers, how), args=(part,)).start()

    try:
        with pytest.raises(BackendError):
            ingest(archive, app.services, films, strike)
    finally:
        servers.heal(part)
    wait_until(lambda: all(one.answers for one in Parts(app.services.parts).ask()))
    ingest(archive, app.services, films)
    ingest(archive, app.services, films)
    check_whole(app.services)


def wait_until(true: Callable[[], bool]) -> None:
    """Servers take a moment to come back; a run that hangs is ended by CI."""
    pause = Event()
    for _ in range(600):
        if true():
            return
        pause.wait(0.2)
    raise AssertionError("it has not healed")
