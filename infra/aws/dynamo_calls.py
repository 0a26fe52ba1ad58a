"""Calls to DynamoDB: tried again while that helps, and errors in our words."""

import logging
import random
from collections.abc import Callable, Iterable
from time import monotonic, sleep
from typing import TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSLError,
)
from botocore.parsers import ResponseParserError
from pynamodb.exceptions import PynamoDBException, TransactWriteError

from infra.errors import BackendError, BadSetup, SimilisError, Unavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 10
FIRST_WAIT, LONGEST_WAIT = 0.05, 5.0  # seconds
LONGEST_TURN = 0.5  # seconds; for those who were Lost: others are quick

_LOST = {"ConditionalCheckFailed", "TransactionConflict"}  # reasons of a cancelled transaction
_INTERNAL = {"InternalServerError", "InternalFailure"}
_BUSY = _INTERNAL | {
    "LimitExceededException",  # too many tables are being made at once
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ResourceInUseException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_SETUP = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
}
_UNREACHABLE = (
    ChecksumError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ResponseParserError,  # half an answer, or that of a proxy
)
_NO_ACCOUNT = (
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)


class Lost(Exception):  # never leaves infra/aws
    """Somebody else changed what a conditional write was about: read again, decide again."""


class Silent(Unavailable):
    """DynamoDB cannot be reached, or did not answer in time."""


class Refused(BackendError):
    """DynamoDB will not take this request, however often it is asked: an error of ours."""


class Calls:
    """Sends requests, with waits of full jitter between tries: the n-th is anything from 0 to
    min(5, 0.05 · 2ⁿ) s, so that clients which were refused together do not come back together.
    """

    def __init__(
        self,
        patience: float,
        silence: float | None = None,
        *,
        tries: int = TRIES,
        wait: Callable[[float], None] = sleep,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._patience = patience
        self._silence = patience if silence is None else silence
        self._tries = tries
        self._wait = wait
        self._chance = chance
        self.doubted = True  # whether writes may fail: none was tried yet, or something has failed

    def send(self, request: Callable[[], T]) -> T:
        """What `request` returns. Raises Lost, Unavailable, BadSetup or Refused."""
        began, attempt = monotonic(), 0
        while True:
            try:
                return request()
            except (PynamoDBException, BotoCoreError, ClientError, ResponseParserError) as error:
                failure = failure_of(error)
                attempt += 1
                patience = self._silence if isinstance(failure, Silent) else self._patience
                over = attempt >= self._tries or monotonic() - began > patience
                if over or not isinstance(failure, Unavailable):
                    self.doubted = True
                    raise failure from error
                log.info("DynamoDB: %s (try %d of %d)", failure, attempt, self._tries)
            self.pause(attempt)

    def until_done(self, step: Callable[[], T]) -> T:
        """Run a step that reads, decides and writes on condition, again whenever it is Lost.

        Raises Unavailable when others keep getting in first.
        """
        began, attempt = monotonic(), 0
        while True:
            try:
                return step()
            except Lost as lost:
                attempt += 1
                if monotonic() - began > self._patience:
                    raise Unavailable(
                        "Others keep changing the same records in DynamoDB; try again later."
                    ) from lost
            self.pause(attempt, LONGEST_TURN)

    def next_attempt(self, attempt: int, asked: int, left: int) -> int:
        """Wait where part of a batch was not done; the number of tries in a row that did nothing.

        Raises Unavailable when there are too many of those.
        """
        if not left:
            return 0
        attempt = attempt + 1 if left == asked else 1
        if attempt >= self._tries:
            self.doubted = True
            raise Unavailable(
                "DynamoDB leaves a batch undone, again and again; try again later. The disk of a "
                "server of your own may be full."
            )
        self.pause(attempt)
        return attempt

    def pause(self, attempt: int, longest: float = LONGEST_WAIT) -> None:
        """Wait before another try; `attempt` counts from 1."""
        self._wait(self._chance(0.0, min(longest, FIRST_WAIT * 2**attempt)))


def failure_of(error: Exception) -> SimilisError | Lost:
    """What an error of the driver means to us. Messages hold codes, never what was sent."""
    reasons = _cancelled(error)
    cause = error.cause if isinstance(error, PynamoDBException) and error.cause else error
    if isinstance(cause, ClientError):
        return _answered(cause, reasons)
    name = type(cause).__name__
    if isinstance(cause, _NO_ACCOUNT):
        return BadSetup(
            "AWS credentials or region are missing: set them as for the AWS command line."
        )
    if isinstance(cause, SSLError):
        return BadSetup("DynamoDB's certificate is not trusted: check its URL and the CA file.")
    if isinstance(cause, _UNREACHABLE):
        return Silent(f"DynamoDB does not answer ({name}); try again later.")
    return Refused(f"DynamoDB cannot be asked: {name}.")


def _answered(error: ClientError, reasons: set[str]) -> SimilisError | Lost:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code == "ConditionalCheckFailedException" or (reasons and reasons <= _LOST):
        return Lost(code)
    if code in _SETUP:
        return BadSetup(f"DynamoDB refuses: {code}. Check its tables, credentials and rights.")
    if code in _INTERNAL or (reasons and reasons <= _LOST | _INTERNAL):
        return Unavailable(
            f"DynamoDB has failed: {code}; try again later. The disk of a server of your own may "
            "be full."
        )
    if code in _BUSY or _is_5xx(code) or (reasons and reasons <= _LOST | _BUSY):
        return Unavailable(f"DynamoDB asks to wait: {code}; try again later.")
    return Refused(f"DynamoDB does not take this request: {', '.join([code, *sorted(reasons)])}.")


def _is_5xx(code: str) -> bool:
    """Whether it is the status of a proxy that has answered in DynamoDB's place."""
    return len(code) == 3 and code.startswith("5")


def _cancelled(error: Exception) -> set[str]:
    """Why a transaction was cancelled, in codes."""
    if not isinstance(error, TransactWriteError):
        return set()
    return {reason.code for reason in _known(error.cancellation_reasons)}


def _known(reasons: Iterable[T | None]) -> list[T]:
    return [reason for reason in reasons if reason is not None]
