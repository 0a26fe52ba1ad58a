"""The precision gate as a use case: labelled pictures -> how true bf16 and int8 stay."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from embedder.labelled import LabelledPicture
from embedder.runtime import model_record
from embedder.scoring.precision import fidelity
from embedder.weights import find_network
from infra.errors import BadSetup
from infra.settings import Settings
from ingest.embedding.picture_cache import cached_pictures

CALIBRATION = 256  # pictures that int8 takes its ranges from
LEAST = 20


def gate(rows: Sequence[LabelledPicture], settings: Settings) -> dict[str, Any]:
    """Every second picture measures, others calibrate int8. Raises BadSetup for a few pictures."""
    if len(rows) < LEAST:
        raise BadSetup(f"The precision gate needs {LEAST} pictures or more.")
    network = find_network(settings)
    with tempfile.TemporaryDirectory(prefix="similis-") as folder:
        grey = cached_pictures(
            [row.path for row in rows],
            network.input.size,
            settings,
            settings.job_count,
            Path(folder),
        )
        light = np.empty((len(rows), network.input.channels, *grey.shape[1:]), np.float32)
        light[:] = grey[:, None] / np.float32(255)
    measured, calibration = light[::2], light[1::2]
    stride = max(1, len(calibration) // CALIBRATION)
    found = fidelity(network, measured, calibration[::stride])
    return {
        "model_id": model_record(network, "fp32").model_id,
        "pictures": len(measured),
        "precisions": [asdict(one) | {"passes": one.passes} for one in found],
    }
