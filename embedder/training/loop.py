"""The training loop: steps, a running average of the weights, checkpoints to go on from."""

import copy
import logging
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from embedder.densenet import InputSpec, Network
from embedder.training.augment import augmented
from embedder.training.losses import (
    contrast_loss,
    kind_loss,
    label_loss,
    relation_loss,
    teacher_loss,
)
from embedder.training.recipe import Recipe, Stage
from embedder.training.sampling import drawn
from embedder.training.student import Guesses, Student, finished_network, fresh_network
from embedder.training.targets import Targets
from embedder.training.teacher import TEACHER_FEATURES, LiveTeacher
from infra.errors import BadSetup
from infra.records import Values

if TYPE_CHECKING:
    from torch import Tensor

logger = logging.getLogger(__name__)

MARGIN = 1.25  # pictures are kept this much larger than a stage's size, for zooming in
RAREST = 5.0  # the most that a rare label counts
CHUNK = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lessons:
    """What is learnt from: `pictures` (n, side, side) uint8 light, and what is known of each.

    `teacher` (n, d) standardised features or None; `chance` (n,) of being drawn; `live` looks at
    pictures as they were changed, for stages that have a `view`.
    """

    pictures: npt.NDArray[np.uint8]
    targets: Targets
    chance: npt.NDArray[np.float64]
    teacher: Values | None
    live: LiveTeacher | None = None


State = dict[str, "Tensor"]  # a network's tensors by name
Told = Callable[[int, Mapping[str, float]], None]


class _Lesson(NamedTuple):
    """One batch: what is seen, the pictures at its beginning that are whole, the teachers' word."""

    light: "Tensor"
    chosen: npt.NDArray[np.int64]
    teacher: "Tensor | None"


