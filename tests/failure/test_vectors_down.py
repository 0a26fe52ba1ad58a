"""OpenSearch answers, but not its index of vectors: questions are answered by their words."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from api.application import Application
from api.parts import Parts
from api.search import NO_VECTORS, search
from api.server.app import create_app
from api.server.site import Site
from infra.errors import Unavailable
from infra.query import Near, Page, Query
from infra.reindexing import rebuild
from infra.text import parse_text
from tests.failure.conftest import Servers
from tests.failure.looking import asked_if_ready, check_whole, ingest, wait_until
from tests.flow import archive as a
from tests.servers.sharing import Server


class Down(Protocol):
    def __call__(self, server: Server, index: str) -> AbstractContextManager[None]: ...


@contextmanager
def closed(server: Server, index: str) -> Iterator[None]:
    """By somebody who maintains the server."""
    ask(f"{server.url}/{index}/_close")
    try:
        yield
    finally:
        ask(f"{server.url}/{index}/_open")


@contextmanager
def lost(server: Server, index: str) -> Iterator[None]:
    """What it lies in on the disk is not there any more. It has to be filled anew."""
    ((name, about),) = httpx.get(f"{server.url}/{index}/_settings", timeout=30).json().items()
    uuid = about["settings"]["index"]["uuid"]
    ask(f"{server.url}/{index}/_close")
    shard = Path(server.folder) / f"data/nodes/0/indices/{uuid}/0"
    shard.rename(shard.with_name("away"))
    ask(f"{server.url}/{index}/_open?wait_for_active_shards=0")
    try:
        yield
    finally:
        httpx.delete(f"{server.url}/{name}", timeout=30).raise_for_status()


def ask(url: str) -> None:
    httpx.post(url, timeout=30).raise_for_status()


@pytest.mark.parametrize("down", [closed, lost])
def test_words_answer_and_it_is_said(
    servers: Servers, archive: a.Archive, app: Application, films: Path, down: Down
) -> None:
    ingest(archive, app.services, films)
    near = Near(next(app.services.vectors.iterate(a.MODEL)).values, a.MODEL)
    both = Query(near=near, text=parse_text("effusion"), page=Page(5))
    words = search(app, replace(both, near=None))
    page = create_app(app, site=Site())
    page.state.readiness._tried.set()
    assert search(app, both).left_out == ""
    vectors = f"{app.settings.prefix}-vectors-*"
    with down(servers.running["index"], vectors):
        left = search(app, both)
        assert (left.left_out, left.next, left.total) == (NO_VECTORS, None, words.total)
        assert [one.hit for one in left.hits] == [one.hit for one in words.hits]
        with pytest.raises(Unavailable, match="try again"):
            search(app, replace(both, text=None))
        answer = asked_if_ready(page)
        assert (answer.status_code, list(answer.json()["down"])) == (503, ["index"])
    if down is lost:
        rebuild(app.services, int)
    wait_until(lambda: all(one.answers for one in Parts(app.services.parts).ask()))
    assert search(app, both).left_out == ""
    check_whole(app.services)
