"""Two apical clips of one study -> volumes by discs of both planes."""

from collections.abc import Sequence

import numpy as np

from infra.records import Measurement
from measure import volumes
from measure.beats import Beat
from measure.heart import Heart
from measure.modes import View
from measure.results import BIPLANE, EF, Ends, ends_of
from measure.species import HEARTS
from measure.thresholds import DEFAULT_SET, grade_ef
from measure.ventricle import Shape

UNLIKE = 0.15  # of the longer axis: then one of the planes misses the apex


def may_be_paired(heart: Heart) -> bool:
    """Whether a clip can be one of two planes: named by its header, calibrated, with beats."""
    return heart.seen.source == "header" and not heart.reason and heart.scale.known


def pair(hearts: Sequence[Heart]) -> tuple[Heart, Heart] | None:
    """A four-chamber and a two-chamber clip that a header names and that can be measured: of
    several the ones the network is surest of.
    """

    def best(view: View) -> Heart | None:
        found = [h for h in hearts if h.seen.view is view and may_be_paired(h)]
        return max(found, key=lambda h: float(np.mean(h.confidence)), default=None)

    four, two = best(View.A4C), best(View.A2C)
    return (four, two) if four is not None and two is not None else None


def paired_records(
    four: Heart, two: Heart, threshold_set: str = DEFAULT_SET
) -> tuple[Measurement, ...]:
    """EF and volumes of both planes together, of the middle beat of each."""
    (four_d, four_s), (two_d, two_s) = _middle_beat(four), _middle_beat(two)
    if four_d is None or four_s is None or two_d is None or two_s is None:
        return ()
    diastolic, systolic = _volume(four_d, two_d), _volume(four_s, two_s)
    if systolic >= diastolic:
        return ()
    fraction = volumes.ejection_fraction(diastolic, systolic)
    graded = grade_ef(fraction, threshold_set, four.facts.sex, four.species)
    notes = (*_notes(four_d, two_d), *((graded.reason,) if graded.reason else ()))
    notes = tuple(dict.fromkeys((*notes, *four.notes, *two.notes)))
    heart = HEARTS[four.species]

    def row(name: str, value: float, unit: str, grade: str = "") -> Measurement:
        return Measurement(
            instance_uid=four.facts.instance_uid,
            name=name,
            value=round(value, 2),
            unit=unit,
            method=BIPLANE,
            model_id=four.model_id,
            threshold_set=threshold_set if name == EF else "",
            grade=grade,
            quality=notes,
        )

    return (
        row(EF, fraction, "%", graded.grade),
        row("end_diastolic_volume", diastolic * heart.per_ml, heart.volume),
        row("end_systolic_volume", systolic * heart.per_ml, heart.volume),
    )


def _middle_beat(heart: Heart) -> tuple[Shape | None, Shape | None]:
    """The shapes at both ends of the beat whose EF is in the middle."""
    ends: Ends = ends_of(heart, lambda shape: shape.discs_ml)
    fractions = [
        volumes.ejection_fraction(d, s) for d, s in zip(ends.diastolic, ends.systolic, strict=True)
    ]
    order = np.argsort(fractions)
    beat: Beat = heart.beats.beats[order[len(order) // 2]]
    return heart.shapes[beat.end_diastole], heart.shapes[beat.end_systole]


def _volume(four: Shape, two: Shape) -> float:
    return volumes.biplane_discs(four.diameters_mm, two.diameters_mm, four.length_mm, two.length_mm)


def _notes(four: Shape, two: Shape) -> tuple[str, ...]:
    lengths = sorted((four.length_mm, two.length_mm))
    unlike = lengths[1] - lengths[0] > UNLIKE * lengths[1]
    return (f"axes_differ: {lengths[0]:.0f} and {lengths[1]:.0f} mm",) if unlike else ()
