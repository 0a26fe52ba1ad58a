"""`BlobStore` on S3: an object `PREFIX/blobs/STUDY_UID/SHA256.suffix` for each blob."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from infra.aws.s3_calls import S3Calls
from infra.aws.s3_errors import OutOfRange
from infra.aws.s3_leases import Leases
from infra.aws.s3_listing import delete_folder, delete_object, in_order, names_under
from infra.aws.s3_reader import S3Reader
from infra.aws.s3_setup import S3Setup
from infra.aws.s3_trial import takes_writes
from infra.aws.s3_upload import Target, in_base64, send_bytes, send_file
from infra.blob_keys import is_study, key_of, parts_of
from infra.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

LONGEST_LINK = 7 * 24 * 3600  # seconds; S3 takes no longer ones
LARGEST_UPLOAD = 5 << 30  # bytes that S3 takes in one request


@dataclass(frozen=True, slots=True, kw_only=True)
class PresignedUpload:
    """Leave to PUT the bytes of `key` once to `url`, with just these headers."""

    key: str
    url: str
    headers: dict[str, str]


class S3Blobs:
    """Bytes by key in a bucket."""

    def __init__(self, setup: S3Setup, *, calls: S3Calls | None = None) -> None:
        """Asks nothing yet: the first use connects."""
        self._setup = setup
        self._calls = calls or S3Calls(setup)
        self._checks = S3Calls(replace(setup, connect_timeout_s=1.0, read_timeout_s=2.0))
        self._leases = Leases(self._calls)
        self._folder = f"{setup.prefix}/blobs/"
        self._put: list[set[str]] = []  # keys put during each `storing`
        self._noting = Lock()

    # --- the port ---------------------------------------------------------------------------------

    def put(self, study_uid: str, data: bytes, suffix: str) -> str:
        """See BlobStore. `suffix` is lower case without a dot."""
        sha256 = hashlib.sha256(data).hexdigest()
        key = key_of(study_uid, sha256, suffix)
        self._note(key)
        if not self._is_there(key, len(data)):
            send_bytes(self._calls, self._target(key), data, sha256)
        return key

    def put_file(self, study_uid: str, path: Path, sha256: str, suffix: str) -> str:
        """See BlobStore. Raises NotFound, and BackendError for bytes that `sha256` is not of."""
        key = key_of(study_uid, sha256, suffix)
        if not path.is_file():
            raise NotFound("The file to be kept is not there.")
        self._note(key)
        if not self._is_there(key, path.stat().st_size):
            send_file(self._calls, self._target(key), path, sha256)
        path.unlink()
        return key

    def open(self, key: str) -> BinaryIO:
        """See BlobStore. Reads a window at a time, see `S3Reader`."""
        name = self._name(key)
        return BufferedReader(S3Reader(lambda begin, end: self._fetch(name, begin, end)))

    def size(self, key: str) -> int:
        """See BlobStore."""
        return self._size(self._name(key))

    def delete(self, key: str) -> None:
        """See BlobStore."""
        try:
            name = self._name(key)
        except NotFound:
            return
        self._leases.check()
        delete_object(self._calls, name)

    def delete_study(self, study_uid: str) -> int:
        """See BlobStore."""
        if not is_study(study_uid):
            return 0
        return delete_folder(self._calls, f"{self._folder}{study_uid}/")

    def keys(self, study_uid: str = "") -> Iterator[str]:
        """See BlobStore."""
        if study_uid and not is_study(study_uid):
            return
        prefix = f"{self._folder}{study_uid}/" if study_uid else self._folder
        names = names_under(self._calls, prefix)
        yield from in_order(name.removeprefix(self._folder) for name in names)

    @contextmanager
    def storing(self) -> Iterator[None]:
        """See BlobStore. One that dies lets go after `lease_seconds`."""
        keys: set[str] = set()
        with self._leases.storing() as lease:
            with self._noting:
                self._put.append(keys)
            try:
                yield
                if not lease.held:
                    self._look_for(keys)
            finally:
                with self._noting:
                    self._put = [other for other in self._put if other is not keys]

    def sweeping(self) -> AbstractContextManager[bool]:
        """See BlobStore."""
        return self._leases.sweeping()

    def check(self) -> str:
        """One sentence about what is there. Quick: raises Unavailable or BadSetup after one try,
        StorageFull where it answers but takes no writes.
        """
        self._checks.ask(
            lambda client: client.list_objects_v2(
                Bucket=self._setup.bucket, Prefix=self._folder, MaxKeys=1
            ),
            tries=1,
        )
        if self._calls.doubted:
            self._calls.doubted = not takes_writes(self._checks)
        where = self._setup.url or "AWS"
        encryption = self._setup.encryption or "the bucket's own"
        return f"S3 at {where} answers; bucket {self._setup.bucket}, encryption: {encryption}."

    def close(self) -> None:
        """Close connections."""
        self._calls.close()
        self._checks.close()

    # --- past the port: browsers that talk to S3 itself ------------------------------------------

    def presigned_download(self, key: str, seconds: int) -> str:
        """An address from which anybody can read this blob for so long. Raises NotFound."""
        place = self._target(key).place
        self.size(key)
        return self._calls.ask(
            lambda client: client.generate_presigned_url(
                "get_object", Params=place, ExpiresIn=_seconds(seconds)
            )
        )

    def presigned_upload(
        self, study_uid: str, sha256: str, suffix: str, size: int, seconds: int
    ) -> PresignedUpload:
        """Leave to put just the bytes with this hash and size; S3 refuses all others."""
        if not 0 <= size <= LARGEST_UPLOAD:
            raise ValueError("S3 takes at most 5 GiB in one request")
        key = key_of(study_uid, sha256, suffix)
        target = self._target(key)
        told = {**target.manner, "ChecksumSHA256": in_base64(sha256), "ContentLength": size}
        url = self._calls.ask(
            lambda client: client.generate_presigned_url(
                "put_object", Params={**target.place, **told}, ExpiresIn=_seconds(seconds)
            )
        )
        return PresignedUpload(key=key, url=url, headers=_headers(told))

    # --- inside -----------------------------------------------------------------------------------

    def _name(self, key: str) -> str:
        return self._folder + "/".join(parts_of(key))

    def _target(self, key: str) -> Target:
        return Target(self._setup, self._name(key))

    def _size(self, name: str) -> int:
        return self._calls.ask(
            lambda client: client.head_object(Bucket=self._setup.bucket, Key=name)
        )["ContentLength"]

    def _is_there(self, key: str, size: int) -> bool:
        try:
            return self._size(self._name(key)) == size
        except NotFound:
            return False

    def _fetch(self, name: str, begin: int, end: int) -> tuple[bytes, int]:
        """Some bytes of an object, and the size of all of it."""

        def get() -> tuple[bytes, int]:
            return self._calls.ask(
                lambda client: _read(
                    client.get_object(
                        Bucket=self._setup.bucket, Key=name, Range=f"bytes={begin}-{end - 1}"
                    )
                )
            )

        try:
            return get()
        except OutOfRange:  # which S3 says of every range of an empty object
            return b"", self._size(name)

    def _note(self, key: str) -> None:
        self._leases.check()
        with self._noting:
            for keys in self._put:
                keys.add(key)

    def _look_for(self, keys: set[str]) -> None:
        """After a lease ran out: a sweeper may have taken these for a dead process's."""
        present = {key for study in {k.partition("/")[0] for k in keys} for key in self.keys(study)}
        if not keys <= present:
            raise Unavailable(
                "This process was cut off for so long that others deleted what it was storing: "
                "ingest the same files again with their conflicts replaced."
            )


def _read(answer: "GetObjectOutputTypeDef") -> tuple[bytes, int]:
    body = answer["Body"]
    try:
        data = body.read()
    finally:
        body.close()
    whole = answer.get("ContentRange", "").rpartition("/")[2]
    return data, int(whole) if whole.isdigit() else len(data)


def _seconds(seconds: int) -> int:
    if not 1 <= seconds <= LONGEST_LINK:
        raise ValueError("an address lasts from 1 second to 7 days")
    return seconds


_HEADERS = {
    "ContentType": "Content-Type",
    "ContentLength": "Content-Length",
    "ChecksumSHA256": "x-amz-checksum-sha256",
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
}


def _headers(told: Mapping[str, str | int]) -> dict[str, str]:
    return {_HEADERS[name]: str(value) for name, value in told.items()}
