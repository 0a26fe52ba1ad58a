"""An ONNX file as it lies on disk: what it says of itself, read before anything runs it.

ONNX is protobuf (onnx.proto3), of which these lines read just enough. So a file that is none never
gets to the readers of other formats, and tensors that are kept in files beside it are seen: the
model's identity is the hash of one file, and must be of all that makes its vectors.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.errors import BadSetup

SUFFIX = ".onnx"
LARGEST = 1 << 31  # bytes: more is no protobuf
DEEPEST = 16  # graphs in graphs

VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5  # wire types
IR_VERSION, GRAPH, METADATA = 1, 7, 14  # fields of ModelProto
KEY, VALUE = 1, 2  # of StringStringEntryProto
DATA_LOCATION, EXTERNAL = 14, 1  # of TensorProto
# Where tensors are: kind of message -> field -> kind of what it holds.
INSIDE: dict[str, dict[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor"},
    "function": {7: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
}

Field = tuple[int, int | memoryview]  # number, value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnnxFile:
    """The bytes of a file named `name`, and its `metadata_props`."""

    name: str
    data: bytes
    metadata: dict[str, str]

    @property
    def sha256(self) -> str:
        """Hash of the whole file."""
        return hashlib.sha256(self.data).hexdigest()


def read_onnx_file(path: Path) -> OnnxFile:
    """Raises BadSetup for what is no ONNX file, or not all of a model."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadSetup(f"{path.name} is larger than 2 GB: export the network alone.")
        data = path.read_bytes()
    except OSError as exc:
        raise BadSetup(f"{path.name} cannot be read: {exc.strerror}.") from exc
    try:
        fields = list(_fields(memoryview(data)))
        present = {number for number, _ in fields}
        if not {IR_VERSION, GRAPH} <= present:
            raise ValueError("not a model")
        external = _is_external(memoryview(data), "model")
        metadata = dict(_entry(value) for number, value in fields if number == METADATA)
    except ValueError as exc:
        raise BadSetup(
            f"{path.name} is no ONNX file: export the network as one (torch.onnx.export)."
        ) from exc
    if external:
        raise BadSetup(
            f"{path.name} keeps its weights in other files: export it as one file "
            "(torch.onnx.export(…, external_data=False))."
        )
    return OnnxFile(name=path.name, data=data, metadata=metadata)


def _is_external(message: memoryview, kind: str, depth: int = 0) -> bool:
    """Whether any tensor in it is kept elsewhere. Raises ValueError."""
    if depth > 4 * DEEPEST:
        raise ValueError("too many graphs in each other")
    for number, value in _fields(message):
        if kind == "tensor":
            if number == DATA_LOCATION and value == EXTERNAL:
                return True
            continue
        inner = INSIDE[kind].get(number)
        if inner and isinstance(value, memoryview) and _is_external(value, inner, depth + 1):
            return True
    return False


def _entry(message: int | memoryview) -> tuple[str, str]:
    if isinstance(message, int):
        raise ValueError("no entry")
    found = {number: value for number, value in _fields(message)}
    key, value = (found.get(number, memoryview(b"")) for number in (KEY, VALUE))
    if isinstance(key, int) or isinstance(value, int):
        raise ValueError("no text")
    return bytes(key).decode(), bytes(value).decode()


def _fields(message: memoryview) -> Iterator[Field]:
    """The fields of a protobuf message in order. Raises ValueError where it is none."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise ValueError("field 0")
        if wire == VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == LENGTH:
            length, at = _varint(message, at)
        elif wire in (EIGHT_BYTES, FOUR_BYTES):
            length = 8 if wire == EIGHT_BYTES else 4
        else:
            raise ValueError("unknown wire type")
        if at + length > len(message):
            raise ValueError("cut off")
        yield number, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise ValueError("cut off")
        byte, at = message[at], at + 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("number too long")
