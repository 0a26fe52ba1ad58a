"""S3Blobs while its server is paused, killed and started again, or is not to be trusted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from infra.aws.s3_blobs import S3Blobs
from infra.aws.s3_calls import S3Calls
from infra.aws.s3_setup import S3Setup
from infra.errors import BadSetup, Unavailable
from tests.infra.aws.certificates import self_signed
from tests.servers import s3
from tests.servers.sharing import Server, ServiceMissing, miss

PATIENCE = 60.0  # seconds


@contextmanager
def started(folder: Path, certificate: Path | None = None) -> Iterator[Server]:
    """A server of its own, as others need theirs."""
    try:
        server = s3.start(folder, certificate=certificate)
    except ServiceMissing as missing:
        miss(missing)
    if not server.pid:
        pytest.skip("a server that was here before is not to be stopped")
    try:
        yield server
    finally:
        server.resume()
        server.kill()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.SECRET_KEY)
    with started(tmp_path) as server:
        yield server


def test_it_fails_clearly_and_heals_by_itself(server: Server, tmp_path: Path) -> None:
    setup = S3Setup(bucket=s3.make_bucket(server), url=server.url, read_timeout_s=1.0)
    blobs = S3Blobs(setup, calls=S3Calls(setup, wait=lambda _: None))
    kept = blobs.put("1.2", b"kept", "bin")
    with blobs.storing():
        server.pause()
        _is_down(blobs, kept)
        server.resume()
        assert blobs.size(kept) == 4
        server.kill()
        _is_down(blobs, kept)
        again = s3.start(tmp_path)
        try:
            assert _read_at_last(blobs, kept) == b"kept"
            blobs.put("1.2", b"more", "bin")
            assert len(list(blobs.keys())) == 2
        finally:
            again.kill()
    blobs.close()


def _read_at_last(blobs: S3Blobs, key: str) -> bytes:
    """The server refuses nothing any more before it has found all of its volumes."""
    end = monotonic() + PATIENCE
    while True:
        try:
            with blobs.open(key) as file:
                return file.read()
        except Unavailable:
            if monotonic() > end:
                raise
            sleep(0.2)


def _is_down(blobs: S3Blobs, key: str) -> None:
    for use in (blobs.check, lambda: blobs.open(key), lambda: blobs.put("1.2", b"new", "bin")):
        with pytest.raises(Unavailable, match="try again"):
            use()


def test_certificates_are_checked_against_the_ca_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.SECRET_KEY)
    certificate = self_signed(tmp_path)
    with started(tmp_path, certificate) as server:
        trusting = S3Blobs(S3Setup(bucket="missing", url=server.url, ca_file=certificate))
        with pytest.raises(BadSetup, match="NoSuchBucket"):
            trusting.check()
        strict = S3Blobs(S3Setup(bucket="missing", url=server.url))
        with pytest.raises(BadSetup, match="SIMILIS_CA_FILE"):
            strict.check()
        trusting.close()
        strict.close()
