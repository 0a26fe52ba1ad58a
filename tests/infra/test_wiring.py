"""From settings to stores."""

import shutil
from pathlib import Path

import pytest

from infra.embedded.notifier import LogNotifier, WebhookNotifier
from infra.errors import BadSetup, Unavailable
from infra.settings import Settings
from infra.wiring import build
from tests.contracts.examples import ALL, KEYS, instance


def test_everything_lies_in_the_home_and_stays(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with build(settings) as services:
        services.catalog.put_instance(instance(), "default", KEYS)
        key = services.blobs.put("1.2.3", b"x", "dcm")
        (services.scratch() / "unfinished").write_bytes(b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert not any(path.is_dir() for path in (tmp_path / "home" / "tmp").iterdir())
    with build(settings) as services:
        assert services.catalog.datasets(ALL) == {"default": 1}
        assert services.blobs.size(key) == 1
    with pytest.raises(Unavailable):
        services.catalog.datasets(ALL)


def test_two_homes_never_see_each_other(tmp_path: Path) -> None:
    with build(Settings(home=tmp_path / "a")) as a, build(Settings(home=tmp_path / "b")) as b:
        a.catalog.put_instance(instance(), "default", KEYS)
        assert b.catalog.datasets(ALL) == {}


@pytest.mark.parametrize("moved", ["similis.sqlite", "blobs"])
def test_two_homes_never_mix(tmp_path: Path, moved: str) -> None:
    for name in ("a", "b"):
        with build(Settings(home=tmp_path / name)) as services:
            services.blobs.put("1.2.3", b"x", "dcm")
    part = tmp_path / "b" / moved
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    (tmp_path / "a" / moved).rename(part)
    with pytest.raises(BadSetup, match="two different homes"):
        build(Settings(home=tmp_path / "b"))


def test_a_home_must_be_named() -> None:
    with pytest.raises(BadSetup, match="SIMILIS_HOME"):
        build(Settings())


def test_the_notifier_is_chosen_by_the_setting(tmp_path: Path) -> None:
    with build(Settings(home=tmp_path / "home")) as services:
        assert isinstance(services.notifier, LogNotifier)
    with build(Settings(home=tmp_path / "home", notify_url="https://x.invalid/y")) as services:
        assert isinstance(services.notifier, WebhookNotifier)
    with pytest.raises(BadSetup, match="SIMILIS_NOTIFY_URL"):
        build(Settings(home=tmp_path / "home", notify_url="file:///x"))
