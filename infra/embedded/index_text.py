"""A text tree put to SQLite FTS5: which studies match, and how well (bm25).

FTS5 has no "NOT" without something to take away from; such parts, and what holds them, are joined
here as sets. Only quoted words ever reach MATCH, and as a parameter.
"""

import sqlite3
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from infra.embedded.columns import Bools
from infra.query import AllText, AnyText, NoText, Phrase, Text
from infra.text import searchable


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """By number of study: whether its text matches, and its relevance ≥ 0 (0 where not ranked)."""

    found: Bools
    scores: npt.NDArray[np.float64]


class TextSearch:
    """Runs text trees over the words of one snapshot.

    `study_of_text` has the study's number at each text's number. A study without text matches like
    one with an empty text.
    """

    def __init__(
        self, connection: sqlite3.Connection, study_of_text: npt.NDArray[np.int32], studies: int
    ) -> None:
        self._connection = connection
        self._study_of_text = study_of_text
        self._studies = studies

    def run(self, text: Text, *, ranked: bool) -> Matches:
        """The matches of a tree; without `ranked` the scores are 0 and it takes half the time."""
        expression = _expression(text)
        if expression is not None:
            return self._match(expression, ranked)
        if isinstance(text, NoText):
            found = ~self.run(text.part, ranked=False).found
            return Matches(found, np.zeros(self._studies))
        assert isinstance(text, AllText | AnyText)
        parts = [self.run(part, ranked=ranked) for part in text.parts]
        join = np.logical_and if isinstance(text, AllText) else np.logical_or
        found = join.reduce([part.found for part in parts])
        return Matches(found, np.where(found, sum(part.scores for part in parts), 0.0))

    def _match(self, expression: str, ranked: bool) -> Matches:
        columns = "rowid, rank" if ranked else "rowid, 0"
        rows = self._connection.execute(
            f"SELECT {columns} FROM index_words WHERE index_words MATCH ?", (expression,)
        )
        pairs = np.fromiter(chain.from_iterable(rows), np.float64).reshape(-1, 2)
        studies = self._study_of_text[pairs[:, 0].astype(np.int64)]
        found = np.zeros(self._studies, np.bool_)
        scores = np.zeros(self._studies)
        found[studies] = True
        scores[studies] = np.maximum(-pairs[:, 1], 0.0)  # bm25() is the lower the better
        return Matches(found, scores)


def _expression(text: Text) -> str | None:
    """The tree in FTS5's language, or None where it has no words for it."""
    match text:
        case Phrase(words, prefix):
            quoted = '"' + searchable(" ".join(words)).replace('"', '""') + '"'
            return quoted + ("*" if prefix else "")
        case NoText():
            return None
        case AnyText(parts):
            return _joined(" OR ", parts)
        case AllText(parts):
            wanted = _joined(" AND ", [part for part in parts if not isinstance(part, NoText)])
            unwanted = [part.part for part in parts if isinstance(part, NoText)]
            if not unwanted or wanted is None:
                return wanted
            without = _joined(" OR ", unwanted)
            return None if without is None else f"({wanted} NOT {without})"


def _joined(operator: str, parts: tuple[Text, ...] | list[Text]) -> str | None:
    expressions = [_expression(part) for part in parts]
    if not expressions or None in expressions:
        return None
    return f"({operator.join(e for e in expressions if e is not None)})"
