"""The readable text of a DICOM structured report (PS3.3 C.17.3)."""

from collections.abc import Iterator
from typing import Any

from pydicom import Dataset

from infra.errors import RejectedFile
from ingest.fencing.guard import refuse_as

DEEPEST = 32
LARGEST = 1_000_000  # characters

# Report-like documents: Basic Text, Enhanced, Comprehensive, Comprehensive 3D, Extensible SR.
REPORT_CLASSES = frozenset(
    f"1.2.840.10008.5.1.4.1.1.88.{number}" for number in ("11", "22", "33", "34", "35")
)

# Who observed, in what language, by what method: not what was found.
ABOUT = frozenset({"HAS OBS CONTEXT", "HAS ACQ CONTEXT", "HAS CONCEPT MOD"})


def sr_text(dataset: Dataset) -> str:
    """The text of an SR document: containers as headings, values as "name: value" lines.

    A text that is named like its container stands without a heading of its own. Returns "" for
    objects that are no report (dose, CAD and key object documents too) and for empty documents;
    what cannot be read is left out. Never longer than LARGEST characters.
    """
    if str(dataset.get("SOPClassUID", "")) not in REPORT_CLASSES:
        return ""
    lines = _items(dataset, _name(dataset), 0)
    return "\n".join(lines).strip()[:LARGEST]


def _items(container: Dataset, heading: str, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    for item in _sequence(container, "ContentSequence"):
        if _text(item, "RelationshipType") not in ABOUT:
            yield from _item(item, heading, depth)


def _item(item: Dataset, heading: str, depth: int) -> Iterator[str]:
    name, value = _name(item), _value(item)
    if _text(item, "ValueType") == "CONTAINER":
        inside = list(_items(item, name, depth + 1))
        yield from (["", f"{name}:"] if name and inside and name != heading else [])
        yield from inside
        return
    if value:
        yield f"{name}: {value}" if name and name != heading else value
    yield from _items(item, heading, depth + 1)


def _value(item: Dataset) -> str:
    """What a content item says; "" for persons, times of day, references and coordinates."""
    match _text(item, "ValueType"):
        case "TEXT":
            return _lines(_text(item, "TextValue"))
        case "CODE":
            return _meaning(item, "ConceptCodeSequence")
        case "NUM":
            return _number(item)
        case "DATE":
            return _day(_text(item, "Date"))
        case "DATETIME":
            return _day(_text(item, "DateTime"))
        case _:
            return ""


def _number(item: Dataset) -> str:
    for measured in _sequence(item, "MeasuredValueSequence"):
        unit = _code(measured, "MeasurementUnitsCodeSequence", "CodeValue")
        number = _text(measured, "NumericValue")
        return f"{number} {unit}".strip() if unit != "1" and "{" not in unit else number
    return ""


def _day(value: str) -> str:
    """YYYYMMDD… as YYYY-MM-DD, the form that de-identification of text looks for."""
    return f"{value[:4]}-{value[4:6]}-{value[6:8]}" if value[:8].isdigit() else value


def _name(item: Dataset) -> str:
    return _meaning(item, "ConceptNameCodeSequence")


def _meaning(item: Dataset, keyword: str) -> str:
    return _code(item, keyword, "CodeMeaning")


def _code(item: Dataset, keyword: str, part: str) -> str:
    for code in _sequence(item, keyword):
        return _text(code, part)
    return ""


def _sequence(dataset: Dataset, keyword: str) -> list[Dataset]:
    value = _get(dataset, keyword)
    return [item for item in value if isinstance(item, Dataset)] if value else []


def _text(dataset: Dataset, keyword: str) -> str:
    value = _get(dataset, keyword)
    return "" if value is None else str(value).strip()


def _get(dataset: Dataset, keyword: str) -> Any:
    try:
        with refuse_as("bad_header"):
            return dataset.get(keyword)
    except RejectedFile:  # a damaged element is as good as none
        return None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
