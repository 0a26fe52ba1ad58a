"""Each server killed, paused and started again: what cannot be done says so, and all heals."""

from pathlib import Path
from threading import Event, Thread

import pytest

from api.application import Application
from api.parts import Parts
from api.search import search
from api.server.app import create_app
from api.server.site import Site
from infra.errors import BackendError, Unavailable
from infra.query import Query
from infra.text import parse_text
from tests.failure.conftest import PARTS, Servers
from tests.failure.looking import FILMS, LATER, asked_if_ready, check_whole, ingest, wait_until
from tests.flow import archive as a


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
        assert answer.json()["down"].keys() == {part}, answer.json()
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
