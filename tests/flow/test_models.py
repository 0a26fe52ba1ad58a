"""Candidates are added, have to win before they are promoted, and can be rolled back."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from api.application import opened
from api.cli import root
from embedder import weights
from embedder.promoted import candidates, promotions
from embedder.seeded import seeded_network
from embedder.weight_files import write_network
from infra.errors import BadSetup, NotFound
from ingest.embedding.embed_again import Again
from ingest.embedding.other_models import OtherModels
from tests.embedder import onnx_files
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


def test_a_rollback_makes_the_vectors_that_the_old_model_lacks(run: Run, tmp_path: Path) -> None:
    first = run("models")[0]["model_id"]
    name = run("models", "add", str(write_weights(tmp_path / "new/b.safetensors", 2)))["candidate"]
    run("models", "promote", name, "--force")
    (tmp_path / "films/31.dcm").write_bytes(a.film(31))
    assert run("ingest", str(tmp_path / "films"))["indexed"] == 1
    assert run("models", "rollback") == {"model_id": first}
    assert {row["vectors"] for row in run("models") if row.get("model_id") == first} == {4}
    assert promotions(tmp_path / "home") == ()


def test_what_comes_in_while_the_model_changes_has_vectors_of_both(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, late = Again._put, tmp_path / "late.dcm"

    def put_and_ingest(self: Again, batch: Any) -> None:
        if not late.exists():  # once, while the archive is being embedded again
            late.write_bytes(a.film(41))
            assert run("ingest", str(late))["indexed"] == 1
        put(self, batch)

    monkeypatch.setattr(Again, "_put", put_and_ingest)
    changed = run("reindex", "--model", str(write_weights(tmp_path / "new/b.safetensors", 2)))
    assert changed["embedded"] == 3  # the fourth was taken care of by who brought it in
    rows = [row for row in run("models") if "model_id" in row]
    assert [(row["active"], row["vectors"]) for row in rows] == [(False, 4), (True, 4)]
    assert len(run("search", "--file", str(late), "--exclude", "none")["hits"]) == 4
    assert run("models", "rollback") == {"model_id": rows[0]["model_id"]}


def test_a_run_that_does_not_hear_of_it_holds_the_change_up_until_all_is_done(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, late = Again._put, tmp_path / "late.dcm"

    def put_and_ingest(self: Again, batch: Any) -> None:
        put(self, batch)
        if not late.exists():
            late.write_bytes(a.film(41))
            monkeypatch.setattr(OtherModels, "cover", lambda *_: None)
            run("ingest", str(late))

    monkeypatch.setattr(Again, "_put", put_and_ingest)
    changed = run("reindex", "--model", str(write_weights(tmp_path / "new/b.safetensors", 2)))
    assert changed["embedded"] == 4


def test_an_onnx_model_of_another_dimension_goes_the_same_way(run: Run, tmp_path: Path) -> None:
    first, film = run("models")[0]["model_id"], str(tmp_path / "films/1.dcm")
    file = str(onnx_files.write(tmp_path / "m.onnx", onnx_files.extractor(37)))
    with pytest.raises(BadSetup, match="--mean and --std"):
        run("models", "add", file)
    fed = ("--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")
    name = run("models", "add", file, *fed, "--range", "0,1", "--channels", "3")["candidate"]
    assert run("models")[-1] == {"candidate": name, "promoted": False, "comparison": None}
    table = write_table(tmp_path / "shapes")
    compared = run("models", "compare", name, "--labels", str(table))
    assert (compared["against"], compared["candidate"]) == (first, f"onnx-{name}-px1-fp32")

    promoted = run("models", "promote", name, "--force")
    assert (promoted["model_id"], promoted["embedded"]) == (f"onnx-{name}-px1-fp32", 3)
    rows = {row["model_id"]: row for row in run("models") if "model_id" in row}
    assert [(row["active"], row["dimension"]) for row in rows.values()] == [
        (False, 1024),
        (True, 37),
    ]
    found = run("search", "--file", film, "--exclude", "none")
    assert found["model_id"] == promoted["model_id"]
    assert found["hits"][0]["cosine"] == pytest.approx(1, abs=1e-5)
    run("reindex")
    (tmp_path / "films/31.dcm").write_bytes(a.film(31))
    assert run("ingest", str(tmp_path / "films"))["indexed"] == 1
    late = run("search", "--file", str(tmp_path / "films/31.dcm"), "--exclude", "none")
    assert len(late["hits"]) == 4

    assert run("models", "rollback") == {"model_id": first}
    found = run("search", "--file", film, "--exclude", "none")
    assert (found["model_id"], len(found["hits"])) == (first, 4)


def test_an_onnx_file_is_scored_embedded_with_and_used_without_being_added(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = {"range": "-1,1", "output": "pooled"}
    data = onnx_files.extractor(5, outputs=("pooled", "map"), metadata=metadata)
    file = str(onnx_files.write(tmp_path / "m.onnx", data))
    table = str(write_table(tmp_path / "shapes"))
    scored = run("evaluate", "retrieval", "--labels", table, "--weights", file, "--no-baselines")
    assert any(model.startswith("onnx-") for model in scored["models"])
    monkeypatch.setenv("SIMILIS_WEIGHTS", file)
    out = tmp_path / "vectors.npz"
    said = run("embed", str(tmp_path / "films"), "--out", str(out))
    assert said["model_id"].startswith("onnx-")
    assert np.load(out)["vectors"].shape == (3, 5)
    with pytest.raises(BadSetup, match="cannot be compared"):
        run("search", "--file", str(tmp_path / "films/1.dcm"))
    monkeypatch.setenv("SIMILIS_HOME", str(tmp_path / "another"))
    assert run("ingest", str(tmp_path / "films"))["indexed"] == 3
    assert run("models")[0]["dimension"] == 5


def test_a_run_goes_on_where_another_was_killed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = str(write_weights(tmp_path / "new/b.safetensors", 2))
    first = run("models")[0]["model_id"]
    put, done = Again._put, []

    def put_two(self: Again, batch: Any) -> None:
        put(self, batch[: 2 - len(done)])
        done.extend(batch)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Again, "_put", put_two)
        with pytest.raises((KeyboardInterrupt, AssertionError)):
            run("reindex", "--model", weights)
    film = str(tmp_path / "films/1.dcm")
    assert run("search", "--file", film)["model_id"] == first
    assert run("reindex", "--model", weights)["embedded"] == 1
    assert run("search", "--file", film)["model_id"] != first


def test_a_server_goes_on_with_the_model_that_came_into_use(run: Run, tmp_path: Path) -> None:
    with opened() as app:
        before = app.open_model().record.model_id
        changed = run("reindex", "--model", str(write_weights(tmp_path / "new/b.safetensors", 2)))
        assert changed["model_id"] != before
        assert app.open_model().record.model_id == changed["model_id"]
        assert app.embedder.record.model_id == changed["model_id"]
        run("models", "rollback")
        assert app.open_model().record.model_id == before


def test_what_cannot_be_done_is_said(run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(NotFound, match="No weights absent"):
        run("models", "promote", "absent")
    with pytest.raises(BadSetup, match="Nothing was promoted"):
        run("models", "rollback")
    name = run("models", "add", str(write_weights(tmp_path / "new/b.safetensors", 2)))["candidate"]
    monkeypatch.setenv("SIMILIS_SEEDED_WEIGHTS", "1")
    with pytest.raises(BadSetup, match="unset them"):
        run("models", "promote", name, "--force")
