"""`name=value` as people type it -> the filter tree.

    modality=CT            one value            modality=CT|MR      any of these
    modality!=CT           none of these        label=effusion      (case does not matter)
    age=60..80  age>=60  age<18                 numbers: from..to, both included
    date=2019..2021-06     dates: a year, month or day, both ends included
    has_report=yes         has=view             a value is there
    finding=J90            finding=absent:J90   see `api/finding_filters.py`
Several filters of one name widen (any of them), different names narrow (all of them).
"""

import calendar
import re
from collections.abc import Iterable
from datetime import date, datetime

from api.finding_filters import finding_filter, is_of_findings, split_values
from infra.errors import BadQuery
from infra.fields import FILTERS, Field, FieldKind, filter_named
from infra.query import And, AnyOf, Between, Everything, Exists, Filter, Not, Or

_FORM = re.compile(r"\s*(?P<name>\w+)\s*(?P<sign>!=|>=|<=|=|>|<)\s*(?P<value>.*?)\s*", re.DOTALL)
_BOUND = re.compile(r"(?P<name>age|date)_(?P<end>min|max|from|to)")
_FLAGS = {"yes": "true", "true": "true", "1": "true", "no": "false", "false": "false", "0": "false"}
_TINY = 1e-9  # turns < and > of numbers into ranges that include their ends


def parse_filters(texts: Iterable[str]) -> Filter:
    """All filters of a command line as one. Raises BadQuery with the right form."""
    by_name: dict[str, list[Filter]] = {}
    narrowing: list[Filter] = []
    for text in texts:
        name, sign, value = _split(text)
        if sign == "=":
            by_name.setdefault(name, []).append(_equal(name, value))
        elif sign == "!=":
            narrowing.append(Not(_equal(name, value)))
        else:
            narrowing.append(_compared(filter_named(name), sign, value))
    parts = [Or(tuple(group)) if len(group) > 1 else group[0] for group in by_name.values()]
    parts += narrowing
    if not parts:
        return Everything()
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _split(text: str) -> tuple[str, str, str]:
    form = _FORM.fullmatch(text)
    if form is None or not form["value"]:
        raise BadQuery(f"Write a filter as name=value, not {text!r}; names: {', '.join(FILTERS)}.")
    name, sign, value = form["name"], form["sign"], form["value"]
    bound = _BOUND.fullmatch(name)
    if bound and sign == "=":
        return bound["name"], ">=" if bound["end"] in ("min", "from") else "<=", value
    return name, sign, value


def _equal(name: str, value: str) -> Filter:
    if name == "has":
        return Exists(filter_named(value).name)
    field = filter_named(name)
    if field.kind is FieldKind.FLAG:
        return AnyOf(field.name, (_flag(field, value),))
    if field.kind is FieldKind.KEYWORD:
        if is_of_findings(field.name):
            return finding_filter(field.name, split_values(value))
        values = tuple(part.strip() for part in value.split("|") if part.strip())
        return AnyOf(field.name, values)
    return _between(field, value)


def _flag(field: Field, value: str) -> str:
    if value.lower() not in _FLAGS:
        raise BadQuery(f"The filter {field.name} is yes or no, not {value!r}.")
    return _FLAGS[value.lower()]


def _between(field: Field, value: str) -> Between:
    low, dots, high = value.partition("..")
    if not dots and (ends := _dashed(value)):
        low, high = ends
    elif not dots:
        high = low
    if field.kind is FieldKind.NUMBER:
        return Between(field.name, _number(field, low), _number(field, high))
    return Between(field.name, _day(field, low, last=False), _day(field, high, last=True))


def _dashed(value: str) -> tuple[str, str] | None:
    """DICOM's own range form, 60-80 or 20190101-20191231 (PS3.4 C.2.2.2.5)."""
    found = re.fullmatch(r"(\d{1,3}|\d{8})?-(\d{1,3}|\d{8})?", value)
    return (found[1] or "", found[2] or "") if found else None


def _compared(field: Field, sign: str, value: str) -> Between:
    low = sign.startswith(">")
    if field.kind is FieldKind.NUMBER:
        number = _number(field, value) or 0.0
        number += {">": _TINY, "<": -_TINY}.get(sign, 0.0)
        return Between(field.name, number if low else None, None if low else number)
    if field.kind is FieldKind.DATE and sign in (">=", "<="):
        day = _day(field, value, last=not low)
        return Between(field.name, day if low else None, None if low else day)
    raise BadQuery(f"The filter {field.name} cannot be compared with {sign}.")


def _number(field: Field, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise BadQuery(
            f"The filter {field.name} takes numbers like 60..80, not {text!r}."
        ) from None


def _day(field: Field, text: str, *, last: bool) -> str | None:
    """A year, month or day as the first or last day that it means."""
    text = text.strip()
    if not text:
        return None
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y-%m", "%Y"):
        try:
            parsed = datetime.strptime(text, form).date()
        except ValueError:
            continue
        return _last_of(parsed, form).isoformat() if last else parsed.isoformat()
    raise BadQuery(f"The filter {field.name} takes days like 2019-05-31..2021, not {text!r}.")


def _last_of(day: date, form: str) -> date:
    month = day.month if "%m" in form else 12
    if "%d" in form:
        return day
    return day.replace(month=month, day=calendar.monthrange(day.year, month)[1])
