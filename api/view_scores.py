"""How well modes and views are told: files with known views, and a confusion matrix."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from infra.errors import BadQuery, RejectedFile
from infra.settings import Settings
from ingest.arrival.items import Item
from ingest.arrival.walk import walk
from ingest.fencing.fence import Fence
from ingest.showing.clips import Clip
from ingest.showing.query_file import item_of
from ingest.showing.shown_frames import shown_frames
from measure.measuring import placed
from measure.modes import TRAINED, View, has_colour_box, view_seen
from measure.regions import Mode
from measure.segmenter import Frame, Segmenter
from measure.species import Species

FRAMES = 5  # of a file that are looked at
OTHER = View.OTHER.value
OFF = tuple(view.value for view in View if view not in (*TRAINED, View.OTHER, View.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of files by (truth, prediction); `refused` could not be read."""

    counts: Counter[tuple[str, str]]
    refused: int

    @property
    def truths(self) -> list[str]:
        """Rows, sorted."""
        return sorted({truth for truth, _ in self.counts})

    @property
    def predictions(self) -> list[str]:
        """Columns, sorted."""
        return sorted({predicted for _, predicted in self.counts})

    @property
    def accuracy(self) -> float | None:
        """Files told right, of all that were read."""
        every = self.counts.total()
        right = sum(n for (truth, predicted), n in self.counts.items() if truth == predicted)
        return right / every if every else None


def score(
    table: Path | None, others: Sequence[Path], settings: Settings, segmenter: Segmenter
) -> Confusion:
    """Look at every file of a table (columns file and view; without view all are A4C), and at
    `others`, which show no apical four-chamber heart. What a header says of the view is not used:
    truth that stands in the file would be read off it.
    """
    counts: Counter[tuple[str, str]] = Counter()
    refused = 0
    with Fence(1, settings.decode_seconds, settings.decode_memory_mb) as fence:
        for item, truth in _files(table, others, settings):
            try:
                counts[truth, told(item, settings, fence, segmenter)] += 1
            except RejectedFile:
                refused += 1
    return Confusion(counts, refused)


def told(item: Item, settings: Settings, fence: Fence, segmenter: Segmenter) -> str:
    """m_mode, doppler, colour, A4C, or other, as `similis measure` would. Raises RejectedFile."""
    facts = Clip.begin(item, settings, fence).facts
    if not facts.ultrasound and facts.rows:  # DICOM of another modality is never looked at
        return OTHER
    place = placed(facts, Species.HUMAN)
    if place.mode in (Mode.M_MODE, Mode.DOPPLER, Mode.COLOUR):
        return place.mode.value
    left, top, right, bottom = place.box if facts.ultrasound else (0, 0, None, None)
    frames: list[Frame] = [
        frame[top:bottom, left:right]
        for frame in islice(shown_frames(item, settings, fence), FRAMES)
    ]
    if has_colour_box(frames[0]):
        return Mode.COLOUR.value
    present = [found.present for found in segmenter.segment(frames)]
    seen = view_seen("", float(np.median(present)))
    return OTHER if seen.view is View.UNKNOWN else seen.view.value


def _files(
    table: Path | None, others: Sequence[Path], settings: Settings
) -> Iterator[tuple[Item, str]]:
    if table is not None:
        yield from _listed(table)
    for item in walk(others, settings) if others else ():
        if not item.problem:
            yield item, OTHER


def _listed(table: Path) -> Iterable[tuple[Item, str]]:
    with table.open(newline="", encoding="utf-8") as handle:
        rows = csv.DictReader(handle)
        if "file" not in (rows.fieldnames or ()):
            raise BadQuery(f"{table.name} has no column named file.")
        for row in rows:
            truth = (row.get("view") or View.A4C.value).strip()
            yield item_of(table.parent / row["file"]), truth
