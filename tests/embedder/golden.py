"""Pictures whose pixels must not change within one PIXEL_PATH.

`python -m tests.embedder.golden` writes them for a new path, and never over those of an old one.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pydicom
from PIL import Image

from embedder.display import Display, Lut, Window
from embedder.pixels import PIXEL_PATH, fit, open_picture, render
from infra.settings import Settings
from tests.samples import pydicom_file

SIZE = 48
Picture = npt.NDArray[np.uint8]


def path() -> Path:
    return Path(__file__).parents[1] / "golden" / f"{PIXEL_PATH}.npz"


def pictures() -> dict[str, Picture]:
    """Every branch of the path: made of arithmetic, and of files that pydicom brings along."""
    shown = {name: render(frame, display) for name, (frame, display) in displays().items()}
    shown |= {name: open_picture(data, Settings()) for name, data in files().items()}
    return {name: fit(image, SIZE) for name, image in shown.items()}


def displays() -> dict[str, tuple[npt.NDArray[np.generic], Display]]:
    deep, tall = gradient(90, 140), gradient(131, 60)
    rgb = np.stack([deep // 17, 255 - deep // 17, deep // 40], axis=-1).astype(np.uint8)
    curve = (np.linspace(0, 1, 256) ** 2 * 1023).astype(np.uint16)
    lut = Lut(first=500, values=curve, bits=10)
    return {
        "eight bits": ((deep // 17).astype(np.uint8), Display()),
        "automatic": (deep, Display(modality="DX", bits_stored=12)),
        "monochrome1": (tall, Display(modality="CR", bits_stored=12, monochrome1=True)),
        "hounsfield": (deep, Display(modality="CT", bits_stored=12, intercept=-1024.0)),
        "linear": (deep, Display(bits_stored=12, window=Window(center=1500, width=900))),
        "exact": (
            tall,
            Display(bits_stored=12, window=Window(center=900, width=2, function="LINEAR_EXACT")),
        ),
        "sigmoid": (
            deep,
            Display(bits_stored=12, window=Window(center=1500, width=900, function="SIGMOID")),
        ),
        "modality lut": (deep, Display(bits_stored=12, modality_lut=lut)),
        "voi lut": (deep, Display(bits_stored=12, slope=0.5, voi_lut=lut)),
        "padding": (tall, Display(bits_stored=12, padding=(0, 400), monochrome1=True)),
        "regions": (deep, Display(bits_stored=12, keep=((10, 10, 70, 60), (90, 0, 200, 40)))),
        "colour": (rgb, Display(colour=True)),
        "CT_small": (
            stored("CT_small.dcm"),
            Display(modality="CT", bits_stored=16, signed=True, intercept=-1024.0),
        ),
        "MR_small": (
            stored("MR_small.dcm"),
            Display(
                modality="MR", bits_stored=16, signed=True, window=Window(center=600, width=1600)
            ),
        ),
        "MR_small, no window": (
            stored("MR_small.dcm"),
            Display(modality="MR", bits_stored=16, signed=True),
        ),
        "overlay": (
            stored("examples_overlay.dcm"),
            Display(modality="MR", bits_stored=12, window=Window(center=450, width=790)),
        ),
        "big-endian colour": (stored("ExplVR_BigEnd.dcm"), Display(colour=True)),
    }


def files() -> dict[str, bytes]:
    deep = gradient(90, 140)
    return {
        "png of 16 bits": encoded(Image.fromarray(deep)),
        "png of 8 bits": encoded(Image.fromarray((deep // 17).astype(np.uint8))),
        "png with alpha": encoded(
            Image.merge("LA", [Image.fromarray((deep // q).astype(np.uint8)) for q in (17, 20)])
        ),
    }


def gradient(rows: int, columns: int) -> npt.NDArray[np.uint16]:
    """0 to about 4,095 with slopes, a disc and a fine pattern."""
    y, x = np.mgrid[0:rows, 0:columns]
    disc = (x - columns / 3) ** 2 + (y - rows / 2) ** 2 < (rows / 4) ** 2
    return (x * 17 + y * 9 + disc * 700 + (x * y) % 5 * 30).clip(0, 4095).astype(np.uint16)


def stored(name: str) -> npt.NDArray[np.generic]:
    return np.asarray(pydicom.dcmread(pydicom_file(name)).pixel_array)


def encoded(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def main() -> None:
    if path().exists():
        raise SystemExit(f"{path().name} is there: give PIXEL_PATH a new name first")
    np.savez_compressed(path(), allow_pickle=False, **pictures())


if __name__ == "__main__":
    main()
