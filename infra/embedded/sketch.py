"""A short stand-in for each vector that bounds its cosine from above, so that few need reading.

With P the few directions that carry most of the vectors' length, x = P Pᵀx + r and, by Cauchy and
Schwarz, ⟨q, x⟩ ≤ ⟨Pᵀq, Pᵀx⟩ + ‖q − P Pᵀq‖ ‖r‖. Vectors whose bound stays below the k-th best known
cosine cannot be among the k best: an exact search, whatever the directions are. Good directions
make it fast. They are the first eigenvectors of the second moments of a sample.

Measured in `benchmarks/search.py`: on DenseNet vectors of pictures the bound leaves about a hundred
of 100,000 vectors; 4-bit product quantisation (faiss) loses half of the neighbours there, because
they lie closer together than its error.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infra.embedded.growing import Growing
from infra.records import Values

FEWEST, STEP, MOST = 16, 16, 64  # directions
LEFT_OUT = 0.0017  # of the squared length of all: what is left then is not worth a longer sketch
STRIDE = 16
SAMPLE = 10_000
UNPROVEN = 1_000  # vectors with the best estimates, where they may stand for all
TRIALS, NEIGHBOURS = 128, 20
ROUNDING = 1e-5  # more than float32 can be wrong about any cosine or bound here


@dataclass(frozen=True, slots=True, eq=False)
class SketchView:
    """The sketches of the first vectors: `short` (n, directions), `rest` (n,) the norm of r."""

    directions: npt.NDArray[np.float32]
    short: npt.NDArray[np.float32]
    rest: npt.NDArray[np.float32]

    def estimate(self, query: Values) -> tuple[Values, Values]:
        """(n,) ⟨Pᵀq, Pᵀx⟩ and (n,) how much more the cosine can be."""
        short = query @ self.directions
        rest = np.sqrt(max(float(query @ query) - float(short @ short), 0.0) + ROUNDING)
        # einsum, not @: in one thread, which is as fast here and does not wait for busy cores.
        estimate: Values = np.einsum("ij,j->i", self.short, short)
        slack: Values = self.rest * np.float32(rest) + np.float32(ROUNDING)
        return estimate, slack


class Sketch:
    """Sketches of vectors in the order they are added. Directions are chosen once.

    Vectors are longer than MOST: shorter ones need no sketch.
    """

    def __init__(self, sample: Values) -> None:
        lengths, vectors = np.linalg.eigh(sample.T @ sample)  # ascending
        dispensable = np.count_nonzero(np.cumsum(lengths) <= LEFT_OUT * lengths.sum())
        steps = -(-(len(lengths) - dispensable) // STEP)
        count = int(np.clip(steps * STEP, FEWEST, MOST))
        self._directions = np.ascontiguousarray(vectors[:, : -count - 1 : -1], np.float32)
        self._short = Growing(np.float32, width=count)
        self._rest = Growing(np.float32)

    def __len__(self) -> int:
        return len(self._rest)

    def append(self, values: Values) -> None:
        """Add (n, d) vectors."""
        short = values @ self._directions
        squares = np.einsum("ij,ij->i", values, values) - np.einsum("ij,ij->i", short, short)
        self._short.append(short)
        self._rest.append(np.sqrt(np.maximum(squares, 0) + ROUNDING))  # float32 may cancel to 0

    def view(self) -> SketchView:
        """The sketches so far; safe to use while more are added."""
        return SketchView(self._directions, self._short.view(), self._rest.view())


def finds_neighbours(sketch: SketchView, blocks: Sequence[Values], queries: Values) -> bool:
    """Whether the UNPROVEN best estimates hold all of the NEIGHBOURS nearest of every query.

    `blocks` are the vectors of the sketch. False for vectors without good directions.
    """
    exact = np.concatenate([queries @ block.T for block in blocks], axis=1)
    estimates = (queries @ sketch.directions) @ sketch.short.T
    return all(
        np.isin(largest(true, NEIGHBOURS), largest(estimate, UNPROVEN)).all()
        for true, estimate in zip(exact, estimates, strict=True)
    )


def largest(values: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.intp]:
    """Where the `count` largest values are, in no order; all if there are fewer."""
    if len(values) <= count:
        return np.arange(len(values))
    return np.argpartition(values, len(values) - count)[len(values) - count :]


def about_largest(values: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.intp]:
    """Where about the `count` largest values are, in order of place: faster than `largest`.

    One value in STRIDE tells where to cut; with values that are all alike it takes `count` exactly.
    """
    sample = values[::STRIDE]
    if len(sample) > count // STRIDE + 1:
        cut = np.partition(sample, -1 - count // STRIDE)[-1 - count // STRIDE]
        found = np.flatnonzero(values >= cut)
        if count // 2 <= len(found) <= 4 * count:
            return found
    return largest(values, count)
