"""M-mode walls -> diameters, wall thickness, fractional shortening, Teichholz, mass: by beat."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infra.records import Measurement
from measure import volumes
from measure.beats import Beats, evenly, find_beats
from measure.clip import ClipFacts
from measure.m_mode import Walls, trace_walls
from measure.regions import Place
from measure.results import EF, refused
from measure.segmenter import Frame
from measure.species import HEARTS, Species
from measure.thresholds import DEFAULT_SET, grade_ef, grade_mass_index

Numbers = npt.NDArray[np.float64]

TRACER_ID = "m-mode-tracer-1"
HEIGHTS_M, WEIGHTS_KG = (0.3, 2.5), (1.0, 400.0)
AROUND_MS = 15.0  # before and after a moment: the median of these columns is taken
NAMES = (
    "lv_internal_diameter_ed", "lv_internal_diameter_es", "septum_ed", "septum_es",
    "posterior_wall_ed", "posterior_wall_es", "fractional_shortening", EF, "heart_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A traced M-mode. `row_mm` and `column_ms` are None where the header does not say them."""

    walls: Walls | None
    beats: Beats
    row_mm: float | None
    column_ms: float | None
    place: Place

    @property
    def reason(self) -> str:
        """Why there is nothing to tell, "" where there is."""
        return self.beats.reason if self.walls else "no_walls"


def trace(place: Place, frame: Frame, species: Species) -> Strip:
    """Trace the strip inside its region."""
    left, top, right, bottom = place.box
    walls = trace_walls(frame[top:bottom, left:right])
    column_ms = place.seconds * 1000 if place.seconds else None
    row_mm = place.scale.y_mm if place.scale else None
    if walls is None:
        return Strip(None, Beats((), np.empty(0), "no_walls"), row_mm, column_ms, place)
    inner = walls.posterior - walls.septum
    times = None if column_ms is None else evenly(len(inner), column_ms)
    return Strip(walls, find_beats(inner, times, HEARTS[species]), row_mm, column_ms, place)


def strip_records(
    facts: ClipFacts, strip: Strip, species: Species, threshold_set: str = DEFAULT_SET
) -> tuple[Measurement, ...]:
    """Everything that an M-mode tells; every value notes that phantoms alone have tested it."""
    uid = facts.instance_uid
    if strip.reason or strip.walls is None:
        return tuple(
            refused(uid, name, strip.reason, model_id=TRACER_ID, method="m_mode") for name in NAMES
        )
    return tuple(_Records(facts, strip, strip.walls, species, threshold_set).all())


def _body_surface(facts: ClipFacts) -> float | None:
    """m², where height and weight are those of a person; headers say 0 where they do not know."""
    height, weight = facts.height_m or 0.0, facts.weight_kg or 0.0
    known = HEIGHTS_M[0] <= height <= HEIGHTS_M[1] and WEIGHTS_KG[0] <= weight <= WEIGHTS_KG[1]
    return volumes.body_surface_m2(height, weight) if known else None


