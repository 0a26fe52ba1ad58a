"""The engine of ONNX models: OpenVINO on the CPU, with the model's own normalisation."""

import numpy as np

from embedder.calibration import has_native_bf16
from embedder.engine import Batch
from embedder.examples import examples
from embedder.onnx_model import OnnxModel
from embedder.openvino_engine import CompiledEngine
from infra.errors import BadSetup
from infra.records import Values
from infra.settings import Settings

TRIED = 2  # pictures


class OnnxEngine(CompiledEngine):
    """Runs an ONNX model on the CPU in `fp32` or `bf16`.

    Raises BadSetup, also later, where it gives numbers that are no vectors.
    """

    def __init__(self, model: OnnxModel, precision: str) -> None:
        spec, self._source = model.input, model.source
        shape = (spec.channels, 1, 1)
        self._mean = np.asarray(spec.mean, np.float32).reshape(shape)
        self._std = np.asarray(spec.std, np.float32).reshape(shape)
        try:
            super().__init__(model.graph, precision)
            self._try(examples(spec)[:TRIED])
        except RuntimeError as exc:
            raise BadSetup(f"OpenVINO cannot run the model ({model.source}).") from exc

    def run(self, pictures: Batch) -> Values:
        """See `Engine`."""
        features = super().run((pictures - self._mean) / self._std)
        if not np.isfinite(features).all():
            raise BadSetup(
                f"The model ({self._source}) gives numbers that are not finite: check --mean, "
                "--std and --range, and that it is exported for inference."
            )
        return features

    def _try(self, pictures: Batch) -> None:
        """Pictures that differ must have vectors that differ; those without light, finite ones."""
        one, other = self.run(pictures)
        if not (one.any() and other.any()) or np.allclose(one, other, rtol=1e-6, atol=0):
            raise BadSetup(
                f"The model ({self._source}) gives the same vector, or none, for different "
                "pictures: check --mean, --std and --range, or give --output with another tensor."
            )
        blank = np.zeros_like(pictures)
        blank[1:] = 1
        self.run(blank)


def onnx_precision(settings: Settings) -> str:
    """float32, or bf16 where it is asked for. Raises BadSetup for what does not apply to ONNX."""
    if settings.device == "cuda":
        raise BadSetup("SIMILIS_DEVICE=cuda, but an ONNX model runs on the CPU; set it to auto.")
    if settings.precision == "int8":
        raise BadSetup("SIMILIS_PRECISION=int8 is for our own weights, not ONNX; set it to auto.")
    if settings.precision == "bf16" and not has_native_bf16():
        raise BadSetup("SIMILIS_PRECISION=bf16, but this CPU has no bf16; set it to auto.")
    return "fp32" if settings.precision == "auto" else settings.precision
