"""DynamoDB Local, AWS's own, from the npm package amplify-dynamodb-simulator. Needs Java."""

import fcntl
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import platformdirs

from tests.servers.sharing import Server, ServiceMissing, free_ports, launch, running
from tests.servers.small_disk import on_small_disk

PACKAGE = "amplify-dynamodb-simulator@2.9.30"
HEAP = "512m"
FETCH_SECONDS, START_SECONDS = 300.0, 90.0

# DynamoDB Local takes any; another access key or region would only matter without -sharedDb
CREDENTIALS = {"access_key": "similistests", "secret_key": "similistests"}


def start(folder: Path, port: int = 0, *, durable: bool = False, disk_mb: int = 0) -> Server:
    """A server with its data in memory or, if `durable`, in `folder`.

    With `disk_mb`, in `folder`/data, which is a small disk of that size (see `small_disk`).

    SIMILIS_TEST_DYNAMODB_URL names one that is running already. Raises ServiceMissing.
    """
    if url := os.environ.get("SIMILIS_TEST_DYNAMODB_URL"):
        return Server(url=url, folder=str(folder), details=CREDENTIALS)
    _need_java()
    program, port = _program(), port or free_ports(1)[0]
    disk = folder / "data"
    data = ["-dbPath", str(disk if disk_mb else folder)] if durable or disk_mb else ["-inMemory"]
    java = ["java", f"-Xmx{HEAP}", f"-Djava.library.path={program}/DynamoDBLocal_lib"]
    jar = ["-jar", str(program / "DynamoDBLocal.jar"), "-sharedDb", "-disableTelemetry"]
    command = [*java, *jar, *data, "-port", str(port)]
    if disk_mb:
        disk.mkdir(exist_ok=True)
        command = on_small_disk(command, disk, disk_mb)
    pid = launch(command, folder)
    server = running(f"http://127.0.0.1:{port}", pid, folder, **CREDENTIALS)
    _wait_for(server)
    return server


def _need_java() -> None:
    if shutil.which("java") is None:
        raise ServiceMissing("DynamoDB Local needs Java 17 or newer: install a JRE.")
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
    found = re.search(r'"(\d+)', said)
    if found is None or int(found[1]) < 17:
        raise ServiceMissing("DynamoDB Local needs Java 17 or newer.")


def _program() -> Path:
    """The folder of the program, fetched once for all runs."""
    cache = platformdirs.user_cache_path("similis-tests", ensure_exists=True)
    target = cache / PACKAGE.replace("@", "-")
    with (cache / "dynamodb.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not target.is_dir():
            _fetch(cache, target)
    return target


def _fetch(cache: Path, target: Path) -> None:
    if shutil.which("npm") is None:
        raise ServiceMissing("DynamoDB Local comes with npm: install that.")
    with TemporaryDirectory(dir=cache) as scratch:
        pack = ["npm", "pack", "--silent", PACKAGE]
        try:
            packed = subprocess.run(
                pack, cwd=scratch, capture_output=True, text=True, timeout=FETCH_SECONDS, check=True
            )
        except subprocess.SubprocessError as error:
            raise ServiceMissing(f"npm could not fetch {PACKAGE}: is there a network?") from error
        with tarfile.open(Path(scratch) / packed.stdout.split()[-1]) as archive:
            archive.extractall(scratch, filter="data")
        (Path(scratch) / "package" / "emulator").rename(target)


def _wait_for(server: Server) -> None:
    began = monotonic()
    while monotonic() - began < START_SECONDS and server.processes():
        try:
            urlopen(server.url, timeout=2).close()
        except HTTPError:  # it wants a signature: it is there
            return
        except (URLError, OSError):
            sleep(0.1)
    server.stop()
    raise ServiceMissing(f"DynamoDB Local did not start; see the log in {server.folder}.")
