"""Mode and view of a clip: from its header, and where that is silent from its pixels.

Views that can be told: the apical four-chamber view, because labelled pictures of it were at hand,
and those that a header names. Every other one is "unknown".
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from measure.regions import Mode

# ImageType value 4 of ultrasound is a sum of these, in hexadecimal (PS3.3 C.8.5.6.1.1).
_BITS = {0x0002: Mode.M_MODE, 0x0004: Mode.DOPPLER, 0x0008: Mode.DOPPLER,
         0x0010: Mode.COLOUR, 0x0020: Mode.COLOUR, 0x0100: Mode.COLOUR}  # fmt: skip
_COLOURED = 48  # of 255: how far a pixel's channels lie apart
_BOX = 0.01  # of the picture
_TINT = 0.6  # of what is lit: then the whole picture is tinted


class View(StrEnum):
    """How the heart is cut."""

    A4C = "A4C"
    A2C = "A2C"
    A3C = "A3C"
    PLAX = "PLAX"
    PSAX = "PSAX"
    OTHER = "other"
    UNKNOWN = "unknown"


TRAINED = (View.A4C,)  # labelled pictures of these were at hand
APICAL = (View.A4C, View.A2C)  # volumes by discs

_NAMES = (
    (View.A4C, r"\b(a4c|ap4|4ch|4c|apical[ -]*(4|four)|(4|four)[ -]*chambers?)"),
    (View.A2C, r"\b(a2c|ap2|2ch|2c|apical[ -]*(2|two)|(2|two)[ -]*chambers?)"),
    (View.A3C, r"\b(a3c|ap3|3ch|aplax|apical[ -]*(3|three|long)|(3|three)[ -]*chambers?)"),
    (View.PLAX, r"\b(plax|para\w*[ -]*long)"),
    (View.PSAX, r"\b(psax|sax|para\w*[ -]*short|short[ -]*axis)"),
    (View.OTHER, r"\b(subcost\w*|suprast\w*|tee|transo?esophageal|rv[ -]*inflow|ivc)\b"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A view and how it is known: "header", "network" or "" for not at all."""

    view: View
    source: str


def mode_of_image_type(code: str) -> Mode:
    """The mode that the fourth value of ImageType tells."""
    if not re.fullmatch(r"[0-9A-Fa-f]{4}", code):
        return Mode.UNKNOWN
    bits = int(code, 16)
    found = next((mode for bit, mode in _BITS.items() if bits & bit), None)
    return found or (Mode.B_MODE if bits & 0x0001 else Mode.UNKNOWN)


def view_named(text: str) -> View:
    """The view that a description names."""
    folded = text.lower().replace("_", " ")
    return next((view for view, form in _NAMES if re.search(form, folded)), View.UNKNOWN)


def view_seen(text: str, present: float) -> Seen:
    """The view by its name, else four-chamber where a network is sure enough of a ventricle."""
    named = view_named(text)
    if named is not View.UNKNOWN:
        return Seen(named, "header")
    return Seen(View.A4C, "network") if present >= 0.5 else Seen(View.UNKNOWN, "")


def has_colour_box(frame: npt.NDArray[np.uint8]) -> bool:
    """Whether a part of an RGB picture is coloured: not thin lines (an ECG), not all of it."""
    if frame.ndim != 3:
        return False
    spread = frame.max(axis=2).astype(np.int16) - frame.min(axis=2)
    coloured = spread > _COLOURED
    lit = int((frame.max(axis=2) > 16).sum())
    if not lit or coloured.sum() > _TINT * lit:
        return False
    thick = _eroded(coloured, 2)
    return bool(thick.sum() > _BOX * coloured.size)


def _eroded(mask: npt.NDArray[np.bool_], by: int) -> npt.NDArray[np.bool_]:
    for axis in (0, 1):
        kept = mask
        for step in range(1, by + 1):
            kept = kept & np.roll(mask, step, axis) & np.roll(mask, -step, axis)
        mask = kept
    return mask
