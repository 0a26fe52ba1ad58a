"""S3Blobs on a real server: what the port does not say."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import SEEK_END
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from infra.aws.s3_blobs import S3Blobs
from infra.aws.s3_calls import S3Calls
from infra.aws.s3_setup import S3Setup
from infra.errors import BackendError, BadSetup, NotFound, Unavailable
from tests.servers import s3
from tests.servers.sharing import Server, shared_or_skip

LARGE = bytes(range(256)) * (11 << 12)  # 11 MiB, three parts of at most 5
PATIENCE = 30.0  # seconds until something that has to happen has happened


@pytest.fixture(scope="module")
def server() -> Server:
    return shared_or_skip("s3", s3.start)


@pytest.fixture
def setup(server: Server, monkeypatch: pytest.MonkeyPatch) -> S3Setup:
    """A prefix of its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.details["access_key"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.details["secret_key"])
    bucket = s3.make_bucket(server)
    return S3Setup(bucket=bucket, url=server.url, prefix=token_hex(8), multipart_mb=5, part_mb=5)


@pytest.fixture
def calls(setup: S3Setup) -> Iterator[S3Calls]:
    calls = S3Calls(setup)
    yield calls
    calls.close()


@pytest.fixture
def blobs(setup: S3Setup) -> Iterator[S3Blobs]:
    blobs = S3Blobs(setup)
    yield blobs
    blobs.close()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    return path


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def names(calls: S3Calls) -> list[str]:
    """All that is under the prefix, unfinished uploads marked."""
    place = {"Bucket": calls.setup.bucket, "Prefix": calls.setup.prefix}
    found = calls.ask(lambda client: client.list_objects_v2(**place)).get("Contents", [])
    begun = calls.ask(lambda client: client.list_multipart_uploads(**place))
    uploads = [f"unfinished {upload['Key']}" for upload in begun.get("Uploads", [])]
    return [one["Key"] for one in found] + uploads


# --- files ----------------------------------------------------------------------------------------


def test_a_large_file_goes_in_parts_with_checksums(
    blobs: S3Blobs, calls: S3Calls, large: Path
) -> None:
    key = blobs.put_file("1.2", large, sha256(LARGE), "dcm")
    assert not large.exists()
    with blobs.open(key) as file:
        assert file.read() == LARGE
    name = f"{calls.setup.prefix}/blobs/{key}"
    told = calls.ask(
        lambda client: client.head_object(
            Bucket=calls.setup.bucket, Key=name, ChecksumMode="ENABLED"
        )
    )
    assert told["ChecksumSHA256"].endswith("-3")  # of the sums of three parts
    assert told["ContentType"] == "application/dicom"
    assert names(calls) == [name]


@pytest.mark.parametrize("size", [len(LARGE), 1_000])
def test_a_file_that_is_not_what_it_should_be_leaves_nothing(
    blobs: S3Blobs, calls: S3Calls, large: Path, size: int
) -> None:
    large.write_bytes(LARGE[:size])
    with pytest.raises(BackendError, match="changed"):
        blobs.put_file("1.2", large, "0" * 64, "dcm")
    assert large.exists()
    assert names(calls) == []


