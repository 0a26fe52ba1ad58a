"""`similis evaluate retrieval` and `similis train`, from table to page."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import root
from embedder.seeded import seeded_network
from embedder.training import adapter
from embedder.weight_files import read_network, write_network
from infra.errors import BadSetup, NotFound
from infra.settings import Settings
from ingest.embedding.picture_cache import cached_pictures
from tests.embedder.pictures_of_shapes import write_table

RECIPE = """
seed = 3
[[tables]]
name = "shapes"
path = "index.csv"
[[stages]]
size = 32
steps = 3
batch = 6
warmup = 1
[losses]
teacher = 0
relations = 0
"""


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMILIS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SIMILIS_SEEDED_WEIGHTS", "1")
    monkeypatch.setenv("SIMILIS_PRECISION", "fp32")
    monkeypatch.setenv("SIMILIS_JOBS", "1")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "shapes")


def run(*arguments: str) -> str:
    result = CliRunner(catch_exceptions=False).invoke(root, arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def vectors_of_labels(table: Path, out: Path) -> Path:
    """Vectors that know the labels."""
    files = sorted(path.name for path in table.parent.glob("*.png"))
    kinds = np.array([int(name[:2]) % 2 for name in files])
    vectors = np.stack([kinds, 1 - kinds], axis=1).astype(np.float32)
    np.savez(out, vectors=vectors, files=np.array(files), model_id=np.array("knows"))
    return out


def test_vectors_are_scored_beside_the_baselines(table: Path, tmp_path: Path) -> None:
    vectors = vectors_of_labels(table, tmp_path / "v.npz")
    out = tmp_path / "card"
    said = json.loads(
        run("evaluate", "retrieval", "--labels", str(table), "--vectors", str(vectors),
            "--out", str(out), "--json")
    )  # fmt: skip
    assert said == json.loads((out / "scorecard.json").read_text())
    assert next(iter(said["models"])) == "knows"
    assert {"pixels", "chance"} < set(said["models"])
    assert any("seeded" in name for name in said["models"])
    best = said["models"]["knows"]["overall"]
    assert best["mAP@10"]["mean"] == best["same modality and body part@10"]["mean"] == 1
    assert said["paired"]["chance"]["overall"]["mAP@10"]["mean"] > 0.2
    page = (out / "scorecard.html").read_text()
    assert page.count("<figure") >= 6
    assert "http" not in page


def test_shortcuts_are_told_of_tables_that_know_the_view(table: Path, tmp_path: Path) -> None:
    lines = table.read_text().splitlines()
    more = [
        f"{line},{'view' if n == 0 else 'AP' if n % 3 else 'PA'}" for n, line in enumerate(lines)
    ]
    more += [f"{n:02}.png,q{n},stripes,CR,CHEST,val,PA" for n in range(8)]
    table.write_text("\n".join(more))
    vectors = vectors_of_labels(table, tmp_path / "v.npz")
    out = tmp_path / "card"
    said = run("evaluate", "retrieval", "--labels", str(table), "--vectors", str(vectors),
               "--out", str(out))  # fmt: skip
    assert "shapes, view   knows: all +" in said
    document = json.loads((out / "scorecard.json").read_text())
    assert set(document["shortcuts"][0]["models"]["knows"]["above_chance"]) == {
        "all",
        "same",
        "other",
    }
    assert "shapes, view: " in (out / "scorecard.html").read_text()


def test_the_configured_weights_are_scored_where_no_vectors_are_given(table: Path) -> None:
    said = run("evaluate", "retrieval", "--labels", str(table), "--split", "train",
               "--no-baselines", "--disturbed", "--json")  # fmt: skip
    document = json.loads(said)
    assert next(iter(document["models"])).startswith("densenet121-seeded-")
    assert document["disturbed"]["inverted"]["mAP@10"]["queries"] == 12


def test_a_file_without_vector_is_named(table: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", vectors=np.ones((1, 2), np.float32), files=np.array(["00.png"]))
    result = CliRunner().invoke(
        root,
        ["evaluate", "retrieval", "--labels", str(table), "--vectors", str(tmp_path / "v.npz")],
    )
    assert isinstance(result.exception, BadSetup)
    assert "01.png" in str(result.exception)


def test_training_goes_on_and_leaves_weights_and_a_record(table: Path, tmp_path: Path) -> None:
    recipe, out = tmp_path / "recipe.toml", tmp_path / "w.safetensors"
    recipe.write_text(RECIPE)
    arguments = ("train", str(recipe), "--data", str(table.parent), "--out", str(out), "--json")
    record = json.loads(run(*arguments))
    assert record["weights_sha256"] == read_network(out, "w").sha256
    assert set(record["validation"][-1]["map_at_10"]) == {"shapes"}
    assert record["shortcuts"] == []  # the table says nothing of view, site or sex
    again = json.loads(run(*arguments))  # everything is done: the same weights at once
    assert again["weights_sha256"] == record["weights_sha256"]


def test_an_adapter_changes_nothing_but_the_last_normalisation(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "AdapterPlan", partial(adapter.AdapterPlan, steps=20, batch=8))
    recipe, out = tmp_path / "recipe.toml", tmp_path / "w.safetensors"
    recipe.write_text(RECIPE)
    start = tmp_path / "start.safetensors"
    network = seeded_network()
    write_network(replace(network, input=replace(network.input, size=64)), start)
    said = json.loads(
        run("train", str(recipe), "--data", str(table.parent), "--out", str(out),
            "--start", str(start), "--adapter", "--json")
    )  # fmt: skip
    assert said["after"]["shapes"] >= said["before"]["shapes"]
    made = read_network(out, "w")
    changed = {name for name in made.tensors if not np.array_equal(made.tensors[name],
               network.tensors[name].astype(np.float16).astype(np.float32))}  # fmt: skip
    assert changed == {"norm5.weight", "norm5.bias"}


def test_a_recipe_that_wants_a_teacher_says_how_to_get_it(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.embedding.lessons.open_teacher", lambda name: None)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE.replace("teacher = 0", "teacher = 1"))
    result = CliRunner().invoke(
        root, ["train", str(recipe), "--data", str(table.parent), "--out", str(tmp_path / "w.st")]
    )
    assert isinstance(result.exception, BadSetup)
    assert "pip install" in str(result.exception)


def test_pictures_are_read_once_until_a_file_changes(table: Path, tmp_path: Path) -> None:
    paths = sorted(table.parent.glob("*.png"))
    heard: list[int] = []
    settings = Settings.from_environment()
    for _ in range(2):
        found = cached_pictures(paths, 32, settings, 1, tmp_path / "c", lambda: heard.append(1))
    assert found.shape == (16, 32, 32)
    assert len(heard) == 16
    paths[0].write_bytes(paths[1].read_bytes())
    changed = cached_pictures(paths, 32, settings, 1, tmp_path / "c")
    assert np.array_equal(changed[0], changed[1])
    with pytest.raises(NotFound, match="absent"):
        cached_pictures([tmp_path / "absent.png"], 32, settings, 1, tmp_path / "c")
