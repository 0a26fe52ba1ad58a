"""The segmentation network in torch: for training, and for machines with a GPU."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from measure.network import EPSILON, SegmenterNetwork, Shape


class Block(nn.Module):
    """Two 3×3 convolutions with a way around them."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width, EPSILON)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width, EPSILON)
        self.skip = (
            nn.Conv2d(channels, width, 1, bias=False) if channels != width else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) -> (n, width, h, w)."""
        inner = functional.relu(self.norm1(self.conv1(x)))
        return functional.relu(self.norm2(self.conv2(inner)) + self.skip(x))


class UNet(nn.Module):
    """See `measure.network`."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths = shape.widths
        self.stem = nn.Conv2d(1, widths[0], 5, stride=2, padding=2, bias=False)
        self.stem_norm = nn.BatchNorm2d(widths[0], EPSILON)
        self.down = nn.ModuleList(
            Block(widths[max(level - 1, 0)], width) for level, width in enumerate(widths)
        )
        self.up = nn.ModuleList(
            Block(widths[level] + widths[level + 1], widths[level])
            for level in range(len(widths) - 1)
        )
        self.head = nn.Conv2d(widths[0], shape.classes * 4, 3, padding=1)
        self.presence = nn.Linear(widths[-1], 1)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """(n, 1, side, side) as `measure.fitting` makes them -> class scores (n, classes, side,
        side) and scores of presence (n,).
        """
        x = functional.relu(self.stem_norm(self.stem(pictures)))
        kept = []
        for level, block in enumerate(self.down):
            x = block(functional.max_pool2d(x, 2) if level else x)
            kept.append(x)
        presence = self.presence(x.mean(dim=(2, 3))).squeeze(1)
        for level in reversed(range(len(self.up))):
            x = functional.interpolate(x, scale_factor=2, mode="nearest")
            x = self.up[level](torch.cat([x, kept[level]], dim=1))
        return functional.pixel_shuffle(self.head(x), 2), presence


def to_torch(network: SegmenterNetwork) -> UNet:
    """The network as a torch module on the CPU, set to evaluate."""
    module = UNet(network.shape)
    tensors = {name: torch.from_numpy(value.copy()) for name, value in network.tensors.items()}
    module.load_state_dict(tensors, strict=False)  # counters of batches are not kept
    return module.eval()


def from_torch(module: nn.Module, shape: Shape, source: str = "") -> SegmenterNetwork:
    """The tensors of a module, without torch's own counters."""
    tensors = {
        name: value.detach().to("cpu", torch.float32).numpy().copy()
        for name, value in module.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    return SegmenterNetwork(shape=shape, tensors=tensors, source=source)
