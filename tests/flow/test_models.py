"""Candidates are added, have to win before they are promoted, and can be rolled back."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import root
from embedder import weights
from embedder.promoted import candidates, promotions
from embedder.seeded import seeded_network
from embedder.weight_files import write_network
from infra.errors import BadSetup, NotFound
from tests.embedder.pictures_of_shapes import write_table
from tests.flow import archive as a

Run = Callable[..., Any]


def write_weights(path: Path, seed: int) -> Path:
    """The seeded network a little changed, as if it meant something, at a small size."""
    network = seeded_network()
    tensors = dict(network.tensors)
    random = np.random.default_rng(seed)
    change = random.normal(scale=0.01, size=tensors["conv0.weight"].shape)
    tensors["conv0.weight"] = (tensors["conv0.weight"] + change).astype(np.float32)
    spec = replace(network.input, size=32)
    path.parent.mkdir(exist_ok=True)
    write_network(replace(network, tensors=tensors, meaningful=True, input=spec), path)
    return path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on a home with three films, whose default weights are "shipped"."""
    monkeypatch.setattr(weights, "SHIPPED", write_weights(tmp_path / "shipped/a.st", 1).parent)
    (tmp_path / "shipped/a.st").rename(tmp_path / "shipped/a.safetensors")
    monkeypatch.delenv("SIMILIS_SEEDED_WEIGHTS", raising=False)
    for name, value in (("HOME", str(tmp_path / "home")), ("PRECISION", "fp32"), ("JOBS", "1")):
        monkeypatch.setenv(f"SIMILIS_{name}", value)

    def command(*arguments: str) -> Any:
        result = CliRunner(catch_exceptions=False).invoke(root, [*arguments, "--json"])
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    films = tmp_path / "films"
    films.mkdir()
    for number in (1, 11, 21):
        (films / f"{number}.dcm").write_bytes(a.film(number))
    assert command("ingest", str(films))["indexed"] == 3
    return command


def test_a_candidate_is_promoted_once_it_has_won_and_rolled_back(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    first = run("models")[0]["model_id"]
    name = run("models", "add", str(write_weights(tmp_path / "new/b.safetensors", 2)))["candidate"]
    assert candidates(home) == (name,)
    with pytest.raises(BadSetup, match="not measured better"):
        run("models", "promote", name)

    table = write_table(tmp_path / "shapes")
    compared = run("models", "compare", name, "--labels", str(table))
    assert compared["against"] == first
    assert name in compared["candidate"]
    assert set(compared["gains"]) == {"mAP@10", "nDCG@10"}
    if not compared["better"]:  # chance decides between two random networks; a win is written down
        won = {"mean": 0.2, "low": 0.1, "high": 0.3}
        compared["gains"] = {metric: won for metric in compared["gains"]}
        compared.pop("better")
        (home / "models" / f"{name}.json").write_text(json.dumps(compared))

    promoted = run("models", "promote", name)
    assert promoted["embedded"] == 3
    assert name in promoted["model_id"]
    active = {row["model_id"]: row["active"] for row in run("models") if "model_id" in row}
    assert active == {first: False, promoted["model_id"]: True}
    film = str(tmp_path / "films/1.dcm")
    assert run("search", "--file", film)["model_id"] == promoted["model_id"]
    assert run("models", "promote", name)["embedded"] == 0  # again: nothing is left to do

    assert run("models", "rollback") == {"model_id": first}
    assert promotions(home) == ()
    assert run("search", "--file", film)["model_id"] == first


def test_a_rollback_waits_for_vectors_that_the_old_model_lacks(run: Run, tmp_path: Path) -> None:
    name = run("models", "add", str(write_weights(tmp_path / "new/b.safetensors", 2)))["candidate"]
    run("models", "promote", name, "--force")
    (tmp_path / "films/31.dcm").write_bytes(a.film(31))
    assert run("ingest", str(tmp_path / "films"))["indexed"] == 1
    with pytest.raises(BadSetup, match="lacks vectors"):
        run("models", "rollback")
    assert len(promotions(tmp_path / "home")) == 1


def test_what_cannot_be_done_is_said(run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(NotFound, match="No weights absent"):
        run("models", "promote", "absent")
    with pytest.raises(BadSetup, match="Nothing was promoted"):
        run("models", "rollback")
    name = run("models", "add", str(write_weights(tmp_path / "new/b.safetensors", 2)))["candidate"]
    monkeypatch.setenv("SIMILIS_SEEDED_WEIGHTS", "1")
    with pytest.raises(BadSetup, match="unset them"):
        run("models", "promote", name, "--force")
