"""Pictures changed as films differ: position, window, noise, letters, bars, seldom polarity.

Never mirrored (a heart on the right is a finding), and turned by a few degrees only. Everything is
drawn from one generator on the CPU, so that a step is the same wherever it is run again.
"""

import math
import string
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from embedder.training.recipe import Augmentation

if TYPE_CHECKING:
    from torch import Generator, Tensor

WORDS = ("L", "R", "AP", "PA", "ERECT", "SUPINE", "PORTABLE", "MOBILE")


def augmented(light: "Tensor", size: int, how: Augmentation, draw: "Generator") -> "Tensor":
    """(n, 1, side, side) of light in [0, 1] -> (n, 1, size, size), changed, in [0, 1]."""
    light = _moved(light, size, how, draw)
    light = _windowed(light, how, draw)
    light = _blurred(light, how, draw)
    light = light + _some(len(light), 0.3, draw).to(light) * how.noise * torch.randn(
        light.shape, generator=draw
    ).to(light)
    inverted = _some(len(light), how.inverted, draw).to(light)
    light = light + inverted * (1 - 2 * light)
    _write(light, how.text, draw)
    _bar(light, how.bars, draw)
    return light.clamp(0, 1)


def _uniform(count: int, low: float, high: float, draw: "Generator") -> "Tensor":
    return torch.rand(count, generator=draw) * (high - low) + low


def _some(count: int, chance: float, draw: "Generator") -> "Tensor":
    return (torch.rand(count, generator=draw) < chance).float().view(-1, 1, 1, 1)


def _moved(light: "Tensor", size: int, how: Augmentation, draw: "Generator") -> "Tensor":
    count = len(light)
    angle = _uniform(count, -how.degrees, how.degrees, draw) * math.pi / 180
    zoom = _uniform(count, *how.zoom, draw)
    aspect = torch.exp(_uniform(count, -how.aspect, how.aspect, draw))
    # A part of the picture may lie anywhere in it; beyond the border it is black.
    room = (1 - zoom).clamp(min=0) + how.shift
    x, y = (_uniform(count, -1, 1, draw) * room for _ in range(2))
    rows = [
        torch.stack([zoom * aspect * angle.cos(), -zoom * aspect * angle.sin(), x], 1),
        torch.stack([zoom / aspect * angle.sin(), zoom / aspect * angle.cos(), y], 1),
    ]
    grid = functional.affine_grid(
        torch.stack(rows, 1).to(light), [count, 1, size, size], align_corners=False
    )
    return functional.grid_sample(light, grid, align_corners=False)


def _windowed(light: "Tensor", how: Augmentation, draw: "Generator") -> "Tensor":
    low, high, gamma = (
        _uniform(len(light), -amount, amount, draw).view(-1, 1, 1, 1).to(light)
        for amount in (how.window / 2, how.window, how.gamma)
    )
    shown = ((light - low) / (1 + high - low)).clamp(0, 1)
    return torch.where(light > 0, shown, light) ** torch.exp(gamma)


def _blurred(light: "Tensor", how: Augmentation, draw: "Generator") -> "Tensor":
    soft = functional.avg_pool2d(light, 3, stride=1, padding=1)
    chosen = _some(len(light), how.blur, draw).to(light)
    return light + chosen * (soft - light)


def _write(light: "Tensor", chance: float, draw: "Generator") -> None:
    """Burn letters into some pictures, near their border, brighter or darker than what is there."""
    size = light.shape[-1]
    for number in torch.nonzero(torch.rand(len(light), generator=draw) < chance).flatten().tolist():
        pick, line, along, across, tone = torch.rand(5, generator=draw).tolist()
        letters = _letters(pick, max(7, round(size * (0.06 + 0.06 * line))))
        height, width = min(letters.shape[0], size // 2), min(letters.shape[1], size - 2)
        edge = round(across * 0.12 * size)
        top = edge if line < 0.5 else size - height - edge
        left = round(along * (size - width))
        place = light[number, 0, top : top + height, left : left + width]
        mask = torch.from_numpy(letters[:height, :width]).to(light)
        place += mask * ((1.0 if tone < 0.8 else 0.0) - place)


def _letters(pick: float, height: int) -> npt.NDArray[np.float32]:
    """Some word or number as a mask of `height` rows."""
    from PIL import Image, ImageDraw, ImageFont

    random = np.random.Generator(np.random.PCG64(int(pick * 2**24)))
    if random.random() < 0.5:
        text = str(random.choice(WORDS))
    else:
        signs = string.ascii_uppercase + string.digits * 3 + " :/."
        text = "".join(random.choice(list(signs), size=int(random.integers(2, 10))))
    font = ImageFont.load_default(size=height * 0.9)
    left, top, right, bottom = font.getbbox(text)
    page = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))))
    ImageDraw.Draw(page).text((-left, -top), text, fill=255, font=font)
    return np.asarray(np.asarray(page) / 255, np.float32)


def _bar(light: "Tensor", chance: float, draw: "Generator") -> None:
    """Cover one side of some pictures with black, as shutters and screenshots do."""
    size = light.shape[-1]
    for number in torch.nonzero(torch.rand(len(light), generator=draw) < chance).flatten().tolist():
        side, amount = torch.rand(2, generator=draw).tolist()
        width = max(1, round(amount * 0.12 * size))
        turned = torch.rot90(light[number, 0], int(side * 4))
        turned[:width] = 0
