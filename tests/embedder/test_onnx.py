"""ONNX models: what they are fed, what comes out, and everything that is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedder.calibration import has_native_bf16
from embedder.densenet import InputSpec
from embedder.onnx_engine import OnnxEngine
from embedder.onnx_input import NOTHING, Wanted, beside
from embedder.onnx_model import OnnxModel, read_onnx
from embedder.promoted import add_candidate, candidate_file, candidates
from embedder.runtime import NetworkEmbedder, agreement, model_record, open_embedder
from embedder.weight_files import read_network
from embedder.weights import find_network, model_with
from infra.errors import BadSetup
from infra.settings import Settings
from tests.embedder import onnx_files as o

IMAGENET = Wanted(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
PLAIN = Wanted(range=(0.0, 1.0))


def opened(path: Path, wanted: Wanted = IMAGENET) -> NetworkEmbedder:
    model = read_onnx(path, "test", wanted)
    return NetworkEmbedder(model_record(model, "fp32"), model.input, OnnxEngine(model, "fp32"))


def read(folder: Path, wanted: Wanted = IMAGENET, **changes: Any) -> OnnxModel:
    return read_onnx(o.write(folder / "m.onnx", o.extractor(**changes)), "test", wanted)


def pictures(side: int = 32, count: int = 3) -> list[Any]:
    random = np.random.default_rng(3)
    grey = [random.integers(0, 256, (side, side), np.uint8) for _ in range(count)]
    return [*grey, random.integers(0, 256, (side, side, 3), np.uint8)]


def expected(planes: Any, dimension: int = 37, seed: int = 0) -> Any:
    """By numpy: (channels, side, side) as the network is fed -> its vector."""
    windows = np.lib.stride_tricks.sliding_window_view(planes, (3, 3), axis=(1, 2))[:, ::2, ::2]
    filters = o.filters(dimension, len(planes), seed).astype(np.float64)
    found = np.einsum("chwij,dcij->dhw", windows, filters).clip(0).mean(axis=(1, 2))
    return found / np.linalg.norm(found)


def test_a_vector_is_what_the_network_makes_of_our_light(tmp_path: Path) -> None:
    embedder = opened(o.write(tmp_path / "m.onnx", o.extractor()))
    vectors = embedder.embed(pictures())
    assert vectors.shape == (4, 37)
    assert embedder.record.dimension == 37
    mean, std = np.reshape(IMAGENET.mean, (3, 1, 1)), np.reshape(IMAGENET.std, (3, 1, 1))
    for vector, picture in zip(vectors, pictures(), strict=True):
        planes = np.stack([picture] * 3) if picture.ndim == 2 else picture.transpose(2, 0, 1)
        np.testing.assert_allclose(vector, expected((planes / 255 - mean) / std), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_one_channel_is_fed_grey(tmp_path: Path) -> None:
    path = o.write(tmp_path / "m.onnx", o.extractor(shape=(1, 1, 32, 32)))
    vectors = opened(path, Wanted(range=(-1.0, 1.0))).embed(pictures())
    grey = pictures()[0][np.newaxis] / 255
    np.testing.assert_allclose(vectors[0], expected(2 * grey - 1), atol=1e-5)


def test_alone_or_in_any_batch(tmp_path: Path) -> None:
    embedder = opened(o.write(tmp_path / "m.onnx", o.extractor()))
    many = pictures(count=9)
    alone = np.concatenate([embedder.embed([picture]) for picture in many])
    np.testing.assert_array_equal(embedder.embed(many), alone)
    assert embedder.embed([]).shape == (0, 37)


@pytest.mark.parametrize("output", ["map", "positive"])
def test_maps_are_averaged_and_tensors_inside_can_be_chosen(tmp_path: Path, output: str) -> None:
    one = read(tmp_path, Wanted(output=output).over(IMAGENET))
    found = OnnxEngine(one, "fp32").run(np.ones((1, 3, 32, 32), np.float32))
    other = read(tmp_path, outputs=(output,))
    assert one.dimension == other.dimension == found.shape[1] == 37
    if output == "positive":
        pooled = OnnxEngine(read(tmp_path), "fp32").run(np.ones((1, 3, 32, 32), np.float32))
        np.testing.assert_allclose(found, pooled, atol=1e-5)


@pytest.mark.parametrize("dimension", [2, 37, 1024, 4096])
def test_every_dimension(tmp_path: Path, dimension: int) -> None:
    assert read(tmp_path, dimension=dimension).dimension == dimension


def test_what_is_said_comes_before_the_file_beside_it_and_its_metadata(tmp_path: Path) -> None:
    metadata = {"mean": "0.1", "std": "[0.2, 0.3, 0.4]", "size": "48", "channels": "3"}
    free = {"shape": ("n", "c", "h", "w"), "metadata": metadata}
    in_metadata = read(tmp_path, NOTHING, **free).input
    assert in_metadata == InputSpec(mean=(0.1, 0.1, 0.1), std=(0.2, 0.3, 0.4), size=48)
    beside(tmp_path / "m.onnx").write_text(json.dumps({"mean": [0.5], "size": 64}))
    in_file = read(tmp_path, NOTHING, **free).input
    assert (in_file.mean, in_file.std, in_file.size) == ((0.5,) * 3, (0.2, 0.3, 0.4), 64)
    said = read(tmp_path, Wanted(size=80, std=(1.0,)), **free).input
    assert (said.mean, said.std, said.size) == ((0.5,) * 3, (1.0,) * 3, 80)


def test_identity_is_of_file_and_input(tmp_path: Path) -> None:
    first = read(tmp_path)
    assert model_record(first, "fp32").model_id == f"onnx-{first.sha256[:12]}-px1-fp32"
    assert read(tmp_path).sha256 == first.sha256
    others = [
        read(tmp_path, PLAIN),
        read(tmp_path, Wanted(output="map").over(IMAGENET)),
        read(tmp_path, seed=1),
        read(tmp_path, Wanted(size=48).over(IMAGENET), shape=(1, 3, "h", "w")),
    ]
    assert len({first.sha256, *(one.sha256 for one in others)}) == 5
    scaled = Wanted(mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375), range=(0, 255))
    assert read(tmp_path, scaled).sha256 == first.sha256  # the same, said in other numbers


Make = Callable[[], bytes]
DOUBLE = o.model(
    [o.node("Add", ["a", "b"], "sum")],
    [],
    [o.named(name, (1, 3, 32, 32)) for name in "ab"],
    [o.named("sum", (1, 3, 32, 32))],
)
TOKENS = o.model(
    [o.node("Identity", ["x"], "y")], [], [o.named("x", (1, 16), 7)], [o.named("y", (1, 16), 7)]
)
NO_VECTOR = o.model(
    [o.node("ReduceMean", ["x"], "y", axes=(3,), keepdims=0)],
    [],
    [o.named("x", (1, 3, 32, 32))],
    [o.named("y", (1, 3, 32))],
)
OUTSIDE = o.model(
    [o.node("Conv", ["x", "w"], "y")],
    [o.external_tensor("w", (4, 3, 3, 3), "weights.bin")],
    [o.named("x", (1, 3, 32, 32))],
    [o.named("y", (1, 4, 30, 30))],
)
UNKNOWN = o.model(
    [o.node("NoSuchThing", ["x"], "y")],
    [],
    [o.named("x", (1, 3, 32, 32))],
    [o.named("y", (1, 4))],
)
# Vectors of as many numbers as the picture has bright pixels.
FOUND = o.model(
    [o.node("NonZero", ["x"], "where"), o.node("Cast", ["where"], "y", to=1)],
    [],
    [o.named("x", (1, 3, 32, 32))],
    [o.named("y", (4, "n"))],
)


@pytest.mark.parametrize(
    ("data", "wanted", "says"),
    [
        (b"", IMAGENET, "no ONNX file"),
        (b"%PDF-1.7 and so on", IMAGENET, "no ONNX file"),
        (b"PK\x03\x04" + bytes(500), IMAGENET, "no ONNX file"),
        (o.extractor()[:-60], IMAGENET, "no ONNX file"),
        (o.field(1, 8) + o.field(7, b"\xff" * 9), IMAGENET, "no ONNX file"),
        (UNKNOWN, IMAGENET, "OpenVINO cannot read"),
        (OUTSIDE, IMAGENET, "one file.*external_data=False"),
        (DOUBLE, IMAGENET, "2 inputs"),
        (TOKENS, IMAGENET, "takes no picture"),
        (NO_VECTOR, PLAIN, r"\[1,3,32\] and no vector.*--output"),
        (FOUND, PLAIN, "depends on the picture"),
        (o.extractor(outputs=("pooled", "logits")), IMAGENET, "2 outputs.*pooled.*logits"),
        (o.extractor(), Wanted(output="no").over(IMAGENET), "no tensor no: give --output"),
        (o.extractor(4097), IMAGENET, "4,097 numbers"),
        (o.extractor(), NOTHING, "--mean and --std"),
        (o.extractor(), Wanted(mean=(0.5,)), "--mean and --std"),
        (o.extractor(), Wanted(mean=(0.5, 0.5), std=(1,)), "one number, or 3"),
        (o.extractor(), Wanted(mean=(0.5,), std=(0.0,)), "above 0"),
        (o.extractor(), Wanted(mean=(float("nan"),), std=(1.0,)), "above 0"),
        (o.extractor(), Wanted(range=(1.0, 0.0)), "less to more"),
        (o.extractor(), Wanted(range=(1.0,)), "two numbers"),
        (o.extractor(), Wanted(size=64).over(PLAIN), "made for 32: leave out --size"),
        (o.extractor(), Wanted(channels=1).over(PLAIN), "made for 3: leave out --channels"),
        (o.extractor(shape=(1, 3, "h", "w")), PLAIN, "give --size"),
        (o.extractor(shape=(1, "c", 32, 32)), PLAIN, "give --channels"),
        (o.extractor(shape=(1, 2, 32, 32)), PLAIN, "wants 2 channels"),
        (o.extractor(shape=(1, 32, 32, 3)), PLAIN, "channels last"),
        (o.extractor(shape=(1, 3, 32, 48)), PLAIN, "48 x 32.*squares"),
        (o.extractor(shape=(1, 3, 8, 8)), PLAIN, "16 to 2048"),
        (o.extractor(shape=(5, 3, 32)), PLAIN, "takes no picture|cannot read"),
    ],
)
def test_what_is_refused(data: bytes, wanted: Wanted, says: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetup, match=says):
        read_onnx(o.write(tmp_path / "m.onnx", data), "test", wanted)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no readable JSON"),
        ("[]", "nothing else"),
        ('{"colour": 1}', "nothing else"),
        ('{"size": "large"}', "no size, number or name"),
        ('{"size": 32.5}', "no size, number or name"),
        ('{"mean": "much"}', "no size, number or name"),
        ('{"mean": [null]}', "no size, number or name"),
        ('{"output": 3}', "no size, number or name"),
    ],
)
def test_a_file_beside_it_that_makes_no_sense(text: str, says: str, tmp_path: Path) -> None:
    beside(tmp_path / "m.onnx").write_text(text)
    with pytest.raises(BadSetup, match=says):
        read(tmp_path)


def constant_model(kind: str) -> bytes:
    """A picture times a number, plus a number: 0 and NaN are no vectors, nor is what stays."""
    factor, more = {"zero": (0.0, 0.0), "the same": (0.0, 1.0), "NaN": (1.0, float("nan"))}[kind]
    return o.model(
        [
            o.constant("factor", factor),
            o.constant("more", more),
            o.node("Mul", ["x", "factor"], "times"),
            o.node("Add", ["times", "more"], "y"),
        ],
        [],
        [o.named("x", (1, 3, 32, 32))],
        [o.named("y", (1, 3, 32, 32))],
    )


@pytest.mark.parametrize(
    ("kind", "says"), [("zero", "or none"), ("the same", "same vector"), ("NaN", "not finite")]
)
def test_what_makes_no_vectors_is_no_candidate(kind: str, says: str, tmp_path: Path) -> None:
    path = o.write(tmp_path / "m.onnx", constant_model(kind))
    with pytest.raises(BadSetup, match=says):
        add_candidate(path, tmp_path / "home", PLAIN)
    assert candidates(tmp_path / "home") == ()


def test_a_cut_off_file_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    data = o.extractor(metadata={"mean": "0.5", "std": "0.2"})
    for length in range(0, len(data), 97):
        with pytest.raises(BadSetup):
            read_onnx(o.write(tmp_path / "m.onnx", data[:length]), "test", IMAGENET)


def test_a_candidate_keeps_what_it_is_fed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = o.write(tmp_path / "m.onnx", o.extractor())
    name = add_candidate(path, home, IMAGENET)
    assert candidates(home) == (name,)
    kept = candidate_file(home, name)
    assert kept.read_bytes() == path.read_bytes()
    settings = Settings(home=home, weights=kept, device="cpu")
    embedder = open_embedder(settings)
    assert embedder.record.model_id == f"onnx-{name}-px1-fp32"
    assert embedder.record.dimension == 37
    assert model_with(Settings(home=home), embedder.record.weights_sha256).dimension == 37
    other = add_candidate(path, home, PLAIN)
    assert candidates(home) == tuple(sorted((name, other)))


def test_settings_that_do_not_apply(tmp_path: Path) -> None:
    name = add_candidate(o.write(tmp_path / "m.onnx", o.extractor()), tmp_path, IMAGENET)
    path = candidate_file(tmp_path, name)
    for change, says in (({"precision": "int8"}, "int8"), ({"device": "cuda"}, "CPU")):
        with pytest.raises(BadSetup, match=says):
            open_embedder(Settings(home=tmp_path, weights=path, **change))
    with pytest.raises(BadSetup, match="DenseNet-121 weights"):
        find_network(Settings(home=tmp_path, weights=path))
    with pytest.raises(BadSetup, match="is an ONNX model"):
        read_network(path, "start")


@pytest.mark.skipif(not has_native_bf16(), reason="this CPU has no bf16")
def test_bf16_is_used_where_it_is_asked_for(tmp_path: Path) -> None:
    name = add_candidate(o.write(tmp_path / "m.onnx", o.extractor()), tmp_path, IMAGENET)
    settings = Settings(home=tmp_path, weights=candidate_file(tmp_path, name), precision="bf16")
    assert open_embedder(settings).record.model_id == f"onnx-{name}-px1-bf16"
    assert agreement(settings) > 0.99


def test_our_own_weights_take_no_such_options(tmp_path: Path) -> None:
    path = o.write(tmp_path / "w.safetensors", b"")
    with pytest.raises(BadSetup, match="no ONNX model"):
        add_candidate(path, tmp_path, IMAGENET)