def test_what_is_there_is_not_sent_again(
    blobs: S3Blobs, setup: S3Setup, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = blobs.put_file("1.2", large, sha256(LARGE), "dcm")
    asked: list[str] = []
    others = S3Blobs(setup, calls=_watched(setup, asked))
    large.write_bytes(LARGE)
    assert others.put_file("1.2", large, sha256(LARGE), "dcm") == key
    others.put("1.2", b"new", "webp")
    assert asked == ["HeadObject", "HeadObject", "PutObject"]
    assert not large.exists()


def _watched(setup: S3Setup, asked: list[str]) -> S3Calls:
    calls = S3Calls(setup)

    def note(model: Any, **_: Any) -> None:
        asked.append(model.name)

    calls.ask(lambda client: client.meta.events.register("before-call.s3", note))
    return calls


def test_a_damaged_object_is_sent_again(blobs: S3Blobs, calls: S3Calls) -> None:
    key = blobs.put("1.2", b"whole", "bin")
    calls.ask(
        lambda client: client.put_object(
            Bucket=calls.setup.bucket, Key=f"{calls.setup.prefix}/blobs/{key}", Body=b"half"
        )
    )
    assert blobs.put("1.2", b"whole", "bin") == key
    assert blobs.size(key) == 5


def test_any_place_of_a_file_can_be_read(blobs: S3Blobs) -> None:
    with blobs.open(blobs.put("1.2", LARGE, "dcm")) as file:
        assert file.seek(0, SEEK_END) == len(LARGE)
        for place, size in ((len(LARGE) - 5, 9), (7_000_001, 600_000), (3, 1), (2_000_000, 0)):
            file.seek(place)
            assert file.read(size) == LARGE[place : place + size]


def test_a_file_that_goes_while_it_is_read_is_not_found(blobs: S3Blobs) -> None:
    key = blobs.put("1.2", LARGE, "dcm")
    with blobs.open(key) as file:
        blobs.delete(key)
        file.seek(9_000_000)
        with pytest.raises(NotFound):
            file.read(1)


def test_erased_is_gone_from_a_bucket_with_versions(server: Server, setup: S3Setup) -> None:
    bucket = s3.make_bucket(server, f"test-{token_hex(8)}")
    calls = S3Calls(replace(setup, bucket=bucket))
    blobs = S3Blobs(calls.setup, calls=calls)
    calls.ask(
        lambda client: client.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    )
    key, kept = blobs.put("1.2", b"1", "bin"), blobs.put("1.2.3", b"1", "bin")
    blobs.put("1.2", b"2", "bin")
    name = f"{setup.prefix}/blobs/{key}"
    calls.ask(lambda client: client.put_object(Bucket=bucket, Key=name, Body=b"damaged"))
    blobs.put("1.2", b"1", "bin")
    assert blobs.delete_study("1.2") == 2
    blobs.delete(kept)
    left = calls.ask(lambda client: client.list_object_versions(Bucket=bucket))
    assert "Versions" not in left
    assert "DeleteMarkers" not in left
    blobs.close()


def test_parts_that_a_killed_process_left_go_with_the_study(blobs: S3Blobs, calls: S3Calls) -> None:
    for study in ("1.2", "1.2.3"):
        calls.ask(
            lambda client, study=study: client.create_multipart_upload(
                Bucket=calls.setup.bucket, Key=f"{calls.setup.prefix}/blobs/{study}/x"
            )
        )
    assert blobs.delete_study("1.2") == 0
    assert names(calls) == [f"unfinished {calls.setup.prefix}/blobs/1.2.3/x"]


def test_more_keys_than_a_page(blobs: S3Blobs, calls: S3Calls) -> None:
    bucket, folder = calls.setup.bucket, f"{calls.setup.prefix}/blobs/1.2"

    def put(number: int) -> None:
        name = f"{folder}/{number:064x}.bin"
        calls.ask(lambda client: client.put_object(Bucket=bucket, Key=name, Body=b""))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(1_005)))
    assert len(list(blobs.keys())) == 1_005
    assert blobs.delete_study("1.2") == 1_005
    assert list(blobs.keys("1.2")) == []


# --- links ----------------------------------------------------------------------------------------


def ask(request: Request | str) -> tuple[int, bytes]:
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end, "it does not happen"
        sleep(0.1)


def test_a_link_to_read_works_until_it_is_over(blobs: S3Blobs) -> None:
    key = blobs.put("1.2", b"picture", "webp")
    assert ask(blobs.presigned_download(key, 60)) == (200, b"picture")
    link = blobs.presigned_download(key, 1)
    until(lambda: ask(link)[0] == 403)


