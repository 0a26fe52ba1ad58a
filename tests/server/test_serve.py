"""`similis serve` as a process, and what it refuses before it opens anything."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.cli import main
from api.server.listening import listen, site_of
from infra.errors import BadSetup

ROOT = Path(__file__).parents[2]
COMMAND = "from api.cli import main; main()"


@contextmanager
def running(home: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "SIMILIS_HOME": str(home), "SIMILIS_PRECISION": "fp32"}
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve", "--port", "0", *arguments],
        cwd=ROOT, env={**environment, **variables}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with running(tmp_path, "--seeded-weights", "--json", SIMILIS_LOG_LEVEL="INFO") as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["sign_in"]
        assert url.startswith("http://127.0.0.1:")
        with httpx.Client(timeout=60) as browser:
            assert browser.get(url).status_code == 303
            fresh = json.loads(process.stdout.readline())["sign_in"]
            assert fresh != url
            origin = url.partition("/sign-in")[0]
            assert browser.get(f"{origin}/metrics").status_code == 200
            assert httpx.get(f"{origin}/metrics").status_code == 401
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert "route=/metrics status=200" in err
    assert url.partition("token=")[2] not in err
    assert err.endswith("Stopped.\n")
    assert list((tmp_path / "tmp").glob("*/")) == [], "scratch folders are removed"


def test_without_weights_everything_else_works(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.safetensors")
    with running(tmp_path, SIMILIS_WEIGHTS=missing) as process:
        assert process.stdout is not None
        origin = process.stdout.readline().split()[-1].partition("/sign-in")[0]
        with httpx.Client(base_url=origin, timeout=60) as browser:
            while (ready := browser.get("/readyz")).status_code == 503:
                assert ready.json() == {"ready": False}
            assert ready.json() == {"ready": True}
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "there is no file" in err


# --- what is refused ------------------------------------------------------------------------------


@pytest.fixture
def refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[object]:
    monkeypatch.setenv("SIMILIS_HOME", str(tmp_path / "home"))

    def run(line: str) -> str:
        with pytest.raises(SystemExit) as stop:
            main(["serve", *shlex.split(line)])
        assert stop.value.code == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        (sentence,) = captured.err.splitlines()
        return sentence

    return run


def test_a_port_in_use_is_said(refused: object) -> None:
    assert callable(refused)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        sentence = refused(f"--port {taken.getsockname()[1]}")
    assert "another program listens there; choose another with --port" in sentence


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "some.name.invalid"])
def test_other_machines_are_let_in_by_name_only(refused: object, host: str) -> None:
    assert callable(refused)
    assert "--allow-host NAME" in refused(f"--host {host}")


def test_an_address_of_another_machine_is_said(refused: object) -> None:
    assert callable(refused)
    assert "cannot be opened" in refused("--host 192.0.2.1 --allow-host x --port 8123")


def test_a_home_that_cannot_be_written_is_said(
    refused: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(refused)
    monkeypatch.setenv("SIMILIS_HOME", "/proc/similis")
    assert "No such file or directory" in refused("--port 0")


def test_an_unknown_name_to_listen_on() -> None:
    with pytest.raises(BadSetup, match="no such address"):
        listen("name.invalid", 0)


# --- names ----------------------------------------------------------------------------------------


def test_names_of_a_server() -> None:
    loopback = {"127.0.0.1", "localhost", "[::1]"}
    assert site_of("127.0.0.1", 1, ["", " "]).names == loopback
    assert site_of("::1", 8000, []).origin == "http://[::1]:8000"
    assert site_of("127.0.0.9", 1, []).names == loopback | {"127.0.0.9"}
    open_site = site_of("0.0.0.0", 8000, ["PACS.example", "2001:db8::1"])
    assert open_site.names == loopback | {"pacs.example", "[2001:db8::1]"}
    assert open_site.origin == "http://pacs.example:8000"
