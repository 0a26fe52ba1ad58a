"""Every finding that a person may state, by words or code: the tagger's own, and all ICD-10-CM."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from api.terms import code_title
from infra.errors import BadQuery
from ingest.reports.titles import slug

MOST = 50
LONGEST = 200  # characters of a text


@dataclass(frozen=True, slots=True)
class FindingTerm:
    """A finding's name, code, and what the code means; `named` by the text that was asked for."""

    finding_id: str
    code: str
    description: str
    named: bool = False


def finding_terms(text: str, limit: int) -> list[FindingTerm]:
    """What the text itself names, as the tagger reads it; then codes that begin like it, or titles
    with words that begin like its words, the shortest first. Raises BadQuery for a limit out of
    1..MOST.
    """
    if not 1 <= limit <= MOST:
        raise BadQuery(f"Ask for 1 to {MOST} terms.")
    text = text.strip()[:LONGEST]
    if not text:
        return []
    found = _named(text)
    known = {term.code for term in found}
    for code in _codes_like(tuple(text.lower().split())):
        if len(found) >= limit:
            break
        if code not in known:
            known.add(code)
            found.append(FindingTerm(name_of(code), code, code_title(code)))
    return found[:limit]


def name_of(code: str) -> str:
    """The name by which the tagger finds a code's own title, or one made of the title."""
    title = code_title(code)
    named = (term.finding_id for term in _named(title) if term.code == code)
    return next(named, slug(title))


def _named(text: str) -> list[FindingTerm]:
    """Each finding of the text once."""
    from ingest.reports.opening import open_rules

    read = open_rules().read(text).findings
    named = {(f.finding_id, f.code): code_title(f.code) for f in read}
    return [FindingTerm(*name, title, named=True) for name, title in named.items()]


def _codes_like(typed: tuple[str, ...]) -> Iterator[str]:
    """Codes that begin like one word, in their order; then those with titles like all words."""
    if len(typed) == 1:
        yield from sorted(code for code, _ in _titles() if code.lower().startswith(typed[0]))
    for code, title in _titles():
        if all(any(word.startswith(part) for word in title) for part in typed):
            yield code


@lru_cache(1)
def _titles() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """All codes with the words of their titles, the shortest titles first."""
    from ingest.reports.opening import open_rules

    titles = open_rules().lexicon.descriptions
    ordered = sorted(titles, key=lambda code: (len(titles[code]), code))
    return tuple((code, _words(titles[code])) for code in ordered)


def _words(title: str) -> tuple[str, ...]:
    return tuple(title.lower().replace(",", " ").split())
