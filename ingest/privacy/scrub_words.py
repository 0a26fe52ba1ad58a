"""The patient's own names and numbers in free text, found by keyed hashes of their words."""

import re
from collections.abc import Callable, Iterator, Set

from ingest.privacy.identity import Pseudonyms, fold, spellings
from ingest.privacy.vocabulary import is_ordinary

NAME, ID = "[name]", "[id]"

_WORD = re.compile(r"[^\W\d_](?:['’]?[^\W\d_]+)*")
_NUMBER = re.compile(r"(?=[\w./^-]{0,40}\d)[^\W_][\w./^-]{2,60}[^\W_]")
_NOT_IN_NUMBER = re.compile(r"[\W_]")
_TITLED = re.compile(r"(?<!\w)(?:mrs?|ms|miss|mx|pt|patient|dr)\.? $", re.IGNORECASE)
_BESIDE = re.compile(r"[ ,.^\-\t]{1,3}")
# A person's name before one of these is the name of a thing: "Baker cyst", "Kerley B lines".
_EPONYM = re.compile(
    r"(?:['’]s)? (?:[A-Z] )?(?:cysts?|lines?|signs?|nodes?|nodules?|disease|syndrome|fractures?|"
    r"catheter|tubes?|tumou?rs?|lobe|angle|hernia|deformity|malformation|classification|score|grade|"
    r"ligament|space|triangle|canal|fossa|duct|procedure|stent|filter|rods?|index|criteria|ring)"
    r"(?!\w)",
    re.IGNORECASE,
)


def name_words(name: str) -> Iterator[str]:
    """The words of a name that are worth looking for, with their spellings."""
    for match in _WORD.finditer(name):
        if len(match[0]) > 1 or not match[0].isascii():
            yield from spellings(match[0])


def id_word(number: str) -> str:
    """A number without its separators, or "" where it is too short to be told from other numbers.

    Five signs are enough, four when letters and digits are mixed.
    """
    compact = _NOT_IN_NUMBER.sub("", number)
    mixed = any(sign.isdigit() for sign in compact) and not compact.isdigit()
    return compact if any(s.isdigit() for s in compact) and len(compact) >= 5 - mixed else ""


def scrub_words(text: str, pseudonyms: Pseudonyms, keys: Set[str]) -> str:
    """Replace words and numbers whose keyed hash is in `keys`.

    An ordinary word ("white", "long") goes only beside another word of the name or a title.
    """
    if not keys:
        return text
    known: dict[str, bool] = {}

    def is_own(word: str) -> bool:
        folded = fold(word)
        if folded not in known:
            known[folded] = pseudonyms.word_key(folded) in keys
        return known[folded]

    if any(digit in text for digit in "0123456789"):
        text = _NUMBER.sub(lambda match: _without_id(match, is_own), text)
    return _without_names(text, is_own)


def _without_id(match: re.Match[str], is_own: Callable[[str], bool]) -> str:
    compact = id_word(match[0])
    return ID if compact and is_own(compact) else match[0]


def _without_names(text: str, is_own: Callable[[str], bool]) -> str:
    spans = [m.span() for m in _WORD.finditer(text) if _is_name(m[0], is_own)]
    kept = [span for i, span in enumerate(spans) if _is_certain(text, spans, i)]
    pieces, at = [], 0
    for begin, end in kept:
        end = begin + len(_without_genitive(text[begin:end], is_own))
        pieces += [text[at:begin], NAME]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def _is_name(word: str, is_own: Callable[[str], bool]) -> bool:
    return (len(word) > 1 or not word.isascii()) and is_own(_without_genitive(word, is_own))


def _without_genitive(word: str, is_own: Callable[[str], bool]) -> str:
    if len(word) > 3 and word[-1] in "sS" and word[-2] in "'’" and not is_own(word):
        return word[:-2]
    return word


def _is_certain(text: str, spans: list[tuple[int, int]], index: int) -> bool:
    begin, end = spans[index]
    beside = _touches(text, spans, index, index + 1) or _touches(text, spans, index - 1, index)
    if is_ordinary(text[begin:end]):
        named = text[begin].isupper() and _TITLED.search(text, max(0, begin - 10), begin)
        return beside or bool(named)
    return beside or not _EPONYM.match(text, end)


def _touches(text: str, spans: list[tuple[int, int]], left: int, right: int) -> bool:
    if left < 0 or right >= len(spans):
        return False
    return _BESIDE.fullmatch(text, spans[left][1], spans[right][0]) is not None
