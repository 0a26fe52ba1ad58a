"""Fitted pictures as networks take them."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from embedder.densenet import InputSpec
from embedder.engine import Batch
from embedder.pixels import fit
from infra.ports import Embedder
from infra.records import Values

WHITE = np.float32(255)
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
AT_ONCE = 256  # pictures, so that memory stays bounded


def fed(images: Sequence[npt.NDArray[np.uint8]], spec: InputSpec) -> Batch:
    """(n, channels, size, size) of light in [0, 1] from fitted pictures, grey or RGB.

    Raises ValueError for a picture of another shape or dtype.
    """
    pictures = np.empty((len(images), spec.channels, spec.size, spec.size), np.float32)
    for picture, image in zip(pictures, images, strict=True):
        np.divide(_channels_first(image, spec), WHITE, out=picture)
    return pictures


def embedded(embedder: Embedder, pictures: Iterable[npt.NDArray[np.uint8]]) -> Values:
    """Light of any size -> (n, d) of norm 1, in order; n may be 0."""
    waiting = iter(pictures)
    values = [np.empty((0, embedder.record.dimension), np.float32)]
    while some := list(islice(waiting, AT_ONCE)):
        values.append(embedder.embed([fit(picture, embedder.size) for picture in some]))
    return np.concatenate(values)


def _channels_first(image: npt.NDArray[np.uint8], spec: InputSpec) -> npt.NDArray[Any]:
    """(1 or channels, size, size) from 0 to 255; one plane stands for all channels."""
    side = (spec.size, spec.size)
    if image.shape not in (side, (*side, 3)):
        raise ValueError(f"a picture of shape {image.shape} is not fitted to {spec.size}")
    if image.dtype != np.uint8:
        raise ValueError(f"a picture of {image.dtype} is not fitted light, which is uint8")
    if image.ndim == 2:
        return image[np.newaxis]
    if spec.channels == 1:
        return np.asarray(image @ LUMA)[np.newaxis]
    return image.transpose(2, 0, 1)