def test_a_link_cannot_be_bent(blobs: S3Blobs) -> None:
    one, two = blobs.put("1.2", b"one", "webp"), blobs.put("1.3", b"two", "webp")
    link = blobs.presigned_download(one, 60)
    assert ask(link.replace(one, two))[0] == 403
    assert ask(link.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"))[0] == 403
    assert ask(Request(link, data=b"new", method="PUT"))[0] == 403
    assert ask(link.partition("?")[0])[0] == 403


def test_no_link_to_what_is_not_there(blobs: S3Blobs) -> None:
    for key in ("1.2/" + "0" * 64 + ".dcm", "../x"):
        with pytest.raises(NotFound):
            blobs.presigned_download(key, 60)
    key = blobs.put("1.2", b"one", "webp")
    for seconds in (0, 8 * 24 * 3600):
        with pytest.raises(ValueError, match="7 days"):
            blobs.presigned_download(key, seconds)


def test_a_link_to_write_takes_just_these_bytes(blobs: S3Blobs) -> None:
    given = b"the right bytes"
    leave = blobs.presigned_upload("1.2", sha256(given), "dcm", len(given), 60)

    def put(data: bytes, **headers: str) -> int:
        told = leave.headers | headers
        return ask(Request(leave.url, data=data, method="PUT", headers=told))[0]

    assert put(b"the wrong bytes") == 400
    assert put(given, **{"x-amz-checksum-sha256": "A" * 43 + "="}) == 403
    assert put(given + b"more", **{"Content-Length": str(len(given) + 4)}) == 403
    assert list(blobs.keys()) == []
    assert put(given) == 200
    assert list(blobs.keys()) == [leave.key]
    with blobs.open(leave.key) as file:
        assert file.read() == given


# --- setup ----------------------------------------------------------------------------------------


def test_check_says_where_the_files_are(blobs: S3Blobs, setup: S3Setup) -> None:
    assert setup.bucket in blobs.check()


def test_a_wrong_secret_or_bucket_is_a_wrong_setup(
    setup: S3Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = S3Blobs(S3Setup(bucket="missing-bucket", url=setup.url))
    for use in (blobs.check, lambda: blobs.put("1.2", b"x", "bin"), lambda: list(blobs.keys())):
        with pytest.raises(BadSetup, match="NoSuchBucket"):
            use()
    blobs.close()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a wrong one")
    wrong = S3Blobs(setup)
    for use in (wrong.check, lambda: wrong.put("1.2", b"x", "bin"), lambda: list(wrong.keys())):
        with pytest.raises(BadSetup) as caught:
            use()
        assert "a wrong one" not in str(caught.value)
    wrong.close()


# --- leases ---------------------------------------------------------------------------------------

HOLD = """
import sys
from infra.aws.s3_blobs import S3Blobs
from infra.aws.s3_setup import S3Setup
setup = S3Setup(bucket=sys.argv[1], url=sys.argv[2], prefix=sys.argv[3], lease_seconds=1.0)
blobs = S3Blobs(setup)
with blobs.storing():
    sys.stdout.write("held")
    sys.stdout.flush()
    sys.stdin.read()
"""


def test_a_killed_process_lets_go_after_its_lease(setup: S3Setup) -> None:
    blobs = S3Blobs(replace(setup, lease_seconds=1.0))
    command = [sys.executable, "-c", HOLD, setup.bucket, setup.url, setup.prefix]
    pipe, root = subprocess.PIPE, Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stdout.read(4) == b"held"
        with blobs.sweeping() as alone:
            assert not alone
        process.kill()

    def swept() -> bool:
        with blobs.sweeping() as alone:
            return alone

    until(swept)
    blobs.close()


def test_who_was_suspended_learns_that_files_are_gone(setup: S3Setup) -> None:
    blobs = S3Blobs(setup)
    storing = blobs.storing()
    storing.__enter__()
    key = blobs.put("1.2", b"x", "bin")
    _suspend(blobs)
    with pytest.raises(Unavailable, match="cut off"):
        blobs.put("1.2", b"y", "bin")
    S3Blobs(setup).delete(key)
    with pytest.raises(Unavailable, match="ingest the same files again"):
        storing.__exit__(None, None, None)
    blobs.close()


def _suspend(blobs: S3Blobs) -> None:
    """As if the process had been stopped for longer than its lease."""
    (lease,) = blobs._leases._mine
    lease._lost = True


def test_who_was_suspended_for_nothing_goes_on(setup: S3Setup) -> None:
    blobs = S3Blobs(setup)
    with blobs.storing():
        blobs.put("1.2", b"x", "bin")
        _suspend(blobs)
    blobs.put("1.2", b"y", "bin")
    blobs.close()
