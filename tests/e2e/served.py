"""A real `similis serve` over a home, as a process of its own."""

import json
import os
import queue
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from api.cli import main; main()", "serve", "--json")
LINK_SECONDS = 60


@dataclass
class Served:
    """A running server and the sign-in links that it prints."""

    process: subprocess.Popen[str]
    printed: queue.Queue[str] = field(default_factory=queue.Queue)
    origin: str = ""

    def link(self) -> str:
        """A sign-in link that was not used; there is another one only after it was."""
        return self.printed.get(timeout=LINK_SECONDS)

    @property
    def port(self) -> int:
        return urlsplit(self.origin).port or 0

    def started(self) -> None:
        """Wait until it listens; it prints its first link then."""
        link = self.link()
        self.origin = link.partition("/sign-in")[0]
        self.printed.put(link)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.put(json.loads(line)["sign_in"])


@contextmanager
def serve(home: Path, port: int = 0) -> Iterator[Served]:
    """A server that ends with the block."""
    environment = {
        **os.environ,
        "SIMILIS_HOME": str(home),
        "SIMILIS_SEEDED_WEIGHTS": "1",
        "SIMILIS_PRECISION": "fp32",
        "SIMILIS_JOBS": "1",
    }
    with (home.parent / "serve.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port)],
            cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        served = Served(process)
        reader = Thread(target=served.read, daemon=True)
        reader.start()
        try:
            served.started()
            yield served
        finally:
            process.kill()
            process.wait()
            reader.join()
            assert process.stdout is not None
            process.stdout.close()
