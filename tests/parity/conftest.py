"""The same corpus in both sets of stores, ingested once for all tests: `here` and `there`."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import pytest

from infra.fields import FACETS
from infra.query import AccessScope, Query
from infra.records import LedgerRow
from infra.services import Services
from tests.flow import archive as a
from tests.parity.corpus import write
from tests.parity.questions import Asker, values_in
from tests.servers.distributed import distributed
from tests.servers.sharing import ServiceMissing, miss

Kept = dict[str, Any]
EVERYTHING = AccessScope.everything()


@dataclass(frozen=True)
class Sets:
    """The embedded stores, the distributed ones, and who asks both."""

    here: Services
    there: Services

    @cached_property
    def kept(self) -> tuple[Kept, Kept]:
        """All that each keeps."""
        return everything_kept(self.here), everything_kept(self.there)

    def asker(self, seed: int) -> Asker:
        counts = self.here.index.facets(Query(), FACETS, EVERYTHING)
        vectors = list(self.here.vectors.iterate(a.MODEL))
        return Asker(values_in(counts), vectors, Random(seed))


@pytest.fixture(scope="session")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sets]:
    folder = tmp_path_factory.mktemp("parity")
    paths = write(folder)
    with ExitStack() as opened:
        try:
            settings = opened.enter_context(distributed(folder / "there"))
        except ServiceMissing as missing:
            miss(missing)
        here = opened.enter_context(a.Archive(folder / "here").open())
        there = opened.enter_context(a.build(settings))
        patch = opened.enter_context(pytest.MonkeyPatch.context())
        a.without_workers(patch)
        for services in (here, there):
            ingest(a.Archive(folder / "here"), services, folder, paths)
        patch.undo()
        yield Sets(here, there)


def ingest(archive: a.Archive, services: Services, folder: Path, paths: tuple[Path, ...]) -> None:
    """Reports, which wait; films as the dataset one, where they join; pydicom's files as two."""
    pipeline = archive.pipeline(services)
    films, *others = paths
    for request in (
        a.Request(paths=(), reports=folder / "reports.csv"),
        a.Request(paths=(films,), dataset="one"),
        a.Request(paths=tuple(others), dataset="two"),
    ):
        pipeline.run(request, a.Progress())


def everything_kept(services: Services) -> Kept:
    """The truth in a form that can be compared; the index is not part of it."""
    studies = list(services.catalog.study_uids(EVERYTHING))
    cases = services.catalog.cases(studies, EVERYTHING)
    return {
        "cases": {uid: a._timeless(case) for uid, case in cases.items()},
        "keys": {uid: services.catalog.study_keys(uid) for uid in studies},
        "vectors": {v.vector_id: v.values.tobytes() for v in services.vectors.iterate(a.MODEL)},
        "blobs": list(services.blobs.keys()),
        "ledger": sorted(map(_outcome, services.ledger.rows())),
        "waiting": services.ledger.count_waiting(),
    }


def _outcome(row: LedgerRow) -> tuple[str, ...]:
    return row.file, row.sha256, row.outcome, row.instance_uid, row.reason
