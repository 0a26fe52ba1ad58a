"""SearchIndex against plain Python: random rows, filters, groups, texts and pages."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from infra.fields import FACETS
from infra.ports import SearchIndex
from infra.query import (
    MAX_PAGE,
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
    Text,
)
from infra.records import VECTOR_SIZE, CaseText, IndexRow, Values, Vector, VectorKind
from infra.services import Services
from infra.text import parse_text
from tests.oracle import Expected, Oracle, text_matches

EVERYTHING = AccessScope.everything()

STUDIES = [f"S{n}" for n in range(7)]
MODELS = ("m1", "m2")
WORDS = ("mass", "node", "clear", "lung", "lu")
KEYWORDS = {
    "modality": ("CT", "ct", "MR", "US"),
    "label": ("edema", "Mass", "mass", "straße", "STRASSE"),
    "sex": ("M", "F"),
    "has_report": ("true", "false"),
}
DAYS = ("2018-12-31", "2019-01-01", "2019-06-15", "2020-02-29")
AGES = (0.0, 9.5, 10.0, 64.0, 64.5, 100.0)


def few_directions(size: int) -> list[Values]:
    """A few, so that equal and nearly equal cosines are common."""
    rng = np.random.default_rng(11)
    random = rng.normal(size=(5, size))
    close = random[:1] + 1e-4 * rng.normal(size=(3, size))
    return [(v / np.linalg.norm(v)).astype(np.float32) for v in (*random, *close)]


# Our own size, and that of another model beside it.
DIRECTIONS = dict(zip(MODELS, map(few_directions, (VECTOR_SIZE, 37)), strict=True))

directions = st.integers(0, len(DIRECTIONS["m1"]) - 1)
few = {"max_size": 3}


@st.composite
def keys(draw: st.DrawFn) -> dict[str, tuple[str, ...] | tuple[float, ...]]:
    found: dict[str, tuple[str, ...] | tuple[float, ...]] = {
        name: tuple(draw(st.lists(st.sampled_from(values), max_size=2, unique=True)))
        for name, values in KEYWORDS.items()
    }
    found["age"] = tuple(draw(st.lists(st.sampled_from(AGES), max_size=2)))
    found["date"] = tuple(draw(st.lists(st.sampled_from(DAYS), max_size=1)))
    return {name: values for name, values in found.items() if values}


@st.composite
def index_rows(draw: st.DrawFn) -> IndexRow:
    study = draw(st.sampled_from(STUDIES))
    number = draw(st.integers(0, 5))
    return IndexRow(
        instance_uid=f"{study}.{number % 2}.{number}" if number else "",
        series_uid=f"{study}.{number % 2}" if number else "",
        study_uid=study,
        dataset=f"d{STUDIES.index(study) % 2}",
        version=draw(st.integers(1, 3)),
        keys=draw(keys()),
    )


case_texts = st.builds(
    CaseText,
    study_uid=st.sampled_from(STUDIES),
    dataset=st.just("d0"),
    version=st.integers(1, 3),
    text=st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join),
)


@st.composite
def vectors_of(draw: st.DrawFn, rows: list[IndexRow]) -> list[Vector]:
    uids = sorted({row.instance_uid for row in rows if row.instance_uid})
    chosen = draw(st.lists(st.sampled_from(uids), unique=True)) if uids else []
    return [
        Vector(
            instance_uid=uid,
            model_id=model_id,
            values=DIRECTIONS[model_id][direction],
            kind=VectorKind.SLICE,
            frame=frame,
        )
        for uid in chosen
        for model_id in draw(st.sampled_from([MODELS[:1], MODELS]))
        for frame, direction in enumerate(draw(st.lists(directions, min_size=1, **few)))
    ]


leaves = st.one_of(
    st.just(Everything()),
    st.sampled_from([*KEYWORDS, "age", "date", "series_uid"]).map(Exists),
    st.one_of(
        st.builds(AnyOf, st.just(name), st.lists(st.sampled_from(values), **few).map(tuple))
        for name, values in KEYWORDS.items()
    ),
    st.builds(
        Between,
        st.just("age"),
        st.none() | st.sampled_from(AGES),
        st.none() | st.sampled_from(AGES),
    ),
    st.builds(
        Between,
        st.just("date"),
        st.none() | st.sampled_from(DAYS),
        st.none() | st.sampled_from(DAYS),
    ),
)
filters: st.SearchStrategy[Filter] = st.recursive(
    leaves,
    lambda part: st.one_of(
        st.builds(And, st.lists(part, **few).map(tuple)),
        st.builds(Or, st.lists(part, **few).map(tuple)),
        st.builds(Not, part),
    ),
    max_leaves=6,
)
phrases = st.builds(
    Phrase, st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(tuple), st.booleans()
)
text_trees: st.SearchStrategy[Text] = st.recursive(
    phrases,
    lambda part: st.one_of(
        st.builds(AllText, st.lists(part, min_size=2, **few).map(tuple)),
        st.builds(AnyText, st.lists(part, min_size=2, **few).map(tuple)),
        st.builds(NoText, part),
    ),
    max_leaves=5,
)
scopes = st.sampled_from(
    [AccessScope.everything(), AccessScope.only("d0"), AccessScope.only("d0", "d1", "d9")]
)


@st.composite
def contents(draw: st.DrawFn) -> tuple[list[IndexRow], list[CaseText], list[Vector]]:
    rows = draw(st.lists(index_rows(), max_size=25))
    return rows, draw(st.lists(case_texts, max_size=8)), draw(vectors_of(rows))


queries = st.builds(
    Query,
    filter=filters,
    text=st.none() | text_trees,
    near=st.none()
    | st.builds(
        lambda direction, model_id: Near(DIRECTIONS[model_id][direction], model_id),
        directions,
        st.sampled_from(MODELS),
    ),
    group=st.sampled_from(Group),
)


@pytest.fixture
def index(stores: Services) -> SearchIndex:
    return stores.index


def put_all(
    index: SearchIndex, data: tuple[list[IndexRow], list[CaseText], list[Vector]]
) -> Oracle:
    """Put what is drawn into an emptied index, in two goes, and into an oracle."""
    rows, texts, vectors = data
    index.delete(STUDIES)
    oracle = Oracle()
    for store in (index, oracle):
        store.put_vectors(vectors)
        store.put(rows[:10], texts[:2])
        store.put(rows[10:], texts[2:])
    return oracle


def hits_of(index: SearchIndex, query: Query, scope: AccessScope, size: int) -> Iterator[Expected]:
    """Every hit, page by page, in the oracle's form."""
    after = None
    while True:
        page = index.search(replace(query, page=Page(size, after)), scope)
        for hit in page.hits:
            group_id = {
                Group.INSTANCE: hit.instance_uid,
                Group.SERIES: hit.series_uid,
                Group.CASE: hit.study_uid,
            }[query.group]
            yield Expected(
                group_id,
                hit.score,
                hit.instance_uid,
                hit.series_uid,
                hit.study_uid,
                hit.vector_id,
                hit.frame,
                hit.cosine,
                hit.text_score,
            )
        after = page.next
        if after is None:
            return


