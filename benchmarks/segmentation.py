"""Frames a second of segmentation: OpenVINO, overlapped, against torch eager, one after the other.

    python -m benchmarks.segmentation [--frames 300] [--rows 480] [--columns 640] [--weights FILE]

Both sides do the same work for each frame: decode a JPEG, fit, run the network, tidy, spread to the
frame's own size. Torch runs with all processors, as `torch.set_num_threads` has it by default.
Sides take turns, and the median of the rounds counts. Nothing else should run meanwhile. At the end
a clip five times as long says by how much the peak memory grows.
"""

import argparse
import io
import json
import resource
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from embedder.calibration import has_native_bf16
from infra.settings import Settings
from measure.engine import Engine
from measure.network import SegmenterNetwork
from measure.network_segmenter import NetworkSegmenter
from measure.openvino_engine import OpenVinoEngine
from measure.torch_engine import TorchEngine
from measure.weights import find_network

ROUNDS = 5
WARM = 8


def clip(count: int, rows: int, columns: int) -> list[bytes]:
    """JPEGs of a sector with a dark ellipse that shrinks and grows."""
    y, x = np.mgrid[:rows, :columns]
    sector = np.abs(np.arctan2(x - columns / 2, y + 1)) < 0.65
    noise = np.random.default_rng(0).normal(1, 0.25, (rows, columns))
    made = []
    for number in range(count):
        size = 1 + 0.2 * np.sin(number / 5)
        reach = np.hypot((y - rows * 0.45) / (rows * 0.25), (x - columns / 2) / (columns * 0.1))
        light = np.where(reach < size, 40, np.where(reach < size * 1.4, 170, 90)) * noise
        frame = np.where(sector, np.clip(light, 0, 255), 0).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(frame).save(file, "JPEG", quality=90)
        made.append(file.getvalue())
    return made


def decoded(files: list[bytes]) -> Iterator[npt.NDArray[np.uint8]]:
    """One frame after the other."""
    for file in files:
        yield np.asarray(Image.open(io.BytesIO(file)))


def frames_per_second(network: SegmenterNetwork, engine: Engine, files: list[bytes]) -> float:
    """The whole way from JPEG to mask."""
    begin = time.perf_counter()
    count = sum(1 for _ in NetworkSegmenter(network, engine).segment(decoded(files)))
    return count / (time.perf_counter() - begin)


def network_of(weights: Path | None) -> SegmenterNetwork:
    """Given or else shipped weights: random ones see confetti, which takes longest to tidy."""
    return find_network(Settings(segmenter_weights=weights))


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--rows", type=int, default=480)
    parser.add_argument("--columns", type=int, default=640)
    parser.add_argument("--weights", type=Path)
    given = parser.parse_args()
    network, files = network_of(given.weights), clip(given.frames, given.rows, given.columns)
    engines: dict[str, Engine] = {
        "torch eager": TorchEngine(network, "cpu"),
        "openvino fp32": OpenVinoEngine(network, "fp32"),
    }
    if has_native_bf16():
        engines["openvino bf16"] = OpenVinoEngine(network, "bf16")
    rates: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            frames_per_second(network, engine, files[:WARM])
            rates[name].append(frames_per_second(network, engine, files))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    frames_per_second(network, engines["openvino fp32"], files * 5)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(
        json.dumps(
            {
                "frames_per_second": {name: round(value, 1) for name, value in medians.items()},
                "against_torch": {
                    name: round(value / medians["torch eager"], 2)
                    for name, value in medians.items()
                },
                "frame": [given.rows, given.columns],
                "memory_grown_by_five_times_the_frames_kib": grown,
            }
        )
    )


if __name__ == "__main__":
    main()
