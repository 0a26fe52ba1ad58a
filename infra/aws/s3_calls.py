"""Requests to S3: one client, made at first use; bounded retries; errors in our words."""

import logging
import random
from collections.abc import Callable
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

from infra.aws.s3_errors import failure_of
from infra.aws.s3_setup import S3Setup
from infra.errors import BadSetup, StorageFull, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0  # seconds
PATIENCE = 20.0  # seconds after which no further try is begun: one time-out is enough


class S3Calls:
    """Asks S3. Thread-safe, as boto3's clients are."""

    def __init__(
        self,
        setup: S3Setup,
        *,
        client: "S3Client | None" = None,
        wait: Callable[[float], None] = sleep,
        chance: Callable[[float, float], float] = random.uniform,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.setup = setup
        self._client = client
        self._making = Lock()
        self._wait, self._chance, self._clock = wait, chance, clock
        self.doubted = True  # whether writes may fail: none was tried yet, or something has failed

    def ask(self, request: Callable[["S3Client"], T], *, tries: int = TRIES) -> T:
        """What `request` returns; it may be called several times.

        Full jitter between tries: the n-th wait is anything from 0 to min(5, 0.2 · 2ⁿ) s. Raises
        NotFound, BadSetup, StorageFull, Unavailable or BackendError (see `failure_of`).
        """
        from botocore.exceptions import BotoCoreError, ClientError

        begin = self._clock()
        for attempt in range(tries):
            try:
                return request(self._made())
            except (BotoCoreError, ClientError) as error:
                failure = failure_of(error)
                late = self._clock() - begin > PATIENCE or attempt + 1 == tries
                if not isinstance(failure, Unavailable) or late:
                    self.doubted |= isinstance(failure, Unavailable | StorageFull)
                    raise failure from error
                log.info("S3: %s (try %d of %d)", failure, attempt + 1, tries)
            self._wait(self._chance(0.0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)))
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Close connections; the next request opens new ones."""
        with self._making:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _made(self) -> "S3Client":
        with self._making:  # boto3's sessions are not thread-safe, its clients are
            if self._client is None:
                self._client = _connect(self.setup)
            return self._client


def _connect(setup: S3Setup) -> "S3Client":
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        connect_timeout=setup.connect_timeout_s,
        read_timeout=setup.read_timeout_s,
        max_pool_connections=setup.connections,
        retries={"total_max_attempts": 1},  # our own waits have jitter and a test
        s3={"addressing_style": "path" if setup.url else "auto"},
        # We send SHA-256 sums ourselves; other servers do not take the library's trailing ones.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session = boto3.Session()
    region = setup.region or session.region_name or ("us-east-1" if setup.url else None)
    try:
        return session.client(
            "s3",
            endpoint_url=setup.url or None,
            region_name=region,
            verify=str(setup.ca_file) if setup.ca_file else None,
            config=config,
        )
    except ValueError as error:
        raise BadSetup("SIMILIS_S3_URL is no address like https://host:port.") from error
