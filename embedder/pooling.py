"""Vectors -> one vector."""

import numpy as np

from infra.records import Values

CINE_FRAMES = 8


def normalised(vectors: Values) -> Values:
    """Each row divided by its L2 norm: (n, d) or (d,) -> the same shape, float32.

    A row of zeros, which has no direction, becomes the even vector: finite, of norm 1 and equally
    far from everything.
    """
    exact = np.asarray(vectors, np.float64)
    norms = np.linalg.norm(exact, axis=-1, keepdims=True)
    even = exact.shape[-1] ** -0.5
    return np.where(norms > 0, exact / np.where(norms > 0, norms, 1.0), even).astype(np.float32)


def pool_cine(vectors: Values) -> Values:
    """The normalised mean of a cine's frame vectors: (n, d) of norm 1 -> (d,) of norm 1."""
    return normalised(np.asarray(vectors, np.float64).mean(axis=0).astype(np.float32))


def cine_frames(frames: int) -> tuple[int, ...]:
    """Up to 8 evenly spaced frame numbers of a cine, the first and the last included."""
    if frames <= CINE_FRAMES:
        return tuple(range(frames))
    return tuple(round(i * (frames - 1) / (CINE_FRAMES - 1)) for i in range(CINE_FRAMES))
