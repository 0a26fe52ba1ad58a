"""The vectors of one model id in memory: float32, once, in blocks that are never moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from infra.embedded.growing import Growing
from infra.embedded.sketch import MOST, SAMPLE, TRIALS, Sketch, SketchView, finds_neighbours
from infra.records import Values

BLOCK = 16_384  # vectors; 64 MB of our own
WORTH_A_SKETCH = 16_384  # vectors; below, reading all of them takes a few ms
DECIMALS = 7  # of a cosine: equal vectors tie whatever the order of summation

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
Real = TypeVar("Real", np.float32, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class VectorsView:
    """The vectors at one moment: `numbers` in the store, `instances` as in `RowNames`."""

    blocks: tuple[Values, ...]
    block: int  # vectors in each but the last
    alive: Bools
    numbers: Ints
    instances: npt.NDArray[np.int32]
    sketch: SketchView | None
    trusted: bool  # the best estimates have been found to hold the nearest vectors

    @property
    def dimension(self) -> int | None:
        """How many numbers a vector has; None while there are none."""
        return self.blocks[0].shape[1] if self.blocks else None

    def estimates(self, query: Values, wanted: Ints | None) -> Values:
        """float32 cosines of these vectors (None: all), wrong by less than ROUNDING."""
        if wanted is None:
            parts = [block @ query for block in self.blocks]
            return np.concatenate(parts) if parts else np.empty(0, np.float32)
        return self._by_block(wanted, query)

    def cosines(self, query: Values, wanted: Ints) -> Scores:
        """Exact cosines of these vectors: float64, rounded to DECIMALS, within [-1, 1]."""
        exact = self._by_block(wanted, query.astype(np.float64))
        return np.clip(np.round(exact, DECIMALS), -1.0, 1.0) + 0.0  # + 0.0: no negative zero

    def _by_block(self, wanted: Ints, query: npt.NDArray[Real]) -> npt.NDArray[Real]:
        scores = np.empty(len(wanted), query.dtype)
        block_of, place = np.divmod(wanted, self.block)
        for number in np.unique(block_of):
            here = block_of == number
            rows = self.blocks[number][place[here]].astype(query.dtype, copy=False)
            scores[here] = np.einsum("ij,j->i", rows, query)  # in one thread: these are few
        return scores


class VectorTable:
    """All vectors of one model id; `view()` is safe to use while vectors come and go."""

    def __init__(self, block: int = BLOCK) -> None:
        self._block = block
        self.gone = 0
        self._blocks: list[Values] = []
        self._alive = Growing(np.bool_)
        self._numbers = Growing(np.int64)
        self._instances = Growing(np.int32)
        self._sketch: Sketch | None = None
        self._sketched_at = 0
        self._trusted = False
        self._view: VectorsView | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def wants_sketch(self) -> bool:
        """Whether there are many vectors longer than a sketch, and none or one chosen from half of
        them.
        """
        long = bool(self._blocks) and self._blocks[0].shape[1] > MOST
        return long and len(self) >= WORTH_A_SKETCH and len(self) >= 2 * self._sketched_at

    def remove(self, numbers: npt.NDArray[np.int64]) -> None:
        """Vectors that are no more, by their number in the store."""
        present = self._numbers.view()  # ascending
        places = np.searchsorted(present, numbers)
        places = places[places < len(present)]
        places = places[np.isin(present[places], numbers)]
        if len(places):
            alive = Growing(np.bool_)  # a copy: views share the old one
            alive.append(self._alive.view())
            alive.view()[places] = False
            self._alive, self._view = alive, None
            self.gone += len(places)

    def append(self, numbers: Ints, instances: Iterable[int], values: Values) -> None:
        """Add vectors of shape (n, d), d that of all others."""
        start = len(self)
        self._numbers.append(numbers)
        self._instances.append(list(instances))
        self._alive.append(np.ones(len(numbers), np.bool_))
        while len(values):
            if start % self._block == 0:
                self._blocks.append(np.empty((self._block, values.shape[1]), np.float32))
            part = values[: self._block - start % self._block]
            self._blocks[-1][start % self._block : start % self._block + len(part)] = part
            values, start = values[len(part) :], start + len(part)
        self._extend(self._sketch)
        self._view = None

    def make_sketch(self) -> None:
        """Choose directions by a sample of the vectors, and try them; 1.5 s for 100,000."""
        sketch = Sketch(self._sample(SAMPLE))
        self._extend(sketch)
        self._sketch, self._sketched_at = sketch, len(self)
        blocks = self._filled_blocks()
        self._trusted = finds_neighbours(sketch.view(), blocks, self._sample(TRIALS))
        self._view = None

    def _sample(self, count: int) -> Values:
        places = np.linspace(0, len(self) - 1, min(count, len(self))).astype(np.int64)
        return np.stack(
            [self._blocks[place // self._block][place % self._block] for place in places]
        )

    def _extend(self, sketch: Sketch | None) -> None:
        while sketch is not None and len(sketch) < len(self):
            number, first = divmod(len(sketch), self._block)
            last = min(self._block, len(self) - number * self._block)
            sketch.append(self._blocks[number][first:last])

    def _filled_blocks(self) -> tuple[Values, ...]:
        lasts = (len(self) - self._block * number for number in range(len(self._blocks)))
        return tuple(block[:last] for block, last in zip(self._blocks, lasts, strict=True))

    def view(self) -> VectorsView:
        """The vectors as they are now: the same object until they change."""
        if self._view is None:
            self._view = VectorsView(
                blocks=self._filled_blocks(),
                block=self._block,
                alive=self._alive.view(),
                numbers=self._numbers.view(),
                instances=self._instances.view(),
                sketch=None if self._sketch is None else self._sketch.view(),
                trusted=self._trusted,
            )
        return self._view
