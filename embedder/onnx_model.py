"""ONNX feature extractors: any network that makes a vector of a picture, beside our own."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedder.densenet import InputSpec
from embedder.keeping import keep
from embedder.onnx_file import OnnxFile, read_onnx_file
from embedder.onnx_graph import Opened, opened
from embedder.onnx_input import NOTHING, Wanted, in_metadata, read_wanted, write_wanted

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
    return _model(path, read_onnx_file(path), source, wanted)


def add_onnx(path: Path, folder: Path, name_length: int, wanted: Wanted) -> str:
    """Keep a model in a folder, with what it is fed beside it, after trying it; its name.

    Raises BadSetup for one that cannot be used, and StorageFull.
    """
    from embedder.onnx_engine import OnnxEngine

    file = read_onnx_file(path)
    model = _model(path, file, path.stem, wanted)
    OnnxEngine(model, "fp32")
    kept = folder / f"{model.sha256[:name_length]}{path.suffix}"
    write_wanted(model.input, model.output, kept)  # first: a model without it is no candidate
    keep(kept, file.data)
    return kept.stem


def _model(path: Path, file: OnnxFile, source: str, wanted: Wanted) -> OnnxModel:
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
