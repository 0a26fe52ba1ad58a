"""Named sets of limits by which an ejection fraction is graded.

A grade begins at its lower limit; values are not rounded first. ASE/EACVI 2015 (Lang et al.) by
sex, ASE 2005, and the grey zone of usal_echo.
"""

from dataclasses import dataclass

from measure.species import Species

DEFAULT_SET = "ase2015"
Limits = tuple[tuple[float, str], ...]  # (least value, grade), largest first

SEVERE, MODERATE, MILD = "severely_abnormal", "moderately_abnormal", "mildly_abnormal"


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, or the code of the reason why there is none."""

    grade: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A grade holds from `least` on (itself included or not); minus infinity for the lowest."""

    grade: str
    least: float
    inclusive: bool


def _scale(normal: float, mild: float, moderate: float) -> Limits:
    return ((normal, "normal"), (mild, MILD), (moderate, MODERATE), (-float("inf"), SEVERE))


_BY_SEX = {"M": _scale(52, 41, 30), "F": _scale(54, 41, 30)}
_ABOVE_NORMAL = {"M": 72.0, "F": 74.0}
_MOST_MASS = {"M": 115.0, "F": 95.0}
_SETS: dict[str, Limits] = {
    "usal": ((60, "normal"), (40, "grey_zone"), (-float("inf"), "abnormal")),
    "ase2005": _scale(55, 45, 30),
}
TITLES = {DEFAULT_SET: "ASE/EACVI 2015", "usal": "usal_echo", "ase2005": "ASE 2005"}
THRESHOLD_SETS = (DEFAULT_SET, *_SETS)


def grade_ef(value: float | None, name: str, sex: str, species: Species = Species.HUMAN) -> Grade:
    """The grade of an ejection fraction (%) under a set; `sex` is M, F or something else.

    Raises ValueError for an unknown set.
    """
    if name not in THRESHOLD_SETS:
        raise ValueError(f"no threshold set is named {name}")
    if value is None:
        return Grade(reason="no_value")
    if species is not Species.HUMAN:
        return Grade(reason="not_for_species")
    if name != DEFAULT_SET:
        return Grade(_in(_SETS[name], value))
    if sex not in _BY_SEX:
        return Grade(reason="sex_unknown")
    if value > _ABOVE_NORMAL[sex]:
        return Grade("above_normal")
    return Grade(_in(_BY_SEX[sex], value))


def grade_mass_index(value: float, sex: str) -> Grade:
    """Of LV mass by body surface, g/m² by linear methods (ASE/EACVI 2015): up to 115 in men, 95 in
    women.
    """
    if sex not in _MOST_MASS:
        return Grade(reason="sex_unknown")
    return Grade("normal" if value <= _MOST_MASS[sex] else "above_normal")


def limits_of(name: str, sex: str) -> tuple[Limit, ...]:
    """The limits of a set, the highest first; () where the sex decides and is not known."""
    if name != DEFAULT_SET:
        return tuple(Limit(grade, least, inclusive=True) for least, grade in _SETS[name])
    if sex not in _BY_SEX:
        return ()
    above = Limit("above_normal", _ABOVE_NORMAL[sex], inclusive=False)
    return (above, *(Limit(grade, least, inclusive=True) for least, grade in _BY_SEX[sex]))


def _in(limits: Limits, value: float) -> str:
    return next(grade for least, grade in limits if value >= least)
