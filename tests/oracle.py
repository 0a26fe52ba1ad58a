"""What a search index must answer, in plain Python, slowly and without cleverness."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from infra.fields import FIELDS, FacetRule, FieldKind
from infra.fusion import fuse
from infra.query import (
    MAX_WINDOW,
    AccessScope,
    AllText,
    And,
    AnyOf,
    AnyText,
    Between,
    Everything,
    Exists,
    FacetCount,
    Filter,
    Group,
    Not,
    NoText,
    Or,
    Phrase,
    Query,
    Text,
)
from infra.records import CaseText, IndexRow, Vector
from infra.text import fold

Relevance = Callable[[str], float]  # of a study's text


@dataclass(frozen=True)
class Expected:
    """A hit: its group, score and what stands for the group."""

    group_id: str
    score: float
    instance_uid: str
    series_uid: str
    study_uid: str
    vector_id: str = ""
    frame: int | None = None
    cosine: float | None = None
    text_score: float | None = None


class Oracle:
    """Rows, texts and vectors in dictionaries."""

    def __init__(self) -> None:
        self.rows: dict[str, IndexRow] = {}  # by instance, or "study" of an image-less case
        self.texts: dict[str, CaseText] = {}
        self.vectors: dict[tuple[str, str], list[Vector]] = {}

    # --- writing ----------------------------------------------------------------------------------

    def put(self, rows: Sequence[IndexRow], texts: Sequence[CaseText]) -> None:
        for row in rows:
            self._put_row(row)
        for text in texts:
            if text.version >= self._version(self.texts.get(text.study_uid)):
                self.texts[text.study_uid] = text

    def _put_row(self, row: IndexRow) -> None:
        if row.instance_uid:
            if row.version >= self._version(self.rows.get(row.instance_uid)):
                self.rows[row.instance_uid] = row
            self.rows.pop("/" + row.study_uid, None)
            return
        of_study = [old for old in self.rows.values() if old.study_uid == row.study_uid]
        if any((old.version, old.instance_uid != "") > (row.version, False) for old in of_study):
            return
        self.rows = {k: old for k, old in self.rows.items() if old.study_uid != row.study_uid}
        self.rows["/" + row.study_uid] = row

    @staticmethod
    def _version(stored: IndexRow | CaseText | None) -> int:
        return -1 if stored is None else stored.version

    def put_vectors(self, vectors: Sequence[Vector]) -> None:
        given: dict[tuple[str, str], list[Vector]] = defaultdict(list)
        for vector in vectors:
            given[vector.instance_uid, vector.model_id].append(vector)
        self.vectors |= given

    def delete(self, study_uids: Iterable[str]) -> int:
        studies = set(study_uids)
        doomed = {k: row for k, row in self.rows.items() if row.study_uid in studies}
        self.rows = {k: row for k, row in self.rows.items() if k not in doomed}
        self.texts = {k: text for k, text in self.texts.items() if k not in studies}
        self.vectors = {k: v for k, v in self.vectors.items() if k[0] not in doomed}
        return len(doomed)

    # --- searching --------------------------------------------------------------------------------

    def ranked(
        self, query: Query, scope: AccessScope, relevance: Relevance = lambda _: 0.0
    ) -> list[Expected]:
        """All hits in order, as if one page held them."""
        if query.near is None:
            return _ordered(self._by_row(query, scope, relevance))
        by_vector = _ordered(self._by_vector(query, scope))
        if query.text is None:
            return by_vector
        by_text = _ordered(self._by_row(query, scope, relevance))
        fused = fuse([e.group_id for e in by_vector], [e.group_id for e in by_text])
        near = {e.group_id: e for e in by_vector[:MAX_WINDOW]}
        text = {e.group_id: e for e in by_text[:MAX_WINDOW]}
        return [_fused(near.get(name), text.get(name), score) for name, score in fused]

    def total(self, query: Query, scope: AccessScope) -> int:
        if query.near is not None and query.text is None:
            return len(self._by_vector(query, scope))
        return len(self._by_row(query, scope, lambda _: 0.0))

    def _passing(self, query: Query, scope: AccessScope, *, text: bool) -> list[IndexRow]:
        return [
            row
            for row in self.rows.values()
            if scope.allows(row.dataset)
            and passes(query.filter, row)
            and (not text or query.text is None or self._matches(query.text, row.study_uid))
        ]

    def _grouped(self, query: Query, rows: list[IndexRow]) -> dict[str, list[IndexRow]]:
        groups: dict[str, list[IndexRow]] = defaultdict(list)
        for row in rows:
            if row.instance_uid or query.group is Group.CASE:
                groups[group_id(row, query.group)].append(row)
        return groups

    def _by_row(self, query: Query, scope: AccessScope, relevance: Relevance) -> list[Expected]:
        found = []
        rows = self._passing(query, scope, text=True)
        for name, members in self._grouped(query, rows).items():
            best = min(members, key=lambda row: row.instance_uid)
            score = max(relevance(row.study_uid) for row in members) if query.text else 0.0
            found.append(
                Expected(
                    name, score, best.instance_uid, best.series_uid, best.study_uid,
                    text_score=score if query.text else None,
                )
            )  # fmt: skip
        return found

    def _by_vector(self, query: Query, scope: AccessScope) -> list[Expected]:
        assert query.near is not None
        found = []
        rows = self._passing(query, scope, text=False)
        for name, members in self._grouped(query, rows).items():
            scored = [
                (-cosine(query.near.values, vector.values), row.instance_uid, vector.vector_id,
                 vector, row)
                for row in members
                for vector in self.vectors.get((row.instance_uid, query.near.model_id), ())
            ]  # fmt: skip
            if scored:
                negative, _, vector_id, vector, row = min(scored, key=lambda one: one[:3])
                found.append(
                    Expected(
                        name, -negative, row.instance_uid, row.series_uid, row.study_uid,
                        vector_id, vector.frame, -negative,
                    )
                )  # fmt: skip
        return found

    def _matches(self, text: Text, study_uid: str) -> bool:
        stored = self.texts.get(study_uid)
        words = fold([stored.text])[0] if stored else ()
        return text_matches(text, words)

    # --- facets -----------------------------------------------------------------------------------

    def facet(self, query: Query, name: str, scope: AccessScope) -> tuple[FacetCount, ...]:
        cases: dict[str, set[str]] = defaultdict(set)
        spellings: dict[str, set[str]] = defaultdict(set)
        for row in self._passing(query, scope, text=True):
            for value in row.keys.get(name, ()):
                shown = shown_as(FIELDS[name].facet, value)
                cases[shown.casefold()].add(row.study_uid)
                spellings[shown.casefold()].add(shown)
        counts = [FacetCount(min(spellings[key]), len(cases[key])) for key in cases]
        return tuple(sorted(counts, key=lambda count: (-count.count, count.value)))


def group_id(row: IndexRow, group: Group) -> str:
    return {
        Group.INSTANCE: row.instance_uid,
        Group.SERIES: row.series_uid,
        Group.CASE: row.study_uid,
    }[group]


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    exact = float(np.dot(one.astype(np.float64), other.astype(np.float64)))
    return min(1.0, max(-1.0, round(exact, 7)))


def passes(tree: Filter, row: IndexRow) -> bool:
    match tree:
        case Everything():
            return True
        case And(parts):
            return all(passes(part, row) for part in parts)
        case Or(parts):
            return any(passes(part, row) for part in parts)
        case Not(part):
            return not passes(part, row)
        case Exists(name):
            return bool(row.keys.get(name))
        case AnyOf(name, values):
            wanted = {value.casefold() for value in values}
            return any(str(value).casefold() in wanted for value in row.keys.get(name, ()))
        case Between(name, low, high):
            convert = date.fromisoformat if FIELDS[name].kind is FieldKind.DATE else float
            return any(
                (low is None or convert(low) <= convert(value))
                and (high is None or convert(value) <= convert(high))
                for value in row.keys.get(name, ())
            )


def text_matches(tree: Text, words: Sequence[str]) -> bool:
    match tree:
        case AllText(parts):
            return all(text_matches(part, words) for part in parts)
        case AnyText(parts):
            return any(text_matches(part, words) for part in parts)
        case NoText(part):
            return not text_matches(part, words)
        case Phrase(wanted, prefix):
            return any(
                _phrase_at(wanted, prefix, words[start : start + len(wanted)])
                for start in range(len(words) - len(wanted) + 1)
            )


def _phrase_at(wanted: Sequence[str], prefix: bool, found: Sequence[str]) -> bool:
    *first, last = wanted
    return list(found[:-1]) == first and (
        found[-1].startswith(last) if prefix else found[-1] == last
    )


def shown_as(rule: FacetRule, value: str | float) -> str:
    if rule is FacetRule.YEARS:
        return str(value)[:4]
    if rule is FacetRule.DECADES:
        decade = int(float(value) // 10) * 10
        return f"{decade}-{decade + 9}"
    return str(value)


def _ordered(found: list[Expected]) -> list[Expected]:
    return sorted(found, key=lambda one: (-one.score, one.group_id))


def _fused(near: Expected | None, text: Expected | None, score: float) -> Expected:
    best = near or text
    assert best is not None
    return Expected(
        best.group_id, score, best.instance_uid, best.series_uid, best.study_uid, best.vector_id,
        best.frame, near.cosine if near else None, text.text_score if text else None,
    )  # fmt: skip
