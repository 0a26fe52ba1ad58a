"""Runs of capitalised words: what a name looks like in running text."""

import re

from ingest.privacy.vocabulary import is_ordinary, words

Span = tuple[int, int]

_MOST_WORDS = 5

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]{0,40}\w)?")
GAP = re.compile(r"(?:\.?,? |\. ?|, ?|\^{1,3})(?=[^\W\d_])")
PARTICLES = words(
    "de del della di da do dos das du van von der den ten ter zu zum la le el al bin ben ibn af av"
)


def run_after(text: str, at: int) -> list[Span]:
    """Spans of the capitalised words (and particles between them) from `at` on."""
    spans: list[Span] = []
    while len(spans) < _MOST_WORDS:
        word = _WORD.match(text, at)
        if not word or not (word[0][0].isupper() or word[0].lower() in PARTICLES or not spans):
            break
        spans.append(word.span())
        gap = GAP.match(text, word.end())
        if not gap or (gap[0].startswith(".") and not _takes_dot(word[0])):
            break
        at = gap.end()
    while len(spans) > 1 and text[slice(*spans[-1])].lower() in PARTICLES:
        spans.pop()
    return spans


def _takes_dot(word: str) -> bool:
    return len(word) == 1 or word in ("St", "Jr", "Sr", "Dr", "Prof", "med")


def run_before(text: str, low: int, end: int, gap: re.Pattern[str]) -> list[Span]:
    """Spans of the capitalised words that lead up to `end` without a break, not before `low`."""
    spans: list[Span] = []
    for match in _WORD.finditer(text, low, end):
        joined = bool(spans) and _joins(text[spans[-1][1] : match.start()], gap)
        takes = match[0][0].isupper() or (joined and match[0].lower() in PARTICLES)
        if not takes:
            spans = []
        elif joined:
            spans.append(match.span())
        else:
            spans = [match.span()]
    return spans[-_MOST_WORDS:] if spans and spans[-1][1] == end else []


def _joins(between: str, gap: re.Pattern[str]) -> bool:
    found = gap.match(between + "x")
    return found is not None and found.end() == len(between)


def tells(word: str) -> bool:
    """Whether a word is capitalised and not ordinary: something of a name."""
    return word[0].isupper() and not is_ordinary(word) and set(word) != {"X"}


def is_initial(word: str) -> bool:
    """Whether this is one capital letter."""
    return len(word) == 1 and word.isupper()
