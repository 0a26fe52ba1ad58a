"""The embedded set and the distributed one give the same answers to the same questions."""

from dataclasses import replace
from statistics import mean

import pytest

from infra.fields import FACETS
from infra.query import AccessScope, Group, Hit, Hits, Query
from infra.services import Services
from tests.parity.conftest import Sets

EVERYTHING = AccessScope.everything()
TIE = 1e-3  # of a cosine
LEAST_OVERLAP = 0.9
TOP = 20
SEEDS = range(3)
QUESTIONS = 25  # of each kind and seed


def name(hit: Hit, group: Group) -> str:
    return {
        Group.INSTANCE: hit.instance_uid,
        Group.SERIES: hit.series_uid,
        Group.CASE: hit.study_uid,
    }[group]


def names(found: Hits, group: Group) -> list[str]:
    return [name(hit, group) for hit in found.hits]


@pytest.mark.parametrize("part", ["cases", "keys", "vectors", "blobs", "ledger", "waiting"])
def test_what_is_kept_is_the_same(sets: Sets, part: str) -> None:
    here, there = sets.kept
    assert here[part]
    assert here[part] == there[part]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ["filter", "sort"])
def test_filters_groups_and_totals_are_identical(sets: Sets, kind: str, seed: int) -> None:
    for query, scope in sets.asker(seed).questions(kind, QUESTIONS):
        here, there = (s.index.search(query, scope) for s in (sets.here, sets.there))
        assert here.total == there.total, query
        assert [(h.rank, h.instance_uid, h.study_uid, h.score) for h in here.hits] == [
            (h.rank, h.instance_uid, h.study_uid, h.score) for h in there.hits
        ], query


@pytest.mark.parametrize("seed", SEEDS)
def test_nearest_are_identical_but_for_ties(sets: Sets, seed: int) -> None:
    for query, scope in sets.asker(seed).questions("near", QUESTIONS):
        here, there = (s.index.search(query, scope) for s in (sets.here, sets.there))
        assert here.total == there.total, query
        scores = [
            (one.score, other.score) for one, other in zip(here.hits, there.hits, strict=True)
        ]
        assert all(abs(one - other) <= TIE for one, other in scores), query
        check_but_for_ties(here, there, query.group)
        check_but_for_ties(there, here, query.group)


def check_but_for_ties(one: Hits, other: Hits, group: Group) -> None:
    """What only one of them has is as near as the last of the other."""
    known = {name(hit, group): hit.score for hit in other.hits}
    for hit in one.hits:
        score = known.get(name(hit, group), other.hits[-1].score)
        assert abs(score - hit.score) <= TIE


@pytest.mark.parametrize("seed", SEEDS)
def test_texts_match_the_same_cases(sets: Sets, seed: int) -> None:
    for query, scope in sets.asker(seed).questions("text", QUESTIONS):
        assert matched(sets.here, query, scope) == matched(sets.there, query, scope), query


def matched(services: Services, query: Query, scope: AccessScope) -> tuple[int, set[str]]:
    """Total, and all that is found, page by page."""
    found: set[str] = set()
    while True:
        page = services.index.search(query, scope)
        found.update(names(page, query.group))
        if page.next is None:
            return page.total, found
        query = replace(query, page=replace(query.page, after=page.next))


@pytest.mark.parametrize("kind", ["text", "both"])
def test_rankings_with_words_overlap(sets: Sets, kind: str) -> None:
    overlaps = []
    for query, scope in sets.asker(7).questions(kind, 3 * QUESTIONS):
        here, there = (s.index.search(query, scope) for s in (sets.here, sets.there))
        assert here.total == there.total, query
        first, second = (set(names(found, query.group)[:TOP]) for found in (here, there))
        if first | second:
            overlaps.append(len(first & second) / max(len(first), len(second)))
    assert len(overlaps) > QUESTIONS
    assert mean(overlaps) >= LEAST_OVERLAP


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_identical(sets: Sets, seed: int) -> None:
    asker = sets.asker(seed)
    for kind in ("filter", "text"):
        for query, scope in asker.questions(kind, QUESTIONS // 3):
            here, there = (s.index.facets(query, FACETS, scope) for s in (sets.here, sets.there))
            assert here == there, query


def test_words_are_suggested_alike(sets: Sets) -> None:
    for prefix in ("e", "pl", "lung", "zz", "no"):
        here, there = (s.index.words(prefix, EVERYTHING) for s in (sets.here, sets.there))
        assert here == there
