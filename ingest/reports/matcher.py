"""Many phrases found in one pass: Aho-Corasick over words, each word one character."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import ahocorasick

Meaning = TypeVar("Meaning")

UNKNOWN = "\1"
_FIRST = 0x10000  # beyond the surrogates, so that no word's character is half of another


class Vocabulary(dict[str, str]):
    """Word -> its character; words that no phrase has share one that matches nothing."""

    @classmethod
    def of(cls, words: Iterable[str]) -> "Vocabulary":
        """The vocabulary that learned these words in this order."""
        return cls((word, chr(_FIRST + number)) for number, word in enumerate(words))

    def __missing__(self, word: str) -> str:
        return UNKNOWN

    def learn(self, words: Iterable[str]) -> str:
        """The characters of a phrase, new words included."""
        return "".join([self.setdefault(word, chr(_FIRST + len(self))) for word in words])

    def encode(self, words: Sequence[str]) -> str:
        """A text as one character for each word."""
        return "".join(map(self.__getitem__, words))


class Matcher(Generic[Meaning]):
    """Finds the phrases of one table: leftmost, longest, without overlap; places count words."""

    def __init__(self, phrases: Iterable[tuple[str, Meaning]]) -> None:
        self._automaton = ahocorasick.Automaton()
        for characters, meaning in phrases:
            self._automaton.add_word(characters, (len(characters), meaning))
        self._automaton.make_automaton()

    def meaning(self, phrase: str) -> Meaning | None:
        """What exactly this phrase means."""
        found = self._automaton.get(phrase, None) if len(self._automaton) else None
        return found[1] if found else None

    def find(self, encoded: str) -> Iterator[tuple[int, int, Meaning]]:
        """(first word, word after the last, what the phrase means)."""
        if not len(self._automaton):
            return
        for last, (length, meaning) in self._automaton.iter_long(encoded):
            yield last + 1 - length, last + 1, meaning

    def find_all(self, encoded: str) -> list[tuple[int, int, Meaning]]:
        """The same, but only phrases inside of longer ones are left out: of "were not consistent
        with" both "were not" and "not consistent with" are found.
        """
        found: list[tuple[int, int, Meaning]] = []
        if not len(self._automaton):
            return found
        for last, (length, meaning) in self._automaton.iter(encoded):
            begin, end = last + 1 - length, last + 1
            if found and found[-1][1] == end:
                continue  # the longest phrase that ends here comes first
            while found and found[-1][0] >= begin:
                found.pop()
            found.append((begin, end, meaning))
        return found
