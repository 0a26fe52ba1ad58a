"""The client of OpenSearch: sign-in, certificates, waiting, and errors in our words."""

import ssl
from pathlib import Path
from typing import Any

import pytest

from infra.aws.opensearch_client import FIRST_WAIT, LONGEST_WAIT, Client, Missing
from infra.aws.opensearch_errors import TRIES, TooManyBuckets, is_passing, of_status
from infra.aws.opensearch_index import OpenSearchIndex
from infra.aws.opensearch_setup import OpenSearchSetup
from infra.errors import BadSetup, SimilisError, StorageFull, Unavailable
from tests.infra.aws.certificates import self_signed
from tests.infra.aws.fake_opensearch import speaking

FINE = (200, {"fine": True})
BUSY = (429, {"error": {"type": "rejected_execution_exception", "reason": "queue is full"}})


def _client(url: str, **changes: Any) -> tuple[Client, list[float]]:
    """A client that notes how long it would have waited, and always takes the longest."""
    waits: list[float] = []
    setup = OpenSearchSetup(url=url, **changes)
    return Client(setup, wait=waits.append, chance=lambda _, most: most), waits


def test_a_busy_server_is_asked_again_after_longer_and_longer_waits() -> None:
    with speaking(BUSY, (503, {}), BUSY, FINE) as script:
        client, waits = _client(script.url)
        assert client.request("POST", "/x", {"a": 1}) == {"fine": True}
    assert waits == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert {body for *_, body in script.requests} == {b'{"a": 1}'}


def test_waits_are_bounded_and_random() -> None:
    waits: list[float] = []
    spans: list[tuple[float, float]] = []

    def chance(low: float, high: float) -> float:
        spans.append((low, high))
        return 0.0

    client = Client(OpenSearchSetup(url="http://localhost"), wait=waits.append, chance=chance)
    client.waited(0)
    assert not client.waited(TRIES - 1)
    assert spans == [(0.0, FIRST_WAIT)]
    assert FIRST_WAIT * 2**TRIES <= 2 * LONGEST_WAIT


def test_a_server_that_stays_busy_is_unavailable() -> None:
    with speaking(BUSY) as script:
        client, waits = _client(script.url)
        with pytest.raises(Unavailable, match="try again"):
            client.request("GET", "/x")
    assert len(script.requests) == TRIES
    assert len(waits) == TRIES - 1


BREAKER = {"type": "circuit_breaking_exception", "reason": "[parent] Data too large"}
FLOOD = {
    "type": "cluster_block_exception",
    "reason": "index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage "
    "watermark, index has read-only-allow-delete block];",
}

NO_INDEXES = {
    "type": "index_create_block_exception",
    "reason": "blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];",
}


@pytest.mark.parametrize(
    ("answer", "error", "says", "requests"),
    [
        ((401, {}), BadSetup, "sign-in", 1),
        ((403, {"error": {"type": "security_exception"}}), BadSetup, "rights", 1),
        ((400, {"error": {"type": "parsing_exception"}}), Unavailable, "parsing_exception", 1),
        ((429, {"error": {"root_cause": [BREAKER], **BREAKER}}), Unavailable, "memory", TRIES),
        ((500, {"error": {"type": "x", "caused_by": BREAKER}}), Unavailable, "memory", 1),
        ((429, {"error": FLOOD}), StorageFull, "disk is full", 1),
        ((403, {"error": NO_INDEXES}), StorageFull, "disk is full", 1),
        (
            (500, {"error": {"type": "i_o_exception", "reason": "No space left on device"}}),
            StorageFull,
            "disk is full",
            1,
        ),
        (
            (503, {"error": {"type": "too_many_buckets_exception", "reason": "x"}}),
            TooManyBuckets,
            "at once",
            1,
        ),
        ((404, {}), Missing, "/x", 1),
    ],
)
def test_errors_are_told_in_our_words(
    answer: tuple[int, Any], error: type[Exception], says: str, requests: int
) -> None:
    with speaking(answer) as script:
        client, _ = _client(script.url)
        with pytest.raises(error, match=says) as raised:
            client.request("POST", "/x", {"secret": "of a patient"})
    assert len(script.requests) == requests
    assert "patient" not in str(raised.value)


def test_a_server_that_does_not_answer_is_not_waited_for_long() -> None:
    with speaking(FINE) as script:
        script.silent.set()
        client, waits = _client(script.url, read_seconds=0.1)
        with pytest.raises(Unavailable, match="in time"):
            client.request("GET", "/x")
        assert len(script.requests) == 1
        assert waits == []
        script.silent.clear()
        script.go_on.set()
        assert client.request("GET", "/x") == {"fine": True}, "it heals by itself"


