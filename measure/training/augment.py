"""What one frame could have looked like on another machine: turned, zoomed, darker, noisier.

Everything works on a batch of torch tensors and draws from one generator, so that a seed decides
all of it. Pictures are (n, 1, side, side) floats 0..1; masks are (n, side, side) class numbers.
"""

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

MIRRORED = 0.25  # how often left and right change places: other laboratories show it so
WIDE = 0.4  # how often zoom, turn and shift go far, and not a little


def augmented(
    pictures: Tensor, masks: Tensor, calm: Tensor, overlays: Tensor, draw: Generator
) -> tuple[Tensor, Tensor]:
    """Move and repaint a batch; `calm` (n,) bool ones are moved a little and not repainted.

    The result has the side of `overlays` (m, 1, side, side).
    """
    pictures, masks = moved(pictures, masks, calm, overlays.shape[-1], draw)
    lively = ~calm
    if lively.any():
        pictures[lively] = repainted(pictures[lively], overlays, draw)
    return pictures, masks


def moved(
    pictures: Tensor, masks: Tensor, calm: Tensor, side: int, draw: Generator
) -> tuple[Tensor, Tensor]:
    """Turn, zoom, stretch, shift and mirror, and sample at `side`; black comes in from outside."""
    count = len(pictures)
    grid = functional.affine_grid(_transforms(calm, draw), [count, 1, side, side], False)
    sampled = functional.grid_sample(pictures, grid, "bilinear", "zeros", False)
    numbers = functional.grid_sample(masks[:, None].float(), grid, "nearest", "zeros", False)
    return sampled, numbers[:, 0].long()


def _transforms(calm: Tensor, draw: Generator) -> Tensor:
    count = len(calm)
    wide = _some(count, WIDE, draw) & ~calm
    reach = torch.where(wide, 1.0, 0.35)
    angle = _spread(count, draw) * reach * math.radians(30)
    zoom = torch.exp(_spread(count, draw) * reach * 0.4 + torch.where(wide, 0.12, 0.0))
    aspect = torch.exp(_spread(count, draw) * reach * 0.2)
    flip = torch.where(_some(count, MIRRORED, draw) & ~calm, -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    x, y = (_spread(count, draw) * reach * 0.3 for _ in range(2))
    first = torch.stack([cos * zoom * aspect * flip, -sin * zoom / aspect, x], dim=1)
    second = torch.stack([sin * zoom * aspect * flip, cos * zoom / aspect, y], dim=1)
    return torch.stack([first, second], dim=1)


def repainted(pictures: Tensor, overlays: Tensor, draw: Generator) -> Tensor:
    """Another gain, gamma, focus, noise, sector, shadow, text on the picture."""
    pictures = _sector(pictures, draw)
    pictures = _depth_gain(pictures, draw)
    pictures = _gamma(pictures, draw)
    pictures = _speckle(pictures, draw)
    pictures = _shadow(pictures, draw)
    pictures = _haze(pictures, draw)
    pictures = _blur(pictures, draw)
    pictures = _grain(pictures, draw)
    return _overlaid(pictures, overlays, draw).clamp(0, 1)


def normalised(pictures: Tensor) -> Tensor:
    """As `measure.fitting.normalise`, for a batch of 0..1."""
    values = (pictures * 255).round()
    lit = (values > 4).float()
    count = lit.sum(dim=(2, 3), keepdim=True).clamp(min=1)
    mean = (values * lit).sum(dim=(2, 3), keepdim=True) / count
    variance = ((values - mean) ** 2 * lit).sum(dim=(2, 3), keepdim=True) / count
    return (values - mean) / (variance.sqrt() + 1)


def _some(count: int, chance: float, draw: Generator) -> Tensor:
    return torch.rand(count, generator=draw) < chance


def _spread(count: int, draw: Generator) -> Tensor:
    """Evenly in -1..1."""
    return torch.rand(count, generator=draw) * 2 - 1


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]


def _axes(side: int) -> tuple[Tensor, Tensor]:
    line = (torch.arange(side) + 0.5) / side * 2 - 1
    return line[None, None, :, None], line[None, None, None, :]


def _sector(pictures: Tensor, draw: Generator) -> Tensor:
    """A narrower sector from the top's middle, or a picture cut off at left and right."""
    count, side = len(pictures), pictures.shape[-1]
    down, across = _axes(side)
    angle = torch.atan2(across, (down + 1.02).clamp(min=1e-3)).abs()
    half = _each(0.45 + 0.45 * torch.rand(count, generator=draw))
    narrow = _each(_some(count, 0.15, draw)) & (angle > half)
    depth = torch.hypot(across, down + 1.0)
    shallow = _each(_some(count, 0.1, draw)) & (
        depth > _each(1.5 + 0.5 * torch.rand(count, generator=draw))
    )
    side_cut = _each(_some(count, 0.1, draw)) & (
        across.abs() > _each(0.5 + 0.5 * torch.rand(count, generator=draw))
    )
    return pictures.masked_fill(narrow | shallow | side_cut, 0.0)


