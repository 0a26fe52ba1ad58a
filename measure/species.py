"""What differs between a person and a mouse."""

from dataclasses import dataclass
from enum import StrEnum


class Species(StrEnum):
    """Whose heart it is."""

    HUMAN = "human"
    MOUSE = "mouse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heart:
    """`shortest_beat_ms`: beats are no closer. `frame_ms`: assumed where no time is known.

    `volume` is the unit of volumes and `per_ml` how many of it are in 1 mL. `pixel_mm` are the
    smallest and largest size that a pixel may have.
    """

    shortest_beat_ms: float
    longest_beat_ms: float
    frame_ms: float
    volume: str
    per_ml: float
    mass: str
    pixel_mm: tuple[float, float]


HEARTS = {
    # 220 beats a minute; a probe shows 2 to 35 cm
    Species.HUMAN: Heart(
        shortest_beat_ms=270.0,
        longest_beat_ms=2500.0,
        frame_ms=33.0,
        volume="mL",
        per_ml=1.0,
        mass="g",
        pixel_mm=(0.02, 3.0),
    ),
    # 850 beats a minute; a probe shows 5 to 30 mm
    Species.MOUSE: Heart(
        shortest_beat_ms=70.0,
        longest_beat_ms=400.0,
        frame_ms=5.0,
        volume="uL",
        per_ml=1000.0,
        mass="mg",
        pixel_mm=(0.002, 0.3),
    ),
}  # fmt: skip
