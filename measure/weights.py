"""Weights files of segmentation networks, and where they come from.

1. `settings.segmenter_weights`, a file   2. those that ship, in `measure/shipped/`
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embedder.keeping import keep
from infra.errors import BadSetup
from infra.settings import Settings
from measure.network import Calibration, SegmenterNetwork, Shape, tensor_shapes

SHIPPED = Path(__file__).parent / "shipped"
METADATA = "similis-segmenter"  # the safetensors entry with shape and calibration
Found = dict[str, npt.NDArray[Any]]


def find_network(settings: Settings) -> SegmenterNetwork:
    """The segmentation network of these settings.

    Raises BadSetup where there is none, or its file is wrong.
    """
    if settings.segmenter_weights is not None:
        path = settings.segmenter_weights
        if not path.is_file():
            raise BadSetup(f"SIMILIS_SEGMENTER_WEIGHTS: there is no file {path}.")
        return read_network(path)
    for path in sorted(SHIPPED.glob("*/*.safetensors")):
        return read_network(path)
    raise BadSetup(
        "This Similis was built without segmentation weights: set SIMILIS_SEGMENTER_WEIGHTS to a "
        "file that `similis train-segmenter` wrote."
    )


def read_network(path: Path) -> SegmenterNetwork:
    """Read what `write_network` wrote. Raises BadSetup naming what is wrong."""
    found, known = _read(path)
    shape = _shape(known, path.name)
    tensors = {name.removeprefix("module."): tensor for name, tensor in found.items()}
    missing = [name for name in tensor_shapes(shape) if name not in tensors]
    if missing:
        raise BadSetup(f"{path.name} lacks {len(missing)} tensors, such as {missing[0]}.")
    return SegmenterNetwork(
        shape=shape,
        tensors={
            name: _checked(tensors[name], name, size, path.name)
            for name, size in tensor_shapes(shape).items()
        },
        calibration=_calibration(known, path.name),
        source=path.name,
    )


def write_network(network: SegmenterNetwork, path: Path) -> None:
    """Keep a network as safetensors of float16, whole or not at all. Raises StorageFull."""
    from safetensors.numpy import save

    known = {
        "structures": network.shape.structures,
        "widths": network.shape.widths,
        "side": network.shape.side,
        "temperature": network.calibration.temperature,
        "slope": network.calibration.slope,
        "offset": network.calibration.offset,
    }
    tensors = {name: halved(tensor) for name, tensor in network.tensors.items()}
    keep(path, save(tensors, metadata={METADATA: json.dumps(known, sort_keys=True)}))


def rounded(network: SegmenterNetwork) -> SegmenterNetwork:
    """The network as it will be read back, so that it is judged and named as it is kept."""
    tensors = {name: halved(value).astype(np.float32) for name, value in network.tensors.items()}
    return replace(network, tensors=tensors)


def halved(tensor: npt.NDArray[np.float32]) -> npt.NDArray[np.float16]:
    """As float16, with nothing beyond its range."""
    most = float(np.finfo(np.float16).max)
    return np.ascontiguousarray(np.clip(tensor, -most, most), np.float16)


def _read(path: Path) -> tuple[Found, dict[str, Any]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            known = json.loads((file.metadata() or {}).get(METADATA, "null"))
            found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    except (SafetensorError, OSError, ValueError, TypeError) as exc:
        raise BadSetup(f"{path.name} is no readable safetensors file.") from exc
    if not isinstance(known, dict):
        raise BadSetup(f"{path.name} is no segmentation network of `similis train-segmenter`.")
    return found, known


def _shape(known: dict[str, Any], file: str) -> Shape:
    try:
        shape = Shape(
            structures=tuple(map(str, known["structures"])),
            widths=tuple(map(int, known["widths"])),
            side=int(known["side"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise BadSetup(f"{file}: its metadata does not say what the network is.") from exc
    if not shape.is_possible:
        raise BadSetup(f"{file}: its metadata describes no possible network.")
    return shape


def _calibration(known: dict[str, Any], file: str) -> Calibration:
    try:
        found = Calibration(
            temperature=float(known.get("temperature", 1.0)),
            slope=float(known.get("slope", 1.0)),
            offset=float(known.get("offset", 0.0)),
        )
    except (TypeError, ValueError) as exc:
        raise BadSetup(f"{file}: its calibration is no set of numbers.") from exc
    if not (np.isfinite([found.slope, found.offset]).all() and 0 < found.temperature < 100):
        raise BadSetup(f"{file}: its calibration is not possible.")
    return found


def _checked(
    tensor: npt.NDArray[Any], name: str, size: tuple[int, ...], file: str
) -> npt.NDArray[np.float32]:
    if tensor.shape != size:
        raise BadSetup(f"{file}: {name} has shape {tensor.shape} instead of {size}.")
    values = np.asarray(tensor, np.float32)
    if not np.isfinite(values).all():
        raise BadSetup(f"{file}: {name} holds numbers that are not finite.")
    return values
