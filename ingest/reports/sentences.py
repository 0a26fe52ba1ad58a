"""Where sentences begin, in words: the reach of a trigger ends there."""

from bisect import bisect_left

from ingest.reports.tokens import LINE, PARAGRAPH, Tokens

_ABBREVIATIONS = frozenset(
    ("dr", "mr", "mrs", "ms", "vs", "approx", "e.g", "i.e", "st", "fig", "no")
)
# fmt: off
_OPEN_ENDED = frozenset((
    "and", "or", "nor", "no", "of", "the", "a", "an", "with", "without", "in", "on", "at", "for",
    "to", "from", "by", "is", "are", "was", "were", ",", "not", "any", "but", "right", "left",
    "small", "mild", "moderate", "large", "severe",
))
# fmt: on
_WRAPPED_LINE = 55  # characters: a line this long goes on in the next one


def sentence_starts(tokens: Tokens) -> list[int]:
    """Index of the first word of each sentence, the first being 0."""
    words = tokens.words
    starts = [0]
    line_start = 0
    for at, word in enumerate(words):
        if word == LINE:
            ends = _line_ends(tokens, at, line_start)
            line_start = at + 1
        elif word == PARAGRAPH:
            ends, line_start = True, at + 1
        elif word == ".":
            ends = _stop_ends(tokens, at)
        elif word in ("?", "!"):
            ends = _spaced(tokens, at)
        else:
            continue
        if ends and at + 1 < len(words):
            starts.append(at + 1)
    return starts


def unwrapped(tokens: Tokens, starts: list[int]) -> list[int]:
    """Take out the line ends within sentences, so that phrases reach over them; the new starts."""
    begins = set(starts)
    dropped = [at for at, word in enumerate(tokens.words) if word == LINE and at + 1 not in begins]
    if dropped and dropped[-1] + 1 == len(tokens):
        dropped.pop()  # the end of the text
    tokens.drop(dropped)
    return [start - bisect_left(dropped, start) for start in starts]


def _stop_ends(tokens: Tokens, at: int) -> bool:
    """A full stop, not the one of an abbreviation or of a number."""
    if at + 1 >= len(tokens):
        return True
    before, after = tokens.words[at - 1] if at else "", tokens.text[tokens.begins[at + 1]]
    touching = tokens.begins[at + 1] == tokens.ends[at]
    if touching:
        return after == "\n" or (after.isupper() and len(before) > 2)
    if before in _ABBREVIATIONS:
        return before == "no" and after.isupper()
    return len(before) > 1 or not after.islower()


def _spaced(tokens: Tokens, at: int) -> bool:
    """A question mark right behind a word and followed by a space; "?pneumonia" is a doubt."""
    behind_word = at > 0 and tokens.ends[at - 1] == tokens.begins[at]
    return behind_word and (at + 1 == len(tokens) or tokens.begins[at + 1] > tokens.ends[at])


def _line_ends(tokens: Tokens, at: int, line_start: int) -> bool:
    """Whether a sentence ends with its line: not where a long line was wrapped."""
    if at == 0 or at + 1 >= len(tokens):
        return True
    if tokens.words[at - 1] in _OPEN_ENDED:
        return False
    following = tokens.text[tokens.begins[at + 1]]
    if following.islower():
        return False
    if not following.isalpha():
        return True
    long_line = tokens.begins[at] - tokens.begins[line_start] >= _WRAPPED_LINE
    line = tokens.text[tokens.begins[line_start] : tokens.begins[at]]
    return not (long_line and line.isupper())
