"""Which of a case's many measurements speaks for the case."""

from collections.abc import Sequence
from statistics import median_low

from infra.records import Measurement

# By which methods a number is preferred: two planes before one, discs before simpler forms.
METHODS = ("biplane_discs", "discs", "area_length", "teichholz")
EDITED = "edited"  # among what is said of the quality of a number that a person corrected
OF_HEARTS = ("ejection_fraction", "end_diastolic_volume", "end_systolic_volume")


def speaking(measurements: Sequence[Measurement], name: str) -> Measurement | None:
    """The measurement of this name that stands for a case: of those that rest on what a person drew
    or chose, or else of all; of the best method there is the one in the middle by value, the lower
    one of two. None where there is no value.
    """
    known = [m for m in measurements if m.name == name and m.value is not None]
    known = [m for m in known if EDITED in m.quality] or known
    for method in METHODS:
        of_method = [m for m in known if m.method == method]
        if of_method:
            middle = median_low(m.value for m in of_method if m.value is not None)
            return next(m for m in of_method if m.value == middle)
    return known[0] if known else None


def value_of(measurements: Sequence[Measurement], name: str) -> float | None:
    """Its value."""
    found = speaking(measurements, name)
    return None if found is None else found.value


def grade_of(measurements: Sequence[Measurement], name: str) -> str:
    """Its grade, "" without one."""
    found = speaking(measurements, name)
    return "" if found is None else found.grade


def is_edited(measurements: Sequence[Measurement]) -> bool | None:
    """Whether a number that stands for the heart of a case rests on what a person drew or chose;
    None where there is no such number.
    """
    found = [one for name in OF_HEARTS if (one := speaking(measurements, name)) is not None]
    return any(EDITED in one.quality for one in found) if found else None