class _Records:
    def __init__(
        self, facts: ClipFacts, strip: Strip, walls: Walls, species: Species, threshold_set: str
    ) -> None:
        self._facts, self._strip = facts, strip
        self._species, self._set = species, threshold_set
        beats = strip.beats.beats
        self._ed = [beat.end_diastole for beat in beats]
        self._es = [beat.end_systole for beat in beats]
        self._inner = walls.posterior - walls.septum
        self._septum = walls.septum - walls.septum_top
        self._posterior = walls.posterior_bottom - walls.posterior

    def all(self) -> list[Measurement]:
        inner_d, inner_s = self._at(self._inner, self._ed), self._at(self._inner, self._es)
        septum_d, septum_s = self._at(self._septum, self._ed), self._at(self._septum, self._es)
        wall_d, wall_s = self._at(self._posterior, self._ed), self._at(self._posterior, self._es)
        sizes = zip(NAMES, (inner_d, inner_s, septum_d, septum_s, wall_d, wall_s), strict=False)
        return [
            *(self._sized(name, values) for name, values in sizes),
            *self._function(inner_d, inner_s),
            *self._mass(inner_d, septum_d, wall_d),
            self._rate(),
        ]

    def _at(self, rows: Numbers, columns: list[int]) -> Numbers:
        reach = max(1, round(AROUND_MS / (self._strip.column_ms or AROUND_MS)))
        parts = (rows[max(c - reach, 0) : c + reach + 1] for c in columns)
        return np.array([np.median(part) for part in parts])

    def _function(self, inner_d: Numbers, inner_s: Numbers) -> list[Measurement]:
        if (inner_s > inner_d).any():
            return [self._no(name, "systole_larger") for name in ("fractional_shortening", EF)]
        shortening = np.array(
            [volumes.fractional_shortening(d, s) for d, s in zip(inner_d, inner_s, strict=True)]
        )
        rows = [self._row("fractional_shortening", shortening, "%")]
        if self._strip.row_mm is None:
            return [*rows, self._no(EF, self._strip.place.reason, "%")]
        sizes = [
            (volumes.teichholz(d), volumes.teichholz(s))
            for d, s in zip(inner_d * self._strip.row_mm, inner_s * self._strip.row_mm, strict=True)
        ]
        heart = HEARTS[self._species]
        fractions = np.array([volumes.ejection_fraction(d, s) for d, s in sizes])
        diastolic, systolic = np.array(sizes).T * heart.per_ml
        return [
            *rows,
            self._graded(fractions),
            self._row("end_diastolic_volume", diastolic, heart.volume, "teichholz"),
            self._row("end_systolic_volume", systolic, heart.volume, "teichholz"),
        ]

    def _graded(self, fractions: Numbers) -> Measurement:
        graded = grade_ef(float(np.median(fractions)), self._set, self._facts.sex, self._species)
        notes = (graded.reason,) if graded.reason else ()
        return self._row(EF, fractions, "%", "teichholz", notes, graded.grade, self._set)

    def _mass(self, inner: Numbers, septum: Numbers, wall: Numbers) -> list[Measurement]:
        mm = self._strip.row_mm
        ratio = 2 * wall / inner
        thickness = self._row("relative_wall_thickness", ratio, "1")
        unit = HEARTS[self._species].mass
        if mm is None:
            reason = self._strip.place.reason
            return [thickness, self._no("lv_mass", reason, unit), *self._index(np.empty(0), reason)]
        formula = volumes.mass_human_g if self._species is Species.HUMAN else volumes.mass_mouse_mg
        masses = [
            formula(d * mm, s * mm, w * mm) for d, s, w in zip(inner, septum, wall, strict=True)
        ]
        mass = np.array(masses)
        return [thickness, self._row("lv_mass", mass, unit, "cube"), *self._index(mass)]

    def _index(self, masses: Numbers, reason: str = "") -> list[Measurement]:
        """LV mass by body surface; of people."""
        if self._species is not Species.HUMAN:
            return []
        surface = _body_surface(self._facts)
        if reason or surface is None:
            return [self._no("lv_mass_index", reason or "no_body_size", "g/m2")]
        index = masses / surface
        graded = grade_mass_index(float(np.median(index)), self._facts.sex)
        notes = (graded.reason,) if graded.reason else ()
        name = "lv_mass_index"
        return [self._row(name, index, "g/m2", "cube", notes, graded.grade, DEFAULT_SET)]

    def _rate(self) -> Measurement:
        if self._strip.column_ms is None:
            return self._no("heart_rate", "no_frame_time", "1/min")
        intervals = self._strip.beats.intervals_ms
        if not intervals:
            return self._no("heart_rate", "one_beat", "1/min")
        return self._row("heart_rate", 60_000 / np.array(intervals), "1/min", "beats")

    def _sized(self, name: str, rows: Numbers) -> Measurement:
        if self._strip.row_mm is None:
            return self._no(name, self._strip.place.reason, "mm")
        return self._row(name, rows * self._strip.row_mm, "mm")

    def _no(self, name: str, reason: str, unit: str = "") -> Measurement:
        uid = self._facts.instance_uid
        return refused(uid, name, reason, model_id=TRACER_ID, method="m_mode", unit=unit)

    def _row(
        self,
        name: str,
        per_beat: Numbers,
        unit: str,
        method: str = "m_mode",
        notes: tuple[str, ...] = (),
        grade: str = "",
        threshold_set: str = "",
    ) -> Measurement:
        median = float(np.median(per_beat))
        if name == "heart_rate":  # of the intervals, as for a clip
            median = 60_000 / float(np.median(self._strip.beats.intervals_ms))
        assumed = ("assumed_frame_time",) if self._strip.column_ms is None else ()
        return Measurement(
            instance_uid=self._facts.instance_uid,
            name=name,
            value=round(median, 2),
            unit=unit,
            method=method,
            model_id=TRACER_ID,
            threshold_set=threshold_set,
            grade=grade,
            per_beat=tuple(round(float(value), 2) for value in per_beat),
            quality=("phantoms_only", *notes, *assumed, *self._strip.beats.notes),
        )
