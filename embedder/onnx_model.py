"""ONNX feature extractors: any network that makes a vector of a picture, beside our own."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedder.densenet import InputSpec
from embedder.onnx_file import OnnxFile, read_onnx_file
from embedder.onnx_graph import Opened, opened
from embedder.onnx_input import NOTHING, Wanted, in_metadata, read_wanted

ARCHITECTURE = "onnx"


@dataclass(frozen=True, kw_only=True, eq=False)
class OnnxModel:
    """A network from an ONNX file: `graph` is OpenVINO's, (1, channels, size, size) -> (1, d).

    `sha256` is of the file and of what it is fed: other input, other vectors.
    """

    graph: Any
    input: InputSpec
    output: str
    dimension: int
    source: str
    sha256: str
    meaningful: bool = True
    architecture: str = ARCHITECTURE


def read_onnx(path: Path, source: str, wanted: Wanted = NOTHING) -> OnnxModel:
    """The model in a file. What it is fed is `wanted`, else what the file beside it says, else its
    metadata, else the shape of its input. Raises BadSetup saying what is missing or wrong.
    """
    return model_of(path, read_onnx_file(path), source, wanted)


def model_of(path: Path, file: OnnxFile, source: str, wanted: Wanted) -> OnnxModel:
    """The same of a file that was read. Raises BadSetup."""
    known = wanted.over(read_wanted(path)).over(in_metadata(file.metadata, path.name))
    found: Opened = opened(file, known)
    said = f"{file.sha256} {found.input} {found.output}"
    return OnnxModel(
        graph=found.graph,
        input=found.input,
        output=found.output,
        dimension=found.dimension,
        source=source,
        sha256=hashlib.sha256(said.encode()).hexdigest(),
    )
