"""What a table may say about a picture, as DICOM writes it: one reader for each column."""

import re
from datetime import date

from infra.errors import UserError
from ingest.reading.tables import day

Pair = tuple[float, float]


class BadRow(UserError):
    """One row cannot be wrapped; the message says why, the rest goes on."""


def plain(name: str, text: str, longest: int) -> str:
    """One line of text that fits its value representation. Raises BadRow."""
    if len(text) > longest:
        raise BadRow(f"{name} is longer than {longest} characters")
    if "\\" in text or any(ord(letter) < 32 for letter in text):
        raise BadRow(f"{name} holds a backslash or a control character")
    return text


def code_string(name: str, text: str) -> str:
    """A CS value (PS3.5 6.2): up to 16 capitals, digits, blanks and underscores."""
    code = re.sub(r"[^A-Z0-9_ ]", "_", text.upper())
    return plain(name, code, 16)


def sex(text: str) -> str:
    """M, F, O, or "" for not known. Raises BadRow."""
    meanings = {
        "M": ("m", "male", "man"), "F": ("f", "female", "woman"), "O": ("o", "other"),
        "": ("", "u", "unknown", "na", "n/a", "nan", "none", "?"),
    }  # fmt: skip
    for code, words in meanings.items():
        if text.lower() in words:
            return code
    raise BadRow(f"sex {text!r} is none of M, F, O")


def laterality(text: str) -> str:
    """L, R, B, U, or "" for not said. Raises BadRow."""
    meanings = {
        "L": ("l", "left"), "R": ("r", "right"), "B": ("b", "both", "bilateral"),
        "U": ("u", "unpaired"), "": ("", "unknown", "na", "n/a", "nan", "none"),
    }  # fmt: skip
    for code, words in meanings.items():
        if text.lower() in words:
            return code
    raise BadRow(f"laterality {text!r} is none of L, R, B, U")


AGE = re.compile(
    r"(?P<number>\d{1,3}(\.\d+)?)\s*(?P<unit>y|m|w|d|years?|months?|weeks?|days?)?(\s*old)?"
)
OLDEST = 130


def age(text: str) -> str:
    """An AS value: 77, 77.0, "77Y", "077Y", "8 months", 0.5 (years). Raises BadRow.

    A part of a year counts for children under two (in months); otherwise completed years.
    """
    if text.lower() in ("", "na", "n/a", "nan", "none", "unknown"):
        return ""
    found = AGE.fullmatch(text.lower())
    if not found:
        raise BadRow(f"age {text!r} is not an age like 77, 8M or 0.5")
    number, unit = float(found["number"]), (found["unit"] or "y")[0].upper()
    if unit == "Y" and number < 2 and number != int(number):
        number, unit = number * 12, "M"
    if unit == "Y" and number > OLDEST:
        raise BadRow(f"age {text!r} is above {OLDEST} years")
    return f"{int(number):03d}{unit}"


def spacing(text: str) -> Pair | None:
    """Distance of rows and of columns in mm: "0.3", "0.3x0.4", "[0.3, 0.4]". Raises BadRow."""
    if not text:
        return None
    parts = [part for part in re.split(r"[\s,;xX×|\\\[\]()]+", text) if part]
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2) or not all(0.0001 <= number <= 1000 for number in numbers):
        raise BadRow(f"spacing_mm {text!r} is not one or two distances in mm")
    return numbers[0], numbers[-1]


def frames_per_second(text: str) -> float | None:
    """Frames per second of a cine, or None. Raises BadRow."""
    if not text:
        return None
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.01 <= rate <= 10_000:
        raise BadRow(f"frame_rate {text!r} is no number of frames per second")
    return rate


def orientation(text: str) -> tuple[str, str] | None:
    """Patient orientation of rows and columns (PS3.3 C.7.6.1.1.1), as "L/F". Raises BadRow."""
    if not text:
        return None
    parts = [part for part in re.split(r"[\s,/|\\]+", text.upper()) if part]
    if len(parts) != 2 or not all(re.fullmatch("[LRAPHF]{1,3}", part) for part in parts):
        raise BadRow(f"orientation {text!r} is not like L/F")
    return parts[0], parts[1]


def study_day(text: str) -> date | None:
    """A day, or None. Raises BadRow."""
    try:
        return day(text)
    except ValueError:
        raise BadRow(f"date {text!r} is not written as YYYY-MM-DD") from None


def labels(text: str) -> tuple[str, ...]:
    """Labels separated by |, each once. Raises BadRow."""
    found = (plain("a label", part.strip(), 256) for part in text.split("|"))
    return tuple(dict.fromkeys(label for label in found if label))
