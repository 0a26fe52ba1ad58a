"""Tables and ICD-10-CM -> the compiled lexicon. Takes seconds; `cache.py` keeps the result."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from infra.errors import BadSetup
from ingest.reports.icd10 import Titled, read_tabular
from ingest.reports.lexicon import Compiled, Table
from ingest.reports.matcher import Vocabulary
from ingest.reports.phrases import Words, expand, phrases_of
from ingest.reports.sites import site_phrases
from ingest.reports.tables import rows
from ingest.reports.titles import leaves, slug, title_phrases

# finding id, code, context, imaging, capitals: an Entry
_Raw = tuple[str, str, str, bool, bool]


class _Phrases:
    """Phrases of one table, with everything that each may mean, in the order given."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._meanings: dict[str, list[list[Any]]] = {}

    def add(self, words: Words, *meaning: Any) -> None:
        meanings = self._meanings.setdefault(self._vocabulary.learn(words), [])
        if words and list(meaning) not in meanings:
            meanings.append(list(meaning))

    def table(self) -> Table:
        self._meanings.pop("", None)
        numbers: dict[str, int] = {}
        which = [numbers.setdefault(repr(m), len(numbers)) for m in self._meanings.values()]
        distinct = {repr(meanings): meanings for meanings in self._meanings.values()}
        return Table(
            phrases="\n".join(self._meanings), which=which, meanings=list(distinct.values())
        )


def compile_lexicon(tabular: Path) -> Compiled:
    """Read all sources. Raises BadSetup naming a code in a table that ICD-10-CM does not have."""
    titles = list(read_tabular(tabular))
    terms = [titled.term for titled in titles]
    vocabulary = Vocabulary()
    findings = _Phrases(vocabulary)
    for words, entries in _entries(titles).items():
        for entry in entries:
            findings.add(words, *entry)
    triggers, stops = _triggers(vocabulary)
    pieces, part_rules = _pieces(vocabulary)
    named = [code for meanings in findings.table()["meanings"] for _, code, *_ in meanings]
    _check([*named, *(code for _, code, _ in part_rules)], {term.code for term in terms})
    return Compiled(
        findings=findings.table(),
        triggers=triggers,
        stops=stops,
        pieces=pieces,
        part_rules=part_rules,
        entities=_simple("entities.tsv", vocabulary),
        attributes=_simple("attributes.tsv", vocabulary),
        contexts={
            name: [word for words in phrases_of(notation) for word in words]
            for name, notation in rows("contexts.tsv")
        },
        codes="\n".join(term.code for term in terms),
        descriptions="\n".join(" ".join(term.description.split()) for term in terms),
        places={term.category: (term.block, term.chapter) for term in terms},
        words=list(vocabulary),
    )


def _entries(titles: list[Titled]) -> dict[Words, list[_Raw]]:
    """All meanings of each phrase: those with a context first, our tables before ICD-10-CM."""
    entries: dict[Words, list[_Raw]] = {}
    for words, entry in _own_entries():
        entries.setdefault(words, []).append(entry)
    complete = leaves([titled.term for titled in titles])
    for words, (title, code) in title_phrases(titles).items():
        if words not in entries:
            entries[words] = [(_family(code) or title, complete[code], "", False, False)]
    return {words: sorted(found, key=lambda e: not e[2]) for words, found in entries.items()}


def _own_entries() -> Iterator[tuple[Words, _Raw]]:
    """What our tables say, in the order in which they are asked."""
    for finding_id, code, context, notation in rows("radiology.tsv"):
        for words in phrases_of(notation):
            yield words, (finding_id, code, context, True, False)
    for abbreviation, finding_id, code, *place in rows("abbreviations.tsv"):
        for words in phrases_of(abbreviation):
            yield words, (finding_id, code, place[0] if place else "", False, True)
    for code, notation in rows("synonyms.tsv"):
        finding_id = slug(next(expand(notation)))
        for words in phrases_of(notation):
            yield words, (finding_id, code, "", False, False)
    for context, notation in rows("shields.tsv"):
        for words in phrases_of(notation):
            yield words, ("", "", context, False, False)
    for words, finding_id, code in site_phrases():
        yield words, (finding_id, code, "", False, False)


def _family(code: str) -> str:
    """The finding id that all findings of a group of codes share, or ""."""
    return next((name for begin, name in rows("families.tsv") if code.startswith(begin)), "")


def _triggers(vocabulary: Vocabulary) -> tuple[Table, Table]:
    triggers, stops = _Phrases(vocabulary), _Phrases(vocabulary)
    for kind, direction, window, notation in rows("triggers.tsv"):
        for words in phrases_of(notation):
            if kind == "stop":
                stops.add(words)
            else:
                triggers.add(words, kind, direction, int(window))
    return triggers.table(), stops.table()


def _pieces(vocabulary: Vocabulary) -> tuple[Table, list[tuple[str, str, int]]]:
    pieces = _Phrases(vocabulary)
    rules: list[tuple[str, str, int]] = []
    for number, (finding_id, code, gap, first, second) in enumerate(rows("parts.tsv")):
        rules.append((finding_id, code, int(gap)))
        for slot, notation in enumerate((first, second)):
            for words in phrases_of(notation):
                pieces.add(words, number, slot)
    return pieces.table(), rules


def _simple(name: str, vocabulary: Vocabulary) -> Table:
    """A table whose last column are phrases and whose other columns are what they mean."""
    phrases = _Phrases(vocabulary)
    for *meaning, notation in rows(name):
        for words in phrases_of(notation):
            phrases.add(words, *meaning)
    return phrases.table()


def _check(named: Iterable[str], codes: set[str]) -> None:
    for code in named:
        if code and code not in codes:
            raise BadSetup(f"A table of the tagger names {code}, which ICD-10-CM has not.")
