"""Seeded random weights: the same on every machine, for tests and demonstrations only."""

import hashlib

import numpy as np
import numpy.typing as npt

from embedder.densenet import IMAGENET_INPUT, Network, shapes


def seeded_network() -> Network:
    """DenseNet-121 with random weights; its ranking is not meaningful.

    Convolutions are He-uniform (He et al., 2015), each drawn by numpy's PCG64 from a seed made of
    its name. Every filter then loses its mean, because what enters it is never negative: the common
    part would otherwise make all vectors nearly parallel. Normalisations are the identity.
    """
    tensors = {name: _tensor(name, shape) for name, shape in shapes().items()}
    return Network(tensors=tensors, input=IMAGENET_INPUT, source="seeded", meaningful=False)


def _tensor(name: str, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    if len(shape) == 1:
        is_one = name.endswith((".weight", ".running_var"))
        return np.full(shape, 1.0 if is_one else 0.0, np.float32)
    seed = int.from_bytes(hashlib.sha256(f"similis 1 {name}".encode()).digest()[:8], "little")
    # Whole numbers as long as possible: sums, log and cos in floating point differ by machine.
    count, fan_in = int(np.prod(shape)), int(np.prod(shape[1:]))
    drawn = (np.random.PCG64(seed).random_raw(count) >> np.uint64(40)).astype(np.int64)
    drawn = drawn.reshape(shape[0], fan_in)
    centred = drawn - drawn.sum(axis=1, keepdims=True) / fan_in
    bound = np.sqrt(6.0 / fan_in)
    return np.asarray(centred * (2.0 * bound / 2**24), np.float32).reshape(shape)
