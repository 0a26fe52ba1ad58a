"""The CPU engine: the U-Net as an OpenVINO graph, built straight from the tensors.

Each picture is a request of its own, so that the caller prepares the next ones while it runs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from embedder.openvino_engine import load_openvino
from embedder.processors import processors
from measure.engine import Scores
from measure.fitting import Picture
from measure.network import EPSILON, SegmenterNetwork

MOST_STREAMS = 8
HINTS = {"fp32": "f32", "bf16": "bf16"}


class OpenVinoEngine:
    """See `measure.engine.Engine`; `precision` is fp32 or bf16."""

    def __init__(self, network: SegmenterNetwork, precision: str = "fp32") -> None:
        streams = min(processors(), MOST_STREAMS)
        compiled = (
            load_openvino()
            .Core()
            .compile_model(
                graph(network),
                "CPU",
                {
                    "INFERENCE_PRECISION_HINT": HINTS[precision],
                    "NUM_STREAMS": str(streams),
                    "INFERENCE_NUM_THREADS": processors(),
                },
            )
        )
        self.depth = streams + 1
        self._idle = [compiled.create_infer_request() for _ in range(self.depth + 1)]
        self._compiled = compiled

    def start(self, picture: Picture) -> Callable[[], Scores]:
        """See `Engine`."""
        request = self._idle.pop() if self._idle else self._compiled.create_infer_request()
        request.start_async({0: picture[np.newaxis, np.newaxis]})

        def finish() -> Scores:
            request.wait()
            chances = np.array(request.get_output_tensor(0).data[0])
            presence = float(request.get_output_tensor(1).data.flat[0])
            self._idle.append(request)
            return Scores(chances, presence)

        return finish


def graph(network: SegmenterNetwork) -> Any:
    """(1, 1, side, side) -> probabilities (1, classes, side, side) and presence score (1, 1)."""
    return _Graph(network).model()


class _Graph:
    def __init__(self, network: SegmenterNetwork) -> None:
        self._openvino = load_openvino()
        from openvino import opset13

        self._op: Any = opset13
        self._tensors = network.tensors
        self._shape = network.shape
        self._temperature = np.float32(network.calibration.temperature)

    def model(self) -> Any:
        op, side = self._op, self._shape.side
        picture = op.parameter([1, 1, side, side], np.float32, name="picture")
        x = op.relu(self._norm(self._conv(picture, "stem", stride=2, pad=2), "stem_norm"))
        kept = []
        for level in range(len(self._shape.widths)):
            x = self._block(self._halved(x) if level else x, f"down.{level}")
            kept.append(x)
        presence = self._presence(x)
        for level in reversed(range(len(kept) - 1)):
            x = self._block(op.concat([self._doubled(x), kept[level]], 1), f"up.{level}")
        scores = op.add(self._conv(x, "head", pad=1), self._channels("head.bias"))
        scores = op.depth_to_space(scores, "depth_first", 2)
        chances = op.softmax(op.divide(scores, self._temperature), 1)
        return self._openvino.Model([chances, presence], [picture], "unet")

    def _block(self, x: Any, name: str) -> Any:
        op = self._op
        inner = op.relu(self._norm(self._conv(x, f"{name}.conv1", pad=1), f"{name}.norm1"))
        inner = self._norm(self._conv(inner, f"{name}.conv2", pad=1), f"{name}.norm2")
        around = self._conv(x, f"{name}.skip") if f"{name}.skip.weight" in self._tensors else x
        return op.relu(op.add(inner, around))

    def _presence(self, x: Any) -> Any:
        pooled = self._op.reduce_mean(x, [2, 3], False)
        score = self._op.matmul(pooled, self._tensors["presence.weight"], False, True)
        return self._op.add(score, self._tensors["presence.bias"][np.newaxis])

    def _halved(self, x: Any) -> Any:
        return self._op.max_pool(x, [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0)

    def _doubled(self, x: Any) -> Any:
        # Each pixel four times: unlike the general resize, the plugin runs this in any layout.
        scales, axes = np.array([2, 2], np.float32), np.array([2, 3], np.int64)
        return self._op.interpolate(
            x,
            scales,
            "nearest",
            "scales",
            axes=axes,
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    def _conv(self, x: Any, name: str, stride: int = 1, pad: int = 0) -> Any:
        filters = self._op.constant(np.ascontiguousarray(self._tensors[f"{name}.weight"]))
        return self._op.convolution(x, filters, [stride, stride], [pad, pad], [pad, pad], [1, 1])

    def _norm(self, x: Any, name: str) -> Any:
        parts = ("weight", "bias", "running_mean", "running_var")
        values = [self._tensors[f"{name}.{part}"] for part in parts]
        return self._op.batch_norm_inference(x, *values, EPSILON)

    def _channels(self, name: str) -> Any:
        return self._tensors[name].reshape(1, -1, 1, 1)
