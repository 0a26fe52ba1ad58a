"""Matching of QIDO-RS (PS3.4 C.2.2.2, PS3.18 8.3.4): what is asked, and whether a row fits."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword

from api.viewing.attributes import Row, Value
from infra.errors import BadQuery
from infra.query import And, AnyOf, Between, Filter

MOST_ROWS = 1_000
USUAL_ROWS = 100
MOST_OFFSET = 100_000
MOST_VALUES = 100
OTHER_PARAMETERS = frozenset({"limit", "offset", "includefield", "fuzzymatching", "accept"})
STUDY_KEYS = frozenset(
    ("StudyDate", "AccessionNumber", "ModalitiesInStudy", "PatientName", "PatientID",
     "PatientSex", "StudyInstanceUID", "StudyDescription")
)  # fmt: skip
SERIES_KEYS = STUDY_KEYS | {
    "Modality", "SeriesInstanceUID", "SeriesNumber", "SeriesDescription", "BodyPartExamined",
    "Laterality", "Manufacturer",
}  # fmt: skip
INSTANCE_KEYS = SERIES_KEYS | {
    "SOPClassUID", "SOPInstanceUID", "InstanceNumber", "Rows", "Columns", "NumberOfFrames",
}  # fmt: skip
# Keys that the search index knows exactly as well; the rest is matched row by row.
INDEXED = {
    "StudyInstanceUID": "study_uid",
    "PatientID": "patient",
    "PatientName": "patient",
    "AccessionNumber": "accession",
    "SeriesInstanceUID": "series_uid",
    "SOPInstanceUID": "instance_uid",
    "ModalitiesInStudy": "modality",
    "Modality": "modality",
}
# Objects that are no images have rows in the catalog, but not in the index.
IMAGES = frozenset(
    ("CR", "CT", "DX", "ES", "GM", "IO", "IVUS", "MG", "MR", "NM", "OP", "OPT", "PT", "PX", "RF",
     "RG", "SM", "US", "XA", "XC")
)  # fmt: skip

Matcher = Callable[[Sequence[Value]], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """A QIDO-RS query: keyword -> the text to match, and which page of the answer."""

    keys: dict[str, str]
    limit: int
    offset: int
    fuzzy: bool = False

    def fits(self, row: Row) -> bool:
        """Whether every key matches."""
        return all(
            matcher(keyword, text)(row.values.get(keyword, ()))
            for keyword, text in self.keys.items()
        )

    def indexed(self) -> Filter:
        """A filter that every case with a fitting row passes."""
        parts = (part for key, text in self.keys.items() if (part := _indexed(key, text)))
        return And(tuple(parts))


def asked(parameters: Iterable[tuple[str, str]], known: frozenset[str]) -> Asked:
    """Read query parameters. Raises BadQuery for an attribute that cannot be matched here: to pass
    over it would list objects that were not asked for.
    """
    keys: dict[str, str] = {}
    other: dict[str, str] = {}
    for name, value in parameters:
        if name in OTHER_PARAMETERS:
            other[name] = value
            continue
        keyword = _keyword(name)
        if keyword not in known:
            raise BadQuery(
                f"This server cannot match {name[:64]!r} here; it matches "
                f"{', '.join(sorted(known))}."
            )
        if keyword in keys:
            raise BadQuery(f"{keyword} is given twice.")
        matcher(keyword, value)  # raises for what cannot be matched
        if value not in ("", "*"):  # these match everything (PS3.4 C.2.2.2.3)
            keys[keyword] = value
    limit = _count(other.get("limit", str(USUAL_ROWS)), "limit", MOST_ROWS)
    offset = _count(other.get("offset", "0"), "offset", MOST_OFFSET)
    return Asked(keys, limit, offset, other.get("fuzzymatching", "").lower() == "true")


def matcher(keyword: str, text: str) -> Matcher:
    """How an attribute is matched, by its value representation. Raises BadQuery."""
    vr = str(dictionary_VR(keyword))
    if vr == "DA":
        low, high = _days(text)
        return lambda values: any(low <= str(value) <= high for value in values)
    if vr in ("IS", "US"):
        numbers = {_whole(keyword, one) for one in text.split(",") if text not in ("", "*")}
        return lambda values: not numbers or not numbers.isdisjoint(values)
    wanted = _several(vr, text)
    if len(wanted) > MOST_VALUES:
        raise BadQuery(f"At most {MOST_VALUES} values of {keyword} can be matched.")
    if vr == "UI":
        return lambda values: any(value in wanted for value in values)
    forms = [one.casefold() for one in wanted]
    return lambda values: any(
        _fits(str(value).casefold(), form) for form in forms for value in values or ("",)
    )


def _several(vr: str, text: str) -> list[str]:
    """The values of a list (PS3.4 C.2.2.2.2); text may hold commas, UIDs and codes do not."""
    return [one for one in re.split(r"[,\\]" if vr in ("UI", "CS") else r"[\\]", text) if one]


def _indexed(keyword: str, text: str) -> Filter | None:
    if keyword == "StudyDate":
        low, high = _days(text)
        return Between("date", _iso(low), _iso(high))
    if keyword not in INDEXED or "*" in text or "?" in text:
        return None
    values = tuple(_several(str(dictionary_VR(keyword)), text))
    field = INDEXED[keyword]
    if field == "modality" and not IMAGES.issuperset(value.upper() for value in values):
        return None
    if field in ("series_uid", "instance_uid"):
        return None  # these may be those of objects that are no images
    return AnyOf(field, values)


def _keyword(name: str) -> str:
    """The keyword of an attribute that is named by keyword or by tag (PS3.18 8.3.4.1)."""
    if re.fullmatch("[0-9a-fA-F]{8}", name):
        return keyword_for_tag(int(name, 16)) or ""
    return name if tag_for_keyword(name) is not None else ""


def _fits(value: str, form: str) -> bool:
    """`*` is any signs, `?` is one (PS3.4 C.2.2.2.4). Never goes back further than the last `*`."""
    at = place = 0
    star, resume = -1, 0
    while at < len(value):
        if place < len(form) and form[place] == "*":
            star, resume = place, at
            place += 1
        elif place < len(form) and form[place] in ("?", value[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = resume, star + 1
        else:
            return False
    return not form[place:].strip("*")


def _days(text: str) -> tuple[str, str]:
    """First and last day, YYYYMMDD, of a day or a range (PS3.4 C.2.2.2.5)."""
    low, dash, high = text.partition("-")
    ends = (low or "00000101", (high or "99991231") if dash else low)
    if text not in ("", "*"):
        for end in (low, high):
            if end and _iso(end) is None:
                raise BadQuery("A date is YYYYMMDD, a range YYYYMMDD-YYYYMMDD.")
    if text == "-":
        raise BadQuery("A range of dates has at least one end.")
    return ends


def _iso(day: str) -> str | None:
    if not re.fullmatch("[0-9]{8}", day):
        return None
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])).isoformat()
    except ValueError:
        return None


def _whole(keyword: str, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", text.strip()):
        raise BadQuery(f"{keyword} is matched with a whole number.")
    return int(text)


def _count(text: str, name: str, most: int) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise BadQuery(f"The {name} is a whole number.")
    if name == "offset" and int(text) > most:
        raise BadQuery(f"The {name} is at most {most:,}; narrow the query.")
    return min(int(text), most)
