"""Whole ingest against embedding alone: uncompressed 1024 x 1024 films of 12 in 16 bit.

    python -m benchmarks.endtoend [--films 1000] [--precision auto] [--json]

Both rates are measured in the same run, in pairs, and the ratio is the median over the pairs. The
ingest reads, hashes, renders, de-identifies, writes originals and thumbnails, and commits to
catalog, index and ledger; embedding alone starts from fitted pictures in memory.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian

from embedder.runtime import open_embedder
from infra.settings import Settings
from infra.wiring import build
from ingest.arrival.request import Progress, Request
from ingest.pipeline import Pipeline
from ingest.privacy.identity import load_key

SIDE = 1024
PAIRS = 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=1000)
    parser.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="similis-bench-") as folder:
        result = measure(Path(folder), options.films, options.precision)
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:28} {value}")


def measure(folder: Path, films: int, precision: str) -> dict[str, float | int | str]:
    """Rates in films per second and their ratio."""
    source = folder / "films"
    write_films(source, films)
    settings = Settings(home=folder / "engine", seeded_weights=True, precision=precision)
    embedder = open_embedder(settings)
    pictures = [
        np.random.default_rng(i).integers(0, 256, (224, 224), np.uint8) for i in range(films)
    ]
    embedder.embed(pictures[:32])  # warm
    alone: list[float] = []
    whole: list[float] = []
    for pair in range(PAIRS):
        began = time.perf_counter()
        for start in range(0, films, 32):
            embedder.embed(pictures[start : start + 32])
        alone.append(films / (time.perf_counter() - began))
        home = Settings(home=folder / f"home{pair}", seeded_weights=True, precision=precision)
        with build(home) as services:
            pipeline = Pipeline(
                services=services,
                settings=home,
                key=load_key(home.home),
                embedder=lambda: embedder,
            )
            began = time.perf_counter()
            summary = pipeline.run(Request(paths=[source], jobs=home.job_count), Progress())
            whole.append(films / (time.perf_counter() - began))
        if summary.outcomes["indexed"] != films:
            raise SystemExit(f"expected {films} indexed, got {summary.as_json()}")
    return {
        "films": films,
        "model": embedder.record.model_id,
        "embedding_alone_per_s": round(statistics.median(alone), 1),
        "whole_ingest_per_s": round(statistics.median(whole), 1),
        "ratio": round(statistics.median(w / a for w, a in zip(whole, alone, strict=True)), 3),
    }


def write_films(folder: Path, count: int) -> None:
    """Smooth random films, each with its own UIDs and patient."""
    folder.mkdir()
    rng = np.random.default_rng(1)
    ramp = np.linspace(0, 3500, SIDE, dtype=np.float32)
    for number in range(count):
        noise = rng.integers(0, 500, (SIDE, SIDE), dtype=np.uint16)
        pixels = (np.roll(ramp, 7 * number)[None, :] + ramp[:, None] * 0.1).astype(
            np.uint16
        ) + noise
        film(number, pixels).save_as(folder / f"{number:05}.dcm", enforce_file_format=True)


def film(number: int, pixels: np.ndarray) -> Dataset:
    """A DX film with a usual header."""
    uid = f"1.2.826.0.1.3680043.10.543.{number + 1}"
    film = Dataset()
    film.file_meta = FileMetaDataset()
    film.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    film.SOPClassUID = DigitalXRayImageStorageForPresentation
    film.SOPInstanceUID, film.SeriesInstanceUID, film.StudyInstanceUID = f"{uid}.3", f"{uid}.2", uid
    film.PatientName, film.PatientID, film.PatientSex = f"Doe^Jo{number}", f"ID{number}", "F"
    film.PatientBirthDate, film.StudyDate, film.StudyTime = "19500101", "20190304", "101500"
    film.AccessionNumber, film.ReferringPhysicianName = f"A{number}", "Roe^Richard"
    film.Modality, film.BodyPartExamined, film.ViewPosition = "DX", "CHEST", "PA"
    film.Manufacturer, film.StudyDescription = "ACME", "Chest PA"
    film.ImagerPixelSpacing = [0.2, 0.2]
    film.Rows = film.Columns = SIDE
    film.SamplesPerPixel, film.PhotometricInterpretation = 1, "MONOCHROME2"
    film.BitsAllocated, film.BitsStored, film.HighBit, film.PixelRepresentation = 16, 12, 11, 0
    film.WindowCenter, film.WindowWidth = 2048, 4096
    film.PixelData = pixels.tobytes()
    return film


if __name__ == "__main__":
    main()
