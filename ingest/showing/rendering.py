"""The pictures of an instance: each frame decoded once, those that make vectors fitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset

from embedder import pixels
from embedder.pooling import cine_frames
from infra.records import VectorKind
from infra.settings import Settings
from ingest.decoding import decode
from ingest.decoding.pixel_hash import PixelHash
from ingest.embedding.spool import Pictures, Spool
from ingest.reading import dicom
from ingest.reading.display import display_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """The next `count` pictures make one vector: one, or up to 8 of a cine. Frames count from 0."""

    kind: VectorKind
    frame: int | None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rendering:
    """All frames decoded once: their hash, and pictures of those that make vectors."""

    pixel_hash: str
    frames: int
    views: tuple[View, ...]
    pictures: Pictures
    thumbnail: bytes


def render_instance(
    dataset: Dataset, settings: Settings, size: int, folder: Path | None, *, hashed: bool = True
) -> Rendering:
    """Decode every frame for the hash, and show and fit those that make vectors.

    Many pictures are spooled to `folder` if there is one. Raises RejectedFile.
    """
    declared = dicom.frame_count(dataset)
    cine = declared > 1 and dicom.is_cine(dataset)
    chosen = _chosen_frames(dataset, declared, cine, settings)
    wanted = chosen if isinstance(chosen, range) else frozenset(chosen)
    middle = chosen[len(chosen) // 2]
    spool, digest = Spool(len(chosen), folder), PixelHash()
    thumbnail, count = b"", 0
    for index, frame in enumerate(decode.frames(dataset, settings)):
        count += 1
        if hashed:
            digest.update(frame)
        if index not in wanted:
            continue
        shown = pixels.render(frame, display_of(dataset, index))
        spool.add(pixels.fit(shown, size))
        if index == middle:
            thumbnail = pixels.thumbnail(shown)
    return Rendering(
        pixel_hash=digest.hexdigest(),
        frames=count,
        views=_views(dataset, chosen, cine),
        pictures=spool.finish(),
        thumbnail=thumbnail,
    )


def _chosen_frames(dataset: Dataset, count: int, cine: bool, settings: Settings) -> Sequence[int]:
    if cine:
        return cine_frames(count)
    if count == 1 or settings.slice_spacing_mm <= 0:
        return range(count)
    return thinned(dicom.slice_positions_mm(dataset), count, settings.slice_spacing_mm)


def thinned(positions: Sequence[float] | None, count: int, spacing: float) -> Sequence[int]:
    """Frames that are at least `spacing` mm from the last one taken; all where positions miss.

    A header may claim any `count`: nothing of that size is made unless positions bear it out.
    """
    if positions is None or len(positions) != count:
        return range(count)
    order = sorted(range(count), key=lambda index: (positions[index], index))
    taken: list[int] = []
    for index in order:
        if not taken or positions[index] - positions[taken[-1]] >= spacing:
            taken.append(index)
    return sorted(taken)


def _views(dataset: Dataset, chosen: Sequence[int], cine: bool) -> tuple[View, ...]:
    if cine:
        return (View(kind=VectorKind.IMAGE, frame=None, count=len(chosen)),)
    if dicom.frame_count(dataset) == 1 and not dicom.is_slice(dataset):
        return (View(kind=VectorKind.IMAGE, frame=None),)
    return tuple(View(kind=VectorKind.SLICE, frame=index) for index in chosen)


def render_bytes(data: bytes, settings: Settings, size: int, folder: Path | None) -> Rendering:
    """The same for the bytes of a DICOM file, as a worker process does it. Raises RejectedFile."""
    return render_instance(dicom.parse(data, settings), settings, size, folder)
