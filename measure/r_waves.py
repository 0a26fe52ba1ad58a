"""Beats by the R waves that a header names (RWaveTimeVector, PS3.3 C.8.5.6): an ECG knows when a
beat begins, the area curve how large the cavity is then.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from measure.beats import PROMINENCE, UNLIKE, Beat, Beats
from measure.species import Heart

Numbers = npt.NDArray[np.float64]

BEFORE, AFTER = 0.15, 0.3  # of the shortest beat: the cavity is largest about the R wave
UNTOLD = ("", "half_a_beat")  # reasons that R waves can overcome


def by_r_waves(found: Beats, times: Numbers, r_waves: Sequence[float], heart: Heart) -> Beats:
    """The beats between R waves (ms from the first frame on), where these fit the curve; else those
    that were found, with a note where R waves contradict them.
    """
    waves = [wave for wave in sorted(r_waves) if np.isfinite(wave)]
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    waves = [wave for wave in waves if -step <= wave <= times[-1] + step]
    if found.reason not in UNTOLD or len(waves) < 2:
        return found
    intervals = tuple(b - a for a, b in pairwise(waves))
    beats = [_beat(found.smooth, times, wave, end, heart) for wave, end in pairwise(waves)]
    fitting = [beat for beat in beats if beat is not None]
    if min(intervals) < heart.shortest_beat_ms or len(fitting) < len(beats):
        return found if found.reason else replace(found, notes=(*found.notes, "r_waves_disagree"))
    return Beats(tuple(fitting), found.smooth, "", intervals, _notes(found, fitting, intervals))


def _beat(smooth: Numbers, times: Numbers, wave: float, end: float, heart: Heart) -> Beat | None:
    """The largest cavity about the R wave, and the smallest before the next; None where the first
    is no end-diastole.
    """
    diastole = _largest(smooth, times, wave, heart)
    later = _largest(smooth, times, end, heart)
    inside = np.flatnonzero((times > times[diastole]) & (times < end))
    if not len(inside):
        return None
    systole = int(inside[smooth[inside].argmin()])
    low, high = np.percentile(smooth, (2, 98))
    if smooth[diastole] - smooth[systole] < PROMINENCE * (high - low):
        return None
    return Beat(diastole, systole, later if later > systole else None)


def _largest(smooth: Numbers, times: Numbers, wave: float, heart: Heart) -> int:
    shortest = heart.shortest_beat_ms
    near = (times >= wave - BEFORE * shortest) & (times <= wave + AFTER * shortest)
    frames = np.flatnonzero(near)
    if not len(frames):
        return int(np.abs(times - wave).argmin())
    return int(frames[smooth[frames].argmax()])


def _notes(found: Beats, beats: Sequence[Beat], intervals: Sequence[float]) -> tuple[str, ...]:
    """Those of the curve that still hold, and those of the intervals."""
    about = ("one_beat_only", "irregular", "edge_of_clip")
    notes = [note for note in found.notes if not note.startswith(about)]
    if len(beats) == 1:
        notes.append("one_beat_only")
    if max(intervals) - min(intervals) > UNLIKE * float(np.median(intervals)):
        notes.append(f"irregular: {min(intervals):.0f} to {max(intervals):.0f} ms")
    return (*notes, "by_r_waves")
