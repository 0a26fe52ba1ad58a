"""Who is storing and who sweeps, on all machines: one small object each, renewed while it lasts.

Both sides first write their own object and then look for the other's. As S3 shows every listing
what was written before, at least one of two that begin together sees the other and steps back.
Ages are told by the server's clock alone. An object that is not renewed for `lease_seconds` is of a
process that died, or was suspended for so long; such a one finds out and stores nothing any more.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from secrets import token_hex
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from infra.aws.s3_calls import S3Calls
from infra.aws.s3_errors import Superseded
from infra.errors import NotFound, SimilisError, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

RENEWALS = 4  # in the time of a lease: three may fail
SLACK = 1.0  # seconds: times of objects have no fractions
LONGEST_LOOK = 1.0  # seconds between two looks at whether the sweeper is done
PATIENCE = 600.0  # seconds that a process waits for sweepers


class Role(StrEnum):
    """What a lease is for."""

    STORING = "storing"
    SWEEPING = "sweeping"


def elapsed() -> float:
    """Seconds that also pass while this machine is suspended, where the system can tell them."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class Lease:
    """An object that says that this process is at it; renewed by a thread until `release`."""

    def __init__(self, calls: S3Calls, key: str, clock: Callable[[], float] = elapsed) -> None:
        self.key = key
        self._calls, self._clock = calls, clock
        self._seconds = calls.setup.lease_seconds
        self._over, self._lost = Event(), False
        self._renewed = clock()
        self._tag = calls.ask(lambda client: _write(client, calls.setup.bucket, key, ""))
        self._thread = Thread(target=self._keep, name="s3-lease", daemon=True)
        self._thread.start()

    @property
    def held(self) -> bool:
        """Whether no other can take this for the lease of a dead process."""
        return not self._lost and self._clock() - self._renewed < self._seconds

    def renew(self) -> None:
        """Say again that this process lives; without effect on what is lost."""
        if not self.held:
            self._lost = True
            return
        begin, bucket = self._clock(), self._calls.setup.bucket
        try:
            self._tag = self._calls.ask(lambda client: _write(client, bucket, self.key, self._tag))
            self._renewed = begin
        except (NotFound, Superseded):
            self._lost = True
        except SimilisError:  # the next renewal may come through
            return

    def release(self) -> None:
        """Let go. What cannot be deleted now runs out."""
        self._over.set()
        self._thread.join()
        bucket = self._calls.setup.bucket
        with suppress(SimilisError):
            self._calls.ask(
                lambda client: client.delete_object(Bucket=bucket, Key=self.key), tries=2
            )

    def _keep(self) -> None:
        while not self._over.wait(self._seconds / RENEWALS):
            self.renew()


class Leases:
    """The leases of one bucket and prefix, as this process sees and holds them."""

    def __init__(self, calls: S3Calls, *, clock: Callable[[], float] = elapsed) -> None:
        self._calls, self._clock = calls, clock
        self._folder = f"{calls.setup.prefix}/leases/"
        self._mine: set[Lease] = set()
        self._changing = Lock()

    @contextmanager
    def storing(self) -> Iterator[Lease]:
        """Held together with other storing ones; waits until nobody sweeps."""
        begin = self._clock()
        while True:
            with self._taken(Role.STORING) as lease:
                if not any(self._is(Role.SWEEPING, key) for key in self._others(lease)):
                    yield lease
                    return
            if self._clock() - begin > PATIENCE:
                raise Unavailable("Somebody has been sweeping the store for long; try again.")
            self._wait()

    @contextmanager
    def sweeping(self) -> Iterator[bool]:
        """Whether nobody else stores or sweeps; does not wait."""
        with self._taken(Role.SWEEPING) as lease:
            alone = not self._others(lease)
            if alone:
                yield True
                return
        yield False

    def check(self) -> None:
        """Raise Unavailable when a lease of this process ran out while it was suspended."""
        with self._changing:
            if not all(lease.held for lease in self._mine):
                raise Unavailable("This process was cut off for too long; start it again.")

    @contextmanager
    def _taken(self, role: Role) -> Iterator[Lease]:
        lease = Lease(self._calls, f"{self._folder}{role}/{token_hex(16)}", self._clock)
        with self._changing:
            self._mine.add(lease)
        try:
            yield lease
        finally:
            with self._changing:
                self._mine.remove(lease)
            lease.release()

    def _others(self, lease: Lease) -> list[str]:
        """Keys of all leases that have not run out but this one; those that have are deleted."""
        living: list[str] = []
        for page in self._pages():
            now = _time_of(page)
            for found in page.get("Contents", []):
                age = (now - found["LastModified"]).total_seconds()
                if found["Key"] == lease.key:
                    continue
                if age <= self._calls.setup.lease_seconds + SLACK:
                    living.append(found["Key"])
                else:
                    self._delete(found["Key"])
        return living

    def _pages(self) -> Iterator["ListObjectsV2OutputTypeDef"]:
        bucket, token = self._calls.setup.bucket, ""
        while True:
            more = {"ContinuationToken": token} if token else {}
            page = self._calls.ask(
                lambda client, more=more: client.list_objects_v2(  # type: ignore[misc]  # mypy#2608
                    Bucket=bucket, Prefix=self._folder, **more
                )
            )
            yield page
            token = page.get("NextContinuationToken", "")
            if not token:
                return

    def _delete(self, key: str) -> None:
        bucket = self._calls.setup.bucket
        self._calls.ask(lambda client: client.delete_object(Bucket=bucket, Key=key))

    def _is(self, role: Role, key: str) -> bool:
        return key.startswith(f"{self._folder}{role}/")

    def _wait(self) -> None:
        time.sleep(random.uniform(LONGEST_LOOK / 4, LONGEST_LOOK))  # noqa: S311  not a secret


def _write(client: "S3Client", bucket: str, key: str, tag: str) -> str:
    """Write a lease; with a tag only if it is as it was, so that what was taken away stays so."""
    if not tag:
        return client.put_object(Bucket=bucket, Key=key, Body=b"")["ETag"]
    return client.put_object(Bucket=bucket, Key=key, Body=b"", IfMatch=tag)["ETag"]


def _time_of(page: "ListObjectsV2OutputTypeDef") -> datetime:
    """When the server answered, by its own clock."""
    said = page["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    return parsedate_to_datetime(said) if said else datetime.now(UTC)