def test_a_server_that_is_not_there() -> None:
    with speaking(FINE) as script:
        url = script.url
    client, waits = _client(url)
    with pytest.raises(Unavailable, match="cannot be reached"):
        client.request("GET", "/x")
    assert len(waits) == 1


def test_one_of_several_searches_that_fails_fails_all() -> None:
    found = {"status": 200, "hits": {"hits": []}}
    busy = {"status": 429, "error": BREAKER}
    wrong = {"status": 400, "error": {"type": "query_shard_exception", "reason": "x"}}
    with speaking((200, {"responses": [found, busy]}), (200, {"responses": [found, found]})) as s:
        client, waits = _client(s.url)
        assert client.searches([("a", {}), ("b", {})]) == [found, found]
        assert len(waits) == 1
        heads = s.lines(0)[::2]
        assert all(head["allow_partial_search_results"] is False for head in heads)
        assert len({head["preference"] for head in heads}) == 1
    with speaking((200, {"responses": [found, wrong]})) as s, pytest.raises(Unavailable):
        _client(s.url)[0].searches([("a", {}), ("b", {})])


# --- sign-in --------------------------------------------------------------------------------------


def test_basic_sign_in() -> None:
    with speaking(FINE) as script:
        client, _ = _client(script.url, auth="basic", user="me", password="hidden-word")
        client.request("GET", "/x")
    assert script.requests[0][2]["authorization"] == "Basic bWU6aGlkZGVuLXdvcmQ="
    assert "hidden-word" not in repr(client.setup)


def test_sigv4_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with speaking(FINE) as script:
        client, _ = _client(script.url, auth="sigv4", region="eu-central-1")
        client.request("POST", "/x", {"a": 1}, params={"refresh": "true"})
    said = script.requests[0][2]["authorization"]
    assert said.startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/eu-central-1/es/aws4_request" in said
    assert "secret" not in said


def test_sigv4_without_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client, _ = _client("http://localhost:1", auth="sigv4", region="eu-central-1")
    with pytest.raises(BadSetup, match="credentials"):
        client.request("GET", "/")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"url": "server:9200"}, "http://"),
        ({"url": "https://x", "auth": "token"}, "one of none, basic, sigv4"),
        ({"url": "https://x", "auth": "basic", "user": "me"}, "password"),
        ({"url": "http://x.example", "auth": "basic", "user": "a", "password": "b"}, "https"),
    ],
)
def test_a_setup_that_cannot_be(given: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSetup, match=says):
        OpenSearchSetup(**given)


# --- certificates ---------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


def test_certificates_are_checked_against_the_ca_file(certificate: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with speaking(FINE, tls=tls) as script:
        assert _client(script.url, ca_file=certificate)[0].request("GET", "/x") == {"fine": True}
        with pytest.raises(BadSetup, match="certificate"):
            _client(script.url)[0].request("GET", "/x")


# --- check ----------------------------------------------------------------------------------------

ABOUT = {"version": {"number": "3.6.0"}}
PLUGINS = {"nodes": {"n1": {"plugins": [{"name": "opensearch-knn"}]}}}


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([(200, ABOUT), (200, PLUGINS)], ""),
        ([(200, {"version": {"number": "1.3.2"}}), (200, PLUGINS)], "too old"),
        ([(200, ABOUT), (200, {"nodes": {"n1": {"plugins": []}}})], "lacks the k-NN plugin"),
    ],
)
def test_check_tells_what_server_it_is(answers: list[tuple[int, Any]], says: str) -> None:
    with speaking(*answers) as script:
        index = OpenSearchIndex(OpenSearchSetup(url=script.url))
        if not says:
            assert "3.6.0" in index.check()
            return
        with pytest.raises(BadSetup, match=says):
            index.check()


def test_check_does_not_wait() -> None:
    with speaking(BUSY) as script, pytest.raises(SimilisError):
        OpenSearchIndex(OpenSearchSetup(url=script.url)).check()
    assert len(script.requests) == 1


def test_a_vector_that_a_script_does_not_see_yet_is_worth_another_try() -> None:
    said = "One of the document doesn't have a value for field 'vector'. This can be avoided"
    failed = {"reason": {"type": "script_exception", "caused_by": {"reason": said}}}
    root = {"type": "script_exception", "reason": "runtime error"}
    error = {"error": {"root_cause": [root], "failed_shards": [failed]}}
    assert is_passing(400, error)
    assert "try again" in str(of_status(400, error))
    other = {"error": {"root_cause": [root], "failed_shards": []}}
    assert not is_passing(400, other)
