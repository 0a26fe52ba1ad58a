"""An ONNX file -> an OpenVINO graph of fixed shapes from one picture to one vector."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from embedder.densenet import InputSpec
from embedder.onnx_file import OnnxFile
from embedder.onnx_input import Wanted, spec_of
from embedder.openvino_engine import load_openvino
from infra.errors import BadSetup
from infra.records import LARGEST_VECTOR

TOLD = 12  # names in a message


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """`graph` takes (1, channels, size, size) float32 and gives (1, dimension) float32."""

    graph: Any
    input: InputSpec
    output: str
    dimension: int


def opened(file: OnnxFile, wanted: Wanted) -> Opened:
    """Raises BadSetup for a model that makes no vector of a picture, or does not say how."""
    model = _read(file)
    spec = _input(model, wanted, file.name)
    output, name = _output(model, wanted.output, file.name)
    try:
        model.reshape([1, spec.channels, spec.size, spec.size])
        graph = _pooled(model, output, file.name)
    except RuntimeError as exc:
        raise BadSetup(
            f"{file.name} does not take pictures of {spec.size} x {spec.size}: {_last_line(exc)}"
        ) from exc
    dimension = int(graph.output(0).shape[1])
    if dimension > LARGEST_VECTOR:
        raise BadSetup(
            f"{file.name}: {name} has {dimension:,} numbers, more than {LARGEST_VECTOR:,}: give "
            "--output with a smaller one, or export it pooled."
        )
    return Opened(graph=graph, input=spec, output=name, dimension=dimension)


def _read(file: OnnxFile) -> Any:
    try:
        return load_openvino().Core().read_model(file.data, b"")
    except RuntimeError as exc:
        raise BadSetup(f"OpenVINO cannot read {file.name}: {_last_line(exc)}") from exc


def _input(model: Any, wanted: Wanted, name: str) -> InputSpec:
    if len(model.inputs) != 1:
        raise BadSetup(f"{name} takes {len(model.inputs)} inputs: export the part for pictures.")
    shape = model.input().get_partial_shape()
    sides = _sides(shape) if shape.rank.is_static else []
    if len(sides) != 4 or not model.input().get_element_type().is_real():
        raise BadSetup(f"{name} takes no picture, which is (1, channels, size, size) of floats.")
    _, channels, height, width = sides
    if channels not in (None, 1, 3) and width in (1, 3):
        raise BadSetup(f"{name} takes channels last: export it with channels first.")
    return spec_of(wanted, channels, height, width, name)


def _sides(shape: Any) -> list[int | None]:
    """Lengths by axis, None where any will do."""
    return [side.get_length() if side.is_static else None for side in shape]


def _output(model: Any, wanted: str, name: str) -> tuple[Any, str]:
    """The tensor that is the vector, an output or one inside, and its name."""
    if not wanted:
        if len(model.outputs) != 1:
            raise BadSetup(_which(model, name, f"has {len(model.outputs)} outputs"))
        return model.output(), min(model.output().get_names(), default="")
    inside = [port for op in model.get_ops() for port in op.outputs()]
    for port in (*model.outputs, *inside):
        if wanted in port.get_names():
            return port, wanted
    raise BadSetup(_which(model, name, f"has no tensor {wanted}"))


def _which(model: Any, name: str, why: str) -> str:
    found = ", ".join(
        f"{min(port.get_names(), default='')} {port.get_partial_shape().to_string()}"
        for port in model.outputs[:TOLD]
    )
    return f"{name} {why}: give --output with the name of the vector, such as {found}."


def _pooled(model: Any, port: Any, name: str) -> Any:
    """The model up to this tensor, with (1, d, h, w) averaged to (1, d)."""
    openvino = load_openvino()
    from openvino import opset13 as op

    shape = port.get_partial_shape()
    source = port.get_node().input_value(0) if port.get_node().get_type_name() == "Result" else port
    if shape.is_dynamic:
        raise BadSetup(f"{name}: the shape of its vector depends on the picture: export it fixed.")
    if not port.get_element_type().is_real() or len(shape) not in (2, 4) or shape[0] != 1:
        raise BadSetup(
            f"{name} gives {shape.to_string()} and no vector, which is (1, d) or (1, d, h, w) of "
            "floats: give --output with another tensor, or export it pooled."
        )
    values = op.convert(source, np.float32).output(0)
    if len(shape) == 4:
        values = op.reduce_mean(values, np.array([2, 3], np.int64), False).output(0)
    graph = openvino.Model([values], model.get_parameters(), "onnx")
    steps = openvino.preprocess.PrePostProcessor(graph)
    steps.input().tensor().set_element_type(openvino.Type.f32)  # whatever the model computes in
    return steps.build()


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no reason is given"
