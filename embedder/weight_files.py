"""Weights files -> `Network`, whoever wrote them, and back."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embedder.densenet import IMAGENET_INPUT, XRAY_INPUT, InputSpec, Network, shapes
from embedder.keeping import keep
from embedder.onnx_file import SUFFIX
from infra.errors import BadSetup

METADATA = "similis"  # the safetensors entry with what the weights want
PREFIX = "features."
Found = dict[str, npt.NDArray[Any]]


def read_network(path: Path, source: str) -> Network:
    """Read a safetensors file, or a torch file with nothing but tensors in it.

    Layouts: torchvision (old `norm.1` names too), CheXNet (`module.densenet121.features…`, inside
    `state_dict`), torchxrayvision (one channel). Raises BadSetup naming what is wrong.
    """
    if path.suffix.lower() == SUFFIX:
        raise BadSetup(f"{path.name} is an ONNX model: this takes DenseNet-121 weights.")
    if path.suffix == ".safetensors":
        found, known = _read_safetensors(path)
    else:
        found, known = _read_torch(path), {}
    tensors = _canonical(found, path.name)
    channels = tensors["conv0.weight"].shape[1]
    spec = _input(known, path.name) or (XRAY_INPUT if channels == 1 else IMAGENET_INPUT)
    if spec.channels != channels:
        raise BadSetup(f"{path.name}: its metadata wants {spec.channels} channels, not {channels}.")
    return Network(
        tensors=tensors,
        input=spec,
        source=source,
        meaningful=bool(known.get("meaningful", True)),
        ranges=dict(known.get("ranges", {})),
    )


def write_network(network: Network, path: Path, *, half: bool = False) -> None:
    """Keep a network as safetensors in torchvision's layout, with what it wants beside it.

    `half` keeps the numbers in half precision, in half the space.
    """
    from safetensors.numpy import save

    known = {
        "input": json.loads(str(network.input)),
        "meaningful": network.meaningful,
        "ranges": dict(network.ranges),
    }
    kept = np.float16 if half else np.float32
    tensors = {
        PREFIX + name: np.ascontiguousarray(tensor, kept)
        for name, tensor in network.tensors.items()
    }
    keep(path, save(tensors, metadata={METADATA: json.dumps(known, sort_keys=True)}))


def _read_safetensors(path: Path) -> tuple[Found, dict[str, Any]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            known = dict(json.loads((file.metadata() or {}).get(METADATA, "{}")))
            return {name: file.get_tensor(name) for name in file.keys()}, known  # noqa: SIM118 - no dict
    except (SafetensorError, OSError, ValueError, TypeError) as exc:
        raise BadSetup(f"{path.name} is no readable safetensors file: {exc}") from exc


def _read_torch(path: Path) -> Found:
    from pickle import UnpicklingError

    import torch

    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=False)
    except OSError as exc:
        raise BadSetup(f"{path.name} cannot be read: {exc.strerror}.") from exc
    except UnpicklingError as exc:
        raise BadSetup(
            f"{path.name} holds Python objects, not only tensors, and is not opened: save the "
            "network's state_dict() with torch.save, or as safetensors."
        ) from exc
    except (RuntimeError, EOFError, ValueError, KeyError) as exc:
        raise BadSetup(f"{path.name} is no readable torch file.") from exc
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping):
        raise BadSetup(f"{path.name} holds no state_dict of named tensors.")
    return {
        str(name): tensor.detach().to(torch.float32).numpy()
        for name, tensor in content.items()
        if isinstance(tensor, torch.Tensor)
    }


def _canonical(found: Found, file: str) -> dict[str, npt.NDArray[np.float32]]:
    """Tensors under our own names; the classifier and counters are left out."""
    named: Found = {}
    for name, tensor in found.items():
        short = _short_name(name)
        if short in named:
            raise BadSetup(f"{file} holds more than one network: {short} is in it twice.")
        named[short] = tensor
    first = named.get("conv0.weight")
    channels = 1 if first is not None and first.ndim == 4 and first.shape[1] == 1 else 3
    wanted = shapes(channels)
    missing = [name for name in wanted if name not in named]
    if missing:
        raise BadSetup(
            f"{file} is no DenseNet-121: {len(missing)} of {len(wanted)} tensors are missing, "
            f"such as {', '.join(missing[:3])}."
        )
    return {name: _checked(named[name], name, shape, file) for name, shape in wanted.items()}


def _short_name(name: str) -> str:
    """`module.densenet121.features.denseblock1.denselayer1.norm.1.weight` -> `…norm1.weight`."""
    short = name.rpartition(PREFIX)[2]
    return re.sub(r"\b(norm|conv)\.([12])\.", r"\1\2.", short)


def _checked(
    tensor: npt.NDArray[Any], name: str, shape: tuple[int, ...], file: str
) -> npt.NDArray[np.float32]:
    if tensor.shape != shape:
        raise BadSetup(f"{file}: {name} has shape {tensor.shape} instead of {shape}.")
    values = np.asarray(tensor, np.float32)
    if not np.isfinite(values).all():
        raise BadSetup(f"{file}: {name} holds numbers that are not finite.")
    return values


def _input(known: dict[str, Any], file: str) -> InputSpec | None:
    if "input" not in known:
        return None
    try:
        wanted = known["input"]
        return InputSpec(
            channels=int(wanted["channels"]),
            mean=tuple(map(float, wanted["mean"])),
            std=tuple(map(float, wanted["std"])),
            size=int(wanted["size"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise BadSetup(f"{file}: its metadata does not say what the weights want.") from exc
