"""DenseNet-121 up to its pooled features: what it is made of, free of any engine.

`features` -> ReLU -> global average pool -> 1024 values, as in torchvision's `densenet121`
(Huang et al., Densely Connected Convolutional Networks, 2017). Tensor names are those of
torchvision's `features`, without that prefix. Engines turn a `Network` into something that runs:
`embedder/openvino_engine.py`, `embedder/torch_engine.py`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from infra.records import VECTOR_SIZE

ARCHITECTURE = "densenet121"
STEM, GROWTH, BOTTLENECK = 64, 32, 128
BLOCKS = (6, 12, 24, 16)
EPSILON = 1e-5  # of every batch normalisation

Tensors = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What the weights want: `(light - mean) / std` for each of `channels`, of a square of `size`.

    Grey light is repeated for three channels; RGB light becomes luma for one.
    """

    channels: int = 3
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    size: int = 224

    def __str__(self) -> str:
        """Stable text, part of the model's identity."""
        return json.dumps(asdict(self), sort_keys=True)


IMAGENET_INPUT = InputSpec()
# torchxrayvision feeds one channel in [-1024, 1024]: (light - 1/2) * 2048.
XRAY_INPUT = InputSpec(channels=1, mean=(0.5,), std=(1 / 2048,))


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """DenseNet-121 with its weights.

    `ranges` maps a convolution to the greatest value that enters it, which int8 needs; {} where
    nobody has measured it. `meaningful` is False for seeded weights.
    """

    tensors: Tensors
    input: InputSpec
    source: str
    meaningful: bool = True
    ranges: Mapping[str, float] = field(default_factory=dict)
    architecture: str = ARCHITECTURE
    dimension: int = VECTOR_SIZE

    @cached_property
    def sha256(self) -> str:
        """Hash of the tensors (not of a file) and of what they want: other input, other vectors."""
        digest = hashlib.sha256(str(self.input).encode())
        for name in sorted(self.tensors):
            tensor = np.ascontiguousarray(self.tensors[name], "<f4")
            digest.update(f"{name}{tensor.shape}".encode())
            digest.update(tensor.data)
        return digest.hexdigest()

    @property
    def ranges_sha256(self) -> str:
        """Hash of the int8 ranges."""
        return hashlib.sha256(json.dumps(dict(self.ranges), sort_keys=True).encode()).hexdigest()


def shapes(channels: int = 3) -> dict[str, tuple[int, ...]]:
    """Every tensor's name and shape in the order of the forward pass."""
    found: dict[str, tuple[int, ...]] = {"conv0.weight": (STEM, channels, 7, 7)}
    found |= _normalisation("norm0", STEM)
    width = STEM
    for block, layers in enumerate(BLOCKS, 1):
        for layer in range(1, layers + 1):
            name = f"denseblock{block}.denselayer{layer}"
            found |= _normalisation(f"{name}.norm1", width)
            found[f"{name}.conv1.weight"] = (BOTTLENECK, width, 1, 1)
            found |= _normalisation(f"{name}.norm2", BOTTLENECK)
            found[f"{name}.conv2.weight"] = (GROWTH, BOTTLENECK, 3, 3)
            width += GROWTH
        if block < len(BLOCKS):
            found |= _normalisation(f"transition{block}.norm", width)
            found[f"transition{block}.conv.weight"] = (width // 2, width, 1, 1)
            width //= 2
    return found | _normalisation("norm5", width)


def _normalisation(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.{part}": (width,) for part in ("weight", "bias", "running_mean", "running_var")
    }
