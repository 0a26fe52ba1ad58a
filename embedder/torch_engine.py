"""The GPU engine, and the reference for all others: torchvision's own DenseNet-121."""

import ctypes
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from embedder.densenet import Network
from embedder.engine import Batch
from infra.records import Values

if TYPE_CHECKING:
    import torch

PREFIX = "features."
GPU_BATCH = 32


def torch_network(network: Network) -> "torch.nn.Module":
    """(n, channels, size, size) of light -> (n, 1024) pooled features, as a torch module."""
    import torch
    from torchvision.models import densenet121

    features = densenet121(weights=None).features
    if network.input.channels == 1:
        features.conv0 = torch.nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    tensors = {name: torch.from_numpy(np.array(t)) for name, t in network.tensors.items()}
    # Not strict only for the batch norms' counters, which mean nothing at inference.
    wrong = features.load_state_dict(tensors, strict=False)
    assert all(name.endswith("num_batches_tracked") for name in wrong.missing_keys)

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.features = features
            for name, values in (("mean", network.input.mean), ("std", network.input.std)):
                self.register_buffer(name, torch.tensor(values).view(1, -1, 1, 1))

        def forward(self, light: Any) -> Any:
            maps = self.features((light - self.mean) / self.std)
            return torch.relu(maps.float()).mean(dim=(2, 3))

    return Pooled().eval()


def cuda_is_here() -> bool:
    """Whether torch sees a GPU that it can use.

    Without NVIDIA's driver there is none, and torch, whose import takes seconds, is not asked.
    """
    driver = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(driver)
    except OSError:
        return False
    import torch

    return bool(torch.cuda.is_available())


class TorchEngine:
    """Runs a network on a GPU in `fp32` (never TF32) or `bf16`.

    Batches have one fixed size, filled up with black, because cuDNN chooses its kernels by size.
    """

    def __init__(self, network: Network, precision: str, device: str = "cuda") -> None:
        import torch

        self._module = torch_network(network).to(device).to(memory_format=torch.channels_last)
        self._device, self._precision = device, precision
        self._turn = threading.Lock()
        self.batch = GPU_BATCH

    def run(self, pictures: Batch) -> Values:
        """See `Engine`."""
        parts = [
            self._run_batch(pictures[begin : begin + self.batch])
            for begin in range(0, len(pictures), self.batch)
        ]
        return np.concatenate(parts)

    def _run_batch(self, pictures: Batch) -> Values:
        import torch

        filled = np.zeros((self.batch, *pictures.shape[1:]), np.float32)
        filled[: len(pictures)] = pictures
        with (
            self._turn,
            torch.inference_mode(),
            torch.backends.cudnn.flags(benchmark=False, deterministic=True, allow_tf32=False),
            torch.autocast(self._device, torch.bfloat16, enabled=self._precision == "bf16"),
        ):
            light = torch.from_numpy(filled).to(self._device, memory_format=torch.channels_last)
            features = self._module(light).float().cpu().numpy()
        return np.asarray(features[: len(pictures)], np.float32)
