"""`similis segment`, `train-segmenter` and `evaluate echo` as scripts rely on them."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from api.cli import main
from measure.weights import write_network
from tests.ingest.making import dataset, file_of
from tests.measure.hearts import heart, random_network, table
from tests.samples import pydicom_file, shared_data


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("SIMILIS_HOME", str(tmp_path / "home"))
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights.safetensors"
    write_network(random_network(), path)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    main([str(argument) for argument in arguments])
    return json.loads(capsys.readouterr().out)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        assert image.mode == "L"
        return image.height, image.width


def test_every_kind_of_file_gets_masks_of_its_own_size(
    tmp_path: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    Image.fromarray(heart(0, 77, 131)[0]).save(folder / "a.png")
    Image.fromarray(heart(1, 64, 48)[0]).convert("RGB").save(folder / "deep" / "b.jpg")
    frames = np.stack([heart(seed, 91, 133)[0] for seed in range(5)])
    (folder / "clip.dcm").write_bytes(file_of(dataset(frames)))
    (folder / "one.dcm").write_bytes(file_of(dataset(frames[:1])))
    (folder / "notes.txt").write_text("no picture")
    out = tmp_path / "out"
    result = run(capsys, "segment", folder, "--weights", weights, "--out", out, "--json")
    sizes = {row["mask"]: size_of(out / row["mask"]) for row in result["masks"]}
    assert sizes == {
        "a.png": (77, 131),
        "deep/b.png": (64, 48),
        "one.png": (91, 133),
        **{f"clip_{number:04d}.png": (91, 133) for number in range(1, 6)},
    }
    assert [Path(row["file"]).name for row in result["refused"]] == ["notes.txt"]
    assert result["refused"][0]["reason"] == "not_dicom"
    assert all(0 <= row["present"] <= 1 and 0 <= row["confidence"] <= 1 for row in result["masks"])
    assert result["model_id"].startswith("unet-")
    assert sorted(path.name for path in out.rglob("*.png")) == sorted(
        Path(name).name for name in sizes
    )


def test_files_of_one_stem_do_not_write_over_each_other(
    tmp_path: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, rows in (("a.png", 40), ("a.bmp.png", 50), ("a.jpg", 60)):
        Image.fromarray(heart(0, rows, 64)[0]).save(tmp_path / name)
    out = tmp_path / "out"
    result = run(
        capsys, "segment", tmp_path / "a.png", tmp_path / "a.jpg", tmp_path / "a.bmp.png",
        "--weights", weights, "--out", out, "--json",
    )  # fmt: skip
    assert len({row["mask"] for row in result["masks"]}) == 3
    assert [size_of(out / row["mask"])[0] for row in result["masks"]] == [40, 60, 50]


def test_an_empty_folder_gives_nothing_and_a_missing_one_is_said(
    tmp_path: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    arguments = ("--weights", weights, "--out", tmp_path / "out", "--json")
    result = run(capsys, "segment", tmp_path / "empty", *arguments)
    assert result["masks"] == result["refused"] == []
    with pytest.raises(SystemExit) as stopped:
        run(capsys, "segment", tmp_path / "missing", *arguments)
    assert stopped.value.code == 1


def test_a_member_of_an_archive_stays_below_the_folder_of_masks(
    tmp_path: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = file_of(dataset(heart(0, 40, 50)[0][np.newaxis]))
    with zipfile.ZipFile(tmp_path / "clips.zip", "w") as archive:
        archive.writestr("day/one.dcm", made)
    out = tmp_path / "out"
    result = run(capsys, "segment", tmp_path, "--weights", weights, "--out", out, "--json")
    (row,) = (row for row in result["masks"] if "clips.zip" in row["file"])
    assert (out / row["mask"]).resolve().is_relative_to(out.resolve())
    assert size_of(out / row["mask"]) == (40, 50)


def test_a_cine_is_read_in_parts(
    tmp_path: Path,
    weights: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    frames = np.stack([heart(seed % 4, 32, 40)[0] for seed in range(150)])  # more than two parts
    (tmp_path / "long.dcm").write_bytes(file_of(dataset(frames)))
    result = run(
        capsys, "segment", tmp_path / "long.dcm", "--weights", weights,
        "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert [row["frame"] for row in result["masks"]] == list(range(1, 151))
    assert len(list((tmp_path / "out").iterdir())) == 150


def test_it_says_where_weights_come_from_when_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("measure.weights.SHIPPED", tmp_path)
    with pytest.raises(SystemExit) as stopped:
        run(capsys, "segment", tmp_path, "--out", tmp_path / "out")
    assert stopped.value.code == 1
    assert "SIMILIS_SEGMENTER_WEIGHTS" in capsys.readouterr().err


def test_a_real_cine(tmp_path: Path, weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pydicom_file("examples_ybr_color.dcm")
    result = run(capsys, "segment", path, "--weights", weights, "--out", tmp_path, "--json")
    assert len(result["masks"]) == 30
    assert size_of(tmp_path / result["masks"][0]["mask"]) == (240, 320)


def test_train_then_segment_then_evaluate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, out = table(tmp_path / "hearts", patients=5, empty=2), tmp_path / "run"
    record = run(
        capsys, "train-segmenter", made, "--structures", "cavity,wall", "--out", out,
        "--epochs", 1, "--side", 32, "--held-out", "0/5", "--json",
    )  # fmt: skip
    assert record["held_out_patients"] == 1
    assert record["recipe"]["epochs"] == 1
    file = out / "segmenter.safetensors"
    card = run(
        capsys, "evaluate", "echo", made, "--weights", file, "--plots", tmp_path / "plots", "--json"
    )
    assert card["model_id"] == record["model_id"]
    assert [row["structure"] for row in card["dice"]] == ["cavity", "wall"]
    card = run(capsys, "evaluate", "echo", made, "--run", out, "--changes", "--json")
    assert card["patients"] == 1
    assert card["changes"][0]["dice"].keys() == {"cavity", "wall"}
    masks = tmp_path / "masks"
    for row in made.read_text().splitlines()[1:11]:
        file_name, mask_name, *_ = row.split(",")
        masks.mkdir(exist_ok=True)
        (masks / file_name).write_bytes((made.parent / mask_name).read_bytes())
    card = run(
        capsys, "evaluate", "echo", made, "--masks", masks, "--structures", "cavity,wall",
        "--plots", tmp_path / "plots", "--json",
    )  # fmt: skip
    assert card["ejection_fraction"]["mae"] == 0
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == [
        "ef-bland-altman.svg", "ef-scatter.svg",
    ]  # fmt: skip


@pytest.mark.parametrize("held_out", ["5/5", "1", "a/b", "-1/5", "0/1"])
def test_folds_that_are_none(
    tmp_path: Path, held_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = table(tmp_path, patients=1)
    with pytest.raises(SystemExit) as stopped:
        run(capsys, "train-segmenter", made, "--out", tmp_path / "o", "--held-out", held_out)
    assert stopped.value.code == 2


def test_real_hearts_are_found_by_shipped_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from measure.weights import SHIPPED

    if not list(SHIPPED.glob("*/*.safetensors")):
        pytest.skip("this build has no segmentation weights")
    frame = shared_data("echo/frames/patient0004_ED.png")
    result = run(capsys, "segment", frame, "--out", tmp_path, "--json")
    assert result["masks"][0]["present"] > 0.9
    with Image.open(tmp_path / "patient0004_ED.png") as image:
        found = np.asarray(image)
    with Image.open(frame.parent.parent / "masks" / frame.name) as image:
        truth = np.asarray(image)
    both = ((found == 1) & (truth == 1)).sum()
    assert 2 * both / ((found == 1).sum() + (truth == 1).sum()) > 0.85
