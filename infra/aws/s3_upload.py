"""Bytes to S3 with SHA-256 sums that the server checks; large files in parts."""

import hashlib
import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.aws.s3_calls import S3Calls
from infra.aws.s3_setup import MEGA, S3Setup
from infra.errors import BackendError, NotFound, SimilisError

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

log = logging.getLogger(__name__)

_KINDS = {"dcm": "application/dicom", "webp": "image/webp", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: the name of the object and what S3 is told of it."""

    setup: S3Setup
    name: str

    @property
    def place(self) -> dict[str, Any]:
        """Bucket and key."""
        return {"Bucket": self.setup.bucket, "Key": self.name}

    @property
    def manner(self) -> dict[str, Any]:
        """The kind of content and its encryption."""
        kind = _KINDS.get(self.name.rpartition(".")[2], "application/octet-stream")
        manner = {"ContentType": kind}
        if self.setup.encryption:
            manner["ServerSideEncryption"] = self.setup.encryption
        if self.setup.encryption == "aws:kms" and self.setup.kms_key:
            manner["SSEKMSKeyId"] = self.setup.kms_key
        return manner


def send_bytes(calls: S3Calls, target: Target, data: bytes, sha256: str) -> None:
    """One request; all of it is there afterwards, or nothing."""
    calls.ask(
        lambda client: client.put_object(
            **target.place, **target.manner, Body=data, ChecksumSHA256=in_base64(sha256)
        )
    )


def send_file(calls: S3Calls, target: Target, path: Path, sha256: str) -> None:
    """A file, in parts when it is large. Raises BackendError when it is not what `sha256` says."""
    try:
        if path.stat().st_size <= calls.setup.multipart_mb * MEGA:
            data = path.read_bytes()
            _compare(hashlib.sha256(data).hexdigest(), sha256)
            send_bytes(calls, target, data, sha256)
        else:
            _send_parts(calls, target, path, sha256)
    except OSError as error:
        raise BackendError("A finished file could not be read again.") from error


def in_base64(sha256: str) -> str:
    """A hash in hex as S3 wants it."""
    return b64encode(bytes.fromhex(sha256)).decode()


def _send_parts(calls: S3Calls, target: Target, path: Path, sha256: str) -> None:
    upload = calls.ask(
        lambda client: client.create_multipart_upload(
            **target.place, **target.manner, ChecksumAlgorithm="SHA256"
        )
    )["UploadId"]
    try:
        whole, parts = hashlib.sha256(), []
        for number, data in enumerate(_pieces(path, calls.setup.part_mb * MEGA), start=1):
            whole.update(data)
            parts.append(_send_part(calls, target, upload, number, data))
        _compare(whole.hexdigest(), sha256)
        _complete(calls, target, upload, parts, path.stat().st_size)
    except BaseException:
        _abort(calls, target, upload)
        raise


def _compare(found: str, sha256: str) -> None:
    if found != sha256:
        raise BackendError("A finished file has changed while it was stored.")


def _pieces(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(size):
            yield data


def _send_part(
    calls: S3Calls, target: Target, upload: str, number: int, data: bytes
) -> "CompletedPartTypeDef":
    checksum = in_base64(hashlib.sha256(data).hexdigest())
    sent = calls.ask(
        lambda client: client.upload_part(
            **target.place,
            UploadId=upload,
            PartNumber=number,
            Body=data,
            ChecksumSHA256=checksum,
        )
    )
    return {"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum}


def _complete(
    calls: S3Calls, target: Target, upload: str, parts: list["CompletedPartTypeDef"], size: int
) -> None:
    try:
        calls.ask(
            lambda client: client.complete_multipart_upload(
                **target.place, UploadId=upload, MultipartUpload={"Parts": parts}
            )
        )
    except NotFound:  # an earlier try has done it, and its answer was lost
        found = calls.ask(lambda client: client.head_object(**target.place))
        if found["ContentLength"] != size:
            raise


def _abort(calls: S3Calls, target: Target, upload: str) -> None:
    try:
        calls.ask(lambda client: client.abort_multipart_upload(**target.place, UploadId=upload))
    except SimilisError:  # the bucket's lifecycle rule removes what is left
        log.warning("an unfinished upload could not be taken back")
