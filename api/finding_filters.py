"""What people type of findings -> the filter tree.

finding=effusion     present in a report of the case    finding=absent:effusion   denied
finding=J90          by code, category, block (J90-J94) or chapter (10)
finding=any:J90      spoken of, in whatever way         finding=J90|J93           any of these
code=J98.11, category=J98, block=J96-J99, chapter=10    only this kind of key
"""

import re
from collections.abc import Sequence

from infra.errors import BadQuery
from infra.fields import FINDING_FIELDS, token
from infra.query import AnyOf, Filter, Or
from infra.records import Assertion

ANY = "any"
_SAID = re.compile(r"(?P<assertion>\w+)\s*[:|]\s*(?P<key>.*)", re.DOTALL)
_TOKEN = re.compile(rf"\b({'|'.join([*Assertion, ANY])})\s*\|\s*(?=[^|\s])", re.IGNORECASE)
_SHAPES = (
    ("chapter", re.compile(r"\d{1,2}")),
    ("block", re.compile(r"[A-Z]\w{2}-[A-Z]\w{2}", re.IGNORECASE)),
    ("category", re.compile(r"[A-Z]\d\w", re.IGNORECASE)),
    ("code", re.compile(r"[A-Z]\d\w\.\w{1,4}", re.IGNORECASE)),
)


def is_of_findings(name: str) -> bool:
    """Whether a field's values are findings."""
    return name in FINDING_FIELDS


def split_values(text: str) -> list[str]:
    """What `|` separates, but for the one of a token: "present|J90" is one value."""
    text = _TOKEN.sub(r"\1:", text)
    return [part.strip() for part in text.split("|") if part.strip()]


def finding_filter(name: str, values: Sequence[str]) -> Filter:
    """Any of these findings. Raises BadQuery for a value without a key or an unknown assertion."""
    tokens: dict[str, list[str]] = {}
    for value in values:
        field, found = tokens_of(name, value)
        tokens.setdefault(field, []).extend(found)
    parts = tuple(AnyOf(field, tuple(found)) for field, found in tokens.items())
    return parts[0] if len(parts) == 1 else Or(parts)


def tokens_of(name: str, value: str) -> tuple[str, list[str]]:
    """The field that a value is about, and the tokens that it means there."""
    said = _SAID.fullmatch(value.strip())
    assertion, key = (said["assertion"], said["key"]) if said else (Assertion.PRESENT, value)
    key = key.strip()
    known = [one.value for one in Assertion]
    if not key or assertion.lower() not in (ANY, *known):
        raise BadQuery(
            f"Write a finding as effusion, J90 or absent:J90; before the colon goes one of "
            f"{', '.join(known)} or {ANY}."
        )
    wanted = known if assertion.lower() == ANY else [assertion.lower()]
    return _field(name, key), [token(one, key) for one in wanted]


def _field(name: str, key: str) -> str:
    """`finding` takes keys of every kind: their shapes differ from those of finding ids."""
    if name != "finding":
        return name
    return next((field for field, shape in _SHAPES if shape.fullmatch(key)), name)
