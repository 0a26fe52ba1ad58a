"""What the tagger knows: phrases, triggers, pieces, entities and the code list, ready to match."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

from ingest.reports.icd10 import Term
from ingest.reports.matcher import Matcher, Vocabulary


class Entry(NamedTuple):
    """What a phrase means, where the report has a word of each name in `context` ("" = anywhere)
    and none of those behind a "-". "mixed" holds where not all letters are capitals. Without a
    finding id it only keeps its words from being read as a finding.

    `imaging` is True for entries of the radiology table, `capitals` for abbreviations.
    """

    finding_id: str
    code: str
    context: str = ""
    imaging: bool = False
    capitals: bool = False


class Trigger(NamedTuple):
    """Words that decide an assertion; see `data/triggers.tsv`."""

    kind: str
    direction: str
    window: int


class Piece(NamedTuple):
    """One half (slot 0 or 1) of a finding that is said in two pieces; `rule` is its row."""

    rule: int
    slot: int


class PartRule(NamedTuple):
    """A finding said in two pieces with at most `gap` words between."""

    finding_id: str
    code: str
    gap: int


class Attribute(NamedTuple):
    """A word that says the side, the degree or the place of a finding."""

    kind: str
    value: str


class Table(TypedDict):
    """Phrases as characters of the vocabulary (one a line), with all that each may mean.

    `which` gives for each phrase its place in `meanings`: many phrases share one, and the plain
    form would take three times the memory.
    """

    phrases: str
    which: list[int]
    meanings: list[list[list[Any]]]


class Compiled(TypedDict):
    """The compiled lexicon as plain lists: what is kept on disk (JSON)."""

    words: list[str]
    findings: Table
    triggers: Table
    stops: Table
    pieces: Table
    entities: Table
    attributes: Table
    part_rules: list[tuple[str, str, int]]
    contexts: dict[str, list[str]]
    codes: str
    descriptions: str
    places: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Matchers yield tuples of all that a phrase may mean; `contexts` are names -> words."""

    vocabulary: Vocabulary
    findings: Matcher[tuple[Entry, ...]]
    triggers: Matcher[tuple[Trigger, ...]]
    stops: Matcher[None]
    pieces: Matcher[tuple[Piece, ...]]
    entities: Matcher[tuple[str, ...]]
    attributes: Matcher[tuple[Attribute, ...]]
    part_rules: list[PartRule]
    contexts: dict[str, frozenset[str]]
    descriptions: dict[str, str]
    places: dict[str, tuple[str, str]]

    def term(self, code: str) -> Term:
        """What ICD-10-CM says of a code. Raises KeyError for a code that does not exist."""
        block, chapter = self.places[code[:3]]
        return Term(code, self.descriptions[code], code[:3], block, chapter)


def lexicon_of(compiled: Compiled) -> Lexicon:
    """Build the automata."""
    return Lexicon(
        vocabulary=Vocabulary.of(compiled["words"]),
        findings=Matcher(_meant(compiled["findings"], Entry)),
        triggers=Matcher(_meant(compiled["triggers"], Trigger)),
        stops=Matcher((phrase, None) for phrase in compiled["stops"]["phrases"].split("\n")),
        pieces=Matcher(_meant(compiled["pieces"], Piece)),
        entities=Matcher(_meant(compiled["entities"], str)),
        attributes=Matcher(_meant(compiled["attributes"], Attribute)),
        part_rules=[PartRule(*rule) for rule in compiled["part_rules"]],
        contexts={name: frozenset(words) for name, words in compiled["contexts"].items()},
        descriptions=dict(
            zip(compiled["codes"].split("\n"), compiled["descriptions"].split("\n"), strict=True)
        ),
        places={category: (place[0], place[1]) for category, place in compiled["places"].items()},
    )


def _meant(table: Table, record: Any) -> Iterator[tuple[str, Any]]:
    """Phrases with tuples of records; equal tuples are one object."""
    meanings = [tuple(record(*values) for values in each) for each in table["meanings"]]
    for phrase, which in zip(table["phrases"].split("\n"), table["which"], strict=True):
        yield phrase, meanings[which]
