"""The training itself: batches, loss, optimiser, moving average, checkpoints."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from measure.network import SegmenterNetwork, Shape
from measure.torch_network import UNet, from_torch, to_torch
from measure.training.augment import augmented, normalised
from measure.training.examples import Examples
from measure.training.overlays import overlays

logger = logging.getLogger(__name__)

FEW = 16  # pixels: what is cut off by the border but for so many says little about Dice


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a network is trained; the seed decides the result on one machine."""

    epochs: int = 72
    batch: int = 8
    rate: float = 2.5e-3
    decay: float = 1e-2  # of weights
    average: float = 0.995  # of the moving average of weights, which is what is kept
    negatives: float = 0.125  # the part of a batch in which nothing is to be found, where given
    imagined: int = 120  # made up pictures without anything to find
    presence: float = 0.2  # weight of the presence loss
    each: float = 0.0  # weight of each picture's own Dice against that of the batch, 0..1
    coarse: float = 0.0  # the first part of the training, on pictures of three quarters of the side
    calm: tuple[float, float] = (0.4, 0.75)  # the parts that are left as they are, before and after
    settling: float = 0.7  # this part of the training
    seed: int = 0


def fine_tuning(*, fine: bool, epochs: int | None, rate: float | None, seed: int) -> Recipe:
    """The recipe for a training from nothing, or a gentler one for weights that know a lot."""
    plain = Recipe(seed=seed)
    if not fine:
        return replace(plain, epochs=epochs or plain.epochs, rate=rate or plain.rate)
    gentle = replace(plain, each=0.5, coarse=0.5, calm=(0.5, 0.8), settling=0.6)
    return replace(gentle, epochs=epochs or 30, rate=rate or 1e-3)


