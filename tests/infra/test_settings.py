"""Settings from the environment: checked, secrets not shown, servers asked only where named."""

import subprocess
import sys
from pathlib import Path

import pytest

from api import checks
from infra.errors import BadSetup
from infra.settings import Settings
from infra.wiring import build


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIMILIS_INDEX", "elastic"),
        ("SIMILIS_CATALOG", "s3"),
        ("SIMILIS_BLOBS", "dynamodb"),
        ("SIMILIS_OPENSEARCH_AUTH", "magic"),
        ("SIMILIS_S3_ENCRYPTION", "rot13"),
        ("SIMILIS_PREFIX", "Upper"),
        ("SIMILIS_PREFIX", "a*"),
        ("SIMILIS_PREFIX", "-a"),
        ("SIMILIS_OPENSEARCH_SHARDS", "two"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetup, match=name):
        Settings.from_environment({name: value})


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings.from_environment({"SIMILIS_OPENSEARCH_PASSWORD": "hunter2"})
    assert settings.opensearch_password == "hunter2"
    assert "hunter2" not in repr(settings)
    monkeypatch.setenv("SIMILIS_HOME", str(tmp_path))
    monkeypatch.setenv("SIMILIS_OPENSEARCH_PASSWORD", "hunter2")
    document = checks.run(seeded_weights=True)
    assert document["settings"]["opensearch_password"] == "(set)"
    assert "hunter2" not in repr(document)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"index": "opensearch"}, "SIMILIS_OPENSEARCH_URL"),
        ({"blobs": "s3"}, "SIMILIS_S3_BUCKET"),
    ],
)
def test_a_server_without_an_address_is_said(
    changes: dict[str, str], missing: str, tmp_path: Path
) -> None:
    with pytest.raises(BadSetup, match=missing):
        build(Settings(home=tmp_path / "home", **changes))


def test_servers_are_asked_at_first_use(tmp_path: Path) -> None:
    """Nothing listens there: a server of Similis starts all the same, and says what is down."""
    nowhere = "http://127.0.0.1:9"
    settings = Settings(
        home=tmp_path / "home",
        index="opensearch",
        opensearch_url=nowhere,
        catalog="dynamodb",
        dynamodb_url=nowhere,
        blobs="s3",
        s3_url=nowhere,
        s3_bucket="none",
    )
    with build(settings) as services:
        assert sorted(services.parts) == ["blobs", "catalog", "index"]


def test_the_embedded_set_imports_nothing_of_servers(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from infra.settings import Settings
from infra.wiring import build
build(Settings(home=Path({str(tmp_path / "home")!r}))).close()
servers = ("boto", "pynamodb", "opensearch", "infra.aws")
print([name for name in sys.modules if name.startswith(servers)])
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
