"""ONNX models that are added to a home."""

from pathlib import Path

from embedder.keeping import keep
from embedder.onnx_engine import OnnxEngine
from embedder.onnx_file import read_onnx_file
from embedder.onnx_input import Wanted, write_wanted
from embedder.onnx_model import model_of


def add_onnx(path: Path, folder: Path, name_length: int, wanted: Wanted) -> str:
    """Keep a model in a folder, with what it is fed beside it, after trying it; its name.

    Raises BadSetup for one that cannot be used, and StorageFull.
    """
    file = read_onnx_file(path)
    model = model_of(path, file, path.stem, wanted)
    OnnxEngine(model, "fp32")
    kept = folder / f"{model.sha256[:name_length]}{path.suffix}"
    write_wanted(model.input, model.output, kept)  # first: a model without it is no candidate
    keep(kept, file.data)
    return kept.stem
