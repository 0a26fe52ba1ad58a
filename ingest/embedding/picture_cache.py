"""Every picture of a table read once: fitted grey squares in one file, for training and scoring."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import numpy.typing as npt

from infra.errors import NotFound, RejectedFile
from infra.settings import Settings
from ingest.arrival.prepare import Options
from ingest.fencing.fence import Fence
from ingest.fencing.in_order import in_order
from ingest.privacy.identity import KEY_SIZE
from ingest.showing.query_file import QueryFile, item_of, prepare_query

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
Pictures = npt.NDArray[np.uint8]


def cached_pictures(
    paths: Sequence[Path],
    size: int,
    settings: Settings,
    jobs: int,
    folder: Path,
    done: Callable[[], object] = lambda: None,
) -> Pictures:
    """Every file through the one pixel path -> (n, size, size) grey light, uint8, read-only.

    Of a stack or cine the middle picture. Kept in `folder` until a file changes. `done` is called
    after each file. Raises NotFound for a missing file and RejectedFile for one that is no picture.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"pictures-{size}-{_fingerprint(paths)}.npy"
    if not target.is_file():
        partial = folder / f".{target.name}.{os.getpid()}"
        try:
            with tempfile.TemporaryDirectory(prefix="similis-") as staging:
                _read(paths, partial, settings, jobs, Path(staging), size, done)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    return np.asarray(np.load(target, mmap_mode="r"))


def _fingerprint(paths: Sequence[Path]) -> str:
    facts = []
    for path in paths:
        try:
            status = path.stat()
        except OSError as exc:
            raise NotFound(f"There is no file {path}.") from exc
        facts.append((str(path.absolute()), status.st_size, status.st_mtime_ns))
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _read(
    paths: Sequence[Path],
    target: Path,
    settings: Settings,
    jobs: int,
    staging: Path,
    size: int,
    done: Callable[[], object],
) -> None:
    options = Options(settings=settings, key=bytes(KEY_SIZE), size=size, staging=staging)
    shape = (len(paths), size, size)
    with target.open("wb") as handle:
        np.lib.format.write_array_header_1_0(
            handle, {"descr": "|u1", "fortran_order": False, "shape": shape}
        )
        with Fence(jobs, settings.decode_seconds, settings.decode_memory_mb) as fence:

            def start(path: Path) -> Future[QueryFile]:
                return fence.submit(prepare_query, item_of(path), options)

            for path, future in in_order(iter(paths), start, jobs):
                handle.write(_middle(path, future).tobytes())
                done()


def _middle(path: Path, future: Future[QueryFile]) -> Pictures:
    try:
        file = future.result()
    except RejectedFile as exc:
        raise RejectedFile(exc.reason, f"{path.name}: {exc.message}") from exc
    pictures = [picture for chunk in file.pictures.chunks(64) for picture in chunk]
    file.pictures.discard()
    picture = pictures[len(pictures) // 2]
    if picture.ndim == 3:
        picture = np.asarray(np.rint(picture @ LUMA), np.uint8)
    return picture
