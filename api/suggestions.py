"""Words to go on with, as they occur in the cases that the caller may see."""

import re
from dataclasses import dataclass

from api.application import Application
from api.excerpts import matches
from infra.errors import BadQuery
from infra.query import Phrase
from infra.text import MAX_CHARACTERS, fold, searchable

SHORTEST = 2  # letters typed; one alone says too little
MOST = 50

_LAST_CHUNK = re.compile(r'[^\s()"“”„«»]+\Z')
_OPERATORS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word, the typed text with it as its last word, and how many cases hold it."""

    text: str
    completed: str
    cases: int


def suggest(app: Application, typed: str, limit: int) -> list[Suggestion]:
    """Words of reports, descriptions and labels that begin like the last word of `typed`.

    Words as the index folds them; most cases first. Raises BadQuery for a limit out of 1..MOST.
    """
    if not 1 <= limit <= MOST:
        raise BadQuery(f"Ask for 1 to {MOST} suggestions.")
    start, prefix = _last_word(typed)
    if len(prefix) < SHORTEST:
        return []
    found = app.services.index.words(prefix, app.scope, limit=limit)
    return [
        Suggestion(text=word.value, completed=typed[:start] + word.value, cases=word.count)
        for word in found
    ]


def _last_word(typed: str) -> tuple[int, str]:
    """Where the word that is being typed begins, and it as the index folds it; "" for none."""
    chunk = _LAST_CHUNK.search(typed)
    if chunk is None or chunk[0] in _OPERATORS or len(typed) > MAX_CHARACTERS:
        return len(typed), ""
    words = fold([searchable(chunk[0])])[0]
    spans = matches([chunk[0]], Phrase(words[-1:]))[0] if words else []
    if not spans or spans[-1][1] != len(chunk[0]):  # it ends with a sign: the word is over
        return len(typed), ""
    return chunk.start() + spans[-1][0], words[-1]
