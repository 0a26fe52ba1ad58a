"""Dates in free text: moved by the patient's shift in the form they were written in, or replaced.

Times, years on their own and months on their own stay. An order that cannot be told from the
numbers (3/4/2019) is read as month/day after a slash or hyphen and as day.month after a full stop.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

DATE = "[date]"

# Names of the months, one line a spelling; the first line that has a name gives its language.
_SPELLINGS = tuple(
    tuple(line.split())
    for line in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jan feb mar apr may jun jul aug sept oct nov dec",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "jänner feber maerz april mai juni juli august september oktober november dezember",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan fev mar abr mai jun jul ago set out nov dez",
        "januari februari maart april mei juni juli augustus september oktober november december",
    )
)
_MONTHS: dict[str, tuple[int, tuple[str, ...]]] = {}
for _names in _SPELLINGS:
    for _number, _name in enumerate(_names, 1):
        _MONTHS.setdefault(_name, (_number, _names))

_ANY_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
# Without a year only a capital letter tells a month from a word ("may", "march", "out").
_CAPITAL_MONTH = "|".join(
    form
    for name in dict.fromkeys((*_SPELLINGS[0], *_SPELLINGS[1]))
    for form in (name.title(), name.upper())
)
_LONG_MONTH = "|".join(
    name for names in (_SPELLINGS[3], *_SPELLINGS[6:8]) for name in names if len(name) > 4
)
_NO_UNIT = r"(?!\s?(?:mm|cm|ml|mg|mcg|kg|%|x\s?\d))"
_FREE = r"(?<![\w/.\-^])"  # nothing before that could belong to a number, a level or a fraction
_ORDINAL = r"(?P<ord>st|nd|rd|th|er|º|ª|\.)?"

_YEAR_FIRST = re.compile(
    rf"{_FREE}(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?![\d]|[-/.]\d)"
)
_YEAR_LAST = re.compile(
    rf"{_FREE}(?P<a>\d{{1,2}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<y>(?:19|20)\d\d|\d\d)"
    rf"(?![\w]|[-/.]\d){_NO_UNIT}"
)
_COMPACT = re.compile(
    r"(?<![\w.])(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"
    r"(?=(?:[ T_-]?(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)?(?:\.\d{1,6})?(?!\w|\.\d))"
)
_DAY_MONTH_YEAR = re.compile(
    rf"{_FREE}(?P<d>\d{{1,2}}){_ORDINAL}(?: ?[-/. ] ?| of | de | do )?"
    rf"(?P<name>{_ANY_MONTH})(?![^\W\d_])\.?"
    rf"(?: ?[-/., ] ?| of | de | del | do )?'?(?P<y>(?:19|20)\d\d|\d\d)(?!\w|[-/.:]\d){_NO_UNIT}",
    re.IGNORECASE,
)
_MONTH_DAY_YEAR = re.compile(
    rf"(?<!\w)(?P<name>{_ANY_MONTH})(?![^\W\d_])\.?[ -](?P<d>\d{{1,2}}){_ORDINAL}(?:, ?| |-)"
    r"(?P<y>(?:19|20)\d\d)(?!\w)",
    re.IGNORECASE,
)
_YEAR_MONTH_DAY = re.compile(
    rf"{_FREE}(?P<y>(?:19|20)\d\d)[- ](?P<name>{_ANY_MONTH})\b[- ](?P<d>\d{{1,2}})(?!\w)",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(
    rf"(?<!\w)(?P<name>{_ANY_MONTH})(?![^\W\d_])\.?(?: ?[-/., ] ?| of | de | del | do )"
    r"(?P<y>(?:19|20)\d\d)(?!\w)",
    re.IGNORECASE,
)
_NUMBER_YEAR = re.compile(
    rf"{_FREE}(?P<m>0?[1-9]|1[0-2])(?P<s>[/])(?P<y>(?:19\d\d|20[0-3]\d))(?![\w/]|\.\d)"
)
_NO_YEAR = re.compile(
    rf"(?<!\w)(?:(?:{_CAPITAL_MONTH})\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?(?![\w/]|[.:]\d){_NO_UNIT}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of | )(?:{_CAPITAL_MONTH})(?!\w)"
    rf"|\d{{1,2}}(?:\. | de | )(?:{_LONG_MONTH})(?!\w))"
)
_NO_YEAR_NUMBERS = re.compile(
    r"(?P<before>\b(?:dated|dates?|on|since|until|(?:exam|examination|study|studies|film|films|"
    r"radiograph|radiographs|x-ray|CT|MRI|scan|compared) (?:of|from|dated|on|to|with)):? )"
    r"(?P<a>0?[1-9]|1[0-2])/(?P<b>0?[1-9]|[12]\d|3[01])(?![\w/]|\.\d)(?!\s?(?:mm|cm|ml|images?|views?|"
    r"strength|murmur|lobes?|score|scale|slices?|of\b|to\b|thirds?|x\b))",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"(?:\bDOB|\bD\.O\.B\.?|birth\s?date|birthday|date of birth|\bborn|\bgeb(?:oren|\.)?|"
    r"fecha de nacimiento|nacid[oa]|n[ée]{1,2} le|geburtsdatum)\W{0,4}(?:(?:on|am|el|le)\s)?$",
    re.IGNORECASE,
)


def scrub_dates(text: str, shift_days: int) -> str:
    """Move every date by `shift_days`; with 0, and where that cannot be done, write "[date]"."""
    if not any(digit in text for digit in "0123456789"):
        return text
    pieces, at = [], 0
    for begin, _rank, end, written in sorted(_found(text, shift_days)):
        if begin >= at:  # what overlaps an earlier date is part of it
            pieces += [text[at:begin], written]
            at = end
    return "".join([*pieces, text[at:]])


def _found(text: str, shift: int) -> Iterator[tuple[int, int, int, str]]:
    """(begin, rank of the pattern, end, new text) of everything that may be a date."""
    for rank, (pattern, read) in enumerate(_READERS):
        for match in pattern.finditer(text):
            found = read(match)
            if found is not None:
                yield match.start(), rank, match.end(), _moved(match, *found, shift)
    for match in _NO_YEAR.finditer(text):
        yield match.start(), len(_READERS), match.end(), DATE
    for match in _NO_YEAR_NUMBERS.finditer(text):
        yield match.end("before"), len(_READERS), match.end(), DATE


# --- reading a match ------------------------------------------------------------------------------
# Each reader gives the date and, by group name, how to write the moved one; None if it is no date.

Writers = dict[str, Callable[[date], str]]
Read = Callable[[re.Match[str]], tuple[date, Writers] | None]


def _ordered(match: re.Match[str]) -> tuple[date, Writers] | None:
    day = _date(match["y"], match["m"], match["d"])
    return (day, _year(match) | _month(match, "m") | _day(match, "d")) if day else None


def _year_last(match: re.Match[str]) -> tuple[date, Writers] | None:
    # With a year of two digits "1.2.15" may be a paragraph and "2-3-10" a range: both padded then.
    padded = len(match["a"]) == len(match["b"]) == 2
    if len(match["y"]) == 2 and match["s"] != "/" and not padded:
        return None
    orders = (("b", "a"), ("a", "b")) if match["s"] == "." else (("a", "b"), ("b", "a"))
    for m, d in orders:
        day = _date(match["y"], match[m], match[d])
        if day:
            return day, _year(match) | _month(match, m) | _day(match, d)
    return None


def _named(match: re.Match[str]) -> tuple[date, Writers] | None:
    between = match.string[match.start("y") - 1]
    if len(match["y"]) == 2 and between == " " and match["name"].islower():
        return None  # "2 out 10" is no day in October
    day = _date(match["y"], str(_MONTHS[match["name"].lower()][0]), match["d"])
    writers = _year(match) | _month_name(match) | _day(match, "d") | _ordinal(match)
    return (day, writers) if day else None


def _named_month(match: re.Match[str]) -> tuple[date, Writers] | None:
    day = _date(match["y"], str(_MONTHS[match["name"].lower()][0]), "15")
    return (day, _year(match) | _month_name(match)) if day else None


def _numbered_month(match: re.Match[str]) -> tuple[date, Writers] | None:
    day = _date(match["y"], match["m"], "15")
    return (day, _year(match) | _month(match, "m")) if day else None


def _date(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 1900 if number > 40 else 2000
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


_READERS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (_YEAR_FIRST, _ordered),
    (_COMPACT, _ordered),
    (_YEAR_LAST, _year_last),
    (_DAY_MONTH_YEAR, _named),
    (_MONTH_DAY_YEAR, _named),
    (_YEAR_MONTH_DAY, _named),
    (_MONTH_YEAR, _named_month),
    (_NUMBER_YEAR, _numbered_month),
)

# --- writing the moved date -----------------------------------------------------------------------


def _moved(match: re.Match[str], day: date, writers: Writers, shift: int) -> str:
    if not shift or _BIRTH.search(match.string, max(0, match.start() - 30), match.start()):
        return DATE
    try:
        moved = day + timedelta(days=shift)
    except OverflowError:
        return DATE
    pieces, at = [], match.start()
    for group in sorted(writers, key=match.start):
        begin, end = match.span(group)
        pieces += [match.string[at:begin], writers[group](moved)]
        at = end
    return "".join([*pieces, match.string[at : match.end()]])


def _year(match: re.Match[str]) -> Writers:
    short = len(match["y"]) == 2
    return {"y": lambda day: f"{day.year % 100:02d}" if short else f"{day.year:04d}"}


def _month(match: re.Match[str], group: str) -> Writers:
    width = _width(match, group)
    return {group: lambda day: f"{day.month:0{width}d}"}


def _day(match: re.Match[str], group: str) -> Writers:
    width = _width(match, group)
    return {group: lambda day: f"{day.day:0{width}d}"}


def _width(match: re.Match[str], group: str) -> int:
    """Two digits where the form asks for them or the writer used a leading zero."""
    fixed = match.re in (_YEAR_FIRST, _COMPACT) and len(match[group]) == 2
    return 2 if fixed or match[group].startswith("0") else 1


def _month_name(match: re.Match[str]) -> Writers:
    old = match["name"]
    names = _MONTHS[old.lower()][1]

    def write(day: date) -> str:
        name = names[day.month - 1]
        if old.isupper():
            return name.upper()
        return name.capitalize() if old[0].isupper() else name

    return {"name": write}


def _ordinal(match: re.Match[str]) -> Writers:
    if "ord" not in match.re.groupindex or match["ord"] not in ("st", "nd", "rd", "th"):
        return {}

    def write(day: date) -> str:
        ends = {1: "st", 2: "nd", 3: "rd"}
        return "th" if day.day in (11, 12, 13) else ends.get(day.day % 10, "th")

    return {"ord": write}
