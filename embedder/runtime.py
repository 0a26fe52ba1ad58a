"""The embedder as the rest of Similis knows it: fitted pictures -> vectors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from embedder.calibration import fastest_precision, has_native_bf16
from embedder.densenet import InputSpec, Network
from embedder.engine import Engine
from embedder.examples import examples
from embedder.feeding import fed
from embedder.models import Model
from embedder.onnx_engine import OnnxEngine, onnx_precision
from embedder.onnx_model import OnnxModel
from embedder.openvino_engine import OpenVinoEngine
from embedder.pixels import PIXEL_PATH
from embedder.pooling import normalised
from embedder.weights import find_model, model_with
from infra.errors import BadSetup
from infra.records import ModelRecord, Values
from infra.settings import Settings

PRECISIONS = ("auto", "fp32", "bf16", "int8")
DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True, slots=True)
class NetworkEmbedder:
    """An `infra.ports.Embedder`: a network on an engine."""

    record: ModelRecord
    input: InputSpec
    engine: Engine

    @property
    def size(self) -> int:
        """Side of the square input in pixels."""
        return self.input.size

    @property
    def batch(self) -> int:
        """How many pictures to hand to `embed` at a time; more or fewer give the same vectors."""
        return self.engine.batch

    def embed(self, images: Sequence[npt.NDArray[np.uint8]]) -> Values:
        """See `infra.ports.Embedder`. Raises ValueError for a picture of another shape or dtype."""
        if not images:
            return np.empty((0, self.record.dimension), np.float32)
        return normalised(self.engine.run(fed(images, self.input)))


def open_embedder(settings: Settings) -> NetworkEmbedder:
    """Find the weights, choose device and precision, and make them ready.

    Raises BadSetup for settings that cannot be met here.
    """
    return embedder_of(settings, find_model(settings))


def open_as(settings: Settings, record: ModelRecord) -> NetworkEmbedder:
    """The model of a record, in its precision, whatever else the settings lead to.

    Raises BadSetup when its weights are not on this machine, or cannot run like that here.
    """
    wanted = replace(settings, precision=record.precision)
    embedder = embedder_of(wanted, model_with(settings, record.weights_sha256))
    if embedder.record.model_id != record.model_id:
        raise BadSetup(f"{record.model_id} cannot be run by this version of Similis.")
    return embedder


def embedder_of(settings: Settings, model: Model) -> NetworkEmbedder:
    """Any model, on the device and in the precision that the settings lead to.

    Raises BadSetup for settings that cannot be met here.
    """
    _check(settings)
    engine, precision = (
        _of_onnx(settings, model) if isinstance(model, OnnxModel) else _of_network(settings, model)
    )
    return NetworkEmbedder(model_record(model, precision), model.input, engine)


def _of_onnx(settings: Settings, model: OnnxModel) -> tuple[Engine, str]:
    precision = onnx_precision(settings)
    return OnnxEngine(model, precision), precision


def _of_network(settings: Settings, network: Network) -> tuple[Engine, str]:
    if wants_gpu(settings):
        from embedder.torch_engine import TorchEngine

        # float32 unless asked: a GPU is faster than any decoder, and float32 vectors can be asked
        # for with on any other machine.
        precision = "fp32" if settings.precision == "auto" else settings.precision
        if precision == "int8":
            raise BadSetup("SIMILIS_PRECISION=int8 runs on the CPU only; set SIMILIS_DEVICE=cpu.")
        return TorchEngine(network, precision), precision
    precision = _cpu_precision(settings, network)
    return OpenVinoEngine(network, precision), precision


def agreement(settings: Settings) -> float:
    """The least cosine between bf16 and float32 vectors of a few fixed pictures, on the CPU."""
    model = find_model(settings)
    pictures = examples(model.input)
    one, other = (
        normalised(_on_cpu(model, precision).run(pictures)) for precision in ("fp32", "bf16")
    )
    return float((one * other).sum(axis=1).min())


def _on_cpu(model: Model, precision: str) -> Engine:
    if isinstance(model, OnnxModel):
        return OnnxEngine(model, precision)
    return OpenVinoEngine(model, precision)


def model_record(model: Model, precision: str) -> ModelRecord:
    """The identity of the vectors that this model makes in this precision.

    The id is `densenet121[-seeded]-<weights and input>-<pixel path>-<precision>`, with `onnx` in
    place of `densenet121` for an ONNX model; that of int8 ends with a hash of its ranges.
    """
    kind = "" if model.meaningful else "-seeded"
    exact = precision
    if precision == "int8" and isinstance(model, Network):
        exact += f".{model.ranges_sha256[:6]}"
    return ModelRecord(
        model_id=f"{model.architecture}{kind}-{model.sha256[:12]}-{PIXEL_PATH}-{exact}",
        architecture=model.architecture,
        weights_sha256=model.sha256,
        pixel_path=PIXEL_PATH,
        precision=precision,
        source=model.source,
        meaningful=model.meaningful,
        dimension=model.dimension,
    )


def _check(settings: Settings) -> None:
    if settings.precision not in PRECISIONS:
        raise BadSetup(f"SIMILIS_PRECISION must be one of {', '.join(PRECISIONS)}.")
    if settings.device not in DEVICES:
        raise BadSetup(f"SIMILIS_DEVICE must be one of {', '.join(DEVICES)}.")


def wants_gpu(settings: Settings) -> bool:
    """Whether networks run on a GPU. Raises BadSetup where one is asked for and missing."""
    if settings.device == "cpu":
        return False
    from embedder.torch_engine import cuda_is_here

    if cuda_is_here():
        return True
    if settings.device == "cuda":
        raise BadSetup("SIMILIS_DEVICE=cuda, but torch sees no usable GPU here; set it to auto.")
    return False


def _cpu_precision(settings: Settings, network: Network) -> str:
    if settings.precision == "auto":
        return fastest_precision(network, settings.home, OpenVinoEngine)
    if settings.precision == "bf16" and not has_native_bf16():
        raise BadSetup("SIMILIS_PRECISION=bf16, but this CPU has no bf16; set it to auto.")
    if settings.precision == "int8" and not network.ranges:
        raise BadSetup(
            "SIMILIS_PRECISION=int8, but these weights carry no int8 ranges; set it to auto."
        )
    return settings.precision