def _depth_gain(pictures: Tensor, draw: Generator) -> Tensor:
    down, across = _axes(pictures.shape[-1])
    count = len(pictures)
    slope = _each(_spread(count, draw) * 0.5) * down + _each(_spread(count, draw) * 0.25) * across
    return pictures * torch.exp(slope * _each(_some(count, 0.5, draw).float()))


def _gamma(pictures: Tensor, draw: Generator) -> Tensor:
    count = len(pictures)
    gamma = torch.exp(torch.randn(count, generator=draw) * 0.3)
    gain = torch.exp(torch.randn(count, generator=draw) * 0.2)
    offset = torch.rand(count, generator=draw) * 0.1 * _some(count, 0.25, draw)
    lifted = (pictures.clamp(0, 1) ** _each(gamma)) * _each(gain)
    return torch.where(pictures > 0.015, lifted + _each(offset), lifted).clamp(0, 1)


def _speckle(pictures: Tensor, draw: Generator) -> Tensor:
    """Multiplicative noise of a random grain."""
    count, side = len(pictures), pictures.shape[-1]
    coarse = side // int(torch.randint(1, 5, (1,), generator=draw))
    noise = torch.randn(count, 1, coarse, coarse, generator=draw)
    noise = functional.interpolate(noise, size=(side, side), mode="bilinear")
    strength = torch.rand(count, generator=draw) * 0.35 * _some(count, 0.5, draw)
    return (pictures * (1 + _each(strength) * noise)).clamp(0, 1)


def _shadow(pictures: Tensor, draw: Generator) -> Tensor:
    """A dark beam from the transducer, as behind a rib."""
    count = len(pictures)
    down, across = _axes(pictures.shape[-1])
    angle = torch.atan2(across, (down + 1.05).clamp(min=1e-3))
    middle = _each(_spread(count, draw) * 0.8)
    width = _each(0.04 + 0.12 * torch.rand(count, generator=draw))
    depth = _each(torch.rand(count, generator=draw) * 0.9 * _some(count, 0.3, draw))
    return pictures * (1 - depth * torch.exp(-(((angle - middle) / width) ** 2)))


def _haze(pictures: Tensor, draw: Generator) -> Tensor:
    """A bright cloud, as near the transducer or from the lung, where there is signal at all."""
    count = len(pictures)
    down, across = _axes(pictures.shape[-1])
    y, x = (_each(_spread(count, draw) * 0.9) for _ in range(2))
    radius = _each(0.2 + 0.4 * torch.rand(count, generator=draw))
    strength = _each(torch.rand(count, generator=draw) * 0.35 * _some(count, 0.3, draw))
    cloud = strength * torch.exp(-((down - y) ** 2 + (across - x) ** 2) / radius**2)
    return torch.where(pictures > 0.015, pictures + cloud, pictures)


def _blur(pictures: Tensor, draw: Generator) -> Tensor:
    count = len(pictures)
    sigma = 0.4 + 1.4 * torch.rand(count, generator=draw)
    line = torch.arange(-4.0, 5.0)
    kernel = torch.exp(-((line[None] / sigma[:, None]) ** 2) / 2)
    kernel = kernel / kernel.sum(dim=1, keepdim=True)
    flat = pictures.transpose(0, 1)
    flat = functional.conv2d(flat, kernel[:, None, None, :], padding=(0, 4), groups=count)
    flat = functional.conv2d(flat, kernel[:, None, :, None], padding=(4, 0), groups=count)
    return torch.where(_each(_some(count, 0.3, draw)), flat.transpose(0, 1), pictures)


def _grain(pictures: Tensor, draw: Generator) -> Tensor:
    noise = torch.randn(pictures.shape, generator=draw)
    count = len(pictures)
    strength = torch.rand(count, generator=draw) * 0.06 * _some(count, 0.4, draw)
    return (pictures + _each(strength) * noise).clamp(0, 1)


def _overlaid(pictures: Tensor, overlays: Tensor, draw: Generator) -> Tensor:
    count = len(pictures)
    chosen = overlays[torch.randint(len(overlays), (count,), generator=draw)]
    light = _each(0.4 + 0.6 * torch.rand(count, generator=draw))
    shown = torch.maximum(pictures, chosen * light)
    return torch.where(_each(_some(count, 0.3, draw)), shown, pictures)
