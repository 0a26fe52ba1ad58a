"""Records as JSON text: dates in ISO 8601, tuples and sets as lists, None and "" as they are.

Reading fills what is missing with the record's defaults, so a record may gain a field.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

R = TypeVar("R")
_Read = Callable[[Any], Any]


def to_json(record: object) -> str:
    """A record's fields as one JSON object."""
    kind: Any = type(record)
    names = _readers(kind)
    return json.dumps(
        {name: getattr(record, name) for name in names}, default=_plain, ensure_ascii=False
    )


def from_json(kind: type[R], text: str) -> R:
    """The record of this kind that `to_json` wrote."""
    return _record(kind, json.loads(text))


def list_to_json(records: Iterable[object]) -> str:
    """Records as one JSON list."""
    return "[" + ",".join(to_json(record) for record in records) + "]"


def list_from_json(kind: type[R], text: str) -> list[R]:
    """The records that `list_to_json` wrote."""
    return [_record(kind, values) for values in json.loads(text)]


def sortable(moment: datetime | None) -> str:
    """A time as text that sorts like the time: ISO 8601 in UTC with microseconds; "" for None."""
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def _record(kind: type[R], values: dict[str, Any]) -> R:
    of_kind: Any = kind
    readers = _readers(of_kind)
    return kind(**{name: readers[name](value) for name, value in values.items()})


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


@cache
def _readers(kind: Any) -> dict[str, _Read]:
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind)}


def _reader(hint: Any) -> _Read:
    """How a value of this type comes back from its JSON form."""
    if isinstance(hint, UnionType):  # the only unions in records are "X | None"
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        read = _reader(inner)
        return lambda value: None if value is None else read(value)
    if get_origin(hint) is tuple or get_origin(hint) is frozenset:
        return _sequence(get_origin(hint))
    if hint is datetime or hint is date:
        return hint.fromisoformat
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return _as_is


def _sequence(kind: Any) -> _Read:
    return lambda values: kind(values)


def _as_is(value: Any) -> Any:
    return value
