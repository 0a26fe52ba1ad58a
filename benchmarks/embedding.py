"""How fast pictures become vectors, against torch in the same run, and how true they stay.

`python -m benchmarks.embedding [--json] [--seconds S] [DICOM, PNG or JPEG folder]`
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from embedder.calibration import has_native_bf16
from embedder.densenet import InputSpec, Network
from embedder.display import Display
from embedder.engine import Batch
from embedder.feeding import fed
from embedder.int8 import with_ranges
from embedder.openvino_engine import OpenVinoEngine
from embedder.pixels import fit, open_picture, render
from embedder.pooling import normalised
from embedder.processors import processors
from embedder.runtime import model_record
from embedder.torch_engine import cuda_is_here, torch_network
from embedder.weights import find_network
from infra.errors import RejectedFile
from infra.records import Values
from infra.settings import Settings

BATCH = 8
PICTURES = 64
CALIBRATION = 32  # other pictures, for the ranges of int8
NEIGHBOURS = 10
Run = Callable[[Batch], Values]


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    network = find_network(Settings.from_environment())
    pictures = _pictures(arguments.folder, network.input)
    test, calibration = pictures[:PICTURES], pictures[PICTURES:]
    runs = _runs(network, calibration if len(calibration) else test)
    rates = _rates(runs, test[:BATCH], arguments.seconds)
    baseline = max(rates["torch eager"], rates["torch channels_last"])
    expected = normalised(_in_batches(runs["torch eager"], test))
    rows = [
        {
            "how": name,
            "images_per_second": round(rate, 1),
            "ratio": round(rate / baseline, 2),
            **_fidelity(expected, normalised(_in_batches(runs[name], test))),
        }
        for name, rate in rates.items()
    ]
    report = {
        "weights": network.source,
        "model": model_record(network, "fp32").model_id,
        "pictures": len(test),
        "processors": processors(),
        "native_bf16": has_native_bf16(),
        "rows": rows,
    }
    print(json.dumps(report, indent=1) if arguments.json else _table(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    shared = Path(__file__).parents[2] / "shared/data/cxr"
    parser.add_argument("folder", type=Path, nargs="?", default=shared)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each engine")
    return parser.parse_args()


# --- pictures -------------------------------------------------------------------------------------


def _pictures(folder: Path, spec: InputSpec) -> Batch:
    """Real pictures, evenly chosen from a folder; from pydicom's own files where it is absent."""
    if not folder.is_dir():
        import pydicom

        folder = Path(pydicom.__file__).parent / "data" / "test_files"
        print(f"no pictures there: using {folder.name} of pydicom", file=sys.stderr)
    paths = sorted(p for p in folder.rglob("*") if p.suffix in (".dcm", ".png", ".jpg", ".jpeg"))
    paths = paths[:: max(1, len(paths) // (PICTURES + CALIBRATION))]
    shown = [light for path in paths if (light := _light(path)) is not None]
    return fed([fit(light, spec.size) for light in shown[: PICTURES + CALIBRATION]], spec)


def _light(path: Path) -> Any:
    if path.suffix != ".dcm":
        try:
            return open_picture(path.read_bytes(), Settings())
        except RejectedFile:
            return None
    import pydicom

    dataset = pydicom.dcmread(path, force=True)
    if dataset.get("SamplesPerPixel") != 1 or dataset.get("NumberOfFrames", 1) not in (1, "1"):
        return None
    try:
        stored = dataset.pixel_array
    except Exception:  # noqa: BLE001 - pydicom's test files include damaged ones
        return None
    return render(stored, Display(bits_stored=int(dataset.BitsStored)))


# --- what is measured -----------------------------------------------------------------------------


def _runs(network: Network, calibration: Batch) -> dict[str, Run]:
    runs = {
        "torch eager": _torch(network, channels_last=False),
        "torch channels_last": _torch(network, channels_last=True),
        "similis fp32": OpenVinoEngine(network, "fp32").run,
    }
    if has_native_bf16():
        runs["similis bf16"] = OpenVinoEngine(network, "bf16").run
    ranged = network if network.ranges else with_ranges(network, calibration)
    runs["similis int8"] = OpenVinoEngine(ranged, "int8").run
    if cuda_is_here():
        from embedder.torch_engine import TorchEngine

        runs["similis cuda fp32"] = TorchEngine(network, "fp32").run
        runs["similis cuda bf16"] = TorchEngine(network, "bf16").run
    return runs


def _torch(network: Network, *, channels_last: bool) -> Run:
    import torch

    layout = torch.channels_last if channels_last else torch.contiguous_format
    torch.set_num_threads(processors())
    module = torch_network(network).to(memory_format=layout)

    def run(pictures: Batch) -> Values:
        with torch.inference_mode():
            light = torch.from_numpy(pictures).contiguous(memory_format=layout)
            return np.asarray(module(light).numpy())

    return run


def _in_batches(run: Run, pictures: Batch) -> Values:
    starts = range(0, len(pictures), BATCH)
    return np.concatenate([run(pictures[n : n + BATCH]) for n in starts])


def _rates(runs: dict[str, Run], batch: Batch, seconds: float) -> dict[str, float]:
    """Images a second of the best of many short turns: the engines take turns, so that a busy
    moment of the machine hits all of them.
    """
    best: dict[str, float] = {}
    for run in runs.values():
        run(batch)
    end = time.perf_counter() + seconds * len(runs)
    while time.perf_counter() < end:
        for name, run in runs.items():
            begin = time.perf_counter()
            for _ in range(2):
                run(batch)
            rate = 2 * len(batch) / (time.perf_counter() - begin)
            best[name] = max(best.get(name, 0.0), rate)
    return best


def _fidelity(expected: Values, vectors: Values) -> dict[str, float]:
    """Cosine to torch float32: as it is, after taking away the mean vector (what random weights
    share says nothing), and how many of the nearest neighbours stay.
    """
    cosine = (expected * vectors).sum(axis=1)
    center = expected.mean(axis=0)
    centred = (normalised(expected - center) * normalised(vectors - center)).sum(axis=1)
    overlap = [
        len(set(a) & set(b)) / NEIGHBOURS
        for a, b in zip(_neighbours(expected), _neighbours(vectors), strict=True)
    ]
    return {
        "cosine_min": round(float(cosine.min()), 6),
        "cosine_mean": round(float(cosine.mean()), 6),
        "centred_cosine_min": round(float(centred.min()), 6),
        "centred_cosine_mean": round(float(centred.mean()), 6),
        "overlap_at_10": round(float(np.mean(overlap)), 4),
    }


def _neighbours(vectors: Values) -> Any:
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -2.0)
    return np.argsort(-scores, axis=1)[:, :NEIGHBOURS]


def _table(report: dict[str, Any]) -> str:
    names = list(report["rows"][0])
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(str(row[n]) for n in names) + " |" for row in report["rows"]]
    head = {name: value for name, value in report.items() if name != "rows"}
    return "\n".join([json.dumps(head), "", *lines])


if __name__ == "__main__":
    main()
