"""Where a training starts: from nothing, or from weights that know similar pictures."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from infra.errors import BadSetup
from measure.network import SegmenterNetwork, Shape
from measure.weights import read_network

SUB_PIXELS = 4  # the head gives each class 2 × 2 scores


def shape_of(structures: tuple[str, ...], side: int) -> Shape:
    """The shape of a new network. Raises BadSetup where there is none such."""
    shape = Shape(structures=structures, side=side)
    if not shape.is_possible:
        raise BadSetup("The side must be a multiple of 32, and there must be 1 to 31 structures.")
    return shape


def started(path: Path, structures: tuple[str, ...]) -> SegmenterNetwork:
    """Given weights with a head for these structures: known ones keep what they know.

    Raises BadSetup.
    """
    network = read_network(path)
    if structures == network.shape.structures:
        return network
    shape = replace(network.shape, structures=structures)
    if not shape.is_possible:
        raise BadSetup("There must be 1 to 31 structures.")
    before = ("", *network.shape.structures)
    tensors = dict(network.tensors)
    for name in ("head.weight", "head.bias"):
        old = tensors[name].reshape(len(before), SUB_PIXELS, *tensors[name].shape[1:])
        fresh = np.zeros((shape.classes, *old.shape[1:]), np.float32)
        for number, structure in enumerate(("", *structures)):
            if structure in before:
                fresh[number] = old[before.index(structure)]
            else:  # unknown: the mean of the others is a milder start than nothing
                fresh[number] = old[1:].mean(axis=0)
        tensors[name] = fresh.reshape(-1, *tensors[name].shape[1:])
    return replace(network, shape=shape, tensors=tensors)