class Training:
    """A training that can be stopped after any epoch and go on from its checkpoint."""

    def __init__(
        self,
        shape: Shape,
        recipe: Recipe,
        examples: Examples,
        negatives: Examples | None = None,
        start: SegmenterNetwork | None = None,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self._shape, self._recipe = shape, recipe
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        module = to_torch(start) if start else UNet(shape)
        self._module = module.to(self._device).to(memory_format=torch.channels_last)
        self._average = {name: value.clone() for name, value in self._module.state_dict().items()}
        self._sets = [(_tensors(examples), recipe.batch)]
        if negatives is not None and len(negatives):
            part = max(1, round(recipe.batch * recipe.negatives))
            self._sets = [
                (_tensors(examples), recipe.batch - part),
                (_tensors(negatives), part),
            ]
        self.steps = max(1, len(examples) // self._sets[0][1])
        self._optimiser = torch.optim.AdamW(
            self._module.parameters(), recipe.rate, weight_decay=recipe.decay
        )
        self._overlays = {
            side: torch.from_numpy(overlays(96, side, recipe.seed))
            for side in {shape.side, coarse_side(shape)}
        }
        self.epoch = 0

    def run(self, checkpoint: Path | None, told: Callable[[int, float], None]) -> SegmenterNetwork:
        """Train to the last epoch; `told` hears of each epoch with its mean loss."""
        if checkpoint is not None and checkpoint.is_file():
            self._restore(checkpoint)
        while self.epoch < self._recipe.epochs:
            loss = self._one_epoch()
            self.epoch += 1
            if checkpoint is not None:
                self._store(checkpoint)
            told(self.epoch, loss)
        return self.result()

    def result(self) -> SegmenterNetwork:
        """The network of averaged weights."""
        module = UNet(self._shape)
        module.load_state_dict(self._average)
        return from_torch(module, self._shape)

    def _one_epoch(self) -> float:
        draw = Generator().manual_seed(self._recipe.seed * 100_003 + self.epoch)
        self._module.train()
        total = 0.0
        for step, (pictures, masks, present) in enumerate(self._batches(draw)):
            rate = self._rate(self.epoch * self.steps + step)
            for group in self._optimiser.param_groups:
                group["lr"] = rate
            loss = self._loss(pictures, masks, present)
            self._optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no types for it
            nn.utils.clip_grad_norm_(self._module.parameters(), 2.0)
            self._optimiser.step()
            self._follow(self.epoch * self.steps + step)
            total += loss.item()
        return total / self.steps

    def _batches(self, draw: Generator) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        side = self._side()
        orders = [_order(len(data[0]), size * self.steps, draw) for data, size in self._sets]
        for step in range(self.steps):
            parts = [
                [tensor[order[step * size : (step + 1) * size]] for tensor in data]
                for (data, size), order in zip(self._sets, orders, strict=True)
            ]
            pictures, masks, present = (torch.cat(columns) for columns in zip(*parts, strict=True))
            calm = torch.rand(len(masks), generator=draw) < self._calm()
            pictures = pictures[:, None].float() / 255
            pictures, masks = augmented(pictures, masks, calm, self._overlays[side], draw)
            pictures = normalised(pictures)
            yield (
                pictures.to(self._device, memory_format=torch.channels_last),
                masks.to(self._device),
                present.to(self._device),
            )

    def _calm(self) -> float:
        """The part of pictures that is left nearly as it is: towards the end, more of them."""
        return self._recipe.calm[self.epoch >= self._recipe.epochs * self._recipe.settling]

    def _side(self) -> int:
        """Of the pictures of this epoch: small ones teach almost as much in half the time."""
        early = self.epoch < self._recipe.epochs * self._recipe.coarse
        return coarse_side(self._shape) if early else self._shape.side

    def _loss(self, pictures: Tensor, masks: Tensor, present: Tensor) -> Tensor:
        with torch.autocast(self._device.type, torch.bfloat16):
            scores, presence = self._module(pictures)
        scores = scores.float()
        known = functional.cross_entropy(scores, masks)
        seen = functional.binary_cross_entropy_with_logits(presence.float(), present)
        together = dice_loss(scores, masks)
        if self._recipe.each:
            together = together.lerp(dice_loss_of_each(scores, masks), self._recipe.each)
        return known + together + self._recipe.presence * seen

    def _rate(self, step: int) -> float:
        """Up in the first twentieth, then down along a cosine."""
        done = step / (self._recipe.epochs * self.steps)
        warm = 0.05
        if done < warm:
            return self._recipe.rate * (0.05 + 0.95 * done / warm)
        return self._recipe.rate * (0.5 + 0.5 * float(np.cos(np.pi * (done - warm) / (1 - warm))))

    @torch.no_grad()
    def _follow(self, step: int) -> None:
        keep = min(self._recipe.average, (1 + step) / (10 + step))
        for name, value in self._module.state_dict().items():
            if value.is_floating_point():
                self._average[name].lerp_(value, 1 - keep)
            else:
                self._average[name].copy_(value)

    def _store(self, path: Path) -> None:
        state = {
            "epoch": self.epoch,
            "module": self._module.state_dict(),
            "average": self._average,
            "optimiser": self._optimiser.state_dict(),
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def _restore(self, path: Path) -> None:
        state: dict[str, Any] = torch.load(path, map_location=self._device, weights_only=True)
        self._module.load_state_dict(state["module"])
        self._average = state["average"]
        self._optimiser.load_state_dict(state["optimiser"])
        self.epoch = state["epoch"]


def dice_loss(scores: Tensor, masks: Tensor) -> Tensor:
    """1 - Dice of each structure over the whole batch, averaged; (n, classes, h, w), (n, h, w)."""
    chances = scores.softmax(dim=1)[:, 1:]
    wanted = functional.one_hot(masks, scores.shape[1]).permute(0, 3, 1, 2)[:, 1:].to(chances)
    both = (chances * wanted).sum(dim=(0, 2, 3))
    either = chances.sum(dim=(0, 2, 3)) + wanted.sum(dim=(0, 2, 3))
    return 1 - ((2 * both + 1) / (either + 1)).mean()


def dice_loss_of_each(scores: Tensor, masks: Tensor) -> Tensor:
    """1 - Dice of each structure in each picture that shows it, averaged: small hearts and hard
    ones count as much as large ones. Shapes as for `dice_loss`.
    """
    chances = scores.softmax(dim=1)[:, 1:]
    wanted = functional.one_hot(masks, scores.shape[1]).permute(0, 3, 1, 2)[:, 1:].to(chances)
    both, size = (chances * wanted).sum(dim=(2, 3)), wanted.sum(dim=(2, 3))
    losses = 1 - (2 * both + FEW) / (chances.sum(dim=(2, 3)) + size + FEW)
    there = (size > 0).float()
    return (losses * there).sum() / there.sum().clamp(min=1)


def coarse_side(shape: Shape) -> int:
    """Three quarters of the side, where the levels of the network divide that."""
    side = shape.side * 3 // 4
    return side if replace(shape, side=side).is_possible else shape.side


def _tensors(examples: Examples) -> tuple[Tensor, Tensor, Tensor]:
    return (
        torch.from_numpy(examples.pictures),
        torch.from_numpy(examples.masks),
        torch.from_numpy(examples.present.astype(np.float32)),
    )


def _order(count: int, wanted: int, draw: Generator) -> Tensor:
    """`wanted` numbers below `count`: every one before any comes again."""
    rounds = -(-wanted // count)
    return torch.cat([torch.randperm(count, generator=draw) for _ in range(rounds)])[:wanted]
