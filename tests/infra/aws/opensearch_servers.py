"""Indexes of their own on the run's OpenSearch, for what the contract suites cannot reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx

from infra.aws.opensearch_index import OpenSearchIndex
from infra.aws.opensearch_setup import OpenSearchSetup
from tests.servers import opensearch
from tests.servers.sharing import Server, shared_or_skip


def server() -> Server:
    """The run's server; without it the test is skipped, or fails where servers are required."""
    return shared_or_skip("opensearch", opensearch.start)


@contextmanager
def opened(**changes: object) -> Iterator[tuple[OpenSearchIndex, OpenSearchSetup]]:
    """An empty index and its setup; it is gone afterwards."""
    given: dict[str, object] = {"url": server().url, "prefix": f"t{uuid4().hex[:16]}"}
    setup = OpenSearchSetup(**given | changes)  # type: ignore[arg-type]  # names of its fields
    index = OpenSearchIndex(setup)
    try:
        yield index, setup
    finally:
        index.close()
        httpx.delete(f"{setup.url}/{setup.prefix}-*", timeout=60).raise_for_status()
