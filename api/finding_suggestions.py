"""Findings to go on with: "pleural eff" or "J90" -> what the caller's reports find like it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from api.application import Application
from api.case_sets import EVERY_VALUE
from api.named_findings import named_in
from api.terms import describe
from infra.errors import BadQuery
from infra.fields import split_token
from infra.query import FacetCount, Query
from infra.records import Assertion

MOST = 50
SHORTEST = 2  # letters typed
MOST_WORDS = 8  # of the end of what was typed
FIELDS = ("finding", "code", "category")

_WORD = re.compile(r"[^\W_]+(?:\.\w+)?")


@dataclass(frozen=True, slots=True)
class FindingSuggestion:
    """A key of a field of findings, what it means, and the cases that have it present."""

    field: str
    key: str
    description: str
    cases: int


def suggest_findings(app: Application, typed: str, limit: int) -> list[FindingSuggestion]:
    """Findings, codes and categories whose name or code begins like the end of what was typed.

    Exact codes first, then most cases. Raises BadQuery for a limit out of 1..MOST.
    """
    if not 1 <= limit <= MOST:
        raise BadQuery(f"Ask for 1 to {MOST} suggestions.")
    words = _words(typed)[-MOST_WORDS:]
    if not words or len(words[-1]) < SHORTEST or typed[-1:].isspace():
        return []
    counted = app.services.index.facets(Query(), FIELDS, app.scope, limit=EVERY_VALUE)
    known = [(name, *pair) for name in FIELDS for pair in _present(counted[name])]
    codes = {(key, cases) for name, key, cases in known if name == "code"}
    # J90 is a category and a code: it is suggested once.
    known = [one for one in known if one[0] != "category" or one[1:] not in codes]
    for start in range(len(words)):
        found = list(_like(words[start:], known))
        if found:
            break
    else:
        return []
    exact = words[-1]
    best = sorted(found, key=lambda one: (one.key.lower() != exact, -one.cases, one.key))
    return best[:limit]


def _present(counts: Sequence[FacetCount]) -> Iterator[tuple[str, int]]:
    for count in counts:
        assertion, key = split_token(count.value)
        if assertion == Assertion.PRESENT:
            yield key, count.count


def _like(
    words: Sequence[str], known: Sequence[tuple[str, str, int]]
) -> Iterator[FindingSuggestion]:
    """Keys with all these words, the last of them perhaps unfinished; or synonyms of them all."""
    # What the words before the last one name has been said already.
    ids = named_in(" ".join(words)) - named_in(" ".join(words[:-1]))
    for name, key, cases in known:
        meaning = describe(name, key)
        is_code = name != "finding" and len(words) == 1 and key.lower().startswith(words[0])
        if is_code or (name == "finding" and key in ids) or _begins(words, _words(meaning)):
            yield FindingSuggestion(name, key, meaning, cases)


def _begins(typed: Sequence[str], name: Sequence[str]) -> bool:
    """Whether each word that was typed begins a word of the name."""
    return all(any(word.startswith(part) for word in name) for part in typed)


@lru_cache(65_536)
def _words(text: str) -> tuple[str, ...]:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))
