"""What a person types into the search box -> a tree of words and phrases.

    heart failure            both words
    "pleural effusion"       next to each other, in this order (so does follow-up, without quotes)
    cardio*                  words that begin like this; also "heart fail"*
    mass OR nodule           either; AND is what a space means; OR binds weakest
    -fracture, NOT fracture  without the word
    ( … )                    first this

Only AND, OR and NOT in capitals are operators. Nothing typed is an error but too much of it: a
quote or bracket without its partner, an operator without its operand and all other signs are passed
over.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infra.errors import BadQuery
from infra.query import AllText, AnyText, NoText, Phrase, Text

TOKENIZER = "unicode61 remove_diacritics 2"  # of SQLite FTS5: letters and digits, folded
MAX_CHARACTERS = 10_000
MAX_WORDS = 500
MAX_DEPTH = 20

_UNSAFE = re.compile("[\0\ud800-\udfff]")  # SQLite takes neither NUL nor half a character
_QUOTES = str.maketrans("“”„«»", '"' * 5)
_LEXEME = re.compile(
    r"""(?P<not>-(?=["(]))
      | (?P<open>\()
      | (?P<close>\))
      | "(?P<phrase>[^"]*)"?(?P<star>\*?)
      | (?P<word>[^\s()"]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind`: "(", ")", "AND", "OR", "NOT" or "phrase"."""

    kind: str
    text: str = ""
    prefix: bool = False


def parse_text(source: str) -> Text | None:
    """The tree of what was typed, or None when there is no word in it.

    Raises BadQuery for more than MAX_CHARACTERS, MAX_WORDS or MAX_DEPTH nested brackets.
    """
    if len(source) > MAX_CHARACTERS:
        raise BadQuery(f"The search text is too long: at most {MAX_CHARACTERS:,} characters.")
    tokens = list(_tokens(searchable(source).translate(_QUOTES)))
    folded = fold([token.text for token in tokens])
    if sum(map(len, folded)) > MAX_WORDS:
        raise BadQuery(f"The search text is too long: at most {MAX_WORDS} words.")
    return _Parser(tokens, folded).whole()


def searchable(source: str) -> str:
    """The same text with spaces for what no store can hold (NUL, halves of surrogate pairs)."""
    return _UNSAFE.sub(" ", source)


def fold(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """The words of each text: lower case, no diacritics, exactly as SQLite FTS5 splits them."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = '{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, instance)")
        connection.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", enumerate(texts))
        words: list[list[str]] = [[] for _ in texts]
        for number, word in connection.execute('SELECT doc, term FROM v ORDER BY doc, "offset"'):
            words[number].append(word)
    finally:
        connection.close()
    return [tuple(part) for part in words]


def _tokens(source: str) -> Iterator[_Token]:
    for match in _LEXEME.finditer(source):
        if match.lastgroup == "word":
            yield from _word(match["word"])
        elif match["phrase"] is not None:
            yield _Token("phrase", match["phrase"], bool(match["star"]))
        else:
            yield _Token("NOT" if match["not"] else match[0])


def _word(word: str) -> Iterator[_Token]:
    if word in ("AND", "OR", "NOT"):
        yield _Token(word)
        return
    if word.startswith("-"):
        yield _Token("NOT")
    yield _Token("phrase", word.removeprefix("-"), word.endswith("*"))


class _Parser:
    """Recursive descent: OR over AND over NOT over a phrase or brackets."""

    def __init__(self, tokens: list[_Token], folded: list[tuple[str, ...]]) -> None:
        self._tokens = tokens
        self._folded = folded
        self._at = 0
        self._depth = 0

    def whole(self) -> Text | None:
        parts = [self._any()]
        while self._at < len(self._tokens):  # a bracket that was never opened
            self._at += 1
            parts.append(self._any())
        return _joined(AllText, parts)

    def _any(self) -> Text | None:
        parts = [self._all()]
        while self._take("OR"):
            parts.append(self._all())
        return _joined(AnyText, parts)

    def _all(self) -> Text | None:
        parts: list[Text | None] = []
        while self._at < len(self._tokens) and self._kind not in (")", "OR"):
            if not self._take("AND"):
                parts.append(self._one())
        return _joined(AllText, parts)

    def _one(self) -> Text | None:
        negated = False
        while self._take("NOT"):
            negated = not negated
        part = self._operand()
        return NoText(part) if negated and part is not None else part

    def _operand(self) -> Text | None:
        if self._take("("):
            return self._brackets()
        if self._at == len(self._tokens) or self._kind != "phrase":
            return None  # an operator without its operand
        words, prefix = self._folded[self._at], self._tokens[self._at].prefix
        self._at += 1
        return Phrase(words, prefix) if words else None

    def _brackets(self) -> Text | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadQuery(f"The search text has more than {MAX_DEPTH} brackets in each other.")
        part = self._any()
        self._take(")")
        self._depth -= 1
        return part

    @property
    def _kind(self) -> str:
        return self._tokens[self._at].kind

    def _take(self, kind: str) -> bool:
        found = self._at < len(self._tokens) and self._kind == kind
        self._at += found
        return found


def _joined(join: type[AllText] | type[AnyText], parts: Sequence[Text | None]) -> Text | None:
    present = [part for part in parts if part is not None]
    return join(tuple(present)) if len(present) > 1 else next(iter(present), None)
