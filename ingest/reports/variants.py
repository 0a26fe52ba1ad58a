"""The ways in which a title of ICD-10-CM is written in a report."""

import re
from collections.abc import Iterator

_BRACKETS = re.compile(r"\s*[\(\[]([^()\[\]]*)[\)\]]")
_TAILS = re.compile(
    r"(?:,? (?:NOS|NEC|nos|nec)"
    r"|,? not elsewhere classified|,? not otherwise specified|,? so described"
    r"|,? unspecified(?: (?:organism|site|part|cause|type|side|ear|eye|degree|severity|form|nature"
    r"|place|location|whether [a-z ]+|as to [a-z ]+))?"
    r"|,? of unspecified (?:site|part|organism|type|cause|origin|severity|degree|bone|joint)"
    r"|,? without (?:complications?|mention of [a-z ]+|obstruction or gangrene|status epilepticus"
    r"|esophagitis|bleeding|perforation or abscess(?: without bleeding)?|rupture|behavioral "
    r"disturbance|hypoglycemia|hyperosmolarity|coma|aura|angina pectoris)"
    r"|,? initial encounter|,? \(current\)|,? any type|,? unknown cause)$"
)
_HEADS = re.compile(r"^(?:unspecified|Unspecified|nonspecific|Nonspecific) ")
_RESIDUAL = re.compile(
    r"^(?:other|encounter|personal history|family history|contact with|exposure to|sequelae|"
    r"certain|complications? of|disorders? of|diseases? of|adverse|poisoning|underdosing|toxic"
    r" effect)"
    r"|in diseases classified|elsewhere|affecting|complicating|due to (?:other|unspecified)"
    r"|(?<!un)specified|with or without|and/or",
    re.IGNORECASE,
)
_OF = re.compile(r"^(\w+(?: \w+)?) of (?:the )?(\w+(?: \w+)?)$")
MAX_WORDS = 6


def variants(title: str) -> Iterator[tuple[str, bool]]:
    """Phrases for a title, each with whether it says all that the title says."""
    if _RESIDUAL.search(title):
        return
    plain = _BRACKETS.sub("", title).strip()
    for phrase in dict.fromkeys((plain, *_with_brackets(title))):
        yield from _endings(phrase)


def _with_brackets(title: str) -> Iterator[str]:
    """Each bracketed word on its own written out: "Essential (primary) hypertension"."""
    found = list(_BRACKETS.finditer(title))
    if len(found) == 1 and "-" not in found[0][1]:
        yield _BRACKETS.sub(lambda match: f" {match[1]}", title).strip()
    for match in found[:6]:
        inner = match[1].strip()
        if inner and not inner.endswith(("s", ".", "-")) and inner.isalpha():
            yield _BRACKETS.sub("", title[: match.start()] + f" {inner}" + title[match.end() :])


def _endings(phrase: str) -> Iterator[tuple[str, bool]]:
    exact = True
    while phrase:
        for written in _orders(phrase):
            if 0 < len(written.split()) <= MAX_WORDS:
                yield written, exact
        shorter = _HEADS.sub("", _TAILS.sub("", phrase))
        if shorter == phrase:
            return
        phrase, exact = shorter, False


def _orders(phrase: str) -> Iterator[str]:
    """The phrase, and turned around at a comma or an "of"."""
    if phrase.count(",") == 1:
        head, tail = (part.strip() for part in phrase.split(","))
        if len(tail.split()) <= 2 and not re.search(r"\b(?:with|without|or|and|type)\b", tail):
            yield f"{tail} {head}"
        return
    if "," in phrase:
        return
    yield phrase
    match = _OF.match(phrase)
    if match:
        yield f"{match[2]} {match[1]}"
