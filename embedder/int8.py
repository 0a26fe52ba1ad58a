"""Post-training int8: how large the numbers get that enter each convolution.

Our own few lines around OpenVINO's FakeQuantize, which its CPU plugin turns into 8-bit kernels, in
place of a quantisation toolkit. Only for weights that carry ranges, which a gate has passed.
"""

from dataclasses import replace

import numpy as np

from embedder.densenet import Network
from embedder.engine import Batch
from embedder.openvino_engine import graph, load_openvino


def with_ranges(network: Network, pictures: Batch) -> Network:
    """The network with the ranges of these pictures, (n, channels, size, size) of light.

    They travel with the weights (`weight_files.write_network`), so that
    int8 is the same everywhere.
    """
    compiled = (
        load_openvino()
        .Core()
        .compile_model(
            graph(network, {}, show_inputs=True), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
        )
    )
    names = [port.get_any_name() for port in compiled.outputs[1:]]
    greatest = np.zeros(len(names))
    for picture in pictures:
        shown = compiled(picture[np.newaxis])
        greatest = np.maximum(greatest, [float(shown[port]) for port in compiled.outputs[1:]])
    # Four digits are plenty for 256 levels, and hide how machines differ in the last ones.
    ranges = {n: float(f"{max(g, 1e-6):.4g}") for n, g in zip(names, greatest, strict=True)}
    return replace(network, ranges=ranges)
