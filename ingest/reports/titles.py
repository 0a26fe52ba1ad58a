"""Phrases from the titles and inclusion terms of ICD-10-CM."""

import re
from collections.abc import Iterable, Iterator

from ingest.reports.icd10 import Term, Titled
from ingest.reports.phrases import Words, normalised, phrases_of
from ingest.reports.tables import rows
from ingest.reports.variants import variants

# External causes, factors of health status and provisional codes are not said as findings.
_CHAPTERS_LEFT_OUT = frozenset(("20", "21", "22"))
_LATE_CHAPTERS = frozenset(("15", "16", "17"))  # pregnancy, newborn, congenital: only if no other
_SHORT = 5
_NO_SLUG = re.compile(r"[^a-z0-9]+")


def title_phrases(titles: Iterable[Titled]) -> dict[Words, tuple[str, str]]:
    """Phrase -> (finding id, code). The best of several codes wins: see `_rank`."""
    rejected = {words for (notation,) in rows("rejected.tsv") for words in phrases_of(notation)}
    short = {words for (notation,) in rows("short_words.tsv") for words in phrases_of(notation)}
    best: dict[Words, tuple[tuple[int, ...], str, str]] = {}
    for titled in titles:
        for phrase, rank in _ranked(titled):
            words = normalised(phrase)
            if not _speaks(words, short) or words in rejected:
                continue
            if words not in best or rank < best[words][0]:
                best[words] = (rank, slug(phrase), titled.term.code)
    return {words: (finding_id, code) for words, (_, finding_id, code) in best.items()}


def leaves(terms: Iterable[Term]) -> dict[str, str]:
    """Code -> the code below it that says "unspecified", where there is one: E55 -> E55.9."""
    complete: dict[str, str] = {}
    for term in sorted(terms, key=lambda term: -len(term.code)):
        complete.setdefault(term.code, term.code)
        last = term.code[-1]
        if "unspecified" in term.description.lower() and last in "09" and len(term.code) > 3:
            above = term.code[:-1].removesuffix(".")
            if last == "9" or above not in complete:
                complete[above] = complete[term.code]
    return complete


def slug(phrase: str) -> str:
    """Lower-case words joined by "_"."""
    return _NO_SLUG.sub("_", phrase.lower()).strip("_")


def _speaks(words: Words, short: set[Words]) -> bool:
    """Whether a phrase is worth finding: not one short word, no signs in it."""
    if not words or not all(word.isalnum() for word in words):
        return False
    return len(words) > 1 or len(words[0]) > _SHORT or words in short


def _ranked(titled: Titled) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each phrase with its rank: the full title, then inclusion terms, then what is left of a title
    without "unspecified"; ordinary chapters before late ones; leaves of "unspecified" first.
    """
    term = titled.term
    if term.chapter in _CHAPTERS_LEFT_OUT:
        return
    late = int(term.chapter in _LATE_CHAPTERS)
    for inclusion, title in ((0, term.description), *((1, i) for i in titled.inclusions)):
        unspecified = "unspecified" in title or "NOS" in title or "not elsewhere" in title
        for phrase, exact in variants(title):
            loss = 0 if exact else 1 if unspecified else 2
            yield phrase, (late, loss, inclusion, len(term.code))
