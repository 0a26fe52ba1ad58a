"""Files -> measurements and pictures of how they were made, without storing anything."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

from api.measure_pictures import Pictures
from infra.errors import BadSetup, RejectedFile
from infra.records import Measurement
from infra.settings import Settings
from ingest.clips import Clip
from ingest.fence import Fence
from ingest.items import Item
from ingest.walk import walk
from measure import names, reasons
from measure.biplane import may_be_paired, pair, paired_records
from measure.heart import Heart
from measure.measuring import OPEN, Asked, Measured, measure, without_network
from measure.segmenter import Segmenter, open_segmenter

TABLE = "measurements.csv"
COLUMNS = (
    "subject", "group", "time_point", "file", "view", "name", "method", "value", "unit",
    "threshold_set", "class", "per_beat", "reason", "quality", "model_id",
)  # fmt: skip
NUMBERS_SHOWN = ("ejection_fraction", "end_diastolic_volume", "end_systolic_volume", "heart_rate",
                 "fractional_shortening", "lv_mass")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one file told. `refused` is a reason code where it could not be read."""

    file: str
    view: str = "unknown"
    mode: str = "unknown"
    records: tuple[Measurement, ...] = ()
    subject: str = ""
    group: str = ""
    time_point: str = ""
    refused: str = ""
    message: str = ""

    def document(self) -> dict[str, Any]:
        """As `similis measure --json` prints it."""
        document: dict[str, Any] = {
            "file": self.file,
            "view": self.view,
            "mode": self.mode,
            "measurements": [row_document(record) for record in self.records],
        }
        if self.refused:
            document |= {"refused": self.refused, "message": self.message}
        return document


def row_document(record: Measurement) -> dict[str, Any]:
    """One measurement: the reason and notes in words, and their codes."""
    return {
        "name": record.name,
        "value": record.value,
        "unit": record.unit,
        "method": record.method,
        "threshold_set": record.threshold_set,
        "class": record.grade,
        "per_beat": list(record.per_beat),
        "reason": reasons.sentence(record.reason) if record.reason else "",
        "reason_code": reasons.code_of(record.reason),
        "quality": [reasons.sentence(note) for note in record.quality],
        "quality_codes": [reasons.code_of(note) for note in record.quality],
        "model_id": record.model_id,
    }


def measure_files(
    paths: Sequence[Path],
    settings: Settings,
    asked: Asked,
    overlay: Path | None = None,
    opened: OPEN | None = None,
    step: Callable[[], object] = lambda: None,
) -> list[Result]:
    """Measure every file in the order given, folders sorted. Raises NotFound for a missing path,
    StorageFull for pictures that cannot be written. Where a network is needed and there is none,
    that is the reason why there are no numbers. `step` is called after each file. Cut off, table
    and sheet hold what was finished.
    """
    pictures = None if overlay is None else Pictures(overlay)
    run = _Run(settings, asked, pictures, _once(opened or (lambda: open_segmenter(settings))))
    found: list[tuple[Result, Heart | None]] = []
    try:
        for one in run.each(paths):
            found.append(one)
            step()
    finally:
        results = _with_both_planes(found, asked)
        if pictures is not None:
            write_table(pictures.folder / TABLE, results)
            pictures.finish()
    return results


