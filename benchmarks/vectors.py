"""Vectors to search in: of real pictures, made many by augmentation, and of two synthetic kinds."""

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from infra.records import VECTOR_SIZE, Values

SIDE = 96  # pixels: the network's last map is then 3 x 3 cells
BATCH = 32
PICTURES = 6_000  # pictures that are really embedded; the rest are augmented from their cells

log = logging.getLogger(__name__)


def real(count: int, data: Path, pictures: int = PICTURES, weights: Path | None = None) -> Values:
    """(count, 1024) vectors of real pictures: DenseNet-121 at 96 pixels, float32, norm 1.

    With these weights, else with seeded ones.
    Every picture is embedded once, under a random flip and gamma; its 3 x 3 cells are then pooled
    with random weights, which stands for crops and zooms. (Embedding 100,000 augmented pictures at
    224 pixels takes an hour on two cores.)
    """
    cells = _cached_cells(_files(data)[:pictures], weights)
    rng = np.random.default_rng(1)
    out = np.empty((count, VECTOR_SIZE), np.float32)
    for start in range(0, count, len(cells)):
        part = cells[: count - start]
        weights = rng.dirichlet(np.full(cells.shape[1], 2.0), len(part)).astype(np.float32)
        out[start : start + len(part)] = np.einsum("nc,ncd->nd", weights, part, dtype=np.float32)
    return unit(out[rng.permutation(count)])


def clustered(count: int) -> Values:
    """Points about 1,000 centres, the same noise in every direction."""
    rng = np.random.default_rng(2)
    centres = rng.standard_normal((1_000, VECTOR_SIZE), np.float32)
    noise = rng.standard_normal((count, VECTOR_SIZE), np.float32)
    return unit(centres[rng.integers(0, len(centres), count)] + 0.7 * noise)


def anisotropic(count: int) -> Values:
    """Non-negative points with a slowly falling spectrum, like trained features after ReLU."""
    rng = np.random.default_rng(3)
    scale = (np.arange(1, 257, dtype=np.float32)) ** -0.5
    mixing = rng.standard_normal((256, VECTOR_SIZE), np.float32)
    latent = rng.standard_normal((count, 256), np.float32) * scale
    noise = 0.3 * rng.standard_normal((count, VECTOR_SIZE), np.float32)
    return unit(np.maximum(latent @ mixing + noise, 0))


def unit(values: Values) -> Values:
    """Rows scaled to L2 norm 1."""
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def _files(data: Path) -> list[Path]:
    found = sorted(
        p for p in data.rglob("*") if p.suffix in {".png", ".jpg"} and "mask" not in str(p)
    )
    if not found:
        raise SystemExit(
            f"No pictures under {data}: give a folder of PNG or JPEG files with --data."
        )
    return [found[i] for i in np.random.default_rng(0).permutation(len(found))]


def _cached_cells(files: list[Path], weights: Path | None) -> npt.NDArray[np.float32]:
    """(pictures, 9, 1024) features after ReLU, kept in the temporary folder between runs."""
    what = [SIDE, *files, *([weights.name] if weights else [])]
    name = hashlib.sha256("\n".join(map(str, what)).encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"similis-bench-cells-{name}.npy"
    if not path.exists():
        log.warning("embedding %d pictures at %d pixels", len(files), SIDE)
        np.save(path.with_suffix(".part.npy"), np.concatenate(list(_embed(files, weights))))
        path.with_suffix(".part.npy").rename(path)
    cells: npt.NDArray[np.float32] = np.load(path)
    return cells


def _embed(files: list[Path], weights: Path | None) -> Iterator[npt.NDArray[np.float32]]:
    import torch

    network = _network(weights).eval().to(memory_format=torch.channels_last)
    channels = network.conv0.in_channels
    rng = np.random.default_rng(4)
    with torch.inference_mode():
        for start in range(0, len(files), BATCH):
            images = np.stack([_picture(file, rng) for file in files[start : start + BATCH]])
            batch = torch.from_numpy(images).unsqueeze(1).expand(-1, channels, -1, -1)
            maps = torch.relu(network(batch.contiguous(memory_format=torch.channels_last)))
            yield maps.flatten(2).transpose(1, 2).float().numpy().copy()


def _network(weights: Path | None) -> Any:
    import torch
    from torchvision.models import densenet121

    from embedder.torch_engine import torch_network
    from embedder.weight_files import read_network

    if weights is not None:
        return torch_network(read_network(weights, "benchmark")).features
    torch.manual_seed(0)
    return densenet121(weights=None).features


def _picture(file: Path, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    from PIL import Image

    with Image.open(file) as image:
        grey = np.asarray(image.convert("L").resize((SIDE, SIDE)), np.float32) / 255
    if rng.random() < 0.5:
        grey = grey[:, ::-1]
    return (grey ** np.float32(rng.uniform(0.7, 1.4)) - np.float32(0.45)) / np.float32(0.23)
