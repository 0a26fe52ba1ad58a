"""Files -> masks, one PNG of class numbers a frame, without storing anything."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path, PurePath

from infra.errors import RejectedFile
from infra.settings import Settings
from ingest.arrival.items import Item
from ingest.arrival.walk import walk
from ingest.fencing.fence import Fence
from ingest.showing.shown_frames import Frame, Part, begin, frames_from
from measure.segmenter import ClipSegmenter, Segmented

FILES_AHEAD = 2  # for each decoding process
Named = tuple[str, PurePath, Item]
Begun = tuple[Named, Future[Part]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a frame comes from: the file as given, its place below the given folder, its number.

    `frame` counts from 1; `frames` is how many the file has.
    """

    file: str
    place: PurePath
    frame: int
    frames: int

    @property
    def mask_name(self) -> PurePath:
        """`heart.png` for the only frame of a file, `heart_0001.png` for the first of several."""
        number = f"_{self.frame:04d}" if self.frames > 1 else ""
        return self.place.with_name(f"{self.place.stem}{number}.png")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A file that shows nothing, with the reason."""

    file: str
    reason: str
    message: str


class FileSegmentation:
    """Frames of files through a segmenter; `refused` fills while the results are read."""

    def __init__(self, settings: Settings, segmenter: ClipSegmenter, jobs: int) -> None:
        self._settings = settings
        self._segmenter = segmenter
        self._jobs = jobs
        self._origins: deque[Origin] = deque()
        self.refused: list[Refusal] = []

    def run(self, paths: Sequence[Path]) -> Iterator[tuple[Origin, Segmented]]:
        """Every frame in the order given, folders sorted. Raises NotFound for a missing path."""
        settings = self._settings
        with Fence(self._jobs, settings.decode_seconds, settings.decode_memory_mb) as fence:
            clips = (self._frames(begun, fence) for begun in self._begun(paths, fence))
            for found in self._segmenter.segment_clips(clips):
                yield self._origins.popleft(), found

    def _frames(self, begun: Begun, fence: Fence) -> Iterator[Frame]:
        (file, place, item), first = begun
        try:
            count = first.result().count
            frames = frames_from(first, item, self._settings, fence)
            for number, frame in enumerate(frames, start=1):
                self._origins.append(Origin(file=file, place=place, frame=number, frames=count))
                yield frame
        except RejectedFile as error:
            self.refused.append(Refusal(file=file, reason=error.reason, message=error.message))

    def _begun(self, paths: Sequence[Path], fence: Fence) -> Iterator[Begun]:
        """Files, a few of them being read ahead."""
        window: deque[Begun] = deque()
        for named in _named(paths, self._settings):
            window.append((named, begin(named[2], self._settings, fence)))
            if len(window) > FILES_AHEAD * self._jobs:
                yield window.popleft()
        while window:
            yield window.popleft()


def _named(paths: Sequence[Path], settings: Settings) -> Iterator[Named]:
    """Items with their paths as given, and their places below what was given."""
    for given in paths:
        top = os.path.normpath(given.absolute())
        for item in walk([given], settings):
            below = item.file.removeprefix(top).lstrip(os.sep)
            place = PurePath(*(_safe(part) for part in PurePath(below or given.name).parts))
            yield str(given) + item.file.removeprefix(top), place, item


def _safe(part: str) -> str:
    """A name inside an archive never leads out of the folder of masks."""
    return part.strip("!") if part.strip("!") not in ("", "..", ".") else "_"
