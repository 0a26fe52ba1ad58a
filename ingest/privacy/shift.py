"""Dates of headers (PS3.5 DA and DT), moved by whole days."""

import re
from datetime import date, timedelta

_DA = re.compile(r"\s*(\d{4})[.\-/]?(\d\d)[.\-/]?(\d\d)\s*\0?")
_DT = re.compile(r"\s*(\d{4})(\d\d)?(\d\d)?(\d{2,6}(?:\.\d{1,6})?)?(?:[+-]\d{4})?\s*\0?")


def shift_da(value: str, days: int) -> str:
    """A DA moved by `days`; "" for what is no date."""
    match = _DA.fullmatch(value)
    return _moved(match[1], match[2], match[3], days) if match else ""


def shift_dt(value: str, days: int) -> str:
    """A DT moved by `days`, as exact as it was; its time stays, its time zone goes.

    "" for what is no date.
    """
    match = _DT.fullmatch(value)
    if not match:
        return shift_da(value, days)
    year, month, day, time = match.groups()
    moved = _moved(year, month or "07", day or "15", days)
    if not moved or day:
        return moved + (time or "" if moved else "")
    return moved[:6] if month else moved[:4]


def _moved(year: str, month: str, day: str, days: int) -> str:
    try:
        moved = date(int(year), int(month), int(day)) + timedelta(days=days)
    except (ValueError, OverflowError):
        return ""
    return f"{moved:%Y%m%d}" if moved.year >= 1000 else ""
