"""What was seen -> `Measurement` records: every number with its method, or the reason why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infra.records import Measurement
from measure import volumes
from measure.beats import Beat, evenly, filled, smoothed
from measure.heart import Heart
from measure.species import HEARTS
from measure.thresholds import DEFAULT_SET, grade_ef
from measure.ventricle import Shape

EF = "ejection_fraction"
DISCS, AREA_LENGTH, BIPLANE = "discs", "area_length", "biplane_discs"
FAR = 1.6  # times the heart rate that the header says: one of them is wrong
LEAST_RATE = 20.0  # 1/min; headers say 0 where they do not know
SHARP = 0.025  # of the shortest beat: over this time sizes are averaged

Size = Callable[[Shape], float]
_VOLUMES: dict[str, Size] = {
    DISCS: lambda shape: shape.discs_ml,
    AREA_LENGTH: lambda shape: shape.area_length_ml,
}


@dataclass(frozen=True, slots=True)
class Ends:
    """A size at end-diastole and end-systole, one a beat."""

    diastolic: tuple[float, ...]
    systolic: tuple[float, ...]


def records_of(heart: Heart, threshold_set: str = DEFAULT_SET) -> tuple[Measurement, ...]:
    """Everything that a B-mode clip tells."""
    made = _Made(heart, threshold_set)
    rows = [row for method in _VOLUMES for row in made.volumes(method)]
    return (*rows, *made.rate(), *made.linear())


def ends_of(heart: Heart, size: Size, beats: Sequence[Beat] | None = None) -> Ends:
    """A size at both ends of every beat."""
    chosen = heart.beats.beats if beats is None else beats
    curve = curve_of(heart, size)
    return Ends(
        tuple(float(curve[beat.end_diastole]) for beat in chosen),
        tuple(float(curve[beat.end_systole]) for beat in chosen),
    )


def curve_of(heart: Heart, size: Size) -> npt.NDArray[np.float64]:
    """A size by frame, without lone outliers and hardly smoothed: ends of beats stay sharp."""
    values = np.array([np.nan if s is None else size(s) for s in heart.shapes])
    if np.isnan(values).all() or len(values) < 2:
        return values
    kind = HEARTS[heart.species]
    times = heart.times.ms if heart.times else evenly(len(values), kind.frame_ms)
    curve = smoothed(filled(values), times, SHARP * kind.shortest_beat_ms)
    drawn = sorted(heart.edited)
    curve[drawn] = values[drawn]  # what a person drew counts as it is
    return curve


class _Made:
    """Makes records of one clip."""

    def __init__(self, heart: Heart, threshold_set: str) -> None:
        self._heart = heart
        self._set = threshold_set
        self._unit = HEARTS[heart.species]

    def volumes(self, method: str) -> list[Measurement]:
        """EF, volumes and stroke volume by one method."""
        heart = self._heart
        if heart.reason:
            names = (EF, "end_diastolic_volume", "end_systolic_volume")
            return [self._refused(name, method, heart.reason) for name in names]
        ends = ends_of(heart, _VOLUMES[method])
        pairs = [p for p in zip(ends.diastolic, ends.systolic, strict=True) if np.isfinite(p).all()]
        fractions = [volumes.ejection_fraction(d, s) for d, s in pairs if d > 0]
        if not fractions:
            return [self._refused(EF, method, "empty_mask")]
        if float(np.median(fractions)) <= 0:
            return [self._refused(EF, method, "systole_larger")]
        spread = max(fractions) - min(fractions)
        rows = [self._ef(fractions, method)]
        if len(fractions) > 1:
            rows.append(self._row("ejection_fraction_range", [spread], "%", method))
        scaled = [(d * self._unit.per_ml, s * self._unit.per_ml) for d, s in pairs]
        return [
            *rows,
            self._sized("end_diastolic_volume", [d for d, _ in scaled], method),
            self._sized("end_systolic_volume", [s for _, s in scaled], method),
            self._sized("stroke_volume", [d - s for d, s in scaled], method),
        ]

    def _ef(self, fractions: Sequence[float], method: str) -> Measurement:
        median = float(np.median(fractions))
        graded = grade_ef(median, self._set, self._heart.facts.sex, self._heart.species)
        notes = ("single_plane", *((graded.reason,) if graded.reason else ()))
        return self._row(EF, fractions, "%", method, notes, graded.grade, self._set)

    def rate(self) -> list[Measurement]:
        """Heart rate, or why there is none."""
        heart = self._heart
        if heart.times is None:
            return [self._refused("heart_rate", "beats", "no_frame_time")]
        if heart.reason or not heart.beats.intervals_ms:
            return [self._refused("heart_rate", "beats", heart.reason or "one_beat")]
        if self._contradicted():
            return [self._refused("heart_rate", "beats", "rate_disagrees")]
        rates = [60_000 / interval for interval in heart.beats.intervals_ms]
        return [self._row("heart_rate", rates, "1/min", "beats", value=heart.beats.rate)]

    def _contradicted(self) -> bool:
        """Whether the header's heart rate is too far from ours for its frame times to be right."""
        rate, said = self._heart.beats.rate, self._heart.facts.heart_rate
        if not rate or not said or said < LEAST_RATE:
            return False
        return not 1 / FAR <= rate / said <= FAR

    def linear(self) -> list[Measurement]:
        """Long axis and area of the cavity, and how much of the area goes."""
        heart = self._heart
        if heart.reason:
            return []
        axis = ends_of(heart, lambda shape: shape.length_mm)
        area = ends_of(heart, lambda shape: shape.area_mm2 / 100)
        change = [(d - s) / d * 100 for d, s in zip(area.diastolic, area.systolic, strict=True)]
        return [
            self._row("fractional_area_change", change, "%", "area"),
            *(self._sized(f"lv_long_axis_{n}", v, "long_axis", "mm") for n, v in _named(axis)),
            *(self._sized(f"lv_area_{n}", v, "area", "cm2") for n, v in _named(area)),
        ]

    def _sized(
        self, name: str, values: Sequence[float], method: str, unit: str = ""
    ) -> Measurement:
        """A size in mL, mm or cm²: only where the picture is calibrated."""
        if not self._heart.scale.known:
            return self._refused(name, method, self._heart.scale_reason, unit)
        return self._row(name, values, unit or self._unit.volume, method)

    def _row(
        self,
        name: str,
        per_beat: Sequence[float],
        unit: str,
        method: str,
        notes: Sequence[str] = (),
        grade: str = "",
        threshold_set: str = "",
        value: float | None = None,
    ) -> Measurement:
        finite = [float(v) for v in per_beat if np.isfinite(v)]
        middle = float(np.median(finite)) if value is None and finite else value
        return Measurement(
            instance_uid=self._heart.facts.instance_uid,
            name=name,
            value=None if middle is None else round(middle, 2),
            unit=unit,
            method=method,
            model_id=self._heart.model_id,
            threshold_set=threshold_set,
            grade=grade,
            per_beat=tuple(round(v, 2) for v in finite),
            reason="" if middle is not None else "empty_mask",
            quality=(*notes, *self._heart.notes),
        )

    def _refused(self, name: str, method: str, reason: str, unit: str = "") -> Measurement:
        return refused(
            self._heart.facts.instance_uid,
            name,
            reason,
            model_id=self._heart.model_id,
            method=method,
            unit=unit or _unit(name, self._unit.volume),
        )


def _named(ends: Ends) -> tuple[tuple[str, tuple[float, ...]], ...]:
    return ("ed", ends.diastolic), ("es", ends.systolic)


def _unit(name: str, volume: str) -> str:
    return {EF: "%", "heart_rate": "1/min"}.get(name, volume)


def refused(
    instance_uid: str, name: str, reason: str, *, model_id: str, method: str = "", unit: str = ""
) -> Measurement:
    """A number that there is not, and why."""
    return Measurement(
        instance_uid=instance_uid,
        name=name,
        value=None,
        unit=unit,
        method=method,
        model_id=model_id,
        reason=reason,
    )
