"""Small ONNX files, written field by field (onnx.proto3): no package for them is needed."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

FLOAT, INT64 = 1, 7  # TensorProto.DataType
OPSET = 13
Array = npt.NDArray[np.generic]
Shape = Sequence[int | str]  # a name: any length


def varint(number: int) -> bytes:
    low = bytearray()
    number &= (1 << 64) - 1
    while number > 0x7F:
        low.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*low, number])


def field(number: int, value: int | bytes | str) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name: str, values: Array) -> bytes:
    kind = FLOAT if values.dtype == np.float32 else INT64
    dims = b"".join(field(1, side) for side in values.shape)
    return dims + field(2, kind) + field(8, name) + field(9, values.tobytes())


def external_tensor(name: str, shape: Sequence[int], file: str) -> bytes:
    dims = b"".join(field(1, side) for side in shape)
    where = field(13, field(1, "location") + field(2, file))
    return dims + field(2, FLOAT) + field(8, name) + where + field(14, 1)


def node(kind: str, inputs: Sequence[str], output: str, **attributes: Sequence[int] | int) -> bytes:
    made = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, kind)
    for name, value in attributes.items():
        if isinstance(value, int):
            made += field(5, field(1, name) + field(3, value) + field(20, 2))
        else:
            integers = b"".join(field(8, one) for one in value)
            made += field(5, field(1, name) + integers + field(20, 7))
    return made


def constant(output: str, value: float) -> bytes:
    number = b"\x15" + struct.pack("<f", value)  # field 2, four bytes
    attribute = field(1, "value_float") + number + field(20, 1)
    return field(2, output) + field(4, "Constant") + field(5, attribute)


def named(name: str, shape: Shape, kind: int = FLOAT) -> bytes:
    dims = (field(1, field(1 if isinstance(side, int) else 2, side)) for side in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, b"".join(dims))))


def model(
    nodes: Sequence[bytes],
    tensors: Sequence[bytes],
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    graph = b"".join(field(1, one) for one in nodes) + field(2, "graph")
    graph += b"".join(field(5, one) for one in tensors)
    graph += b"".join(field(11, one) for one in inputs)
    graph += b"".join(field(12, one) for one in outputs)
    entries = (field(14, field(1, k) + field(2, v)) for k, v in (metadata or {}).items())
    opset = field(8, field(1, "") + field(2, OPSET))
    return field(1, 8) + opset + field(7, graph) + b"".join(entries)


def filters(dimension: int, channels: int, seed: int = 0) -> npt.NDArray[np.float32]:
    """(dimension, channels, 3, 3), of a convolution with stride 2."""
    made = np.random.default_rng(seed).normal(size=(dimension, channels, 3, 3))
    return made.astype(np.float32)


def extractor(
    dimension: int = 37,
    *,
    shape: Shape = (1, 3, 32, 32),
    outputs: Sequence[str] = ("pooled",),
    metadata: Mapping[str, str] | None = None,
    seed: int = 0,
) -> bytes:
    """Convolution ("map"), ReLU ("positive"), average ("pooled"), doubled ("logits")."""
    channels = shape[1] if isinstance(shape[1], int) else 3
    nodes = [
        node("Conv", ["picture", "filters"], "map", kernel_shape=(3, 3), strides=(2, 2)),
        node("Relu", ["map"], "positive"),
        node("ReduceMean", ["positive"], "pooled", axes=(2, 3), keepdims=0),
        node("Add", ["pooled", "pooled"], "logits"),
    ]
    sides = {
        "map": ("n", dimension, "h", "w"),
        "positive": ("n", dimension, "h", "w"),
        "pooled": ("n", dimension),
        "logits": ("n", dimension),
    }
    return model(
        nodes,
        [tensor("filters", filters(dimension, channels, seed))],
        [named("picture", shape)],
        [named(name, sides[name]) for name in outputs],
        metadata,
    )


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
