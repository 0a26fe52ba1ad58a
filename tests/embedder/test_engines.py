"""Our graph is torchvision's network, in every precision."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import torch

from embedder.calibration import has_native_bf16
from embedder.densenet import XRAY_INPUT, Network
from embedder.engine import Batch
from embedder.examples import examples
from embedder.int8 import with_ranges
from embedder.openvino_engine import LastMapsEngine, OpenVinoEngine
from embedder.pooling import normalised
from embedder.seeded import seeded_network
from embedder.torch_engine import TorchEngine, torch_network
from infra.records import Values


@pytest.fixture(scope="module")
def network() -> Network:
    """Seeded weights with lively normalisations, so that each of their numbers matters."""
    random = np.random.Generator(np.random.PCG64(5))
    tensors = dict(seeded_network().tensors)
    for name, tensor in tensors.items():
        if tensor.ndim == 1:
            spread = random.uniform(0.7, 1.4, tensor.shape)
            tensors[name] = (tensor * spread + random.uniform(0, 0.1, tensor.shape)).astype("f4")
    return replace(seeded_network(), tensors=tensors)


@pytest.fixture(scope="module")
def pictures(network: Network) -> Batch:
    return examples(network.input)


def by_torch(network: Network, pictures: Batch) -> Values:
    with torch.inference_mode():
        features = torch_network(network)(torch.from_numpy(pictures)).numpy()
    return np.asarray(features)


def least_cosine(one: Values, other: Values) -> float:
    return float((normalised(one) * normalised(other)).sum(axis=1).min())


def least_centred_cosine(one: Values, other: Values) -> float:
    """The same of what tells the pictures apart: random features all point one way."""
    center = normalised(one).mean(axis=0)
    return least_cosine(normalised(one) - center, normalised(other) - center)


def test_float32_is_torchs(network: Network, pictures: Batch) -> None:
    expected = by_torch(network, pictures)
    features = OpenVinoEngine(network, "fp32").run(pictures)
    np.testing.assert_allclose(features, expected, rtol=1e-3, atol=1e-4 * expected.max())
    assert least_centred_cosine(expected, features) > 0.99999


def test_one_channel_is_torchs(network: Network) -> None:
    grey = network.tensors["conv0.weight"][:, :1] / 500
    one = replace(network, tensors={**network.tensors, "conv0.weight": grey}, input=XRAY_INPUT)
    pictures = examples(XRAY_INPUT)[:2]
    assert pictures.shape[1] == 1
    features = OpenVinoEngine(one, "fp32").run(pictures)
    assert least_cosine(by_torch(one, pictures), features) > 0.99999


def test_last_maps_are_what_the_last_normalisation_scales(
    network: Network, pictures: Batch
) -> None:
    maps = LastMapsEngine(network, "fp32").run(pictures)
    side = network.input.size // 32
    assert maps.shape == (len(pictures), network.dimension, side, side)
    weight, bias = (
        network.tensors[f"norm5.{name}"].reshape(-1, 1, 1) for name in ("weight", "bias")
    )
    pooled = np.maximum(maps * weight + bias, 0).mean(axis=(2, 3))
    expected = by_torch(network, pictures)
    np.testing.assert_allclose(pooled, expected, rtol=1e-3, atol=1e-4 * expected.max())


@pytest.mark.skipif(not has_native_bf16(), reason="this CPU has no bf16")
def test_bf16_is_close(network: Network, pictures: Batch) -> None:
    expected = by_torch(network, pictures)
    features = OpenVinoEngine(network, "bf16").run(pictures)
    assert least_cosine(expected, features) > 0.999
    assert least_centred_cosine(expected, features) > 0.97


def test_int8_is_built_from_ranges(network: Network, pictures: Batch) -> None:
    ranged = with_ranges(network, pictures)
    assert len(ranged.ranges) == 2 * 58 + 3  # all convolutions but the first
    assert min(ranged.ranges.values()) > 0
    exact = OpenVinoEngine(network, "fp32").run(pictures)
    features = OpenVinoEngine(ranged, "int8").run(pictures)
    assert not np.array_equal(features, exact)
    assert least_cosine(exact, features) > 0.98


def test_the_torch_engine_fills_up_its_batches(network: Network, pictures: Batch) -> None:
    engine = TorchEngine(network, "fp32", device="cpu")
    engine.batch = 3
    features = engine.run(pictures)
    np.testing.assert_allclose(features, by_torch(network, pictures), rtol=1e-3, atol=1e-3)


def test_the_examples_never_change(pictures: Batch) -> None:
    coarse = np.rint(pictures[:, 0] * 255).astype(np.uint8)
    assert pictures.shape == (8, 3, 224, 224)
    assert len({hashlib.sha256(picture.tobytes()).hexdigest() for picture in coarse}) == 8
    assert 60 < coarse.mean() < 160
