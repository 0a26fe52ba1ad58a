"""An OpenSearch server with the k-NN plugin, both from Maven Central.

The distribution for integration tests is the full one without plugins; it has no native libraries,
so that only the engine `lucene` can be tested with it.
"""

import fcntl
import json
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from platformdirs import user_cache_path

from tests.servers.sharing import Server, ServiceMissing, free_ports, launch, running

VERSION = "3.6.0"
SERVER = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
PLUGIN = f"org.opensearch.plugin:opensearch-knn:{VERSION}.0:zip"
OLDEST_JAVA = 21  # of the k-NN plugin
HEAP = "512m"
QUICK = "-XX:TieredStopAtLevel=1"  # halves the time to start; slower once it has run for minutes
PATIENCE = 300.0  # seconds that it may take to start
OTHER_USER = "nobody"  # it refuses to run as root


def start(folder: Path, port: int = 0, *, heap: str = HEAP, options: str = QUICK) -> Server:
    """Start one that keeps its data in `folder`; with the same folder and port it finds them again.

    Snapshots may be written to `folder`/repository. SIMILIS_TEST_OPENSEARCH_URL names a server that
    is there. Raises ServiceMissing where Java, Maven or the packages are missing.
    """
    if url := os.environ.get("SIMILIS_TEST_OPENSEARCH_URL"):
        return Server(url=url)
    java, program = _java(), _program()
    port = _prepare(folder, port)
    environment = {
        "OPENSEARCH_JAVA_HOME": str(java),
        "OPENSEARCH_PATH_CONF": str(folder / "config"),
        "OPENSEARCH_JAVA_OPTS": f"-Xms{heap} -Xmx{heap} {options}",
    }
    pid = launch([*_as_other_user(folder), str(program)], folder, **environment)
    server = running(f"http://127.0.0.1:{port}", pid, folder, repository=str(folder / "repository"))
    _await(server)
    return server


def _prepare(folder: Path, port: int) -> int:
    """Its own configuration and folders; the port."""
    note = folder / "ports.json"
    ports = json.loads(note.read_text()) if note.exists() else free_ports(2)
    ports[0] = port or ports[0]
    note.write_text(json.dumps(ports))
    if not (folder / "config").exists():
        _copy_configuration(_program().parents[1] / "config", folder / "config")
    for name in ("data", "logs", "repository"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "config" / "opensearch.yml").write_text(_configuration(folder, ports))
    return int(ports[0])


def _copy_configuration(source: Path, target: Path) -> None:
    """The given one, less the files that it would write beside the program."""
    shutil.copytree(source, target)
    options = (source / "jvm.options").read_text().splitlines(keepends=True)
    kept = [line for line in options if "logs/" not in line and "HeapDump" not in line]
    (target / "jvm.options").write_text("".join(kept))


def _configuration(folder: Path, ports: list[int]) -> str:
    lines = {
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": ports[0],
        "transport.port": ports[1],
        "path.data": folder / "data",
        "path.logs": folder / "logs",
        "path.repo": folder / "repository",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())


def _as_other_user(folder: Path) -> list[str]:
    """What runs a command as somebody who is not root, who gets the folders."""
    if os.getuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise ServiceMissing("OpenSearch does not run as root: install setpriv (util-linux).")
    user = pwd.getpwnam(OTHER_USER)
    for name in ("config", "data", "logs", "repository"):
        for path in (folder / name, *(folder / name).rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


# --- what it is made of ---------------------------------------------------------------------------


def _java() -> Path:
    """The home of the newest Java that is new enough."""
    homes = [Path(os.environ[name]) for name in ("JAVA_HOME",) if os.environ.get(name)]
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parents[1])
    known = {home: _java_version(home) for home in homes if (home / "bin" / "java").exists()}
    best = max(known, key=lambda home: known[home], default=None)
    if best is None or known[best] < OLDEST_JAVA:
        raise ServiceMissing(f"OpenSearch needs Java {OLDEST_JAVA} or newer (JAVA_HOME).")
    return best


def _java_version(home: Path) -> int:
    said = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True)
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else 0


def _program() -> Path:
    """The program in the cache, which is filled once."""
    cache = user_cache_path("similis-tests", ensure_exists=True)
    program = cache / f"opensearch-{VERSION}" / "bin" / "opensearch"
    with _only_one(cache / "opensearch.lock"):
        if not program.exists():
            _unpack(cache)
    if os.getuid() == 0 and not _others_may_read(program):
        return _public_copy(program)
    return program


def _unpack(cache: Path) -> None:
    if not shutil.which("mvn") or not shutil.which("unzip"):
        raise ServiceMissing(
            "No OpenSearch: install Maven and unzip, by which it is fetched, or set "
            "SIMILIS_TEST_OPENSEARCH_URL."
        )
    work = Path(mkdtemp(dir=cache))
    try:
        for artifact in (SERVER, PLUGIN):
            _run("mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artifact}",
                 f"-DoutputDirectory={work}")  # fmt: skip
        whole = work / f"opensearch-{VERSION}"
        _run("unzip", "-q", str(work / f"opensearch-{VERSION}.zip"), "-d", str(work))
        plugin = whole / "plugins" / "opensearch-knn"
        _run("unzip", "-q", str(work / f"opensearch-knn-{VERSION}.0.zip"), "-d", str(plugin))
        whole.rename(cache / f"opensearch-{VERSION}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr)[-300:]
        raise ServiceMissing(f"OpenSearch cannot be fetched ({command[0]}): {said}")


def _others_may_read(program: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (program, *program.parents))


def _public_copy(program: Path) -> Path:
    """A copy that another user can read, as root's own folders are closed to others."""
    place = Path("/var/tmp") / f"similis-tests-opensearch-{VERSION}"
    with _only_one(place.with_suffix(".lock")):
        if not place.exists():
            work = Path(mkdtemp(dir=place.parent))
            shutil.copytree(program.parents[1], work / "whole", symlinks=True)
            (work / "whole").rename(place)
            work.rmdir()
    return place / "bin" / "opensearch"


def _await(server: Server) -> None:
    """Until it answers."""
    end = monotonic() + PATIENCE
    while monotonic() < end and server.processes():
        try:
            urlopen(server.url, timeout=2).close()
            return
        except (URLError, TimeoutError, ConnectionError):
            sleep(0.2)
    said = (Path(server.folder) / "log").read_text(errors="replace")[-500:]
    server.stop()
    raise ServiceMissing(f"OpenSearch does not start: {said}")


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
