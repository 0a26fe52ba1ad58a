"""The CPU engine: DenseNet-121 as an OpenVINO graph, built straight from the tensors.

No converter, so neither torch nor a kept copy of a converted model is needed: building takes a
tenth of a second and compiling a third. Pictures go through one at a time, one on each stream:
measured as fast as batches or faster, and a batch of one cannot depend on its neighbours.
"""

import sys
import threading
from typing import Any

import numpy as np

from embedder.densenet import BLOCKS, EPSILON, Network
from embedder.engine import Batch
from embedder.processors import processors
from infra.records import Values

HINTS = {"fp32": "f32", "bf16": "bf16", "int8": "f32"}  # what int8 leaves over stays float32
MOST_STREAMS = 16  # each holds its own activations, about 40 MB
ROUNDS = 4  # pictures for each stream in a batch: the last ones wait for each other less
INT8_LEVELS, INT8_WEIGHT_LEVELS = 256, 255


def load_openvino() -> Any:
    """Import OpenVINO without its telemetry, which reports every import to its makers."""
    if "openvino" not in sys.modules:
        # None makes `import openvino_telemetry` fail, and OpenVINO then takes its silent stub.
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # documented use
    import openvino

    return openvino


class CompiledEngine:
    """Runs a graph from one picture to one array on the CPU."""

    def __init__(self, model: Any, precision: str) -> None:
        openvino = load_openvino()
        streams = min(processors(), MOST_STREAMS)
        compiled = openvino.Core().compile_model(
            model,
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": HINTS[precision],
                "NUM_STREAMS": str(streams),
                "INFERENCE_NUM_THREADS": processors(),
            },
        )
        self._queue = openvino.AsyncInferQueue(compiled, streams)
        self._queue.set_callback(_keep_features)
        self._turn = threading.Lock()
        self._answer = tuple(compiled.output(0).shape)[1:]
        self.batch = streams * ROUNDS

    def run(self, pictures: Batch) -> Values:
        """See `Engine`. The interpreter is free for other threads meanwhile."""
        features = np.empty((len(pictures), *self._answer), np.float32)
        with self._turn:  # the queue is one: callers take turns
            for number, picture in enumerate(pictures):
                self._queue.start_async({0: picture[np.newaxis]}, features[number])
            self._queue.wait_all()
        return features


class OpenVinoEngine(CompiledEngine):
    """Runs a network on the CPU in `fp32`, `bf16` or `int8` (which needs `network.ranges`)."""

    def __init__(self, network: Network, precision: str) -> None:
        ranges = dict(network.ranges) if precision == "int8" else {}
        super().__init__(graph(network, ranges), precision)


class LastMapsEngine(CompiledEngine):
    """Runs a network in `fp32` or `bf16` up to its last normalisation, without its weight and bias.

    `run` gives (n, 1024, height, width).
    """

    def __init__(self, network: Network, precision: str) -> None:
        super().__init__(_Graph(network, {}, show_inputs=False).last_maps(), precision)


def _keep_features(request: Any, row: Values) -> None:
    row[:] = request.get_output_tensor(0).data[0]


def graph(network: Network, ranges: dict[str, float], *, show_inputs: bool = False) -> Any:
    """(1, channels, size, size) of light -> (1, 1024) pooled features.

    With `ranges`, what enters those convolutions and their filters become 8-bit numbers.
    `show_inputs` adds an output for each convolution: the greatest value that enters it, named as
    the convolution.
    """
    return _Graph(network, ranges, show_inputs).model()


class _Graph:
    def __init__(self, network: Network, ranges: dict[str, float], show_inputs: bool) -> None:
        self._openvino = load_openvino()
        from openvino import opset13

        self._op: Any = opset13
        self._tensors = network.tensors
        self._input = network.input
        self._ranges = ranges
        self._shown: list[Any] | None = [] if show_inputs else None

    def model(self) -> Any:
        light = self._light()
        last = self._norm_relu(self._body(light), "norm5")
        pooled = self._op.reduce_mean(last, [2, 3], False)
        return self._openvino.Model([pooled, *(self._shown or [])], [light], "densenet121")

    def last_maps(self) -> Any:
        light = self._light()
        mean, variance = (self._tensors[f"norm5.running_{part}"] for part in ("mean", "var"))
        plain = np.ones_like(mean), np.zeros_like(mean)
        maps = self._op.batch_norm_inference(self._body(light), *plain, mean, variance, EPSILON)
        return self._openvino.Model([maps], [light], "densenet121-maps")

    def _light(self) -> Any:
        spec = self._input
        shape = [1, spec.channels, spec.size, spec.size]
        return self._op.parameter(shape, np.float32, name="light")

    def _body(self, light: Any) -> Any:
        op = self._op
        x = self._stem(self._normalised(light))
        for block, layers in enumerate(BLOCKS, 1):
            for layer in range(1, layers + 1):
                x = op.concat([x, self._dense_layer(x, f"denseblock{block}.denselayer{layer}")], 1)
            if block < len(BLOCKS):
                x = self._transition(x, f"transition{block}")
        return x

    def _normalised(self, light: Any) -> Any:
        mean, std = (
            np.asarray(v, np.float32).reshape(1, -1, 1, 1)
            for v in (self._input.mean, self._input.std)
        )
        return self._op.divide(self._op.subtract(light, mean), std)

    def _stem(self, x: Any) -> Any:
        x = self._norm_relu(self._conv(x, "conv0", stride=2, pad=3), "norm0")
        return self._op.max_pool(x, [2, 2], [1, 1], [1, 1], [1, 1], [3, 3]).output(0)

    def _dense_layer(self, x: Any, name: str) -> Any:
        x = self._conv(self._norm_relu(x, f"{name}.norm1"), f"{name}.conv1")
        return self._conv(self._norm_relu(x, f"{name}.norm2"), f"{name}.conv2", pad=1)

    def _transition(self, x: Any, name: str) -> Any:
        x = self._conv(self._norm_relu(x, f"{name}.norm"), f"{name}.conv")
        return self._op.avg_pool(x, [2, 2], [0, 0], [0, 0], [2, 2], True)

    def _norm_relu(self, x: Any, name: str) -> Any:
        parts = ("weight", "bias", "running_mean", "running_var")
        values = [self._tensors[f"{name}.{part}"] for part in parts]
        return self._op.relu(self._op.batch_norm_inference(x, *values, EPSILON))

    def _conv(self, x: Any, name: str, stride: int = 1, pad: int = 0) -> Any:
        filters = self._op.constant(np.ascontiguousarray(self._tensors[f"{name}.weight"]))
        if self._shown is not None and name != "conv0":  # conv0 sees light and stays exact
            greatest = self._op.reduce_max(x, [0, 1, 2, 3], False)
            greatest.output(0).set_names({name})
            self._shown.append(greatest)
        if name in self._ranges:
            x = self._eight_bits(x, np.float32(0), np.float32(self._ranges[name]), INT8_LEVELS)
            most = np.abs(self._tensors[f"{name}.weight"]).max(axis=(1, 2, 3), keepdims=True)
            most = np.maximum(most, np.float32(1e-12))  # a filter of zeros has a range, too
            filters = self._eight_bits(filters, -most, most, INT8_WEIGHT_LEVELS)
        return self._op.convolution(x, filters, [stride, stride], [pad, pad], [pad, pad], [1, 1])

    def _eight_bits(self, x: Any, low: Any, high: Any, levels: int) -> Any:
        return self._op.fake_quantize(x, low, high, low, high, levels)
