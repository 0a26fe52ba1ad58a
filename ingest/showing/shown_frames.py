"""The frames of a file as they are displayed, a few at a time, whatever the file is.

A fenced worker decodes the next frames while the caller works on those before: neither side ever
holds a whole clip.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedder.pixels import open_picture, render
from infra.settings import MEGA, Settings
from ingest.arrival.items import Item
from ingest.arrival.walk import read
from ingest.decoding import decode
from ingest.fencing.fence import Fence
from ingest.reading import dicom
from ingest.reading.display import display_of
from ingest.reading.parsing import looks_like_dicom
from ingest.reading.quiet import quiet
from ingest.reasons import rejected
from ingest.showing.query_file import is_picture

Frame = npt.NDArray[np.uint8]
PART_MB = 16  # of displayed frames that travel together
MOST_TOGETHER = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Displayed frames from number `first` (0 is the first) of `count`."""

    first: int
    count: int
    frames: tuple[Frame, ...]


def shown_frames(item: Item, settings: Settings, fence: Fence) -> Iterator[Frame]:
    """Every frame of a DICOM, PNG, JPEG, TIFF or WebP file, uint8 (rows, columns[, 3]), in order.

    What lies outside an ultrasound's regions is black. Raises RejectedFile.
    """
    return frames_from(begin(item, settings, fence), item, settings, fence)


def begin(item: Item, settings: Settings, fence: Fence) -> Future[Part]:
    """Start to decode the first frames, so that a file can be read ahead."""
    return fence.submit(shown_part, item, 0, settings)


def frames_from(
    first: Future[Part], item: Item, settings: Settings, fence: Fence
) -> Iterator[Frame]:
    """The same, from what `begin` gave."""
    part = first.result()
    while True:
        after = part.first + len(part.frames)
        following = fence.submit(shown_part, item, after, settings) if after < part.count else None
        yield from part.frames
        if following is None:
            return
        part = following.result()


@quiet()
def shown_part(item: Item, first: int, settings: Settings) -> Part:
    """As many frames from number `first` as fit into PART_MB. Runs in a fenced worker.

    Raises RejectedFile.
    """
    data = read(item, settings)
    if is_picture(data):
        return Part(first=0, count=1, frames=(open_picture(data, settings),))
    if not looks_like_dicom(data):
        raise rejected("not_dicom")
    dataset = dicom.parse(data, settings)
    if dicom.is_dicomdir(dataset) or not dicom.is_image(dataset):
        raise rejected("no_pixel_data")
    count, shown, size = dicom.frame_count(dataset), [], 0
    wanted = range(first, min(count, first + MOST_TOGETHER))
    for index, frame in enumerate(decode.frames(dataset, settings, wanted), first):
        shown.append(render(frame, display_of(dataset, index)))
        size += shown[-1].nbytes
        if size >= PART_MB * MEGA:
            break
    if not shown:
        raise rejected("truncated_pixel_data")
    return Part(first=first, count=count, frames=tuple(shown))
