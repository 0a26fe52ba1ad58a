"""The network in training: DenseNet-121 up to its vector, and what hangs on it until it is done."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from torch import nn
from torch.nn import functional

from embedder.densenet import InputSpec, Network, shapes
from embedder.torch_engine import torch_network
from embedder.training.teacher import TEACHER_FEATURES
from infra.records import VECTOR_SIZE

if TYPE_CHECKING:
    from torch import Tensor

Floats = npt.NDArray[np.float32]
LARGEST = float(np.finfo(np.float16).max)
LENGTH = VECTOR_SIZE**0.5  # a vector's numbers are about 1 then, which suits the heads


class Guesses(NamedTuple):
    """What the student says of n pictures; `vectors` (n, 1024) have norm 1."""

    vectors: "Tensor"
    teacher: "Tensor"
    labels: "Tensor"
    kinds: "list[Tensor]"


class Student(nn.Module):
    """Light (n, channels, size, size) -> `Guesses`. Drawn from torch's seed."""

    def __init__(
        self,
        start: Network,
        labels: int,
        kinds: tuple[int, ...],
        teacher_features: int = TEACHER_FEATURES,
    ) -> None:
        super().__init__()
        self.body = torch_network(start)
        self.teacher = nn.Linear(VECTOR_SIZE, teacher_features)
        self.labels = nn.Linear(VECTOR_SIZE, labels)
        self.kinds = nn.ModuleList(nn.Linear(VECTOR_SIZE, count) for count in kinds)

    def forward(self, light: "Tensor") -> Guesses:
        """See the class."""
        features = self.body(light)
        vectors = functional.normalize(features.float(), dim=1)
        long = vectors * LENGTH
        return Guesses(
            vectors=vectors,
            teacher=self.teacher(long),
            labels=self.labels(long),
            kinds=[kind(long) for kind in self.kinds],
        )


def fresh_network(spec: InputSpec) -> Network:
    """DenseNet-121 with torchvision's own random start, from torch's seed."""
    from torchvision.models import densenet121

    features = densenet121(weights=None).features
    if spec.channels == 1:
        features.conv0 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
        nn.init.kaiming_normal_(features.conv0.weight)
    state = features.state_dict()
    tensors = {name: state[name].numpy().copy() for name in shapes(spec.channels)}
    return Network(tensors=tensors, input=spec, source="fresh")


def finished_network(student: Student, spec: InputSpec, source: str) -> Network:
    """What is served of a student; its weights rounded to half precision, as they are kept."""
    state = student.body.features.state_dict()  # type: ignore[union-attr]  # torch's own
    tensors = {name: _halved(state[name].float().cpu().numpy()) for name in shapes(spec.channels)}
    return Network(tensors=tensors, input=spec, source=source)


def _halved(values: Floats) -> Floats:
    return np.asarray(values.clip(-LARGEST, LARGEST), np.float16).astype(np.float32)
