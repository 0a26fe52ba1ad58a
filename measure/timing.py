"""When each frame was taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
SLOWEST_MS, FASTEST_MS = 500.0, 0.5  # a cine's frame takes longer or shorter only by mistake
UNEVEN = 1.6  # times the usual step


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFacts:
    """What a header says of time: FrameTime and FrameTimeVector in ms, CineRate and
    RecommendedDisplayFrameRate in frames a second (PS3.3 C.7.6.5), RWaveTimeVector in ms from the
    first frame on, RWavePointer in frames counted from 1; None or () where it is silent.
    """

    frame_time: float | None = None
    frame_time_vector: tuple[float, ...] = ()
    cine_rate: float | None = None
    display_rate: float | None = None
    r_waves: tuple[float, ...] = ()
    r_wave_frames: tuple[float, ...] = ()

    def r_waves_ms(self, times: Numbers) -> tuple[float, ...]:
        """Every R wave in ms, of frames at `times`; a pointer to no frame is left out."""
        if self.r_waves:
            return self.r_waves
        frames = (int(frame) for frame in self.r_wave_frames if 1 <= frame <= len(times))
        return tuple(float(times[frame - 1]) for frame in frames)


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """`ms` from the first frame on, rising; `source` is the DICOM keyword it comes from."""

    ms: Numbers
    source: str

    @property
    def step_ms(self) -> float:
        """The usual time between frames."""
        return float(np.median(np.diff(self.ms))) if len(self.ms) > 1 else 0.0

    @property
    def is_uneven(self) -> bool:
        """Whether some frames lie much further apart than is usual."""
        steps = np.diff(self.ms)
        return len(steps) > 0 and bool(steps.max() > UNEVEN * np.median(steps))


def frame_times(facts: TimeFacts, frames: int) -> FrameTimes | None:
    """FrameTime, FrameTimeVector, CineRate, RecommendedDisplayFrameRate: the first that makes
    sense; None where none does.
    """
    if _is_step(facts.frame_time):
        return _even(facts.frame_time, frames, "FrameTime")
    vector = _from_vector(facts.frame_time_vector, frames)
    if vector is not None:
        return FrameTimes(vector, "FrameTimeVector")
    rates = {"CineRate": facts.cine_rate, "RecommendedDisplayFrameRate": facts.display_rate}
    for source, rate in rates.items():
        if rate and rate > 0 and _is_step(1000 / rate):
            return _even(1000 / rate, frames, source)
    return None


def _is_step(step: float | None) -> bool:
    return step is not None and FASTEST_MS <= step <= SLOWEST_MS


def _even(step: float | None, frames: int, source: str) -> FrameTimes:
    return FrameTimes(np.arange(frames, dtype=np.float64) * float(step or 0.0), source)


def _from_vector(steps: Sequence[float], frames: int) -> Numbers | None:
    """Times from increments: the first one is that of the first frame, usually 0 (C.7.6.5.1.2)."""
    if len(steps) == frames - 1:
        steps = (0.0, *steps)
    if len(steps) < frames or frames < 2:
        return None
    rest = np.asarray(steps[1:frames], np.float64)
    if not np.isfinite(rest).all() or rest.min() <= 0 or not _is_step(float(np.median(rest))):
        return None
    return np.concatenate([[0.0], np.cumsum(rest)])
