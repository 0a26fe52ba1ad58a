"""NIfTI and MetaImage files through SimpleITK, which turns RAS affines into DICOM's LPS."""

import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.wrap.fields import BadRow
from ingest.wrap.source import Geometry, Source, Triple

SUFFIXES = (".nii", ".nii.gz", ".mha", ".mhd")
HEADER_BYTES = 64 * 1024
LARGEST_SIDE = 65_535
MS_UNIT, US_UNIT, S_UNIT = 16, 24, 8  # time units in NIfTI's xyzt_units


def is_volume(path: Path) -> bool:
    """Whether a file name is that of a NIfTI or MetaImage file."""
    return path.name.lower().endswith(SUFFIXES)


def read_volume(path: Path, root: Path, largest: int) -> Source:
    """Read a 2-D, 3-D or (with one slice) 4-D image of at most `largest` bytes decoded.

    A MetaImage header may name a pixel file; it must lie below `root`. Raises BadRow.
    """
    _check_pixel_file(path, root)
    reader = _simpleitk().ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
        size, parts = reader.GetSize(), reader.GetNumberOfComponents()
        _check_size(size, parts, largest)
        image = reader.Execute()
    except RuntimeError as error:
        raise BadRow("it cannot be read as a NIfTI or MetaImage file") from error
    return _source(image, parts, _frame_ms(image))


def _simpleitk() -> Any:
    import SimpleITK

    return SimpleITK


def _check_size(size: tuple[int, ...], parts: int, largest: int) -> None:
    if len(size) not in (2, 3, 4) or parts not in (1, 3):
        raise BadRow(f"an image of {len(size)} dimensions and {parts} channels has no DICOM form")
    if max(size[:2]) > LARGEST_SIDE or int(np.prod(size, dtype=object)) * parts * 8 > largest:
        raise BadRow(f"{' × '.join(map(str, size))} pixels are too many")
    if len(size) == 4 and size[2] != 1:
        raise BadRow("it has four dimensions; split it into one volume a file")


def _check_pixel_file(path: Path, root: Path) -> None:
    if path.suffix.lower() not in (".mha", ".mhd"):
        return
    with path.open("rb") as handle:
        header = handle.read(HEADER_BYTES)
    found = re.search(rb"(?mi)^\s*ElementDataFile\s*=\s*(.*?)\s*$", header)
    name = found[1].decode("utf-8", "replace") if found else ""
    if name.upper() == "LOCAL":
        return
    pixel_file = (path.parent / name).resolve()
    if not name or not pixel_file.is_file() or not pixel_file.is_relative_to(root):
        raise BadRow("its ElementDataFile is not a file beside it")


def _source(image: Any, parts: int, frame_ms: float | None) -> Source:
    pixels = _simpleitk().GetArrayFromImage(image)  # ([time], [slice], row, column, [channel])
    dimensions = image.GetDimension()
    if dimensions == 2:
        pixels = pixels[np.newaxis]
    elif dimensions == 4:
        pixels = pixels[:, 0]
    if parts == 3 and pixels.dtype != np.uint8:
        raise BadRow("its colours are not 8-bit")
    geometry = _geometry(image) if dimensions == 3 else None
    return Source(
        pixels=np.ascontiguousarray(pixels),
        digest=_digest(pixels, repr(geometry)),
        spacing_mm=_spacing(image),
        geometry=geometry,
        frame_ms=frame_ms,
    )


def _geometry(image: Any) -> Geometry:
    direction = np.asarray(image.GetDirection()).reshape(3, 3)
    distance = _seven_digits(image.GetSpacing()[2])
    return Geometry(
        origin=_triple(image.GetOrigin()),
        row=_triple(direction[:, 0]),
        column=_triple(direction[:, 1]),
        step=_triple(direction[:, 2] * distance),
        distance=distance,
    )


def _triple(values: Any) -> Triple:
    x, y, z = (_seven_digits(value) for value in values)
    return x, y, z


def _seven_digits(value: float) -> float:
    """NIfTI keeps float32: 0.3 comes as 0.30000001192092896. Adding 0.0 makes -0.0 a plain zero."""
    return float(f"{value:.7g}") + 0.0


def _spacing(image: Any) -> tuple[float, float] | None:
    """(row, column) distance in mm; None for 1 × 1, which is what files say that do not know."""
    column, row = (_seven_digits(value) for value in image.GetSpacing()[:2])
    return None if (row, column) == (1.0, 1.0) else (row, column)


def _frame_ms(image: Any) -> float | None:
    """Time between frames where a 4-D NIfTI file says so with a unit (ITK gives seconds)."""
    if image.GetDimension() != 4 or not image.HasMetaDataKey("xyzt_units"):
        return None
    unit = int(image.GetMetaData("xyzt_units")) & 0x38
    seconds = float(image.GetSpacing()[3])
    return seconds * 1000 if unit in (S_UNIT, MS_UNIT, US_UNIT) and seconds > 0 else None


def _digest(pixels: npt.NDArray[Any], geometry: str) -> str:
    """Of the content, not of the file: compression and comments in a header do not matter."""
    digest = hashlib.sha256(f"{pixels.dtype.str}{pixels.shape}{geometry}".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()