class Trainer:
    """A training that can be cut off after any step and gone on with from its last checkpoint."""

    def __init__(
        self, recipe: Recipe, lessons: Lessons, start: Network | None = None, device: str = "cpu"
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.lessons, self.device, self.step = recipe, lessons, device, 0
        spec = InputSpec(recipe.channels, recipe.mean, recipe.std, recipe.stages[-1].size)
        targets = lessons.targets
        self.student = Student(
            start or fresh_network(spec),
            targets.labels.shape[1],
            targets.kind_counts,
            TEACHER_FEATURES if lessons.teacher is None else lessons.teacher.shape[1],
        ).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # stubs lack it
        self.spec = InputSpec(recipe.channels, recipe.mean, recipe.std, recipe.serve or spec.size)
        self.average = copy.deepcopy(self.student).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(_groups(self.student, recipe.decay))
        self._kept: list[State] = []
        self._stage: Stage | None = None
        self._pictures = torch.empty(0)
        train = targets.train
        hits = targets.labels[train].sum(axis=0)
        others = targets.asked[train].sum(axis=0) - hits
        self._rare = torch.from_numpy(np.sqrt(others / np.maximum(hits, 1)).clip(1, RAREST))
        self._half = device == "cuda" or _has_bf16()

    def run(self, until: int, told: Told | None = None) -> None:
        """Go on to step `until` of the recipe; `told` hears of every step."""
        while self.step < min(until, self.recipe.steps):
            losses = self._take_step()
            if told:
                told(self.step, losses)
            self._keep()
            self.step += 1

    def network(self, source: str = "trained") -> Network:
        """What would be served now: the running average."""
        return finished_network(self.average, self.spec, source)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        torch.save(
            {
                "recipe": self.recipe.sha256,
                "step": self.step,
                "student": self.student.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "kept": self._kept,
            },
            partial,
        )
        partial.replace(path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint. Raises BadSetup for one of another recipe."""
        kept = torch.load(path, map_location=self.device, weights_only=True)
        if kept["recipe"] != self.recipe.sha256:
            raise BadSetup(f"{path.name} was made by another recipe: choose another --state.")
        self.student.load_state_dict(kept["student"])
        self.average.load_state_dict(kept["average"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.step, self._kept = int(kept["step"]), kept["kept"]

    def _keep(self) -> None:
        """At the end of a kept stage note the average; after the last of several, go on from their
        mean.
        """
        stage, step = self.recipe.stage_at(self.step)
        if not stage.kept or step < stage.steps - 1:
            return
        state = self.average.body.state_dict()
        self._kept.append({name: value.cpu().clone() for name, value in state.items()})
        following = self.step + 1
        if following < self.recipe.steps and self.recipe.stage_at(following)[0].kept:
            return
        mean = mean_state(self._kept)
        self.average.body.load_state_dict(mean)
        self.student.body.load_state_dict(mean)
        self._kept = []

    def _take_step(self) -> dict[str, float]:
        stage, step = self.recipe.stage_at(self.step)
        if stage is not self._stage:
            seen = max(stage.size, stage.view)
            self._stage, self._pictures = stage, _shrunk(self.lessons.pictures, seen)
        chosen = drawn(self.lessons.chance, self.recipe.seed, self.step, stage.batch)
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(stage, step)
        losses = self._losses(stage, self._lesson(stage, chosen))
        self.optimiser.zero_grad()
        losses["all"].backward()  # type: ignore[no-untyped-call]  # torch's stubs
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
        self.optimiser.step()
        self._follow(stage.average)
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def _lesson(self, stage: Stage, chosen: npt.NDArray[np.int64]) -> "_Lesson":
        draw = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.step)
        light = self._pictures[torch.from_numpy(chosen)].to(self.device)[:, None].float() / 255
        how = stage.augmentation or self.recipe.augmentation
        light = augmented(light, stage.view or stage.size, how, draw)
        given, whole = self.lessons, len(chosen)
        if stage.view:
            light, whole = blended(light, stage.mixed, draw)
        teacher = None
        if stage.view and given.live is not None:
            teacher = given.live.look(light)
        elif given.teacher is not None:
            teacher = torch.from_numpy(given.teacher[chosen]).to(self.device)
        if light.shape[-1] != stage.size:
            light = torch.nn.functional.interpolate(
                light, (stage.size, stage.size), mode="bilinear", antialias=True
            )
        light = light.expand(-1, self.recipe.channels, -1, -1)
        light = light.contiguous(memory_format=torch.channels_last)
        return _Lesson(light, chosen[:whole], teacher)

    def _losses(self, stage: Stage, lesson: "_Lesson") -> "dict[str, Tensor]":
        self.student.train()
        with torch.autocast(self.device, torch.bfloat16, enabled=self._half):
            guesses: Guesses = self.student(lesson.light)
        weights = asdict(stage.losses or self.recipe.losses)
        losses = self._each(guesses, lesson)
        losses["all"] = torch.stack([weights[name] * loss for name, loss in losses.items()]).sum()
        return losses

    def _each(self, guesses: Guesses, lesson: "_Lesson") -> "dict[str, Tensor]":
        targets, whole = self.lessons.targets, len(lesson.chosen)
        labels, asked, kinds = (
            torch.from_numpy(values[lesson.chosen]).to(self.device)
            for values in (targets.labels, targets.asked, targets.kinds)
        )
        rare = self._rare.to(self.device)
        losses = {
            "labels": label_loss(guesses.labels[:whole].float(), labels, asked, rare),
            "contrast": contrast_loss(guesses.vectors[:whole], labels),
        }
        if guesses.kinds:
            each = [kind_loss(k[:whole].float(), kinds[:, n]) for n, k in enumerate(guesses.kinds)]
            losses["kinds"] = torch.stack(each).mean()
        if lesson.teacher is not None:
            losses["teacher"] = teacher_loss(guesses.teacher.float(), lesson.teacher)
            teacher = torch.nn.functional.normalize(lesson.teacher, dim=1)
            losses["relations"] = relation_loss(guesses.vectors, teacher)
        return losses

    def _follow(self, decay: float) -> None:
        """The average follows slowly: at first as fast as it has seen steps."""
        pace = max(1 - decay, 1 / (self.step + 1))
        with torch.no_grad():
            average = self.average.state_dict()
            for name, value in self.student.state_dict().items():
                if value.is_floating_point():
                    average[name].lerp_(value, pace)


def mean_state(states: Sequence[State]) -> State:
    """The plain mean of networks' tensors; whole numbers are those of the last."""
    return {
        name: torch.stack([state[name] for state in states]).mean(dim=0)
        if value.is_floating_point()
        else value
        for name, value in states[-1].items()
    }


def blended(light: "Tensor", part: float, draw: torch.Generator) -> "tuple[Tensor, int]":
    """The last `part` of a batch, each blended with another of its pictures; how many are whole.

    After Zhang et al., mixup (2018), without labels: Beyer et al., A good teacher is patient and
    consistent (2022).
    """
    mixed = round(part * len(light))
    whole = len(light) - mixed
    if not mixed:
        return light, whole
    others = torch.randperm(len(light), generator=draw)[:mixed]
    share = torch.rand(mixed, generator=draw).view(-1, 1, 1, 1).to(light)
    blend = light[whole:] * share + light[others.to(light.device)] * (1 - share)
    return torch.cat([light[:whole], blend]), whole


def rate_at(stage: Stage, step: int) -> float:
    """The learning rate: a line up over `warmup` steps, then half a cosine down."""
    if step < stage.warmup:
        return stage.rate * (step + 1) / stage.warmup
    done = (step - stage.warmup) / max(1, stage.steps - stage.warmup)
    return stage.last + (stage.rate - stage.last) * (1 + math.cos(math.pi * done)) / 2


def _groups(student: Student, decay: float) -> list[dict[str, Any]]:
    """Filters shrink, normalisations and offsets do not."""
    filters = [value for value in student.parameters() if value.ndim > 1]
    others = [value for value in student.parameters() if value.ndim <= 1]
    return [
        {"params": filters, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},
    ]


def _shrunk(pictures: npt.NDArray[np.uint8], size: int) -> "Tensor":
    """All pictures a little larger than a stage needs them: (n, side, side) uint8."""
    side = min(round(size * MARGIN), pictures.shape[-1])
    parts = []
    for begin in range(0, len(pictures), CHUNK):
        light = torch.from_numpy(np.array(pictures[begin : begin + CHUNK]))[:, None].float()
        small = torch.nn.functional.interpolate(
            light, (side, side), mode="bilinear", antialias=True
        )
        parts.append(small[:, 0].round().clamp(0, 255).to(torch.uint8))
    return torch.cat(parts)


def _has_bf16() -> bool:
    from embedder.calibration import has_native_bf16

    return has_native_bf16()
