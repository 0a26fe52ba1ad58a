"""The U-Net in torch and OpenVINO, its weights files, and what becomes of odd ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from infra.errors import BadSetup
from infra.settings import Settings
from measure.fitting import normalise
from measure.network import Shape, tensor_shapes
from measure.opening import open_segmenter
from measure.openvino_engine import OpenVinoEngine
from measure.torch_engine import TorchEngine
from measure.torch_network import from_torch, to_torch
from measure.weights import METADATA, find_network, halved, read_network, write_network
from tests.measure.hearts import SHAPE, heart, random_network

METADATA_OF_SHAPE = '{"structures": ["cavity", "wall"], "widths": [8, 16, 16], "side": 64}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "weights.safetensors"
    write_network(random_network(), path)
    return path


def picture(seed: int = 0) -> np.ndarray:
    return normalise(heart(seed, 64, 64)[0])


@pytest.mark.parametrize("widths", [(8,), (8, 16, 16)])
def test_openvino_gives_what_torch_gives(widths: tuple[int, ...]) -> None:
    network = random_network(shape=replace(SHAPE, widths=widths))
    one = OpenVinoEngine(network).start(picture())()
    other = TorchEngine(network, "cpu").start(picture())()
    assert one.chances.shape == (3, 64, 64)
    np.testing.assert_allclose(one.chances, other.chances, atol=1e-4)
    np.testing.assert_allclose(one.chances.sum(axis=0), 1, atol=1e-4)
    assert one.presence == pytest.approx(other.presence, abs=1e-3)


def test_requests_under_way_do_not_mix() -> None:
    engine = OpenVinoEngine(random_network())
    pictures = [picture(seed) for seed in range(6)]
    alone = [engine.start(one)().chances for one in pictures]
    under_way = [engine.start(one) for one in pictures]
    for finish, wanted in zip(reversed(under_way), reversed(alone), strict=True):
        np.testing.assert_allclose(finish().chances, wanted, atol=1e-5)


def test_tensors_go_through_torch_and_back() -> None:
    network = random_network()
    back = from_torch(to_torch(network), network.shape)
    assert set(back.tensors) == set(network.tensors) == set(tensor_shapes(SHAPE))
    assert all(np.array_equal(back.tensors[name], network.tensors[name]) for name in back.tensors)


def test_a_file_holds_the_network_as_float16(file: Path) -> None:
    network, read = random_network(), read_network(file)
    assert read.shape == network.shape
    assert read.calibration == network.calibration
    for name, tensor in read.tensors.items():
        np.testing.assert_array_equal(tensor, np.float32(np.float16(network.tensors[name])))
    assert read.model_id.startswith("unet-")
    assert read.model_id == read_network(file).model_id


def test_the_model_id_tells_weights_and_calibration_apart() -> None:
    network = random_network()
    other = replace(network, calibration=replace(network.calibration, temperature=1.4))
    assert len({network.model_id, other.model_id, random_network(1).model_id}) == 3


def test_numbers_beyond_float16_are_kept_finite() -> None:
    assert np.isfinite(halved(np.array([1e9, -1e9], np.float32))).all()


def test_keys_of_a_wrapped_module_are_known(file: Path) -> None:
    renamed = {f"module.{name}": tensor for name, tensor in load_file(file).items()}
    save_file(renamed, file, metadata={METADATA: METADATA_OF_SHAPE})
    assert set(read_network(file).tensors) == set(tensor_shapes(SHAPE))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda tensors: tensors.pop("stem.weight"), "lacks 1 tensors"),
        (lambda tensors: tensors.update({"head.bias": np.zeros(3, np.float16)}), "has shape"),
        (
            lambda tensors: tensors.update({"head.bias": np.full(12, np.nan, np.float16)}),
            "not finite",
        ),
    ],
)
def test_wrong_tensors_are_named(file: Path, change: object, sentence: str) -> None:
    tensors = load_file(file)
    change(tensors)  # type: ignore[operator]
    save_file(tensors, file, metadata={METADATA: METADATA_OF_SHAPE})
    with pytest.raises(BadSetup, match=sentence):
        read_network(file)


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {METADATA: "[]"},
        {METADATA: "{}"},
        {METADATA: "no JSON"},
        {METADATA: METADATA_OF_SHAPE.replace("64", "30")},
        {METADATA: METADATA_OF_SHAPE.replace("}", ', "temperature": 0}')},
        {METADATA: METADATA_OF_SHAPE.replace("}", ', "slope": "steep"}')},
    ],
)
def test_a_file_that_does_not_say_what_it_is(file: Path, metadata: dict[str, str]) -> None:
    save_file(load_file(file), file, metadata=metadata)
    with pytest.raises(BadSetup):
        read_network(file)


def test_a_file_that_is_no_weights_file(tmp_path: Path) -> None:
    path = tmp_path / "text.safetensors"
    path.write_text("hello")
    with pytest.raises(BadSetup, match="no readable safetensors"):
        read_network(path)


def test_a_setting_names_the_file(file: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, segmenter_weights=file, device="cpu")
    assert open_segmenter(settings).model_id == read_network(file).model_id
    with pytest.raises(BadSetup, match="SIMILIS_SEGMENTER_WEIGHTS"):
        find_network(replace(settings, segmenter_weights=tmp_path / "none"))


def test_a_build_without_weights_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measure.weights.SHIPPED", tmp_path)
    with pytest.raises(BadSetup, match="train-segmenter"):
        find_network(Settings(home=tmp_path))


@pytest.mark.parametrize(
    "shape",
    [
        Shape(structures=()),
        Shape(structures=("a",), side=100),
        Shape(structures=("a",), widths=()),
        Shape(structures=("a",), widths=(8, 0)),
        Shape(structures=("a",) * 40),
    ],
)
def test_impossible_shapes(shape: Shape) -> None:
    assert not shape.is_possible
