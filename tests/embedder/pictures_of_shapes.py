"""Synthetic labelled pictures: discs are one finding, stripes another."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

KINDS = ("disc", "stripes")


def shape(kind: str, seed: int, side: int = 48) -> np.ndarray:
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / side
    if kind == "disc":
        light = (np.hypot(x - random.uniform(0.3, 0.7), y - random.uniform(0.3, 0.7)) < 0.2) * 0.8
    else:
        light = (np.sin((x + y) * random.uniform(20, 40)) > 0) * 0.6
    return ((light + random.uniform(0, 0.2, light.shape)) * 255).clip(0, 255).astype(np.uint8)


def write_table(folder: Path, count: int = 16) -> Path:
    """Pictures and their table: every second a disc, two pictures a patient, a quarter val."""
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "index.csv"
    with table.open("w", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["file", "patient_id", "labels", "modality", "body_part", "split"])
        for number in range(count):
            kind = KINDS[number % 2]
            Image.fromarray(shape(kind, number)).save(folder / f"{number:02}.png")
            split = "val" if number // 4 % 4 == 3 else "train"
            rows.writerow([f"{number:02}.png", f"p{number // 2}", kind, "CR", "CHEST", split])
    return table
