"""Calls to AWS that are tried again when the service asks to wait, and errors in our words."""

import logging
import random
from collections.abc import Callable
from time import sleep
from typing import Any

from infra.errors import BadSetup, Unavailable

log = logging.getLogger(__name__)

TRIES = 6
FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0  # seconds

_WAIT = {
    "TooManyRequestsException",
    "ThrottlingException",
    "Throttling",
    "ProvisionedThroughputExceededException",
    "InternalServerException",
    "ServiceUnavailableException",
    "RequestTimeout",
}
_SETUP = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "InvalidSignatureException",
    "UnrecognizedClientException",
    "MissingAuthenticationTokenException",
    "SubscriptionRequiredException",
}


class Refused(Unavailable):
    """The service will not answer this request, however often it is asked."""


def call(
    request: Callable[[], Any],
    *,
    wait: Callable[[float], None] = sleep,
    chance: Callable[[float, float], float] = random.uniform,
) -> Any:
    """What `request` returns. Throttling and passing failures are tried again after a random wait.

    Full jitter: the n-th wait is anything from 0 to min(20, 0.5 · 2ⁿ) s, so that clients which were
    refused together do not come back together. Raises BadSetup where credentials or rights are
    missing, Refused for a request that the service does not take, otherwise Unavailable.
    """
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        HTTPClientError,
        NoCredentialsError,
        NoRegionError,
        PartialCredentialsError,
    )

    for attempt in range(TRIES):
        try:
            return request()
        except (NoCredentialsError, PartialCredentialsError, NoRegionError) as error:
            raise BadSetup(
                "AWS credentials or region are missing: set them as for the AWS command line."
            ) from error
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            failure = _failure(code)
            if not isinstance(failure, Unavailable) or isinstance(failure, Refused):
                raise failure from error
            last: Exception = error
        except HTTPClientError as error:
            code, last = type(error).__name__, error
        except BotoCoreError as error:
            raise Unavailable(f"AWS cannot be asked: {type(error).__name__}.") from error
        log.info("AWS answered %s (try %d of %d)", code, attempt + 1, TRIES)
        if attempt + 1 < TRIES:
            wait(chance(0.0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)))
    raise Unavailable(f"AWS did not answer in {TRIES} tries: {code}.") from last


def _failure(code: str) -> Exception:
    if code in _WAIT:
        return Unavailable(f"AWS asks to wait: {code}.")
    if code in _SETUP:
        return BadSetup(f"AWS refuses this account: {code}. Check its credentials and rights.")
    return Refused(f"AWS does not take this request: {code}.")
