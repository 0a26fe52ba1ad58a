"""Vectors of pictures by a network in training, without changing it."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from embedder.densenet import InputSpec
from embedder.pixels import fit
from infra.records import VECTOR_SIZE, Values

if TYPE_CHECKING:
    from torch import nn

BATCH = 32


def vectors_of(
    body: "nn.Module", pictures: npt.NDArray[np.uint8], spec: InputSpec, device: str
) -> Values:
    """Grey pictures (n, side, side) -> (n, 1024) of norm 1, through the pixel path."""
    was_training = body.training
    body.eval()
    parts: list[Values] = [np.empty((0, VECTOR_SIZE), np.float32)]
    for begin in range(0, len(pictures), BATCH):
        fitted = np.stack([fit(p, spec.size) for p in pictures[begin : begin + BATCH]])
        light = torch.from_numpy(fitted).to(device)[:, None].float() / 255
        light = light.expand(-1, spec.channels, -1, -1)
        with torch.inference_mode():
            features = body(light.contiguous(memory_format=torch.channels_last))
            parts.append(functional.normalize(features.float(), dim=1).cpu().numpy())
    body.train(was_training)
    return np.concatenate(parts)
