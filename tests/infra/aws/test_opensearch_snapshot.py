"""Snapshot and restore with OpenSearch's own API, as docs/distributed.md tells to do it."""

import os
from uuid import uuid4

import httpx
import numpy as np
import pytest

from infra.aws.opensearch_index import OpenSearchIndex
from infra.query import AccessScope, Near, Query
from infra.records import VECTOR_SIZE, CaseText, IndexRow, Vector
from infra.text import parse_text
from tests.infra.aws.opensearch_servers import opened, server

ALL = AccessScope.everything()
AXIS = np.eye(1, VECTOR_SIZE, 0, dtype=np.float32)[0]


@pytest.fixture
def repository() -> str:
    """A folder that the server may write snapshots to."""
    given = os.environ.get("SIMILIS_TEST_OPENSEARCH_REPOSITORY", "")
    folder = given or server().details.get("repository", "")
    if not folder:
        pytest.skip("SIMILIS_TEST_OPENSEARCH_REPOSITORY names no folder for snapshots")
    return folder


def _fill(index: OpenSearchIndex) -> None:
    row = IndexRow(instance_uid="a", series_uid="R", study_uid="S", dataset="d", version=1)
    index.put([row], [CaseText(study_uid="S", dataset="d", version=1, text="mass")])
    index.put_vectors([Vector(instance_uid="a", model_id="m1", values=AXIS)])


def _answers(index: OpenSearchIndex) -> list[tuple[str, float, int]]:
    asked = (Query(), Query(text=parse_text("mass")), Query(near=Near(AXIS, "m1")))
    answers = [index.search(query, ALL) for query in asked]
    return [(hits.hits[0].instance_uid, hits.hits[0].score, hits.total) for hits in answers]


def test_what_is_restored_answers_as_before(repository: str) -> None:
    name = f"t{uuid4().hex[:16]}"
    with opened() as (index, setup), httpx.Client(base_url=setup.url, timeout=60) as http:
        _fill(index)
        expected = _answers(index)
        place = {"type": "fs", "settings": {"location": f"{repository}/{name}"}}
        http.put(f"/_snapshot/{name}", json=place).raise_for_status()
        wanted = {"indices": f"{setup.prefix}-*", "include_global_state": False}
        taken = f"/_snapshot/{name}/first"
        waiting = {"wait_for_completion": "true"}
        http.put(taken, params=waiting, json=wanted).raise_for_status()
        http.delete(f"/{setup.prefix}-*").raise_for_status()
        assert index.search(Query(), ALL).total == 0
        http.post(f"{taken}/_restore", params=waiting, json=wanted).raise_for_status()
        assert _answers(index) == expected
        assert index.delete(["S"]) == 1, "aliases are back, too: it can be written to"
        http.delete(f"/_snapshot/{name}/first").raise_for_status()
        http.delete(f"/_snapshot/{name}").raise_for_status()
