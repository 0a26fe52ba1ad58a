"""A server whose disk is full: what cannot be stored says so, search goes on, and all heals."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

import httpx
import pytest

from api.application import Application
from api.checks import opened
from api.parts import Parts
from api.search import search
from api.server.app import create_app
from api.server.site import Site
from infra.errors import StorageFull, Unavailable
from infra.query import Query
from infra.text import parse_text
from tests.failure.conftest import PARTS, Servers, archive_on
from tests.failure.looking import FILMS, LATER, asked_if_ready, check_whole, ingest, wait_until
from tests.flow import archive as a
from tests.servers import dynamodb, s3
from tests.servers.sharing import Server, watch
from tests.servers.small_disk import SmallDisk, is_possible

DISK_MB = 64
ON_SMALL_DISKS = {
    "catalog": partial(dynamodb.start, disk_mb=DISK_MB),
    "blobs": partial(s3.start, disk_mb=DISK_MB),
}
WATERMARK = "cluster.routing.allocation.disk."


class Disk(Protocol):
    """What a server writes to."""

    def fill(self) -> None:
        """Leave no room."""

    def empty(self) -> None:
        """Leave some again."""


class WatchedDisk:
    """The disk of OpenSearch, which stops writing before it is full: `fill` moves that mark."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def fill(self) -> None:
        self._marks("1000tb", "1000tb", "1000tb")
        wait_until(lambda: "flood-stage" in self._blocks())

    def empty(self) -> None:
        self._marks("3kb", "2kb", "1kb")
        wait_until(lambda: "flood-stage" not in self._blocks())
        self._set({"persistent": {"cluster.blocks.create_index": None}, "transient": {"*": None}})

    def _marks(self, low: str, high: str, flood: str) -> None:
        marks = {"low": low, "high": high, "flood_stage": flood}
        said = {f"{WATERMARK}watermark.{name}": mark for name, mark in marks.items()}
        said |= {f"{WATERMARK}threshold_enabled": "true", "cluster.info.update.interval": "10s"}
        self._set({"transient": said})

    def _set(self, settings: dict[str, dict[str, str | None]]) -> None:
        url = f"{self._server.url}/_cluster/settings"
        httpx.put(url, json=settings, timeout=30).raise_for_status()

    def _blocks(self) -> str:
        return httpx.get(f"{self._server.url}/_cluster/state/blocks", timeout=30).text


@pytest.fixture(scope="module")
def small(servers: Servers) -> Iterator[dict[str, Server]]:
    """Servers on small disks beside the others."""
    if not is_possible():
        pytest.skip("no small disk can be mounted here: that takes root, or user namespaces")
    started: dict[str, Server] = {}
    for part, start in ON_SMALL_DISKS.items():
        folder = Path(mkdtemp(dir=servers.folder))
        folder.chmod(0o755)
        started[part] = start(folder)
        watch(started[part])
    s3.make_bucket(started["blobs"])
    yield started
    for server in started.values():
        server.kill()


@pytest.fixture(params=PARTS)
def part(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def disk(servers: Servers, part: str, request: pytest.FixtureRequest) -> Iterator[Disk]:
    """The disk of a part; it has room again after the test."""
    if part == "index":
        found: Disk = WatchedDisk(servers.running[part])
    else:
        server = request.getfixturevalue("small")[part]
        found = SmallDisk(server, Path(server.folder) / "data")
    yield found
    found.empty()


@pytest.fixture
def archive(
    servers: Servers,
    part: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> a.Archive:
    """An archive of which one part is on a small disk."""
    a.without_workers(monkeypatch)
    other = {} if part == "index" else {part: request.getfixturevalue("small")[part]}
    return archive_on(servers.running | other, tmp_path)


def test_full_is_said_search_goes_on_and_all_heals(
    archive: a.Archive, app: Application, films: Path, disk: Disk, part: str
) -> None:
    ingest(archive, app.services, films)
    later = a.write(films.parent / "later", {f"{n}.dcm": a.film(n) for n in LATER})
    page = create_app(app, site=Site())
    page.state.readiness._tried.set()
    disk.fill()
    with pytest.raises((StorageFull, Unavailable), match="disk"):
        ingest(archive, app.services, later)
    assert search(app, Query(text=parse_text("effusion"))).total == 20
    answer = asked_if_ready(page)
    assert answer.status_code == 200
    assert list(answer.json()["full"]) == [part]
    assert "disk" in answer.json()["full"][part]
    with archive.open() as services:  # as `similis check` has them
        problems: list[str] = []
        said = opened(services, problems)
    assert [name for name, says in said["parts"].items() if not says] == [part]
    assert problems[0].startswith(f"{part}: ")
    assert said["ledger"] != {}
    disk.empty()
    wait_until(lambda: asked_if_ready(page).json() == {"ready": True})
    ingest(archive, app.services, later)
    check_whole(app.services, len(FILMS) + len(LATER))


def test_full_in_the_middle_of_an_ingest(
    archive: a.Archive, app: Application, films: Path, disk: Disk
) -> None:
    filled: list[bool] = []

    def fill_once(*_: object) -> None:
        if not filled:
            filled.append(True)
            disk.fill()

    with pytest.raises((StorageFull, Unavailable), match="disk"):
        ingest(archive, app.services, films, fill_once)
    disk.empty()
    wait_until(lambda: not any(one.full for one in Parts(app.services.parts).ask()))
    ingest(archive, app.services, films)
    ingest(archive, app.services, films)
    check_whole(app.services)
