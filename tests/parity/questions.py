"""Seeded random questions about a corpus: filters of values that occur, texts of its words."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from infra.fields import FACETS, FIELDS, FieldKind
from infra.query import (
    AccessScope,
    AllText,
    And,
    AnyOf,
    AnyText,
    Between,
    Everything,
    Exists,
    Filter,
    Group,
    Near,
    Not,
    NoText,
    Or,
    Page,
    Phrase,
    Query,
    Sort,
    Text,
)
from infra.records import Values, Vector
from tests.parity.corpus import WORDS

PAGE = 40
ALL_KINDS = ("filter", "text", "near", "both", "sort")


@dataclass(frozen=True)
class Asker:
    """Makes questions of what a corpus holds: values by field, and vectors of one model."""

    values: dict[str, list[str]]
    vectors: list[Vector]
    random: Random

    def questions(self, kind: str, count: int) -> list[tuple[Query, AccessScope]]:
        make: dict[str, Callable[[], Query]] = {
            "filter": lambda: self._query(filter=self.filter(2)),
            "text": lambda: self._query(filter=self.narrow(), text=self.text(2)),
            "near": lambda: self._query(filter=self.narrow(), near=self.near()),
            "both": lambda: self._query(filter=self.narrow(), near=self.near(), text=self.text(1)),
            "sort": lambda: self._query(filter=self.narrow(), sort=self.sort()),
        }
        return [(make[kind](), self.scope()) for _ in range(count)]

    def _query(self, **parts: object) -> Query:
        return Query(group=self.random.choice(list(Group)), page=Page(PAGE), **parts)

    def scope(self) -> AccessScope:
        names = self.random.choice(((), ("one",), ("one", "two"), ("nowhere",)))
        return AccessScope.only(*names) if names else AccessScope.everything()

    def sort(self) -> Sort:
        return Sort(self.random.choice(("age", "date")), self.random.random() < 0.5)

    def near(self) -> Near:
        """A stored vector, sometimes moved a little."""
        vector = self.random.choice(self.vectors)
        noise = np.random.default_rng(self.random.randrange(1 << 30)).normal(size=1024)
        moved = vector.values + np.float32(self.random.choice((0.0, 0.002, 0.02))) * noise
        values: Values = (moved / np.linalg.norm(moved)).astype(np.float32)
        return Near(values, vector.model_id)

    def narrow(self) -> Filter:
        return self.filter(1) if self.random.random() < 0.6 else Everything()

    def filter(self, depth: int) -> Filter:
        if depth and self.random.random() < 0.5:
            parts = tuple(self.filter(depth - 1) for _ in range(self.random.randint(1, 3)))
            return self.random.choice((And(parts), Or(parts), Not(parts[0])))
        return self._leaf()

    def _leaf(self) -> Filter:
        name = self.random.choice(sorted(self.values))
        kind, values = FIELDS[name].kind, self.values[name]
        if self.random.random() < 0.15:
            return Exists(name)
        if kind in (FieldKind.NUMBER, FieldKind.DATE):
            low, high = sorted(self.random.sample(values, 2), key=_order(kind))
            ends = (None, high), (low, None), (low, high)
            found = self.random.choice(ends)
            return Between(name, *(_value(kind, end) for end in found))
        chosen = self.random.sample(values, min(len(values), self.random.randint(1, 2)))
        return AnyOf(name, tuple(chosen))

    def text(self, depth: int) -> Text:
        if depth and self.random.random() < 0.6:
            parts = tuple(self.text(depth - 1) for _ in range(2))
            return self.random.choice(
                (AllText(parts), AnyText(parts), AllText((parts[0], NoText(parts[1]))))
            )
        if self.random.random() < 0.2:
            return Phrase((self.random.choice(WORDS)[:3],), prefix=True)
        if self.random.random() < 0.2:
            return Phrase(self.random.choice((("pleural", "effusion"), ("lower", "lobe"))))
        return Phrase((self.random.choice(WORDS),))


def values_in(facets: dict[str, tuple]) -> dict[str, list[str]]:
    """Values to filter by, by field, from counts of all facets."""
    keywords = {
        name: [count.value for count in facets[name]]
        for name in FACETS
        if facets[name] and FIELDS[name].kind in (FieldKind.KEYWORD, FieldKind.FLAG)
    }
    return keywords | {
        "age": ["0", "9.5", "10", "30", "47", "64", "64.5", "80", "99"],
        "date": [
            "2010-06-01",
            "2012-01-01",
            "2015-03-15",
            "2018-12-31",
            "2020-02-29",
            "2024-01-01",
        ],
    }


def _order(kind: FieldKind) -> Callable[[str], float | str]:
    return float if kind is FieldKind.NUMBER else str


def _value(kind: FieldKind, value: str | None) -> float | str | None:
    return float(value) if value is not None and kind is FieldKind.NUMBER else value
