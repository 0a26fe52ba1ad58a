"""Bulk requests: bounded, and each document's failure looked at alone."""

from typing import Any

import pytest

from infra.aws.opensearch_bulk import MissingIndex, Write, write_all
from infra.aws.opensearch_client import Client
from infra.aws.opensearch_errors import TRIES
from infra.aws.opensearch_setup import OpenSearchSetup
from infra.errors import StorageFull, Unavailable
from tests.infra.aws.fake_opensearch import Script, speaking

BUSY = {"type": "rejected_execution_exception", "reason": "queue is full"}
WRONG = {"type": "mapper_parsing_exception", "reason": "of a patient"}
CONFLICT = {"type": "version_conflict_engine_exception", "reason": "x"}


def _write(name: str, size: int = 2) -> Write:
    return Write("index", "x", name, "{" + " " * (size - 2) + "}")


def _said(*results: tuple[int, dict[str, Any] | None], action: str = "index") -> tuple[int, Any]:
    items = [
        {action: {"_index": "x-1", "status": status, **({"error": error} if error else {})}}
        for status, error in results
    ]
    return 200, {"errors": True, "items": items}


def _client(script: Script, **changes: Any) -> Client:
    return Client(OpenSearchSetup(url=script.url, **changes), wait=lambda _: None)


def _names(script: Script, request: int) -> list[str]:
    return [line["index"]["_id"] for line in script.lines(request) if "index" in line]


def test_only_what_the_server_was_too_busy_for_is_sent_again() -> None:
    fine = (201, None)
    with speaking(
        _said(fine, (429, BUSY), (409, CONFLICT), (429, BUSY)),
        _said((429, BUSY), fine),
        _said(fine),
    ) as script:
        done = write_all(_client(script), [_write(name) for name in "abcd"])
        assert [_names(script, n) for n in range(3)] == [["a", "b", "c", "d"], ["b", "d"], ["b"]]
    assert {one.write.name: one.conflict for one in done} == {
        "a": False,
        "b": False,
        "c": True,
        "d": False,
    }
    assert {one.index for one in done} == {"x-1"}


def test_what_stays_refused_is_raised_after_the_others_were_written() -> None:
    with (
        speaking(_said((429, BUSY), (400, WRONG)), _said((201, None))) as script,
        pytest.raises(Unavailable, match="mapper_parsing_exception") as raised,
    ):
        write_all(_client(script), [_write("a"), _write("b")])
    assert _names(script, 1) == ["a"]
    assert "patient" not in str(raised.value)


def test_a_server_that_stays_busy_is_unavailable() -> None:
    with speaking(_said((429, BUSY))) as script, pytest.raises(Unavailable, match="busy"):
        write_all(_client(script), [_write("a")])
    assert len(script.requests) == TRIES


def test_a_full_disk_is_told_at_once() -> None:
    full = {"type": "cluster_block_exception", "reason": "read-only-allow-delete"}
    with speaking(_said((429, full))) as script, pytest.raises(StorageFull):
        write_all(_client(script), [_write("a")])
    assert len(script.requests) == 1


def test_a_missing_document_is_no_failure_but_a_missing_index_is() -> None:
    gone = {"type": "document_missing_exception", "reason": "x"}
    with speaking(_said((404, gone))) as script:
        assert not write_all(_client(script), [_write("a")])[0].conflict
        assert script.requests[0][1] == "/_bulk?require_alias=true"
    no_index = {"type": "index_not_found_exception", "reason": "x"}
    with speaking(_said((404, no_index))) as script, pytest.raises(MissingIndex):
        write_all(_client(script), [_write("a")])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"chunk_count": 2}, [["a", "b"], ["c"]]),
        ({"chunk_bytes": 2_500}, [["a", "b"], ["c"]]),
        ({"chunk_bytes": 1}, [["a"], ["b"], ["c"]]),
    ],
)
def test_requests_are_bounded(changes: dict[str, int], expected: list[list[str]]) -> None:
    answers = [_said(*[(201, None)] * len(names)) for names in expected]
    with speaking(*answers) as script:
        write_all(_client(script, **changes), [_write(name, 1_000) for name in "abc"])
        assert [_names(script, n) for n in range(len(expected))] == expected


def test_nothing_to_write_asks_nothing() -> None:
    with speaking((500, {})) as script:
        assert write_all(_client(script), []) == []
    assert script.requests == []
