"""Text -> words and signs with their places. Places count Unicode code points."""

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.reports.words import stem

# A tag, an entity, a number with a fraction, a word, an end of lines or of a paragraph, a sign
_TOKEN = re.compile(
    r"<[/!]?[a-zA-Z][^<>]{0,200}>"
    r"|&(?:[a-zA-Z]{2,8}|\#\d{1,6});"
    r"|\d+(?:[.,]\d+)+"
    r"|[^\W_]+(?:['’][a-zA-Z]{1,2}(?![^\W_]))?"
    r"|\n[^\S\n]*(?:\n\s*)?"
    r"|[^\w\s]|_+"
)
_KEPT_SIGNS = frozenset('.,;:?!()+=*•"')
_BREAK_TAGS = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|td|h[1-6]|table)\b", re.IGNORECASE)
PARAGRAPH, LINE = "\n\n", "\n"


class Tokens:
    """Parallel lists: `words` (stemmed words and signs), `begins` and `ends` in the text."""

    __slots__ = ("begins", "ends", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = []
        self.begins: list[int] = []
        self.ends: list[int] = []
        for match in _TOKEN.finditer(text):
            word = _normal(match.group())
            if word:
                begin, end = match.span()
                self.words.append(word)
                self.begins.append(begin)
                self.ends.append(end)

    def drop(self, places: Sequence[int]) -> None:
        """Take out the words at these indexes."""
        if places:
            gone = set(places)
            kept = [at for at in range(len(self.words)) if at not in gone]
            self.words = [self.words[at] for at in kept]
            self.begins = [self.begins[at] for at in kept]
            self.ends = [self.ends[at] for at in kept]

    def __len__(self) -> int:
        return len(self.words)


@lru_cache(maxsize=50_000)
def _normal(piece: str) -> str:
    """How a piece stands in the token list; "" leaves it out (hyphens, slashes, inline tags)."""
    first = piece[0]
    if first.isalnum():
        return stem(piece.removesuffix("'s").removesuffix("’s"))
    if first == "\n":
        return PARAGRAPH if piece.count("\n") > 1 else LINE
    if first == "<" and len(piece) > 1:
        return LINE if _BREAK_TAGS.match(piece) else ""
    return piece if piece in _KEPT_SIGNS else ""
