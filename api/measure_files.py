"""Files -> measurements and pictures of how they were made, without storing anything."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from api.measure_pictures import Pictures
from api.measure_results import TABLE, Result, lines_of, write_table
from api.measure_studies import Together, is_worth_keeping, measure_together, with_uid
from infra.errors import BadSetup, RejectedFile
from infra.settings import Settings
from ingest.arrival.items import Item
from ingest.arrival.walk import walk
from ingest.fencing.fence import Fence
from ingest.showing.clips import Clip
from measure.clip import ClipFacts
from measure.heart import Heart
from measure.measuring import OPEN, Asked, Measured, measure, without_network
from measure.modes import View, view_named
from measure.opening import open_segmenter
from measure.phases import phase_named, view_of_name
from measure.segmenter import Segmenter


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
    found: list[_Told] = []
    try:
        for one in run.each(paths):
            found.append(one)
            step()
        results, together = _together(found, asked)
        run.draw_pairs(found, results, together)
    finally:
        results, _ = _together(found, asked)
        if pictures is not None:
            write_table(pictures.folder / TABLE, results)
            pictures.finish()
    return results


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


@dataclass(frozen=True, slots=True)
class _Told:
    """What a file told; `heart` where others of its study may add to it."""

    named: _Named
    result: Result
    heart: Heart | None = None

    @property
    def uid(self) -> str:
        """By which its study knows it; "" where it does not."""
        return self.heart.facts.instance_uid if self.heart else ""


class _Run:
    """One run: files are decoded one ahead of the network."""

    def __init__(
        self, settings: Settings, asked: Asked, pictures: Pictures | None, opened: OPEN
    ) -> None:
        self._settings, self._asked = settings, asked
        self._pictures, self._opened = pictures, opened

    def each(self, paths: Sequence[Path]) -> Iterator[_Told]:
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

    def draw_pairs(
        self, found: Sequence[_Told], results: Sequence[Result], together: Together
    ) -> None:
        """A page for each pair of stills: both with their contours, and what they tell."""
        if self._pictures is None or not together.pairs:
            return
        settings, places = self._settings, {one.uid: n for n, one in enumerate(found) if one.uid}
        with Fence(1, settings.decode_seconds, settings.decode_memory_mb) as fence:
            for stills in together.pairs:
                both = [
                    places[one.facts.instance_uid] for one in (stills.diastolic, stills.systolic)
                ]
                files = [found[place].named for place in both]
                frames = [next(Clip.begin(file.item, settings, fence).frames()) for file in files]
                self._pictures.add_pair(
                    files[0].name,
                    stills.heart,
                    frames,
                    [*lines_of(results[both[0]]), f"End-systole: {PurePath(files[1].name).name}"],
                )

    def _one(self, named: _Named, clip: Clip, fence: Fence) -> _Told:
        try:
            found = self._measured(clip, named)
        except RejectedFile as error:
            if self._pictures is not None:
                self._pictures.add_text(named.name, [named.name, f"Refused: {error.message}"])
            result = Result(
                file=named.name, group=named.group, refused=error.reason, message=error.message
            )
            return _Told(named, result)
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
                lines_of(result),
                lambda: Clip.begin(named.item, self._settings, fence),
            )
        if found.heart is None or not is_worth_keeping(found.heart):
            return _Told(named, result)
        return _Told(named, result, with_uid(found.heart, named.name))

    def _measured(self, clip: Clip, named: _Named) -> Measured:
        facts = _with_name(clip.facts, PurePath(named.name).stem)
        try:
            return measure(facts, clip.frames, self._opened, self._asked)
        except BadSetup:
            return without_network(facts, self._asked)


def _with_name(facts: ClipFacts, name: str) -> ClipFacts:
    """What the header does not say of view and phase may stand in the name of the file."""
    phase = facts.phase or phase_named(name)
    view = view_of_name(name)
    if view is View.UNKNOWN or view_named(facts.description) is not View.UNKNOWN:
        return replace(facts, phase=phase)
    return replace(facts, phase=phase, description=f"{facts.description} | {view.value}")


def _together(found: Sequence[_Told], asked: Asked) -> tuple[list[Result], Together]:
    """The results, with what files of one study tell together."""
    hearts = [one.heart for one in found if one.heart]
    together = measure_together(hearts, asked.threshold_set)
    results = []
    for one in found:
        rows = together.instead.get(one.uid, one.result.records)
        rows = (*together.besides.get(one.uid, ()), *rows)
        results.append(replace(one.result, records=rows))
    return results, together


def _named(paths: Sequence[Path], settings: Settings) -> Iterator[_Named]:
    """Items with their paths as given; the group is the folder below the one that was named."""
    for given in paths:
        top = os.path.normpath(given.absolute())
        for item in walk([given], settings):
            rest = item.file.removeprefix(top).lstrip(os.sep)
            name = os.path.join(given, rest) if rest else str(given)  # noqa: PTH118 - of any string
            folders = PurePath(rest).parts[:-1]
            yield _Named(item, name, folders[0] if folders else "")
