"""A search text that is the name of a finding -> what reports must say of it.

"pneumothorax" is looked for where it is present, not where it is denied; "no pneumothorax" where it
is denied. A text with quotes, signs or any other word is what it says, and changes nothing here.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from api.application import Application
from infra.fields import token
from infra.query import And, AnyOf, Filter, Not, Or, Query
from infra.records import Assertion, Finding
from infra.text import MAX_CHARACTERS

LONGEST = 200  # characters of a text that may be a name

_PLAIN = re.compile(r"[^\W\d_][\w\s/-]*")
_OPERATORS = frozenset(("AND", "OR", "NOT"))
_WORD = re.compile(r"\w+")


class Mentions(StrEnum):
    """What reports must say of a finding that the text names; ANY: no matter what."""

    ANY = "any"
    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    FAMILY = "family"


def understood(app: Application, text: str, mentions: Mentions) -> tuple[str, Filter | None]:
    """(the words to look for, what reports must say), or the text as it is and None."""
    if mentions is Mentions.ANY or not _may_be_a_name(text) or not _has_findings(app):
        return text, None
    found = _named(text)
    if not found:
        return text, None
    parts = tuple(_said(finding, mentions) for finding in found)
    words = " ".join(finding.text for finding in found)
    return words, parts[0] if len(parts) == 1 else And(parts)


def _may_be_a_name(text: str) -> bool:
    text = text.strip()
    if len(text) > min(LONGEST, MAX_CHARACTERS) or not _PLAIN.fullmatch(text):
        return False
    return " -" not in text and _OPERATORS.isdisjoint(text.split())


def _has_findings(app: Application) -> bool:
    """Whether any report was tagged: else the tagger is opened for nothing."""
    return bool(app.services.index.facets(Query(), ["chapter"], app.scope, limit=1)["chapter"])


def _named(text: str) -> Sequence[Finding]:
    """The findings that the whole text names, together with what it says of them; or none."""
    from ingest.reports.opening import open_rules

    found = open_rules().read(text).findings
    rest = list(text)
    for finding in found:
        rest[finding.begin : finding.end] = " " * (finding.end - finding.begin)
    said = {word for finding in found for word in _WORD.findall(finding.trigger.lower())}
    left = set(_WORD.findall("".join(rest).lower()))
    return found if left <= said | {"and"} else ()


def _said(finding: Finding, mentions: Mentions) -> Filter:
    """Present is also what no tagger has read: a label, a description, an untagged report."""
    wanted = finding.assertion if finding.trigger else Assertion(mentions.value)
    asked = AnyOf("finding", (token(wanted, finding.finding_id),))
    if wanted is not Assertion.PRESENT:
        return asked
    spoken_of = tuple(token(one, finding.finding_id) for one in Assertion)
    return Or((asked, Not(AnyOf("finding", spoken_of))))
