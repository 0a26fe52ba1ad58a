"""The torch engine: for GPUs, and to compare others with."""

from collections.abc import Callable

import torch

from measure.engine import Scores
from measure.fitting import Picture
from measure.network import SegmenterNetwork
from measure.torch_network import to_torch

GPU_DEPTH = 32  # pictures under way: kernels are queued, nothing waits for an answer


class TorchEngine:
    """See `measure.engine.Engine`; always float32."""

    def __init__(self, network: SegmenterNetwork, device: str = "cuda") -> None:
        self._device = torch.device(device)
        self._module = to_torch(network).to(self._device)
        self._temperature = network.calibration.temperature
        self.depth = GPU_DEPTH if self._device.type == "cuda" else 0

    def start(self, picture: Picture) -> Callable[[], Scores]:
        """See `Engine`. On a GPU the work is queued and not waited for."""
        with torch.inference_mode():
            batch = torch.from_numpy(picture)[None, None].to(self._device, non_blocking=True)
            scores, presence = self._module(batch)
            chances = (scores[0] / self._temperature).softmax(dim=0)
        return lambda: Scores(chances.cpu().numpy(), float(presence[0]))
