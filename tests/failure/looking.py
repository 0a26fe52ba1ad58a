"""What is done to an archive whose servers fail, and what has to be true afterwards."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event

import httpx
from fastapi import FastAPI

from infra.query import Near, Query
from infra.records import Outcome
from infra.services import Services
from infra.text import parse_text
from ingest.arrival.request import Progress, Request
from tests.flow import archive as a

FILMS = range(100, 140)  # two batches
LATER = range(200, 203)
REPORT = "Small pleural effusion."


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


def asked_if_ready(page: FastAPI) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(page)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get("/readyz")

    return asyncio.run(ask())


def wait_until(true: Callable[[], bool]) -> None:
    """Servers take a moment to come back; a run that hangs is ended by CI."""
    pause = Event()
    for _ in range(600):
        if true():
            return
        pause.wait(0.2)
    raise AssertionError("it has not healed")
