"""What S3 is told about encryption, seen where requests leave."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from infra.aws.s3_blobs import S3Blobs
from infra.aws.s3_calls import S3Calls
from infra.aws.s3_setup import S3Setup

DATA = b"x" * (1 << 20) * 6


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")


def stubbed(setup: S3Setup) -> tuple[S3Blobs, Stubber]:
    calls = S3Calls(setup)
    stubber = calls.ask(lambda client: Stubber(client))
    stubber.add_client_error("head_object", "404", http_status_code=404)
    return S3Blobs(setup, calls=calls), stubber


@pytest.mark.parametrize(
    ("encryption", "kms_key", "told"),
    [
        ("", "", {}),
        ("AES256", "", {"ServerSideEncryption": "AES256"}),
        ("AES256", "ignored", {"ServerSideEncryption": "AES256"}),
        ("aws:kms", "", {"ServerSideEncryption": "aws:kms"}),
        ("aws:kms", "k", {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "k"}),
    ],
)
def test_each_write_says_how_to_encrypt(
    tmp_path: Path, encryption: str, kms_key: str, told: dict[str, str]
) -> None:
    setup = S3Setup(
        bucket="b", url="http://127.0.0.1:9", encryption=encryption, kms_key=kms_key,
        multipart_mb=5, part_mb=5,
    )  # fmt: skip
    blobs, stubber = stubbed(setup)
    place = {"Bucket": "b", "Key": ANY}
    kind = {"ContentType": "application/dicom"}
    stubber.add_response("put_object", {}, {**place, **kind, **told, "Body": b"x",
                                            "ChecksumSHA256": ANY})  # fmt: skip
    stubber.add_client_error("head_object", "404", http_status_code=404)
    begin: dict[str, Any] = {**place, **kind, **told, "ChecksumAlgorithm": "SHA256"}
    stubber.add_response("create_multipart_upload", {"UploadId": "u"}, begin)
    for _ in range(2):
        stubber.add_response("upload_part", {"ETag": "e"})
    stubber.add_response("complete_multipart_upload", {})
    path = tmp_path / "large"
    path.write_bytes(DATA)
    with stubber:
        blobs.put("1.2", b"x", "dcm")
        blobs.put_file("1.2", path, hashlib.sha256(DATA).hexdigest(), "dcm")
        stubber.assert_no_pending_responses()
    leave = blobs.presigned_upload("1.2", "0" * 64, "dcm", 5, 60)
    assert ("x-amz-server-side-encryption" in leave.headers) is bool(encryption)
    assert ("x-amz-server-side-encryption" in leave.url) is bool(encryption)
    blobs.close()


def test_an_upload_that_fails_is_taken_back(tmp_path: Path) -> None:
    setup = S3Setup(bucket="b", url="http://127.0.0.1:9", multipart_mb=5, part_mb=5)
    blobs, stubber = stubbed(setup)
    stubber.add_response("create_multipart_upload", {"UploadId": "u"})
    stubber.add_client_error("upload_part", "AccessDenied", http_status_code=403)
    stubber.add_response("abort_multipart_upload", {}, {"Bucket": "b", "Key": ANY, "UploadId": "u"})
    path = tmp_path / "large"
    path.write_bytes(DATA)
    with stubber, pytest.raises(Exception, match="AccessDenied"):
        blobs.put_file("1.2", path, hashlib.sha256(DATA).hexdigest(), "dcm")
    stubber.assert_no_pending_responses()
    assert path.exists()
    blobs.close()


def test_an_upload_whose_end_was_not_heard_is_looked_for(tmp_path: Path) -> None:
    setup = S3Setup(bucket="b", url="http://127.0.0.1:9", multipart_mb=5, part_mb=5)
    blobs, stubber = stubbed(setup)
    stubber.add_response("create_multipart_upload", {"UploadId": "u"})
    for _ in range(2):
        stubber.add_response("upload_part", {"ETag": "e"})
    stubber.add_client_error("complete_multipart_upload", "NoSuchUpload", http_status_code=404)
    stubber.add_response("head_object", {"ContentLength": len(DATA)})
    path = tmp_path / "large"
    path.write_bytes(DATA)
    with stubber:
        blobs.put_file("1.2", path, hashlib.sha256(DATA).hexdigest(), "dcm")
        stubber.assert_no_pending_responses()
    assert not path.exists()
    blobs.close()
