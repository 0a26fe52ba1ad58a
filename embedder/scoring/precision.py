"""How true a precision stays: the same neighbours as float32 finds, on real pictures."""

from dataclasses import dataclass

import numpy as np

from embedder.densenet import Network
from embedder.engine import Batch
from embedder.int8 import with_ranges
from embedder.openvino_engine import OpenVinoEngine
from embedder.pooling import normalised
from infra.records import Values

DEPTH = 10
ENOUGH = 0.98  # overlap@10 that int8 must reach to be used


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """Against float32: mean share of the ten nearest that are the same, and cosines."""

    precision: str
    overlap_at_10: float
    mean_cosine: float
    least_cosine: float

    @property
    def passes(self) -> bool:
        """Whether it may stand in for float32."""
        return self.overlap_at_10 >= ENOUGH


def fidelity(network: Network, pictures: Batch, calibration: Batch) -> list[Fidelity]:
    """bf16 and int8 against float32 on the CPU, for (n, channels, size, size) of light.

    `calibration` gives int8 its ranges; none of its pictures should be among `pictures`. bf16 is
    emulated, slowly, where the processor has none: its rounding is the same.
    """
    exact = _vectors(network, "fp32", pictures)
    ranged = with_ranges(network, calibration)
    found = []
    for precision, weights in (("bf16", network), ("int8", ranged)):
        vectors = _vectors(weights, precision, pictures)
        cosines = (vectors * exact).sum(axis=1)
        found.append(
            Fidelity(
                precision=precision,
                overlap_at_10=overlap(exact, vectors),
                mean_cosine=float(cosines.mean()),
                least_cosine=float(cosines.min()),
            )
        )
    return found


def overlap(exact: Values, vectors: Values) -> float:
    """Mean share of each picture's ten nearest others that both (n, d) agree on."""
    one, other = _nearest(exact), _nearest(vectors)
    pairs = zip(one, other, strict=True)
    return float(np.mean([len(np.intersect1d(a, b)) / len(a) for a, b in pairs]))


def _vectors(network: Network, precision: str, pictures: Batch) -> Values:
    return normalised(OpenVinoEngine(network, precision).run(pictures))


def _nearest(vectors: Values) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    similar = vectors.astype(np.float64) @ vectors.T
    np.fill_diagonal(similar, -np.inf)
    return np.argsort(-similar, axis=1, kind="stable")[:, : min(DEPTH, len(vectors) - 1)]
