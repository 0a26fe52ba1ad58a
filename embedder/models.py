"""Everything that can make vectors: DenseNet-121 with its weights, or an ONNX model."""

from pathlib import Path

from embedder.densenet import Network
from embedder.onnx_file import SUFFIX
from embedder.onnx_model import OnnxModel, read_onnx
from embedder.weight_files import read_network

Model = Network | OnnxModel


def read_model(path: Path, source: str) -> Model:
    """The model in a file of any known layout. Raises BadSetup naming what is wrong."""
    return read_onnx(path, source) if is_onnx(path) else read_network(path, source)


def is_onnx(path: Path) -> bool:
    """Whether a file is read as ONNX."""
    return path.suffix.lower() == SUFFIX
