"""Items as plain Python: text, whole numbers, truth and bytes. What is None is not stored."""

from collections.abc import Mapping
from typing import Any

Plain = str | int | bool | bytes
Item = dict[str, Any]  # of Plain
Key = tuple[str, str]  # pk, sk


def to_attributes(item: Mapping[str, Plain | None]) -> dict[str, dict[str, Any]]:
    """An item as DynamoDB takes it."""
    return {name: to_attribute(value) for name, value in item.items() if value is not None}


def to_attribute(value: Plain) -> dict[str, Any]:
    """One value with its type."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    return {"B": value} if isinstance(value, bytes) else {"S": value}


def from_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> Item:
    """An item as DynamoDB gives it."""
    return {name: _from_attribute(value) for name, value in attributes.items()}


def _from_attribute(attribute: Mapping[str, Any]) -> Plain:
    ((kind, value),) = attribute.items()
    return int(value) if kind == "N" else value


def key_of(item: Item) -> Key:
    """Where an item lies."""
    return item["pk"], item["sk"]
