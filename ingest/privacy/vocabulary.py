"""Which words are ordinary: they are replaced as a name only on more evidence than themselves."""

from functools import cache
from pathlib import Path

from ingest.privacy.identity import fold

_FILE = Path(__file__).parent / "data" / "ordinary_words.txt"


def words(text: str) -> frozenset[str]:
    """The words of a text that lists them."""
    return frozenset(text.split())


@cache
def ordinary_words() -> frozenset[str]:
    """The folded words of `ingest/privacy/data/ordinary_words.txt`."""
    lines = _FILE.read_text("utf-8").splitlines()
    listed = words(" ".join(line for line in lines if not line.startswith("#")))
    return frozenset(fold(word) for word in listed)


def is_ordinary(word: str) -> bool:
    """Whether a word says nothing by itself: all its parts are common or of at most two letters."""
    parts = (part for part in word.split("-") if len(part) > 2)
    return all(fold(part) in ordinary_words() for part in parts)
