"""Files -> vectors, one a file, without storing anything."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from infra.errors import RejectedFile
from infra.ports import Embedder
from infra.records import Values
from infra.settings import Settings
from ingest.arrival.items import Item
from ingest.arrival.prepare import Options
from ingest.arrival.walk import walk
from ingest.embedding.vectors import embed_all, mean_vector, vectors_of
from ingest.fencing.fence import Fence
from ingest.fencing.in_order import in_order
from ingest.privacy.identity import KEY_SIZE
from ingest.showing.query_file import QueryFile, prepare_query

FILES_AT_ONCE = 32  # embedded together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Embedded:
    """`vectors` (n, d) float32 of norm 1, in the order of `files`; paths of those refused."""

    vectors: Values
    files: tuple[str, ...]
    refused: tuple[str, ...]


def embed_files(
    paths: Sequence[Path], settings: Settings, embedder: Embedder, jobs: int, staging: Path
) -> Embedded:
    """Embed every file in the order given, folders sorted. Raises NotFound for a missing path."""
    # No name is made here, so any key will do: nothing of it leaves the worker.
    options = Options(settings=settings, key=bytes(KEY_SIZE), size=embedder.size, staging=staging)
    files: list[str] = []
    refused: list[str] = []
    vectors = [np.empty((0, embedder.record.dimension), np.float32)]
    batch: list[QueryFile] = []
    for name, result in _prepared(paths, options, jobs):
        if result is None:
            refused.append(name)
            continue
        files.append(name)
        batch.append(result)
        if len(batch) >= FILES_AT_ONCE:
            vectors.append(_embed(batch, embedder))
            batch.clear()
    vectors.append(_embed(batch, embedder))
    return Embedded(vectors=np.concatenate(vectors), files=tuple(files), refused=tuple(refused))


def write_npz(out: Path, result: Embedded, model_id: str) -> None:
    """Write the documented .npz, whole or not at all. Raises OSError when it cannot be written."""
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with partial.open("wb") as handle:
            np.savez(
                handle,
                vectors=result.vectors,
                files=np.array(result.files, np.str_),
                model_id=np.array(model_id),
                refused=np.array(result.refused, np.str_),
            )
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _prepared(
    paths: Sequence[Path], options: Options, jobs: int
) -> Iterator[tuple[str, QueryFile | None]]:
    """(path as given, what the file shows or None), in order."""
    settings = options.settings
    with Fence(jobs, settings.decode_seconds, settings.decode_memory_mb) as fence:

        def start(named: tuple[str, Item]) -> Future[QueryFile]:
            return fence.submit(prepare_query, named[1], options)

        for (name, _), future in in_order(_named(paths, settings), start, jobs):
            yield name, _result(future)


def _named(paths: Sequence[Path], settings: Settings) -> Iterator[tuple[str, Item]]:
    """Items with their paths as given: relative ones stay relative."""
    for given in paths:
        top = os.path.normpath(given.absolute())
        for item in walk([given], settings):
            yield str(given) + item.file.removeprefix(top), item


def _result(future: Future[QueryFile]) -> QueryFile | None:
    try:
        return future.result()
    except RejectedFile:
        return None


def _embed(batch: Sequence[QueryFile], embedder: Embedder) -> Values:
    if not batch:
        return np.empty((0, embedder.record.dimension), np.float32)
    values = embed_all(embedder, [file.pictures for file in batch])
    parts = np.split(values, np.cumsum([file.pictures.count for file in batch])[:-1])
    means = [
        mean_vector(vectors_of("", "", file.views, part))
        for file, part in zip(batch, parts, strict=True)
    ]
    for file in batch:
        file.pictures.discard()
    return np.stack(means)
