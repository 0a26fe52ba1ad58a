"""What a segmentation network is: its shape and its tensors, free of any framework.

A U-Net: a stem that halves the picture, residual blocks of two 3×3 convolutions on the way down and
up, and a head that gives each structure a score for each pixel of the input. Beside it a single
number says whether there is anything to segment.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
import numpy.typing as npt

ARCHITECTURE = "unet"
EPSILON = 1e-5
MOST_CLASSES = 32
Tensors = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The form of a network.

    `structures` are the names of classes 1, 2 …; class 0 is the background. `widths` are the
    channels of each level, from the finest. `side` is that of the square input in pixels.
    """

    structures: tuple[str, ...]
    widths: tuple[int, ...] = (16, 32, 64, 128, 128)
    side: int = 128

    @property
    def classes(self) -> int:
        """Structures and background."""
        return len(self.structures) + 1

    @property
    def is_possible(self) -> bool:
        """Whether there is such a network: each level halves the input."""
        halvings = int(2 ** len(self.widths))
        sound = self.side > 0 and self.side % halvings == 0 and all(w > 0 for w in self.widths)
        return bool(self.structures and self.widths) and sound and self.classes <= MOST_CLASSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Turns raw scores into probabilities: measured on patients that were not trained on.

    Class scores are divided by `temperature`; the score of presence becomes
    sigmoid(slope · score + offset).
    """

    temperature: float = 1.0
    slope: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmenterNetwork:
    """A network: shape, tensors by name (float32), calibration, and a word on where it is from."""

    shape: Shape
    tensors: Tensors
    calibration: Calibration = field(default_factory=Calibration)
    source: str = ""

    @property
    def sha256(self) -> str:
        """Hash of all that decides the result: tensors as float16 are kept, shape, calibration."""
        digest = hashlib.sha256(
            json.dumps([asdict(self.shape), asdict(self.calibration)], sort_keys=True).encode()
        )
        for name in sorted(self.tensors):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(self.tensors[name], np.float32).tobytes())
        return digest.hexdigest()

    @property
    def model_id(self) -> str:
        """`unet-<hash>`: the same tensors, shape and calibration have the same id."""
        return f"{ARCHITECTURE}-{self.sha256[:12]}"


def tensor_shapes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Name -> shape of every tensor that a network of this shape has."""
    widths = shape.widths
    found: dict[str, tuple[int, ...]] = {"stem.weight": (widths[0], 1, 5, 5)}
    found |= _norm("stem_norm", widths[0])
    for level, width in enumerate(widths):
        found |= _block(f"down.{level}", widths[max(level - 1, 0)], width)
    for level in range(len(widths) - 1):
        found |= _block(f"up.{level}", widths[level] + widths[level + 1], widths[level])
    scores = shape.classes * 4
    found |= {"head.weight": (scores, widths[0], 3, 3), "head.bias": (scores,)}
    found |= {"presence.weight": (1, widths[-1]), "presence.bias": (1,)}
    return found


def _block(name: str, channels: int, width: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {
        f"{name}.conv1.weight": (width, channels, 3, 3),
        f"{name}.conv2.weight": (width, width, 3, 3),
    }
    found |= _norm(f"{name}.norm1", width) | _norm(f"{name}.norm2", width)
    if channels != width:
        found[f"{name}.skip.weight"] = (width, channels, 1, 1)
    return found


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.{part}": (width,) for part in ("weight", "bias", "running_mean", "running_var")
    }
