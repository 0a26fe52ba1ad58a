"""Weights of every known layout become the same network, and wrong ones say what is wrong."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from embedder import weights
from embedder.densenet import IMAGENET_INPUT, XRAY_INPUT, InputSpec, Network, shapes
from embedder.seeded import seeded_network
from embedder.weight_files import read_network, write_network
from embedder.weights import find_network
from infra.errors import BadSetup
from infra.settings import Settings

Tensors = dict[str, Any]


@pytest.fixture(scope="module")
def network() -> Network:
    return seeded_network()


def torchvision_layout(network: Network) -> Tensors:
    named = {f"features.{name}": torch.from_numpy(t) for name, t in network.tensors.items()}
    counters = {"features.norm0.num_batches_tracked": torch.tensor(7)}
    classifier = {
        "classifier.weight": torch.zeros(1000, 1024),
        "classifier.bias": torch.zeros(1000),
    }
    return named | counters | classifier


def old_names(tensors: Tensors) -> Tensors:
    """`norm1` as torchvision wrote it before 0.4: `norm.1`."""
    found = {}
    for name, tensor in tensors.items():
        for part in ("norm", "conv"):
            for number in "12":
                if ".denselayer" in name:
                    name = name.replace(f".{part}{number}.", f".{part}.{number}.")
        found[name] = tensor
    return found


def chexnet_layout(network: Network) -> Tensors:
    tensors = old_names(torchvision_layout(network))
    inner = {f"module.densenet121.{name}": tensor for name, tensor in tensors.items()}
    return {"epoch": 3, "best_AUROC": 0.84, "state_dict": inner}


LAYOUTS: dict[str, Callable[[Network], Tensors]] = {
    "torchvision": torchvision_layout,
    "old torchvision": lambda network: old_names(torchvision_layout(network)),
    "CheXNet": chexnet_layout,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_the_same_network(layout: str, network: Network, tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    torch.save(LAYOUTS[layout](network), path)
    read = read_network(path, "test")
    assert read.sha256 == network.sha256
    assert read.input == IMAGENET_INPUT
    assert read.meaningful


def test_torchs_old_file_format_is_read(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "model.pth.tar"
    torch.save(chexnet_layout(network), path, _use_new_zipfile_serialization=False)
    assert read_network(path, "test").sha256 == network.sha256


def one_channel(network: Network) -> Network:
    grey = network.tensors["conv0.weight"].sum(axis=1, keepdims=True)
    return replace(network, tensors={**network.tensors, "conv0.weight": grey}, input=XRAY_INPUT)


def test_one_channel_is_torchxrayvisions_input(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "xrv.pt"
    torch.save(torchvision_layout(one_channel(network)), path)
    read = read_network(path, "test")
    light = np.array([0.0, 0.5, 1.0])
    np.testing.assert_allclose((light - read.input.mean) / read.input.std, [-1024, 0, 1024])
    assert read.sha256 not in ("", network.sha256)


def test_a_network_comes_back_as_it_was_kept(network: Network, tmp_path: Path) -> None:
    spec = InputSpec(channels=3, mean=(0.5, 0.5, 0.5), std=(0.1, 0.2, 1 / 3), size=96)
    kept = replace(network, input=spec, ranges={"transition1.conv": 2.5})
    path = tmp_path / "deep" / "net.safetensors"
    write_network(kept, path)
    read = read_network(path, "test")
    assert (read.sha256, read.input, read.ranges) == (kept.sha256, spec, kept.ranges)
    assert not read.meaningful
    assert [p.name for p in path.parent.iterdir()] == ["net.safetensors"]


def test_other_input_is_another_identity(network: Network) -> None:
    assert replace(network, input=replace(IMAGENET_INPUT, size=256)).sha256 != network.sha256


def test_seeded_weights_never_change(network: Network) -> None:
    assert network.sha256 == "7b83982cbb62c0446901211e85fd30626dc4a534143e926e39094b0ad3f646ef"
    assert not network.meaningful


def without(name: str) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {key: t for key, t in tensors.items() if key != name}


def with_(name: str, tensor: Any) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {**tensors, name: tensor}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (without("features.norm5.bias"), "norm5.bias"),
        (with_("features.norm5.bias", torch.zeros(7)), r"norm5.bias has shape \(7,\)"),
        (with_("features.norm5.bias", torch.full((1024,), torch.nan)), "not finite"),
        (with_("ema.features.norm5.bias", torch.zeros(1024)), "more than one network"),
        (
            lambda _: {"fc.weight": torch.zeros(3)},
            f"{len(shapes())} of {len(shapes())} tensors",
        ),
        (lambda _: [torch.zeros(3)], "no state_dict"),
        (with_("extra", Path("code")), "Python objects"),
    ],
)
def test_wrong_torch_files_say_what_is_wrong(
    change: Callable[[Tensors], Any], complaint: str, network: Network, tmp_path: Path
) -> None:
    path = tmp_path / "model.pth"
    torch.save(change(torchvision_layout(network)), path)
    with pytest.raises(BadSetup, match=complaint):
        read_network(path, "test")


@pytest.mark.parametrize("name", ["model.pth", "model.safetensors"])
@pytest.mark.parametrize("data", [b"", b"garbage" * 100, b"PK\x03\x04" + bytes(50)])
def test_garbage_is_refused(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadSetup, match=name):
        read_network(tmp_path / name, "test")


@pytest.mark.parametrize("metadata", ["{}", '{"input": 3}', "[1]", "nonsense"])
def test_metadata_that_makes_no_sense(metadata: str, network: Network, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    tensors = {f"features.{name}": tensor for name, tensor in network.tensors.items()}
    save_file(tensors, path, metadata={"similis": metadata})
    if metadata == "{}":
        assert read_network(path, "test").input == IMAGENET_INPUT
    else:
        with pytest.raises(BadSetup, match=path.name):
            read_network(path, "test")


# --- where they are found -------------------------------------------------------------------------


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing shipped, nothing cached."""
    monkeypatch.setattr(weights, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path


def test_the_first_place_that_has_them_wins(network: Network, places: Path) -> None:
    given = places / "given.safetensors"
    write_network(network, given)
    write_network(network, weights.torchvision_cache() / "densenet121-a639ec97.pth.safetensors")
    torch.save(
        torchvision_layout(network), weights.torchvision_cache() / "densenet121-a639ec97.pth"
    )
    home = places / "home"
    assert find_network(Settings(home=home)).source == "torchvision ImageNet"
    write_network(network, places / "shipped" / "chest-1.safetensors")
    assert find_network(Settings(home=home)).source == "shipped chest-1"
    assert find_network(Settings(home=home, weights=given)).source == "file given.safetensors"
    seeded = Settings(home=home, weights=given, seeded_weights=True)
    assert find_network(seeded).source == "seeded"


def test_a_torch_file_is_opened_by_torch_once(
    network: Network, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = places / "model.pth"
    torch.save(torchvision_layout(network), given)
    settings = Settings(home=places / "home", weights=given)
    first = find_network(settings)
    monkeypatch.setattr(torch, "load", None)
    second = find_network(settings)
    assert second.sha256 == first.sha256
    assert second.source == first.source == "file model.pth"
    assert second.meaningful


def test_a_home_that_cannot_be_written_only_costs_time(network: Network, places: Path) -> None:
    given = places / "model.pth"
    torch.save(torchvision_layout(network), given)
    (places / "home").write_text("a file where the folder should be")
    assert find_network(Settings(home=places / "home", weights=given)).sha256 == network.sha256


def test_a_missing_file_is_named(places: Path) -> None:
    with pytest.raises(BadSetup, match=r"nowhere\.pth"):
        find_network(Settings(home=places, weights=places / "nowhere.pth"))


def published(network: Network, folder: Path) -> Path:
    """A file named as torch.hub names them: with the first 8 digits of its sha256."""
    path = folder / "model.pth"
    torch.save(torchvision_layout(network), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return path.rename(folder / f"densenet121-{digest[:8]}.pth")


def test_weights_are_downloaded_into_torchs_own_cache(network: Network, places: Path) -> None:
    there = published(network, places)
    settings = Settings(home=places / "home")
    assert find_network(settings, there.as_uri()).sha256 == network.sha256
    assert (weights.torchvision_cache() / there.name).is_file()
    there_no_more = there.as_uri()
    there.unlink()
    assert find_network(settings, there_no_more).sha256 == network.sha256


def test_a_damaged_download_is_not_kept(places: Path) -> None:
    there = places / "densenet121-00000000.pth"
    there.write_bytes(b"half of it")
    with pytest.raises(BadSetup, match="damaged"):
        find_network(Settings(home=places), there.as_uri())
    assert not (weights.torchvision_cache() / there.name).exists()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/densenet121-0.pth", "file:///no/such-0.pth"])
def test_without_weights_the_error_says_how_to_get_them(url: str, places: Path) -> None:
    with pytest.raises(BadSetup, match=r"SIMILIS_WEIGHTS.*--seeded-weights"):
        find_network(Settings(home=places), url)
