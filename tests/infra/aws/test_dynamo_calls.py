"""Calls to DynamoDB with answers made up here: no server is asked."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from infra.aws.dynamo_calls import LONGEST_WAIT, TRIES, Lost, Refused
from infra.aws.dynamo_setup import DynamoSetup
from infra.aws.dynamo_table import MISSING, Table, field
from infra.aws.dynamo_tables import DynamoTables
from infra.errors import BadSetup, Unavailable

ACTIVE = {"Table": {"TableStatus": "ACTIVE"}}
BUSY = "ThrottlingException"
SECRET = "report of Mrs Doe"  # what an error of the server may quote

Answer = dict[str, Any] | str | Exception  # what is given, an error's code, or what goes wrong


class Scripted:
    """Answers in the order of a list; the last one for ever."""

    def __init__(self, **times: float) -> None:
        self.waits: list[float] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[Answer] = [ACTIVE]
        setup = DynamoSetup(url="http://127.0.0.1:9", prefix="t", **times)
        self.tables = DynamoTables(setup, wait=self.waits.append)
        events = self.tables.connection().client.meta.events
        events.register("provide-client-params.dynamodb", self._note)
        events.register("before-call.dynamodb", self._answer)
        self.table: Table = self.tables.table("cases")
        self.asked.clear()

    def will(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def _note(self, params: dict[str, Any], model: Any, **_: object) -> None:
        self.asked.append((model.name, params))

    def _answer(self, **_: object) -> tuple[SimpleNamespace, dict[str, Any]]:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, dict):
            return SimpleNamespace(status_code=200), answer
        code, *reasons = answer.split()
        said = {"Error": {"Code": code, "Message": SECRET}}
        return SimpleNamespace(status_code=400), said | {
            "CancellationReasons": [{"Code": reason, "Message": SECRET} for reason in reasons]
        }


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")


@pytest.fixture
def server() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.tables.close()


# --- trying again ---------------------------------------------------------------------------------


def test_throttling_is_waited_for(server: Scripted) -> None:
    server.will(BUSY, "ProvisionedThroughputExceededException", "InternalServerError", "503", {})
    assert server.table.get("a", "b") is None
    assert len(server.asked) == 5
    assert len(server.waits) == 4
    assert all(0 <= wait <= LONGEST_WAIT for wait in server.waits)


def test_throttling_without_end_is_unavailable(server: Scripted) -> None:
    server.will(BUSY)
    with pytest.raises(Unavailable, match="try again") as caught:
        server.table.get("a", "b")
    assert len(server.asked) == TRIES
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="x"),
        ConnectionClosedError(endpoint_url="x"),
        EndpointConnectionError(endpoint_url="x", error=SECRET),
        ResponseParserError(SECRET),
    ],
)
def test_who_does_not_answer_is_unavailable(server: Scripted, error: Exception) -> None:
    server.will(error)
    with pytest.raises(Unavailable, match="does not answer"):
        server.table.get("a", "b")


def test_patience_ends_before_the_tries_do() -> None:
    scripted = Scripted(patience_seconds=0.0)
    scripted.will(BUSY)
    with pytest.raises(Unavailable):
        scripted.table.get("a", "b")
    assert len(scripted.asked) == 1
    scripted.tables.close()


def test_silence_is_borne_for_a_shorter_time() -> None:
    scripted = Scripted(silence_seconds=0.0)
    scripted.will(BUSY, BUSY, ReadTimeoutError(endpoint_url="x"))
    with pytest.raises(Unavailable, match="does not answer"):
        scripted.table.get("a", "b")
    assert len(scripted.asked) == 3
    scripted.tables.close()


@pytest.mark.parametrize(
    "code",
    ["AccessDeniedException", "UnrecognizedClientException", "ResourceNotFoundException"],
)
def test_what_only_a_person_can_mend_is_not_tried_again(server: Scripted, code: str) -> None:
    server.will(code)
    with pytest.raises(BadSetup, match=code) as caught:
        list(server.table.query("a"))
    assert len(server.asked) == 1
    assert SECRET not in str(caught.value)


def test_a_certificate_that_is_not_trusted_is_a_matter_of_setup(server: Scripted) -> None:
    server.will(SSLError(endpoint_url="x", error="self-signed"))
    with pytest.raises(BadSetup, match="certificate"):
        server.table.get("a", "b")


def test_a_request_that_is_wrong_is_refused(server: Scripted) -> None:
    server.will("ValidationException")
    with pytest.raises(Refused, match="ValidationException") as caught:
        server.table.put({"pk": "a", "sk": "b"})
    assert SECRET not in str(caught.value)


# --- transactions ---------------------------------------------------------------------------------


def transact(server: Scripted) -> None:
    put = server.table.putting({"pk": "a", "sk": "b"}, MISSING)
    server.tables.transact([put, server.table.changing(("a", "c"), {"x": None}, field("n") == 1)])


@pytest.mark.parametrize(
    "reasons", ["ConditionalCheckFailed None", "None TransactionConflict"], ids=lambda r: r
)
def test_a_condition_that_does_not_hold_is_lost(server: Scripted, reasons: str) -> None:
    server.will(f"TransactionCanceledException {reasons}")
    with pytest.raises(Lost):
        transact(server)
    assert len(server.asked) == 1


def test_a_throttled_transaction_is_sent_again_as_the_same(server: Scripted) -> None:
    timeout = ReadTimeoutError(endpoint_url="x")
    server.will("TransactionCanceledException ThrottlingError None", timeout, {})
    transact(server)
    tokens = {given["ClientRequestToken"] for _, given in server.asked}
    assert (len(server.asked), len(tokens)) == (3, 1)
    transact(server)
    assert server.asked[-1][1]["ClientRequestToken"] not in tokens


def test_a_transaction_that_is_wrong_is_refused(server: Scripted) -> None:
    server.will("TransactionCanceledException ValidationError None")
    with pytest.raises(Refused, match="ValidationError"):
        transact(server)


def test_who_is_lost_reads_again(server: Scripted) -> None:
    turns = iter([Lost("x"), Lost("y"), 7])

    def step() -> int:
        turn = next(turns)
        if isinstance(turn, Lost):
            raise turn
        return turn

    assert server.tables.until_done(step) == 7
    assert len(server.waits) == 2


def test_who_is_always_lost_gives_up() -> None:
    scripted = Scripted(patience_seconds=0.0)

    def step() -> None:
        raise Lost("again")

    with pytest.raises(Unavailable, match="Others keep changing"):
        scripted.tables.until_done(step)
    scripted.tables.close()


# --- batches --------------------------------------------------------------------------------------


def keys_of(given: dict[str, Any]) -> list[str]:
    return [key["sk"]["S"] for key in given["RequestItems"]["t-cases"]["Keys"]]


def test_what_a_batch_leaves_is_asked_for_again(server: Scripted) -> None:
    one, two = ({"pk": {"S": "a"}, "sk": {"S": name}, "n": {"N": "1"}} for name in "bc")
    left = {"t-cases": {"Keys": [{"pk": {"S": "a"}, "sk": {"S": "c"}}]}}
    nothing: dict[str, Any] = {"Responses": {}, "UnprocessedKeys": left}
    server.will(
        {"Responses": {"t-cases": [one]}, "UnprocessedKeys": left},
        nothing,
        {"Responses": {"t-cases": [two]}},
    )
    found = server.table.get_many([("a", "b"), ("a", "c"), ("a", "b")])
    assert set(found) == {("a", "b"), ("a", "c")}
    assert [keys_of(given) for _, given in server.asked] == [["b", "c"], ["c"], ["c"]]
    server.will(nothing)
    with pytest.raises(Unavailable, match="undone"):
        server.table.get_many([("a", "c")])


def test_what_a_batch_of_writes_leaves_is_written_again(server: Scripted) -> None:
    request = {"PutRequest": {"Item": {"pk": {"S": "a"}, "sk": {"S": "1"}}}}
    server.will({"UnprocessedItems": {"t-cases": [request]}}, {})
    server.table.put_many({"pk": "a", "sk": str(number)} for number in range(25))
    sizes = [len(given["RequestItems"]["t-cases"]) for _, given in server.asked]
    assert sizes == [25, 1]
    server.will({"UnprocessedItems": {"t-cases": [request]}})
    with pytest.raises(Unavailable, match="undone"):
        server.table.delete_many([("a", "1")])


def test_pages_follow_each_other(server: Scripted) -> None:
    items = [{"pk": {"S": "a"}, "sk": {"S": name}} for name in "bcd"]
    server.will(
        {"Items": items[:2], "LastEvaluatedKey": items[1]}, {"Items": [], "LastEvaluatedKey": {}}
    )
    server.will(*server.answers[:1], {"Items": items[2:]})
    assert [item["sk"] for item in server.table.query("a", page=2)] == ["b", "c", "d"]
    assert server.asked[1][1]["ExclusiveStartKey"] == items[1]


# --- tables and connections -----------------------------------------------------------------------


def test_a_missing_table_is_made_and_waited_for(server: Scripted) -> None:
    making = {"Table": {"TableStatus": "CREATING"}}
    server.will("ResourceNotFoundException", {}, making, ACTIVE)
    server.tables.table("vectors")
    assert [name for name, _ in server.asked] == [
        "DescribeTable",
        "CreateTable",
        "DescribeTable",
        "DescribeTable",
    ]
    assert server.asked[1][1]["BillingMode"] == "PAY_PER_REQUEST"


def test_that_another_makes_the_table_is_no_error(server: Scripted) -> None:
    server.will("ResourceNotFoundException", "ResourceInUseException", ACTIVE)
    server.tables.table("vectors")


def test_a_table_that_may_not_be_made_is_a_matter_of_setup(server: Scripted) -> None:
    server.will("ResourceNotFoundException", "AccessDeniedException")
    with pytest.raises(BadSetup, match="AccessDenied"):
        server.tables.table("vectors")


def test_without_credentials_a_person_is_asked_for_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    tables = DynamoTables(DynamoSetup(url="http://127.0.0.1:9"))
    with pytest.raises(BadSetup, match="credentials"):
        tables.table("cases")
    tables.close()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"  # nobody listens
        waits: list[float] = []
        tables = DynamoTables(DynamoSetup(url=url), wait=waits.append)
        with pytest.raises(Unavailable, match="does not answer"):
            tables.check()
        assert waits == []
        with pytest.raises(Unavailable, match="does not answer"):
            tables.table("cases")
    tables.close()


def test_a_url_that_is_none_is_a_matter_of_setup() -> None:
    tables = DynamoTables(DynamoSetup(url="not a url"))
    with pytest.raises(BadSetup, match="SIMILIS_DYNAMODB_URL"):
        tables.table("cases")
    tables.close()


def test_nothing_that_is_sent_is_logged(server: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server.will(BUSY, {})
    server.table.put({"pk": "a", "sk": "b", "text": SECRET})
    assert "ThrottlingException" in caplog.text
    assert SECRET not in caplog.text