def relevance_in(index: SearchIndex, query: Query) -> dict[str, float]:
    """Relevance is each store's own: taken from a search by text alone."""
    alone = Query(text=query.text, group=Group.CASE, page=Page(MAX_PAGE))
    hits = index.search(alone, EVERYTHING).hits
    return {hit.study_uid: hit.score for hit in hits}


modest = settings(
    derandomize=True,
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@modest
@given(data=contents(), query=queries, scope=scopes, size=st.integers(1, 6))
def test_search_equals_brute_force(
    index: SearchIndex,
    data: tuple[list[IndexRow], list[CaseText], list[Vector]],
    query: Query,
    scope: AccessScope,
    size: int,
) -> None:
    models = {vector.model_id for vector in data[2]}
    assume(query.near is None or not models or query.near.model_id in models)  # else a BadQuery
    oracle = put_all(index, data)
    relevance = relevance_in(index, query) if query.text is not None else {}
    expected = oracle.ranked(query, scope, lambda study: relevance.get(study, -1.0))
    assert list(hits_of(index, query, scope, size)) == expected
    assert index.search(query, scope).total == oracle.total(query, scope)
    facets = index.facets(query, FACETS, scope)
    assert facets == {name: oracle.facet(query, name, scope) for name in FACETS}


@pytest.mark.parametrize(
    "source",
    [
        "-mass -node",
        "(mass OR -node) clear",
        "(mass OR -node) (clear OR -mass)",
        "(mass OR -node) -clear",
        "mass OR (-node -clear)",
        "-(mass -node)",
        "-(-mass -node)",
        "lu* -lung",
        '"mass node" OR -"node mass"',
    ],
)
def test_nots_of_every_kind(index: SearchIndex, source: str) -> None:
    studies = [f"S{number}" for number in range(16)]
    words = ("mass", "node", "clear", "lung")
    rows = [
        IndexRow(instance_uid="", series_uid="", study_uid=study, dataset="d", version=1)
        for study in studies
    ]
    texts = [
        CaseText(
            study_uid=study,
            dataset="d",
            version=1,
            text=" ".join(word for bit, word in enumerate(words) if number >> bit & 1),
        )
        for number, study in enumerate(studies)
    ]
    index.put(rows, texts[1:])
    tree = parse_text(source)
    assert tree is not None
    hits = index.search(Query(text=tree, group=Group.CASE, page=Page(100)), EVERYTHING).hits
    expected = {text.study_uid for text in texts if text_matches(tree, text.text.split())}
    assert {hit.study_uid for hit in hits} == expected


@modest
@given(texts=st.lists(case_texts, min_size=3, max_size=7), tree=text_trees)
def test_texts_equal_brute_force(index: SearchIndex, texts: list[CaseText], tree: Text) -> None:
    rows = [
        IndexRow(instance_uid="", series_uid="", study_uid=study, dataset="d0", version=1)
        for study in STUDIES
    ]
    oracle = put_all(index, (rows, texts, []))
    query = Query(text=tree, group=Group.CASE)
    found = {hit.study_uid for hit in index.search(query, EVERYTHING).hits}
    assert found == {hit.study_uid for hit in oracle.ranked(query, EVERYTHING)}