def write_table(path: Path, results: Sequence[Result]) -> None:
    """A row a measurement; a file that could not be read is a row with its reason."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        table = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        table.writeheader()
        for result in results:
            about = {
                "subject": result.subject,
                "group": result.group,
                "time_point": result.time_point,
                "file": result.file,
                "view": result.view,
            }
            if result.refused:
                table.writerow({**about, "reason": result.message})
            for record in result.records:
                row = row_document(record)
                row = {name: value for name, value in row.items() if name in COLUMNS}
                row |= {"per_beat": "|".join(map(str, record.per_beat)),
                        "quality": "; ".join(row["quality"])}  # fmt: skip
                table.writerow({name: _harmless(value) for name, value in {**about, **row}.items()})


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if formula else value


def _once(opened: OPEN) -> OPEN:
    kept: list[Segmenter] = []

    def open_once() -> Segmenter:
        if not kept:
            kept.append(opened())
        return kept[0]

    return open_once


@dataclass(frozen=True, slots=True)
class _Named:
    """A file with its path as given, and what lies between that and its name."""

    item: Item
    name: str
    group: str


class _Run:
    """One run: files are decoded one ahead of the network."""

    def __init__(
        self, settings: Settings, asked: Asked, pictures: Pictures | None, opened: OPEN
    ) -> None:
        self._settings, self._asked = settings, asked
        self._pictures, self._opened = pictures, opened

    def each(self, paths: Sequence[Path]) -> Iterator[tuple[Result, Heart | None]]:
        settings = self._settings
        with Fence(2, settings.decode_seconds, settings.decode_memory_mb) as fence:
            before: tuple[_Named, Clip] | None = None
            for named in _named(paths, settings):
                following = named, Clip.begin(named.item, settings, fence)
                if before is not None:
                    yield self._one(*before, fence)
                before = following
            if before is not None:
                yield self._one(*before, fence)

    def _one(self, named: _Named, clip: Clip, fence: Fence) -> tuple[Result, Heart | None]:
        try:
            found = self._measured(clip)
        except RejectedFile as error:
            if self._pictures is not None:
                self._pictures.add_text(named.name, [named.name, f"Refused: {error.message}"])
            result = Result(
                file=named.name, group=named.group, refused=error.reason, message=error.message
            )
            return result, None
        result = Result(
            file=named.name,
            view=found.view,
            mode=found.mode.value,
            records=found.records,
            subject=found.facts.subject,
            group=named.group,
            time_point=found.facts.time_point,
        )
        if self._pictures is not None:
            self._pictures.add(
                named.name,
                found,
                _lines(result),
                lambda: Clip.begin(named.item, self._settings, fence),
            )
        heart = found.heart
        return result, heart if heart is not None and may_be_paired(heart) else None

    def _measured(self, clip: Clip) -> Measured:
        try:
            return measure(clip.facts, clip.frames, self._opened, self._asked)
        except BadSetup:
            return without_network(clip.facts, self._asked)


def _named(paths: Sequence[Path], settings: Settings) -> Iterator[_Named]:
    """Items with their paths as given; the group is the folder below the one that was named."""
    for given in paths:
        top = os.path.normpath(given.absolute())
        for item in walk([given], settings):
            rest = item.file.removeprefix(top).lstrip(os.sep)
            name = os.path.join(given, rest) if rest else str(given)  # noqa: PTH118 - of any string
            folders = PurePath(rest).parts[:-1]
            yield _Named(item, name, folders[0] if folders else "")


def _lines(result: Result) -> list[str]:
    """What the pictures say below: name, numbers, notes."""
    shown = [r for r in result.records if r.name in NUMBERS_SHOWN]
    lines = [f"{PurePath(result.file).name}   view: {result.view}"]
    for record in shown:
        label = f"{names.label_of(record.name)} ({names.method_label(record.method)})"
        if record.value is None:
            lines.append(f"{label}: {reasons.sentence(record.reason)}")
            continue
        beats = ", ".join(f"{value:g}" for value in record.per_beat)
        grade = (
            f", {record.grade.replace('_', ' ')} ({record.threshold_set})" if record.grade else ""
        )
        lines.append(f"{label}: {record.value:g} {record.unit}{grade}   beats: {beats}")
    notes = dict.fromkeys(note for record in shown for note in record.quality)
    if notes:
        lines.append("Notes: " + "; ".join(map(reasons.sentence, notes)))
    models = dict.fromkeys(record.model_id for record in shown if record.model_id)
    return [*lines, f"Model: {', '.join(models)}"] if models else lines


def _with_both_planes(found: Sequence[tuple[Result, Heart | None]], asked: Asked) -> list[Result]:
    """Biplane numbers are added to the four-chamber clip of each study that has both."""
    results = [result for result, _ in found]
    seen = [(n, heart) for n, (_, heart) in enumerate(found) if heart and heart.facts.study_uid]
    seen.sort(key=lambda one: one[1].facts.study_uid)
    for _, group in groupby(seen, key=lambda one: one[1].facts.study_uid):
        members = list(group)
        planes = pair([heart for _, heart in members])
        if planes is None:
            continue
        number = next(n for n, heart in members if heart is planes[0])
        rows = paired_records(*planes, asked.threshold_set)
        results[number] = replace(results[number], records=(*rows, *results[number].records))
    return results
