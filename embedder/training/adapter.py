"""A light adapter: only the last normalisation learns, two numbers for each of the 1,024 features.

What enters it is computed once for each picture, by the CPU engine and at a small size, so a few
thousand pictures take less than a minute. The outcome is a DenseNet-121 like any other: nothing
changes where it is served.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from embedder.calibration import has_native_bf16
from embedder.densenet import Network
from embedder.feeding import fed
from embedder.openvino_engine import LastMapsEngine
from embedder.pixels import fit
from embedder.training.losses import contrast_loss, label_loss, relation_loss
from embedder.training.sampling import drawn
from embedder.training.student import LENGTH
from infra.records import VECTOR_SIZE, Values

if TYPE_CHECKING:
    from torch import Tensor

    from embedder.training.loop import Lessons

LAST, LEARNED = "norm5", ("weight", "bias")
BATCH = 32  # pictures that are looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterPlan:
    """How an adapter learns; `stay` is what keeping the old neighbours counts.

    `size` is how large it sees the pictures, if the network is not asked at a smaller size.
    """

    size: int = 80
    steps: int = 400
    batch: int = 128
    rate: float = 3e-3
    contrast: float = 1.0
    labels: float = 1.0
    stay: float = 1.0
    seed: int = 1


def precision_for(asked: str) -> str:
    """How this CPU looks at the pictures: bf16 where it has that, unless float32 is asked for."""
    return "bf16" if asked != "fp32" and has_native_bf16() else "fp32"


def adapted(
    network: Network,
    lessons: "Lessons",
    plan: AdapterPlan | None = None,
    told: Callable[[int, Mapping[str, float]], None] | None = None,
    precision: str = "fp32",
) -> Network:
    """The network with its last normalisation fitted to the training rows of these lessons."""
    plan = plan or AdapterPlan()
    torch.manual_seed(plan.seed)
    members = np.flatnonzero(lessons.chance)
    size = min(plan.size, network.input.size)
    parts = _maps(network, lessons.pictures[members], size, precision)
    maps = torch.cat([part.half() for part in parts])
    adapter = _Adapter(network, lessons.targets.labels.shape[1])
    optimiser = torch.optim.AdamW(adapter.parameters(), plan.rate, weight_decay=0.0)
    with torch.no_grad():
        old = torch.cat([adapter.vectors(part) for part in torch.split(maps, BATCH)])
    for step in range(plan.steps):
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * (1 - step / plan.steps)
        chosen = drawn(lessons.chance[members], plan.seed, step, plan.batch)
        losses = _losses(adapter, maps[chosen], old[chosen], lessons, members[chosen], plan)
        optimiser.zero_grad()
        total = torch.stack(list(losses.values())).sum()
        total.backward()  # type: ignore[no-untyped-call]  # torch's stubs
        optimiser.step()
        if told:
            told(
                step,
                {name: float(loss.detach()) for name, loss in losses.items()}
                | {"all": float(total.detach())},
            )
    return replace(network, tensors={**network.tensors, **adapter.tensors()}, ranges={})


def vectors_of_each(
    networks: Sequence[Network], pictures: npt.NDArray[np.uint8], precision: str = "fp32"
) -> list[Values]:
    """Vectors (n, 1024) of norm 1 by each of some networks that differ in what `adapted` changes.

    The pictures (n, side, side) of light go through what the networks share once, at full size.
    """
    first, lasts = networks[0], [_last(network) for network in networks]
    rows: list[list[Values]] = [[np.empty((0, VECTOR_SIZE), np.float32)] for _ in networks]
    with torch.no_grad():
        for maps in _maps(first, pictures, first.input.size, precision):
            for last, found in zip(lasts, rows, strict=True):
                found.append(_pooled(maps, *last).numpy())
    return [np.concatenate(found) for found in rows]


class _Adapter(nn.Module):
    """Normalised maps (n, 1024, h, w) -> vectors, and guesses of labels from them."""

    def __init__(self, network: Network, labels: int) -> None:
        super().__init__()
        self.weight, self.bias = (nn.Parameter(part) for part in _last(network))
        self.head = nn.Linear(VECTOR_SIZE, labels)

    def vectors(self, maps: "Tensor") -> "Tensor":
        return _pooled(maps.float(), self.weight, self.bias)

    def tensors(self) -> dict[str, npt.NDArray[np.float32]]:
        return {
            f"{LAST}.{name}": part.detach().half().float().cpu().numpy()
            for name, part in zip(LEARNED, (self.weight, self.bias), strict=True)
        }


def _last(network: Network) -> "tuple[Tensor, Tensor]":
    """Weight and bias (1024) of the last normalisation."""
    weight, bias = (torch.from_numpy(np.array(network.tensors[f"{LAST}.{n}"])) for n in LEARNED)
    return weight, bias


def _pooled(maps: "Tensor", weight: "Tensor", bias: "Tensor") -> "Tensor":
    scaled = maps * weight.view(-1, 1, 1) + bias.view(-1, 1, 1)
    return functional.normalize(torch.relu(scaled).mean(dim=(2, 3)), dim=1)


def _losses(
    adapter: _Adapter,
    maps: "Tensor",
    old: "Tensor",
    lessons: "Lessons",
    rows: npt.NDArray[np.int64],
    plan: AdapterPlan,
) -> "dict[str, Tensor]":
    vectors = adapter.vectors(maps)
    labels, asked = (
        torch.from_numpy(values[rows]).to(vectors)
        for values in (lessons.targets.labels, lessons.targets.asked)
    )
    guesses = adapter.head(vectors * LENGTH)
    return {
        "labels": plan.labels * label_loss(guesses, labels, asked, torch.ones(labels.shape[1])),
        "contrast": plan.contrast * contrast_loss(vectors, labels),
        "stay": plan.stay * relation_loss(vectors, old),
    }


def _maps(
    network: Network, pictures: npt.NDArray[np.uint8], size: int, precision: str
) -> "Iterator[Tensor]":
    """What enters the last normalisation, itself normalised: parts of (n, 1024, h, w)."""
    network = replace(network, input=replace(network.input, size=size))
    engine = LastMapsEngine(network, precision)
    for begin in range(0, len(pictures), engine.batch):
        fitted = [fit(p, size) for p in pictures[begin : begin + engine.batch]]
        yield torch.from_numpy(engine.run(fed(fitted, network.input)))
