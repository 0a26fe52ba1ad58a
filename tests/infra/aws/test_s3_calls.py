"""What becomes of S3's errors, and what is asked again."""

from socket import socket
from typing import Any, cast

import pytest
from botocore.exceptions import (
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)

from infra.aws import s3_calls
from infra.aws.s3_calls import S3Calls
from infra.aws.s3_errors import OutOfRange, failure_of
from infra.aws.s3_setup import S3Setup
from infra.errors import BackendError, BadSetup, NotFound, StorageFull, Unavailable
from tests.infra.aws.fake_s3 import refusal

SETUP = S3Setup(bucket="b")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("NoSuchKey", 404, NotFound),
        ("404", 404, NotFound),
        ("NoSuchBucket", 404, BadSetup),
        ("AccessDenied", 403, BadSetup),
        ("SignatureDoesNotMatch", 403, BadSetup),
        ("InvalidAccessKeyId", 403, BadSetup),
        ("SlowDown", 503, Unavailable),
        ("InternalError", 500, Unavailable),
        ("BadDigest", 400, Unavailable),
        ("XMinioStorageFull", 507, StorageFull),
        ("Anything", 507, StorageFull),
        ("InvalidRange", 416, OutOfRange),
        ("EntityTooLarge", 400, BackendError),
    ],
)
def test_what_an_answer_means(code: str, status: int, kind: type[Exception]) -> None:
    assert type(failure_of(refusal(code, status))) is kind


def test_a_full_disk_is_told_by_its_words() -> None:
    failure = failure_of(refusal("InternalError", 500, "write x: No space left on device"))
    assert type(failure) is StorageFull


def test_a_server_whose_disk_is_full_may_be_late() -> None:
    assert "disk" in str(failure_of(ReadTimeoutError(endpoint_url="u")))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NoCredentialsError(), BadSetup),
        (ReadTimeoutError(endpoint_url="u"), Unavailable),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), Unavailable),
        (SSLError(endpoint_url="u", error="[SSL: CERTIFICATE_VERIFY_FAILED]"), BadSetup),
        (ParamValidationError(report="r"), BackendError),
    ],
)
def test_what_a_failure_to_ask_means(error: Exception, kind: type[Exception]) -> None:
    assert type(failure_of(error)) is kind


def calls(waits: list[float], clock: float = 0.0) -> S3Calls:
    return S3Calls(
        SETUP,
        client=cast(Any, object()),
        wait=waits.append,
        chance=lambda low, high: high,
        clock=iter([0.0, *[clock] * 9]).__next__,
    )


def test_a_busy_server_is_asked_again_after_growing_waits() -> None:
    answers, waits = [refusal("SlowDown", 503), refusal("InternalError", 500)], []

    def request(_: object) -> str:
        if answers:
            raise answers.pop()
        return "done"

    assert calls(waits).ask(request) == "done"
    assert waits == [0.2, 0.4]


def test_it_gives_up_after_some_tries() -> None:
    waits: list[float] = []

    def request(_: object) -> None:
        raise refusal("SlowDown", 503)

    with pytest.raises(Unavailable, match="try again") as caught:
        calls(waits).ask(request)
    assert len(waits) == s3_calls.TRIES - 1
    assert caught.value.__cause__ is not None


def test_after_a_long_time_out_it_is_not_asked_again() -> None:
    waits: list[float] = []

    def request(_: object) -> None:
        raise ReadTimeoutError(endpoint_url="u")

    with pytest.raises(Unavailable):
        calls(waits, clock=30.0).ask(request)
    assert waits == []


def test_a_wrong_request_is_not_repeated() -> None:
    waits: list[float] = []

    def request(_: object) -> None:
        raise refusal("AccessDenied", 403)

    with pytest.raises(BadSetup):
        calls(waits).ask(request)
    assert waits == []


@pytest.fixture
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")


@pytest.mark.usefixtures("_credentials")
@pytest.mark.parametrize("silent", [True, False])
def test_a_silent_or_missing_server_is_unavailable(silent: bool) -> None:
    with socket() as server:
        server.bind(("127.0.0.1", 0))
        if silent:
            server.listen()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        setup = S3Setup(bucket="b", url=url, connect_timeout_s=0.2, read_timeout_s=0.2)
        asked = S3Calls(setup, wait=lambda _: None)
        with pytest.raises(Unavailable):
            asked.ask(lambda client: client.head_object(Bucket="b", Key="k"))
        asked.close()


@pytest.mark.usefixtures("_credentials")
def test_an_address_that_is_none() -> None:
    with pytest.raises(BadSetup, match="SIMILIS_S3_URL"):
        S3Calls(S3Setup(bucket="b", url="no address")).ask(lambda client: client.list_buckets())


def test_a_setup_is_checked() -> None:
    with pytest.raises(BadSetup, match="SIMILIS_S3_BUCKET"):
        S3Setup(bucket="")
    with pytest.raises(BadSetup, match="SIMILIS_S3_ENCRYPTION"):
        S3Setup(bucket="b", encryption="rot13")
