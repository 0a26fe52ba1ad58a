"""Servers of our own that may be killed and paused, and an archive on them: `servers`, `archive`.

They answer within seconds or are given up; nothing of Similis is opened anew when they come back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest

from api.application import Application
from infra.settings import Settings
from tests.failure.looking import FILMS, REPORT
from tests.flow import archive as a
from tests.servers import dynamodb, opensearch, s3
from tests.servers.distributed import keys_of, settings_for
from tests.servers.sharing import Server, ServiceMissing, miss, watch

STARTS = {
    "index": opensearch.start,
    "catalog": partial(dynamodb.start, durable=True),
    "blobs": s3.start,
}
PARTS = sorted(STARTS)
SECONDS = 3.0  # that a server has to answer


@dataclass
class Servers:
    """One for each part of an archive; each keeps its port and data when it is started again."""

    folder: Path
    running: dict[str, Server] = field(default_factory=dict)

    def start(self, part: str) -> None:
        before = self.running.get(part)
        port = int(before.url.rpartition(":")[2]) if before else 0
        folder = self.folder / part
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        self.running[part] = STARTS[part](folder, port)
        watch(self.running[part])

    def kill(self, part: str) -> None:
        self.running[part].kill()

    def pause(self, part: str) -> None:
        self.running[part].pause()

    def heal(self, part: str) -> None:
        """Whatever happened to it."""
        self.running[part].resume()
        if not self.running[part].processes():
            self.start(part)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    found = Servers(Path(mkdtemp(prefix="similis-failure-")))
    found.folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENSEARCH", "DYNAMODB", "S3"):
            patch.delenv(f"SIMILIS_TEST_{name}_URL", raising=False)
        try:
            for part in PARTS:
                found.start(part)
        except ServiceMissing as missing:
            miss(missing)
        for name, value in keys_of(found.running["blobs"]).items():
            patch.setenv(name, value)
        s3.make_bucket(found.running["blobs"])
        yield found
        for server in found.running.values():
            server.kill()


@pytest.fixture
def archive(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> a.Archive:
    """An archive on these servers that no other test knows."""
    a.without_workers(monkeypatch)
    return archive_on(servers.running, tmp_path)


def archive_on(running: dict[str, Server], folder: Path) -> a.Archive:
    """One on these servers, by part."""
    names = {"index": "opensearch", "catalog": "dynamodb", "blobs": "s3"}
    named = {name: running[part] for part, name in names.items()}
    settings = settings_for(folder / uuid4().hex, named, server_seconds=SECONDS)
    given = {spec.name: getattr(settings, spec.name) for spec in fields(Settings)}
    return a.Archive(given.pop("home"), settings=given)


@pytest.fixture
def films(tmp_path: Path) -> Path:
    table = tmp_path / "reports.csv"
    table.write_text(f"accession,text\nACC00010,{REPORT}\nACC00011,{REPORT}\n")
    return a.write(tmp_path / "films", {f"{n}.dcm": a.film(n) for n in FILMS})


@pytest.fixture
def app(archive: a.Archive) -> Iterator[Application]:
    with archive.application() as opened:
        yield opened
