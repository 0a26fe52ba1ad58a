"""Fitted pictures on their way from a worker to the embedder: few in memory, many on disk."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.arrival.staging import disk_errors

Picture = npt.NDArray[np.uint8]

IN_MEMORY = 64  # pictures of one file that travel through the pipe (3 MB of grey at 224 pixels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pictures:
    """`count` pictures of equal shape, uint8: in `held`, or in a raw file at `path`."""

    count: int = 0
    held: tuple[Picture, ...] = ()
    path: Path | None = None
    shape: tuple[int, ...] = ()

    def chunks(self, size: int) -> Iterator[Sequence[Picture]]:
        """All pictures in order, at most `size` at a time."""
        if self.path is None:
            for begin in range(0, self.count, size):
                yield self.held[begin : begin + size]
            return
        stack = np.memmap(self.path, np.uint8, "r", shape=(self.count, *self.shape))
        for begin in range(0, self.count, size):
            yield [np.array(picture) for picture in stack[begin : begin + size]]

    def discard(self) -> None:
        """Delete the file, if there is one."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


class Spool:
    """Takes pictures one by one; goes to a file in `folder` where there will be many."""

    def __init__(self, expected: int, folder: Path | None) -> None:
        self._held: list[Picture] = []
        self._shape: tuple[int, ...] = ()
        self._count = 0
        spills = expected > IN_MEMORY and folder is not None
        self._path = folder / f"{uuid.uuid4().hex}.pictures" if spills and folder else None
        self._file = self._path.open("wb") if self._path else None

    def add(self, picture: Picture) -> None:
        """Take the next picture."""
        self._count += 1
        self._shape = picture.shape
        if self._file is None:
            self._held.append(picture)
        else:
            with disk_errors():
                self._file.write(picture.tobytes())

    def finish(self) -> Pictures:
        """Close and hand over what was taken."""
        if self._file is not None:
            with disk_errors():
                self._file.close()
        return Pictures(
            count=self._count, held=tuple(self._held), path=self._path, shape=self._shape
        )
