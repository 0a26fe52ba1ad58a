"""Synthetic frames that a tiny network learns in seconds: a dark ellipse in a bright ring."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from measure.network import Calibration, SegmenterNetwork, Shape, tensor_shapes

STRUCTURES = ("cavity", "wall")
SHAPE = Shape(structures=STRUCTURES, widths=(8, 16, 16), side=64)
Array = npt.NDArray[np.uint8]


def heart(seed: int, rows: int = 90, columns: int = 110, size: float = 1.0) -> tuple[Array, Array]:
    """A frame and its mask, (rows, columns)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:rows, :columns].astype(float)
    middle_y, middle_x = rows * rng.uniform(0.45, 0.55), columns * rng.uniform(0.45, 0.55)
    reach = np.hypot(
        (y - middle_y) / (rows * 0.28 * size), (x - middle_x) / (columns * 0.16 * size)
    )
    mask = np.where(reach < 1, 1, np.where(reach < 1.5, 2, 0)).astype(np.uint8)
    light = np.choose(mask, [90.0, 30.0, 200.0]) * rng.normal(1, 0.1, mask.shape)
    return np.clip(light, 0, 255).astype(np.uint8), mask


def table(folder: Path, patients: int, empty: int = 0) -> Path:
    """Frames and masks of two frames a patient, and a table of them."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for patient in range(patients):
        for phase, size in (("ED", 1.0), ("ES", 0.8)):
            frame, mask = heart(patient * 2 + (phase == "ES"), size=size)
            name = f"p{patient}_{phase}.png"
            Image.fromarray(frame).save(folder / name)
            Image.fromarray(mask).save(folder / f"mask_{name}")
            lines.append([name, f"mask_{name}", f"p{patient}", phase, "MF"[patient % 2], "0.5"])
    for number in range(empty):
        noise = np.random.default_rng(number).integers(0, 255, (80, 80), np.uint8)
        Image.fromarray(noise).save(folder / f"empty{number}.png")
        lines.append([f"empty{number}.png", "", f"e{number}", "", "", "0.5"])
    columns = ["file", "mask_file", "patient", "phase", "sex", "row_spacing_mm", "col_spacing_mm"]
    with (folder / "frames.csv").open("w", newline="") as handle:
        csv.writer(handle).writerows([columns, *([*line, line[-1]] for line in lines)])
    return folder / "frames.csv"


def random_network(seed: int = 0, shape: Shape = SHAPE) -> SegmenterNetwork:
    """Weights that mean nothing, but are possible."""
    rng = np.random.default_rng(seed)
    tensors = {
        name: (
            rng.uniform(0.5, 1.5, size)
            if name.endswith("running_var")
            else rng.normal(0, 0.2, size)
        ).astype(np.float32)
        for name, size in tensor_shapes(shape).items()
    }
    return SegmenterNetwork(shape=shape, tensors=tensors, calibration=Calibration(temperature=1.3))
