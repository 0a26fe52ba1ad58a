"""Single frames of one study -> the pair of them that is one beat's end-diastole and end-systole.

Archives such as CAMUS keep two frames instead of a clip. Two are a beat when their header (or the
name of their file) says that one is end-diastole and the other end-systole; or, where nothing says
so, when they are the only two of their series, and alike in all but the size of the cavity.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from infra.measured import EDITED
from infra.records import Measurement
from measure.beats import LEAST_CHANGE, Beat, Beats
from measure.heart import Heart, notes_of
from measure.modes import View
from measure.phases import OTHER_END, Phase
from measure.results import records_of
from measure.thresholds import DEFAULT_SET

FROM_STILLS = "from_stills"  # among what is said of the quality of their numbers
SMALLEST = 0.2  # of the larger cavity's area: less is another heart, or another depth


@dataclass(frozen=True, slots=True, eq=False)
class Stills:
    """Two stills that are the ends of one beat; `named` is False where their sizes tell which."""

    diastolic: Heart
    systolic: Heart
    named: bool

    @property
    def heart(self) -> Heart:
        """Both as a heart of two frames, which stands with the end-diastolic picture."""
        both = self.diastolic, self.systolic
        sure = next((one for one in both if one.seen.source != "header"), self.diastolic)
        made = replace(
            self.diastolic,
            facts=replace(self.diastolic.facts, frames=2),
            seen=sure.seen,
            times=None,
            ventricles=tuple(one.ventricles[0] for one in both),
            shapes=tuple(one.shapes[0] for one in both),
            confidence=tuple(one.confidence[0] for one in both),
            beats=Beats((Beat(0, 1),), np.array([one.areas[0] for one in both])),
            others=(),
            edited=frozenset(n for n, one in enumerate(both) if one.edited),
        )
        told = (FROM_STILLS, *(() if self.named else ("phase_by_size",)))
        notes = (note for note in notes_of(made, made.beats) if note != "assumed_frame_time")
        drawn = (EDITED,) if made.edited else ()
        return replace(made, notes=(*told, *notes, *drawn))


def is_still(heart: Heart) -> bool:
    """Whether it is of a single frame in which there is a ventricle."""
    return heart.reason == "one_frame" and len(heart.shapes) == 1 and heart.shapes[0] is not None


def paired_stills(hearts: Sequence[Heart]) -> list[Stills]:
    """The pairs among the stills of one study; none of a view in which a clip beats."""
    return [found for _, found in _groups(hearts) if isinstance(found, Stills)]


def still_records(
    hearts: Sequence[Heart], threshold_set: str = DEFAULT_SET
) -> dict[str, tuple[Measurement, ...]]:
    """What each still of one study tells, by its instance: a pair's numbers stand with its
    end-diastolic picture, every other one says why it has none.
    """
    rows: dict[str, tuple[Measurement, ...]] = {}
    for members, found in _groups(hearts):
        for one in members:
            reason = found if isinstance(found, str) else "other_still"
            without = replace(one, beats=replace(one.beats, reason=reason))
            rows[one.facts.instance_uid] = _told(without, reason, threshold_set)
        if isinstance(found, Stills):
            uid = found.diastolic.facts.instance_uid
            rows[uid] = _told(found.heart, "one_beat", threshold_set)
    return rows


def _told(heart: Heart, no_rate: str, threshold_set: str) -> tuple[Measurement, ...]:
    """Its numbers; that stills have no rate is no fault of a header."""
    return tuple(
        replace(row, reason=no_rate) if row.name == "heart_rate" else row
        for row in records_of(heart, threshold_set)
    )


def _groups(hearts: Sequence[Heart]) -> Iterator[tuple[list[Heart], Stills | str]]:
    """Stills of one view (of more than two, those of one series), and their pair or the reason why
    there is none.
    """
    stills = sorted((one for one in hearts if is_still(one)), key=view_of)
    beating = {view_of(one) for one in hearts if not one.reason}
    for view, group in groupby(stills, key=view_of):
        members = list(group)
        if view in beating:
            yield members, "one_frame"
        elif len(members) <= 2:
            yield members, _pair(members)
        else:
            members.sort(key=_series)
            for _, series in groupby(members, key=_series):
                yield (parts := list(series)), _pair(parts)


def view_of(heart: Heart) -> str:
    """Stills of one view are compared; what is not named is taken for four-chamber, as in clips."""
    return (View.A4C if heart.seen.view is View.UNKNOWN else heart.seen.view).value


def _series(heart: Heart) -> str:
    return heart.facts.series_uid


def _pair(members: Sequence[Heart]) -> Stills | str:
    """Exactly one end-diastole and one end-systole, or the reason."""
    if len(members) == 1:
        return "one_frame"
    if len(members) == 2 and not any(one.facts.phase for one in members):
        return _by_size(*members)
    if len(members) == 2:
        members = _completed(*members)
    ends = [[one for one in members if one.facts.phase == end] for end in (Phase.ED, Phase.ES)]
    if any(len(end) != 1 for end in ends):
        return "several_stills"
    (diastolic,), (systolic,) = ends
    alike = _alike(diastolic, systolic)
    return Stills(diastolic, systolic, named=True) if alike else "stills_differ"


def _completed(first: Heart, second: Heart) -> tuple[Heart, Heart]:
    """Where one is named, the other is the other end."""

    def named(one: Heart, beside: Heart) -> Heart:
        phase = one.facts.phase or OTHER_END[beside.facts.phase]
        return replace(one, facts=replace(one.facts, phase=phase))

    return named(first, second), named(second, first)


def _by_size(first: Heart, second: Heart) -> Stills | str:
    """The larger cavity is end-diastole, where nothing else differs."""
    if _series(first) != _series(second) or not _alike(first, second):
        return "several_stills"
    systolic, diastolic = sorted((first, second), key=lambda one: float(one.areas[0]))
    part = float(systolic.areas[0] / diastolic.areas[0])
    if part > 1 - LEAST_CHANGE:
        return "no_contraction"
    return Stills(diastolic, systolic, named=False) if part > SMALLEST else "stills_differ"


def _alike(first: Heart, second: Heart) -> bool:
    """Whether their sizes can be compared: both in mm, or both pictures of one size."""
    if first.scale.known and second.scale.known:
        return True
    size = first.facts.rows, first.facts.columns, first.scale
    return size == (second.facts.rows, second.facts.columns, second.scale)
