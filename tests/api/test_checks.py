"""`similis check` looks and says; it fetches nothing."""

import urllib.request
from pathlib import Path
from typing import Any

import pytest

from api import checks
from embedder import weights


@pytest.fixture(autouse=True)
def _nothing_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: Any, **__: Any) -> None:
        raise AssertionError("nothing is downloaded by a check")

    monkeypatch.setenv("SIMILIS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv("SIMILIS_WEIGHTS", raising=False)
    monkeypatch.delenv("SIMILIS_SEEDED_WEIGHTS", raising=False)
    monkeypatch.setattr(weights, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(urllib.request, "urlopen", offline)


def test_missing_weights_are_named_and_not_downloaded(tmp_path: Path) -> None:
    document = checks.run(seeded_weights=False)
    assert document["model_id"] is None
    (said,) = [problem for problem in document["problems"] if "weights" in problem]
    for way in ("SIMILIS_WEIGHTS", weights.IMAGENET_URL, str(tmp_path / "torch"), "--seeded"):
        assert way in said
    assert not (tmp_path / "torch").exists()


def test_weights_that_are_there_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also wrong ones: what is wrong with them is said."""
    cached = tmp_path / "torch" / "hub" / "checkpoints" / "densenet121-a639ec97.pth"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"no weights")
    document = checks.run(seeded_weights=False)
    assert document["model_id"] is None
    assert not any("There are no DenseNet-121 weights" in each for each in document["problems"])
    monkeypatch.setenv("SIMILIS_WEIGHTS", str(tmp_path / "nowhere.safetensors"))
    assert any("nowhere" in each for each in checks.run(seeded_weights=False)["problems"])
