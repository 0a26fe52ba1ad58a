"""Area curve -> beats: end-diastole and end-systole of each.

A turning point counts when the curve goes back from it by a part of its whole range, and beats are
no closer than the heart can beat: never by a fixed number of frames.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from measure.species import Heart

Numbers = npt.NDArray[np.float64]

PROMINENCE = 0.3  # of the curve's range
LEAST_CHANGE = 0.04  # of its largest value: less is noise
MOST_MISSING = 0.25  # of frames without a ventricle
FULL = 0.7  # of its swing must be seen of the other half of an only beat
ALIKE = 0.85  # of the usual swing: an end of the clip that is less is no turning point
SAME = 0.05  # of the usual swing: an end of the clip that closes a beat is hardly lower
STEEP = 0.5  # of the steepest slope: then the clip begins or ends within a contraction
SMOOTH = 0.09  # of the shortest beat
UNLIKE = 0.2  # of the usual interval: then beats are irregular


@dataclass(frozen=True, slots=True)
class Beat:
    """Frames, counted from 0; `end` is the next end-diastole, None where the clip ends before."""

    end_diastole: int
    end_systole: int
    end: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """`beats` in order, `smooth` the curve they were found in, `reason` where there are none.

    `intervals_ms` are the times from one beat to the next; () without frame times.
    """

    beats: tuple[Beat, ...]
    smooth: Numbers
    reason: str = ""
    intervals_ms: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rate(self) -> float | None:
        """Heart rate: 60000 / median interval. 1/min."""
        return 60_000 / float(np.median(self.intervals_ms)) if self.intervals_ms else None


@dataclass(slots=True)
class _Curve:
    values: Numbers
    times: Numbers
    threshold: float
    turns: list[tuple[int, bool]] = field(default_factory=list)  # (frame, is a maximum)


def find_beats(values: Numbers, times_ms: Numbers | None, heart: Heart) -> Beats:
    """`values` are areas by frame, NaN where there is none."""
    nothing = np.asarray(values, np.float64)
    missing = float(np.isnan(values).mean()) if len(values) else 1.0
    if len(values) < 2:
        return Beats((), nothing, "one_frame")
    if missing > MOST_MISSING:
        return Beats((), nothing, "empty_mask")
    times = evenly(len(values), heart.frame_ms) if times_ms is None else times_ms
    smooth = smoothed(filled(values), times, SMOOTH * heart.shortest_beat_ms)
    low, high = np.percentile(smooth, (2, 98))
    if high - low < LEAST_CHANGE * high:
        return Beats((), smooth, "no_contraction")
    if times[-1] - times[0] < 0.75 * heart.shortest_beat_ms:
        return Beats((), smooth, "too_short")
    curve = _Curve(smooth, times, PROMINENCE * float(high - low))
    turns = _apart(_turning_points(smooth, curve.threshold), curve, heart.shortest_beat_ms)
    curve.turns = _latest_highs(turns, curve)
    beats = _beats(curve)
    if not beats:
        return Beats((), smooth, "half_a_beat")
    intervals = () if times_ms is None else _intervals(beats, curve)
    return Beats(tuple(beats), smooth, "", intervals, _notes(beats, intervals, times, missing))


def evenly(count: int, step_ms: float) -> Numbers:
    """Times of frames that lie evenly apart."""
    return np.arange(count, dtype=np.float64) * step_ms


def filled(values: Numbers) -> Numbers:
    """The curve with its gaps drawn straight, and lone outliers replaced by their neighbours."""
    known = np.flatnonzero(~np.isnan(values))
    whole = np.interp(np.arange(len(values)), known, values[known])
    if len(whole) < 5:
        return whole
    padded = np.pad(whole, 2, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 5)
    usual = np.median(around, axis=1)
    spread = np.median(np.abs(around - usual[:, None]), axis=1)
    far = np.abs(whole - usual) > np.maximum(6 * spread, 0.1 * np.median(np.abs(whole)))
    return np.where(far, usual, whole)


def smoothed(values: Numbers, times: Numbers, sigma: float) -> Numbers:
    """Weighted means over time; a straight line is left as it is, also at its ends."""
    weights = np.exp(-(((times[:, None] - times[None, :]) / sigma) ** 2) / 2)
    offset = times[None, :] - times[:, None]
    total, first = weights.sum(1), (weights * offset).sum(1)
    second = (weights * offset**2).sum(1)
    zeroth, slope = weights @ values, (weights * offset) @ values
    spread = total * second - first**2
    flat = spread <= 1e-9 * np.maximum(total * second, 1e-12)
    line = (second * zeroth - first * slope) / np.where(flat, 1.0, spread)
    return np.asarray(np.where(flat, zeroth / total, line))


def _turning_points(values: Numbers, threshold: float) -> list[tuple[int, bool]]:
    """Highest and lowest places in turn, between which the curve moves by `threshold` or more.

    The first and the last may be ends of the clip.
    """
    turns: list[tuple[int, bool]] = []
    top = bottom = 0
    rising: bool | None = None
    for index in range(1, len(values)):
        top = index if values[index] > values[top] else top
        bottom = index if values[index] < values[bottom] else bottom
        if rising is not False and values[top] - values[index] >= threshold:
            turns.append((top, True))
            rising, bottom = False, index
        elif rising is not True and values[index] - values[bottom] >= threshold:
            turns.append((bottom, False))
            rising, top = True, index
        if rising is True:
            bottom = index
        elif rising is False:
            top = index
    if rising is not None:
        turns.append((top, True) if rising else (bottom, False))
    return turns


def _apart(
    turns: list[tuple[int, bool]], curve: _Curve, shortest_ms: float
) -> list[tuple[int, bool]]:
    """Drop the smallest swings until beats are as far apart as they must be."""
    turns = list(turns)
    while True:
        lows = [n for n, (_, is_max) in enumerate(turns) if not is_max]
        close = [
            n
            for n, m in pairwise(lows)
            if curve.times[turns[m][0]] - curve.times[turns[n][0]] < shortest_ms
        ]
        if not close:
            return turns
        first = close[0]  # low, high, low: keep the lower low
        low, other = turns[first][0], turns[first + 2][0]
        gone = first + 2 if curve.values[low] <= curve.values[other] else first
        del turns[min(gone, first + 1) : max(gone, first + 1) + 1]


def _latest_highs(turns: list[tuple[int, bool]], curve: _Curve) -> list[tuple[int, bool]]:
    """A ventricle is full more than once in diastole: of highs that are hardly different the one
    right before the contraction counts.
    """
    values, moved = curve.values, list(turns)
    for number, ((frame, is_max), (low, _)) in enumerate(pairwise(turns)):
        if is_max:
            least = values[frame] - SAME * (values[frame] - values[low])
            inner = range(frame + 1, low)
            peaks = [n for n in inner if values[n - 1] <= values[n] >= values[n + 1] >= values[low]]
            moved[number] = max([frame, *(n for n in peaks if values[n] >= least)]), True
    return moved


def _beats(curve: _Curve) -> list[Beat]:
    """Each low with the high before it; turns at the ends of the clip only where they are real."""
    turns, last = curve.turns, len(curve.values) - 1
    if all(frame in (0, last) for frame, _ in turns):
        return []
    swing = _swing(curve)
    kept = [turn for turn in turns if turn[0] not in (0, last) or _is_real(turn, curve, swing)]
    found: list[Beat] = []
    for before, (frame, is_max) in pairwise(kept):
        if not is_max and before[1]:
            ends = [f for f, top in kept if top and f > frame]
            found.append(Beat(before[0], frame, _end(before[0], ends, curve, swing)))
    if not found:  # the clip begins within a contraction: the filling after it shows both
        found = [
            Beat(after[0], frame)
            for (frame, is_max), after in pairwise(kept)
            if not is_max and after[1]
        ][:1]
    return found if len(found) > 1 or (found and _is_whole(found[0], curve)) else []


def _end(begin: int, highs: list[int], curve: _Curve, swing: float) -> int | None:
    """The next high; the end of the clip only where it is as high as the beginning."""
    if not highs:
        return None
    values, end = curve.values, highs[0]
    at_edge = end == len(values) - 1
    return None if at_edge and values[end] < values[begin] - SAME * swing else end


def _is_whole(beat: Beat, curve: _Curve) -> bool:
    """Whether the only beat of a clip is more than its contraction, or more than its filling: what
    is seen before and after its two turning points makes up most of the other half.
    """
    values = curve.values
    first, second = sorted((beat.end_diastole, beat.end_systole))
    before, after = values[: first + 1], values[second:]
    swing = values[beat.end_diastole] - values[beat.end_systole]
    seen = np.ptp(before) + np.ptp(after)
    return bool(seen >= FULL * swing)


def _swing(curve: _Curve) -> float:
    """The usual difference between a high and a low."""
    values = [curve.values[frame] for frame, _ in curve.turns]
    steps = np.abs(np.diff(values))
    return float(np.median(steps)) if len(steps) else 0.0


def _is_real(turn: tuple[int, bool], curve: _Curve, swing: float) -> bool:
    """Whether an end of the clip is a turning point: as high or low as the others, and flat."""
    frame, is_max = turn
    values, times = curve.values, curve.times
    same = [values[f] for f, top in curve.turns if top is is_max and f != frame]
    if same:
        short = np.median(same) - values[frame] if is_max else values[frame] - np.median(same)
        if short > (1 - ALIKE) * swing:
            return False
    slopes = np.abs(np.diff(values) / np.diff(times))
    # the steepest slope lasts a while; the first 4 % of a clip's time, or its first step, is short
    near = np.abs(times[:-1] - times[frame]) if frame == 0 else np.abs(times[1:] - times[frame])
    step = float(np.median(np.diff(times)))
    edge = slopes[near <= max(0.5 * step, 0.04 * (times[-1] - times[0]))]
    return bool(edge.mean() < STEEP * np.percentile(slopes, 95))


def _intervals(beats: list[Beat], curve: _Curve) -> tuple[float, ...]:
    """From one contraction to the next, half way down: a full ventricle rests, and when it is
    fullest is a matter of noise. Of an only beat from its end-diastole to the next.
    """
    values, times = curve.values, curve.times
    if len(beats) == 1:
        (beat,) = beats
        return () if beat.end is None else (float(times[beat.end] - times[beat.end_diastole]),)
    high = np.median([values[beat.end_diastole] for beat in beats])
    low = np.median([values[beat.end_systole] for beat in beats])
    halves = [_falls_to(float(high + low) / 2, beat, curve) for beat in beats]
    return tuple(float(interval) for interval in np.diff(halves))


def _falls_to(level: float, beat: Beat, curve: _Curve) -> float:
    """When a contraction passes a level, ms; between frames on a straight line."""
    values, times = curve.values, curve.times
    inside = range(beat.end_diastole, max(beat.end_systole, beat.end_diastole + 1))
    for frame in inside:
        above, below = values[frame], values[min(frame + 1, len(values) - 1)]
        if above >= level > below:
            part = (above - level) / (above - below)
            return float(times[frame] + part * (times[frame + 1] - times[frame]))
    return float(times[beat.end_diastole])


def _notes(
    beats: list[Beat], intervals: tuple[float, ...], times: Numbers, missing: float
) -> tuple[str, ...]:
    last = len(times) - 1
    notes = []
    ends = {0, last}
    if any(ends & {b.end_diastole, b.end_systole} for b in beats):
        notes.append("edge_of_clip")
    if len(beats) == 1:
        notes.append("one_beat_only")
    if len(intervals) > 1 and max(intervals) - min(intervals) > UNLIKE * np.median(intervals):
        notes.append(f"irregular: {min(intervals):.0f} to {max(intervals):.0f} ms")
    if missing > 0:
        notes.append(f"missing_frames: {round(missing * len(times))} of {len(times)}")
    if intervals and np.median(intervals) / np.median(np.diff(times)) < 10:
        notes.append("few_frames")
    return tuple(notes)
