"""Values of a header, read so that nothing malformed raises: text, numbers, dates, nested items."""

import math
import re
from collections.abc import Iterator
from datetime import date

from pydicom import Dataset
from pydicom.multival import MultiValue
from pydicom.uid import UID

KEYWORD_LIMIT = 64
TEXT_LIMIT = 1024
_AGE = re.compile(r"\s*(\d{1,3})\s*([DWMY]?)", re.IGNORECASE)
_DATE = re.compile(r"\s*(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})")
_UID = re.compile(r"[0-9]+(\.[0-9]+)+")
_DAYS = {"D": 1.0, "W": 7.0, "M": 30.4375, "Y": 365.25, "": 365.25}
MAX_AGE = 150.0
EARLIEST = 1850  # dates before are slips: birth dates and studies alike


def values(ds: Dataset, keyword: str) -> list[object]:
    """The values of an element as a list; [] where it is missing, empty or a sequence."""
    found = ds.get(keyword)
    if found is None or isinstance(found, Dataset):
        return []
    if isinstance(found, MultiValue | list | tuple):
        return [value for value in found if value is not None and not isinstance(value, Dataset)]
    return [found]


def text(ds: Dataset, keyword: str, limit: int = TEXT_LIMIT) -> str:
    """One line of at most `limit` characters; several values are joined by a blank."""
    joined = " ".join(str(value) for value in values(ds, keyword))
    return " ".join("".join(c if c.isprintable() else " " for c in joined).split())[:limit]


def word(ds: Dataset, keyword: str) -> str:
    """The first value that is not empty, in capitals, at most 64 characters."""
    for value in values(ds, keyword):
        if found := " ".join(str(value).replace("\0", " ").split()):
            return found.upper()[:KEYWORD_LIMIT]
    return ""


def numbers(ds: Dataset, keyword: str) -> list[float]:
    """The finite numbers among the values."""
    found = (number_of(value) for value in values(ds, keyword))
    return [number for number in found if number is not None]


def number_of(value: object) -> float | None:
    """A value as a finite number, or None."""
    try:
        number = float(str(value).replace("\0", ""))
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def number(ds: Dataset, keyword: str) -> float | None:
    """The first finite number, or None."""
    return next(iter(numbers(ds, keyword)), None)


def integer(ds: Dataset, keyword: str) -> int | None:
    """The first number cut to an integer that fits 63 bits, or None."""
    found = number(ds, keyword)
    return int(found) if found is not None and abs(found) < 2**63 else None


def day(ds: Dataset, *keywords: str) -> date | None:
    """The first of these dates that is one: YYYYMMDD, also with dots, dashes or slashes."""
    for keyword in keywords:
        for value in values(ds, keyword):
            if match := _DATE.match(str(value)):
                try:
                    found = date(*(int(part) for part in match.groups()))
                except ValueError:
                    continue
                if found.year >= EARLIEST:
                    return found
    return None


def age_years(ds: Dataset) -> float | None:
    """PatientAge (PS3.5 AS: days, weeks, months, years), else study date minus birth date."""
    for value in values(ds, "PatientAge"):
        match = _AGE.match(str(value))
        if match and (int(match[1]) or match[2].upper() not in "Y"):  # "000Y" is a blank form
            years = int(match[1]) * _DAYS[match[2].upper()] / 365.25
            return round(years, 3) if years <= MAX_AGE else None
    born, at = day(ds, "PatientBirthDate"), day(ds, "StudyDate", "SeriesDate", "ContentDate")
    if born is None or at is None or not 0 <= (at - born).days <= MAX_AGE * 365.25:
        return None
    return round((at - born).days / 365.25, 3)


def items(ds: Dataset | None, keyword: str) -> list[Dataset]:
    """The items of a sequence; [] where there is none."""
    found = ds.get(keyword) if ds is not None else None
    if found is None or isinstance(found, str | bytes | Dataset):
        return []
    try:
        return [item for item in found if isinstance(item, Dataset)]
    except TypeError:
        return []


def item(ds: Dataset | None, keyword: str) -> Dataset | None:
    """The first item of a sequence, or None."""
    return next(iter(items(ds, keyword)), None)


def frame_groups(ds: Dataset, frame: int = 0) -> Iterator[Dataset]:
    """Functional groups that hold for a frame: its own, then the shared (PS3.3 C.7.6.16)."""
    own = items(ds, "PerFrameFunctionalGroupsSequence")
    if frame < len(own):
        yield own[frame]
    yield from items(ds, "SharedFunctionalGroupsSequence")[:1]


def frame_group(ds: Dataset, keyword: str, frame: int = 0) -> Dataset | None:
    """The item of one functional group macro that holds for a frame, or None."""
    for groups in frame_groups(ds, frame):
        if (found := item(groups, keyword)) is not None:
            return found
    return None


def valid_uid(value: object) -> str:
    """A UID of digits and dots of at most 64 characters, or "" (PS3.5 9.1; tolerant of zeros)."""
    uid = str(value or "").strip(" \0")
    return uid if len(uid) <= KEYWORD_LIMIT and _UID.fullmatch(uid) else ""


def sop_class(ds: Dataset) -> str:
    """The SOP class of the dataset, else the one its file meta names, else ""."""
    meta = getattr(ds, "file_meta", None) or Dataset()
    own = valid_uid(next(iter(values(ds, "SOPClassUID")), ""))
    return own or valid_uid(next(iter(values(meta, "MediaStorageSOPClassUID")), ""))


def transfer_syntax(ds: Dataset) -> UID:
    """The transfer syntax that the file meta names, else ""."""
    meta = getattr(ds, "file_meta", None) or Dataset()
    return UID(valid_uid(next(iter(values(meta, "TransferSyntaxUID")), "")))
