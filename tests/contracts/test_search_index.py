"""SearchIndex: what its docstrings say, for every adapter."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import numpy as np
import pytest

from infra.errors import BadQuery
from infra.fields import FACETS
from infra.fusion import fuse
from infra.ports import SearchIndex
from infra.query import (
    MAX_PAGE,
    AccessScope,
    And,
    AnyOf,
    Between,
    Everything,
    Exists,
    FacetCount,
    Filter,
    Group,
    Hit,
    Near,
    Not,
    Or,
    Page,
    Query,
    Sort,
)
from infra.records import CaseText, IndexRow, Values, Vector, VectorKind
from infra.services import Services
from infra.text import parse_text
from tests.contracts.examples import ALL, vector


@pytest.fixture
def index(stores: Services) -> SearchIndex:
    return stores.index


def row(uid: str, study: str = "S1", version: int = 1, **keys: object) -> IndexRow:
    """`uid` "" for a case without images; a key's value may be a single one."""
    listed = {name: value if isinstance(value, tuple) else (value,) for name, value in keys.items()}
    dataset = listed.get("dataset", ("default",))[0]
    series = f"{study}.{uid[0]}" if uid else ""
    return IndexRow(
        instance_uid=uid,
        series_uid=series,
        study_uid=study,
        dataset=dataset,
        version=version,
        keys=listed,
    )


def case_text(study: str, text: str, version: int = 1, dataset: str = "default") -> CaseText:
    return CaseText(study_uid=study, dataset=dataset, version=version, text=text)


def at(angle: float, size: int = 1024) -> Values:
    """A unit vector; cosines of two of them are the cosine of the angle between (radians)."""
    values = np.zeros(size, np.float32)
    values[:2] = np.cos(angle), np.sin(angle)
    return values


def pointing(uid: str, angle: float, frame: int | None = None, model_id: str = "m1") -> Vector:
    kind = VectorKind.IMAGE if frame is None else VectorKind.SLICE
    return replace(vector(uid, model_id=model_id), values=at(angle), kind=kind, frame=frame)


def near(angle: float = 0.0, **changes: object) -> Query:
    return replace(Query(near=Near(at(angle), "m1")), **changes)


def texts(words: str, **changes: object) -> Query:
    return replace(Query(text=parse_text(words)), **changes)


def found(index: SearchIndex, query: Query, scope: AccessScope = ALL) -> list[str]:
    """Group ids of the hits."""
    return [group_of(hit, query.group) for hit in index.search(query, scope).hits]


def group_of(hit: Hit, group: Group) -> str:
    return {
        Group.INSTANCE: hit.instance_uid,
        Group.SERIES: hit.series_uid,
        Group.CASE: hit.study_uid,
    }[group]


def pages(index: SearchIndex, query: Query, size: int) -> Iterator[Hit]:
    after = None
    while True:
        hits = index.search(replace(query, page=Page(size, after)), ALL)
        yield from hits.hits
        after = hits.next
        if after is None:
            return
        assert len(hits.hits) == size


def filtered(index: SearchIndex, tree: Filter, scope: AccessScope = ALL) -> set[str]:
    return set(found(index, Query(filter=tree, page=Page(100)), scope))


# --- put ------------------------------------------------------------------------------------------


def test_what_is_put_is_found_by_another_process_too(stores: Services, others: Services) -> None:
    for number, uid in enumerate("abc"):
        stores.index.put([row(uid, modality="CT")], [case_text("S1", f"word{number}")])
        stores.index.put_vectors([pointing(uid, number)])
        query = replace(near(number), page=Page(1))
        assert found(others.index, query) == [uid]
        assert found(others.index, texts(f"word{number}", group=Group.CASE)) == ["S1"]
        assert len(filtered(others.index, AnyOf("modality", ("CT",)))) == number + 1
    others.index.delete(["S1"])
    assert stores.index.search(near(), ALL).total == 0
    assert found(stores.index, texts("word2")) == []


def test_a_lower_version_is_ignored(index: SearchIndex) -> None:
    index.put([row("a", version=2, modality="CT")], [case_text("S1", "new", 2)])
    index.put([row("a", version=1, modality="MR")], [case_text("S1", "old", 1)])
    assert filtered(index, AnyOf("modality", ("CT",))) == {"a"}
    assert found(index, texts("new")) == ["a"]
    assert found(index, texts("old")) == []


@pytest.mark.parametrize("version", [2, 3])
def test_an_equal_or_higher_version_replaces(index: SearchIndex, version: int) -> None:
    index.put([row("a", version=2, modality="CT", label=("x", "y"))], [case_text("S1", "old", 2)])
    index.put_vectors([pointing("a", 0)])
    assert found(index, near()) == ["a"]
    index.put([row("a", version=version, modality="MR")], [case_text("S1", "new", version)])
    assert filtered(index, AnyOf("modality", ("CT",))) == set()
    assert filtered(index, Exists("label")) == set()
    assert filtered(index, AnyOf("modality", ("MR",))) == {"a"}
    assert found(index, texts("new")) == ["a"]
    assert found(index, texts("old")) == []
    assert found(index, near()) == ["a"], "vectors are not touched"
    assert index.search(Query(), ALL).total == 1


def test_the_version_of_equal_content_counts_too(index: SearchIndex) -> None:
    index.put([row("a", version=1, modality="CT")], [case_text("S1", "old", 1)])
    index.put([row("a", version=5, modality="CT")], [case_text("S1", "old", 5)])
    index.put([row("a", version=3, modality="MR")], [case_text("S1", "new", 3)])
    assert filtered(index, AnyOf("modality", ("CT",))) == {"a"}
    assert found(index, texts("old")) == ["a"]


def test_a_row_with_an_instance_replaces_the_imageless_row(index: SearchIndex) -> None:
    index.put([row("", modality="SR"), row("", study="S2", modality="SR")], [])
    index.put([row("a", version=2, modality="CT")], [])
    assert index.facets(Query(), ["modality"], ALL)["modality"] == (
        FacetCount("CT", 1),
        FacetCount("SR", 1),
    )
    for version in (1, 2):
        index.put([row("", version=version, modality="SR")], [])
    assert index.search(Query(group=Group.CASE), ALL).hits[0].instance_uid == "a"


def test_a_case_may_lose_its_images(index: SearchIndex) -> None:
    index.put([row("a", version=1)], [])
    index.put([row("", version=2)], [])
    assert index.search(Query(), ALL).total == 0
    assert index.search(Query(group=Group.CASE), ALL).total == 1


def test_an_instance_may_move_to_another_study(index: SearchIndex) -> None:
    index.put([row("a", study="S1", version=7)], [])
    index.put([row("a", study="S2", version=2)], [])
    assert found(index, Query(group=Group.CASE)) == ["S2"]


def test_any_text_can_be_put(index: SearchIndex) -> None:
    index.put([row("a")], [case_text("S1", 'nul\0nul half\ud800half "quoted" * NEAR( word\u0301')])
    for words in ("nul", "half", '"half quoted"', "near", "word"):
        assert found(index, texts(words)) == ["a"], words


# --- put_vectors ----------------------------------------------------------------------------------


def test_vectors_become_the_only_ones_of_their_instances(index: SearchIndex) -> None:
    index.put([row("a"), row("b")], [])
    index.put_vectors([pointing("a", 0.0, f) for f in range(3)] + [pointing("b", 0.2)])
    index.put_vectors([pointing("a", 0.0, model_id="m2")])
    index.put_vectors([pointing("a", 0.5, 1)])
    first, second = index.search(near(), ALL).hits
    assert (first.instance_uid, second.instance_uid) == ("b", "a")
    assert second.frame == 1
    assert second.score == pytest.approx(np.cos(0.5), abs=1e-6)
    assert index.search(Query(near=Near(at(0.0), "m2")), ALL).hits[0].score == 1.0


def test_putting_the_same_vectors_again_changes_nothing(index: SearchIndex) -> None:
    index.put([row("a")], [])
    for _ in range(2):
        index.put_vectors([pointing("a", 0.1, f) for f in range(3)])
        assert index.search(near(), ALL).total == 1
        assert index.search(near(), ALL).hits[0].frame == 0


def test_a_vector_is_found_once_its_row_is_put(index: SearchIndex) -> None:
    index.put([row("b")], [])
    index.put_vectors([pointing("a", 0.0), pointing("b", 0.1)])
    assert found(index, near()) == ["b"]
    index.put([row("a")], [])
    assert found(index, near()) == ["a", "b"]


# --- delete, clear, model_ids ---------------------------------------------------------------------


def test_delete_removes_rows_texts_and_vectors(index: SearchIndex) -> None:
    index.put(
        [row("a"), row("b"), row("c", study="S2"), row("", study="S3")],
        [case_text("S1", "word"), case_text("S2", "word"), case_text("S3", "word")],
    )
    index.put_vectors([pointing("a", 0), pointing("b", 0), pointing("c", 0)])
    assert index.search(near(), ALL).total == 3
    assert index.delete(["S1", "S3", "unknown"]) == 3
    assert found(index, near()) == found(index, Query()) == found(index, texts("word")) == ["c"]
    assert index.facets(Query(), ["has_report", "dataset"], ALL)["dataset"] == ()
    index.put([row("a")], [])
    assert found(index, near()) == ["c"], "the vector of a is gone"
    assert index.delete([]) == 0


def test_clear_keeps_the_vectors(index: SearchIndex) -> None:
    index.put([row("a"), row("", study="S2")], [case_text("S1", "word")])
    index.put_vectors([pointing("a", 0)])
    assert index.search(near(), ALL).total == 1
    index.clear()
    assert index.search(Query(group=Group.CASE), ALL).total == 0
    assert index.search(near(), ALL).total == 0
    assert index.model_ids() == ["m1"]
    index.put([row("a")], [])
    assert found(index, near()) == ["a"]
    assert found(index, texts("word")) == []


def test_model_ids(index: SearchIndex) -> None:
    assert index.model_ids() == []
    index.put([row("a")], [])
    index.put_vectors([pointing("a", 0, model_id="m2"), pointing("a", 0, model_id="m1")])
    assert index.model_ids() == ["m1", "m2"]
    index.delete(["S1"])
    assert index.model_ids() == []


def test_vectors_are_counted_by_model(index: SearchIndex) -> None:
    assert index.vector_count("m1") == 0
    index.put([row("a")], [])
    index.put_vectors([pointing("a", 0), pointing("b", 0), pointing("a", 0, model_id="m2")])
    assert (index.vector_count("m1"), index.vector_count("m2")) == (2, 1)  # "b" waits for its row
    index.put_vectors([pointing("a", 1)])
    assert index.vector_count("m1") == 2
    index.put([row("b")], [])
    assert index.vector_count("m1") == 2
    index.delete(["S1"])
    assert index.vector_count("m1") == 0


# --- ranking --------------------------------------------------------------------------------------


def test_near_ranks_by_cosine_with_the_best_vector_of_each_group(index: SearchIndex) -> None:
    index.put([row("a1"), row("a2"), row("b1"), row("c1", study="S2")], [])
    index.put_vectors(
        [pointing("a1", 0.9), pointing("b1", 0.3, 4), pointing("c1", -0.2), pointing("a2", 3.1)]
    )
    assert found(index, near()) == ["c1", "b1", "a1", "a2"]
    assert found(index, near(group=Group.SERIES)) == ["S2.c", "S1.b", "S1.a"]
    first, second = index.search(near(group=Group.CASE), ALL).hits
    assert (first.study_uid, first.instance_uid, first.rank) == ("S2", "c1", 1)
    assert (second.study_uid, second.series_uid, second.instance_uid) == ("S1", "S1.b", "b1")
    assert (second.frame, second.vector_id, second.rank) == (4, "b1/slice/4", 2)
    assert second.score == second.cosine == pytest.approx(np.cos(0.3), abs=1e-6)
    assert second.text_score is None
    assert index.search(near(), ALL).model_id == "m1"


def test_equal_scores_come_in_the_order_of_ids(index: SearchIndex) -> None:
    uids = [f"{n:02d}" for n in np.random.default_rng(0).permutation(40)]
    index.put(
        [row(uid, study=f"S{uid}") for uid in uids], [case_text(f"S{u}", "one two") for u in uids]
    )
    index.put_vectors([pointing(uid, 0.5) for uid in uids])
    first_ten = sorted(uids)[:10]
    hybrid = replace(texts("one"), near=near().near)
    for query in (near(), Query(), texts("two"), hybrid):
        assert found(index, query) == first_ten
        assert [hit.instance_uid for hit in pages(index, query, 7)] == sorted(uids)
    scores = {hit.score for hit in index.search(near(), ALL).hits}
    assert len(scores) == 1


def test_text_ranks_by_relevance(index: SearchIndex) -> None:
    index.put([row(uid, study=f"S{uid}") for uid in "abcd"], [])
    index.put(
        [],
        [
            case_text("Sa", "effusion and many other words about nothing at all in particular"),
            case_text("Sb", "effusion effusion effusion"),
            case_text("Sc", "nothing"),
        ],
    )
    hits = index.search(texts("effusion"), ALL).hits
    assert [hit.instance_uid for hit in hits] == ["b", "a"]
    assert hits[0].score == hits[0].text_score > hits[1].score >= 0
    assert hits[0].cosine is None
    assert found(index, texts("-effusion")) == ["c", "d"], "no text is an empty text"
    assert found(index, texts("nothing OR -effusion"))[0] == "c"


def test_both_are_fused(index: SearchIndex) -> None:
    index.put([row(uid, study=f"S{uid}") for uid in "abcd"], [])
    index.put([], [case_text("Sb", "mass"), case_text("Sc", "mass and other words")])
    index.put_vectors(
        [pointing(uid, angle) for uid, angle in zip("acd", (0.3, 0.2, 0.1), strict=True)]
    )
    query = replace(texts("mass"), near=near().near)
    hits = index.search(query, ALL)
    assert [(h.instance_uid, h.score) for h in hits.hits] == fuse(["d", "c", "a"], ["b", "c"])
    by_uid = {hit.instance_uid: hit for hit in hits.hits}
    assert by_uid["b"].cosine is None
    assert by_uid["b"].text_score is not None
    assert by_uid["d"].text_score is None
    assert by_uid["c"].cosine == pytest.approx(np.cos(0.2), abs=1e-6)
    assert by_uid["c"].vector_id == "c/image"
    assert hits.total == 2, "totals describe the filter and text set"
    assert [hit.instance_uid for hit in pages(index, query, 1)] == [
        h.instance_uid for h in hits.hits
    ]


def test_without_either_rows_come_by_group_id(index: SearchIndex) -> None:
    index.put([row("b2", study="S1"), row("a", study="S2"), row("b1", study="S1")], [])
    assert found(index, Query()) == ["a", "b1", "b2"]
    (first, second) = index.search(Query(group=Group.CASE), ALL).hits
    assert (first.study_uid, first.instance_uid, first.score) == ("S1", "b1", 0.0)
    assert second.study_uid == "S2"


@pytest.mark.parametrize("size", [1, 2, 10])
def test_sort_is_by_a_field_and_what_has_no_value_comes_last(index: SearchIndex, size: int) -> None:
    ages = {"I1": (60.0,), "I2": (30.0,), "I3": (), "I4": (30.0, 90.0), "I5": (45.0,), "I6": ()}
    rows = [row(uid, f"S{n}", age=values) for n, (uid, values) in enumerate(ages.items())]
    index.put(rows, [case_text("S1", "heart"), case_text("S4", "heart")])

    def order(**changes: object) -> list[str]:
        query = replace(Query(page=Page(size)), **changes)
        return [hit.instance_uid for hit in pages(index, query, size)]

    assert order(sort=Sort("age")) == ["I2", "I4", "I5", "I1", "I3", "I6"]
    assert order(sort=Sort("age", descending=True)) == ["I4", "I1", "I5", "I2", "I3", "I6"]
    assert order(sort=Sort("age"), text=parse_text("heart")) == ["I2", "I5"]
    under_50 = Between("age", None, 50)
    assert order(sort=Sort("age", descending=True), filter=under_50) == ["I4", "I5", "I2"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (Query(sort=Sort("modality")), "has no order"),
        (Query(sort=Sort("nonsense")), "no filter named"),
        (replace(near(), sort=Sort("age")), "order of likeness"),
    ],
)
def test_what_cannot_be_sorted_is_refused(index: SearchIndex, query: Query, says: str) -> None:
    with pytest.raises(BadQuery, match=says):
        index.search(query, ALL)


def test_near_ranks_and_counts_only_groups_with_a_vector_of_the_model(index: SearchIndex) -> None:
    index.put([row("a"), row("b", study="S2"), row("c", study="S3")], [])
    index.put_vectors([pointing("a", 0), pointing("b", 0, model_id="m2"), pointing("b", 0.3)])
    hits = index.search(near(), ALL)
    assert ([hit.instance_uid for hit in hits.hits], hits.total) == (["a", "b"], 2)
    assert index.search(Query(near=Near(at(0), "m2")), ALL).total == 1


def test_imageless_cases_are_hits_only_as_cases(index: SearchIndex) -> None:
    index.put([row("", study="S1"), row("a", study="S2")], [case_text("S1", "word")])
    assert index.search(Query(), ALL).total == 1
    assert index.search(Query(group=Group.SERIES), ALL).total == 1
    cases = index.search(Query(group=Group.CASE), ALL)
    assert [(hit.study_uid, hit.instance_uid) for hit in cases.hits] == [("S1", ""), ("S2", "a")]
    assert found(index, texts("word")) == []
    assert found(index, texts("word", group=Group.CASE)) == ["S1"]


# --- filters --------------------------------------------------------------------------------------


@pytest.fixture
def mixed(index: SearchIndex) -> SearchIndex:
    index.put(
        [
            row("a", "S1", modality="CT", age=61.5, date="2019-02-28", label=("edema", "Mass")),
            row("b", "S1", modality="ct", age=70.0, date="2019-03-01", has_report="true"),
            row("c", "S2", modality="MR", age=0.0, dataset="other", label="mass"),
            row("d", "S3", has_report="false", date="2020-12-31"),
        ],
        [],
    )
    return index


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Everything(), "abcd"),
        (AnyOf("modality", ("Ct",)), "ab"),
        (AnyOf("modality", ("MR", "nope")), "c"),
        (AnyOf("modality", ()), ""),
        (AnyOf("label", ("MASS",)), "ac"),
        (AnyOf("label", ("edema", "mass")), "ac"),
        (AnyOf("has_report", ("TRUE",)), "b"),
        (Between("age", 0, 61.5), "ac"),
        (Between("age", None, 61), "c"),
        (Between("age", 61.6, None), "b"),
        (Between("age", None, None), "abc"),
        (Between("age", 5, 4), ""),
        (Between("date", "2019-02-28", "2019-03-01"), "ab"),
        (Between("date", "2019-03-02", None), "d"),
        (Exists("label"), "ac"),
        (Not(AnyOf("modality", ("CT",))), "cd"),
        (Not(Between("age", 0, 100)), "d"),
        (And(()), "abcd"),
        (Or(()), ""),
        (And((AnyOf("modality", ("CT",)), Between("age", 65, None))), "b"),
        (Or((AnyOf("modality", ("MR",)), Not(Exists("age")))), "cd"),
        (AnyOf("dataset", ("Other",)), "c"),
    ],
    ids=str,
)
def test_filters(mixed: SearchIndex, tree: Filter, expected: str) -> None:
    assert filtered(mixed, tree) == set(expected)
    assert mixed.search(Query(filter=tree), ALL).total == len(expected)


def test_a_row_passes_on_its_own_and_a_group_by_one_of_its_rows(mixed: SearchIndex) -> None:
    both = And((AnyOf("label", ("edema",)), Between("age", 70, None)))
    assert found(mixed, Query(filter=both, group=Group.CASE)) == []
    old = Query(filter=Between("age", 70, None), group=Group.CASE)
    assert [hit.instance_uid for hit in mixed.search(old, ALL).hits] == ["b"]


def test_filters_apply_inside_the_search(index: SearchIndex) -> None:
    index.put([row(f"x{n:03}", study=f"S{n}", sex="F") for n in range(200)], [])
    index.put([row(f"y{n}", study=f"T{n}", sex="M") for n in range(5)], [])
    index.put_vectors([pointing(f"x{n:03}", 0.001 * n) for n in range(200)])
    index.put_vectors([pointing(f"y{n}", 2 + 0.1 * n) for n in range(5)])
    men = near(filter=AnyOf("sex", ("M",)), page=Page(5))
    assert found(index, men) == ["y0", "y1", "y2", "y3", "y4"]
    assert found(index, replace(men, group=Group.CASE)) == ["T0", "T1", "T2", "T3", "T4"]


def test_k_groups_come_back_when_there_are_k(index: SearchIndex) -> None:
    for case in range(12):
        uids = [f"i{case:02}{number:02}" for number in range(40)]
        index.put([row(uid, study=f"S{case:02}") for uid in uids], [])
        angles = [0.1 * case + 0.001 * number for number in range(40)]
        index.put_vectors([pointing(uid, a) for uid, a in zip(uids, angles, strict=True)])
    hits = index.search(near(group=Group.CASE), ALL)
    assert [hit.study_uid for hit in hits.hits] == [f"S{n:02}" for n in range(10)]
    assert hits.total == 12


# --- scope ----------------------------------------------------------------------------------------


def test_nothing_outside_the_scope_is_seen(mixed: SearchIndex) -> None:
    mixed.put([], [case_text("S1", "word"), case_text("S2", "word", dataset="other")])
    mixed.put_vectors([pointing(uid, 0.1) for uid in "abcd"])
    other, nothing = AccessScope.only("other", "unknown"), AccessScope.only()
    for query in (Query(), near(), texts("word"), replace(near(), text=parse_text("word"))):
        assert found(mixed, query, other) == ["c"]
        assert mixed.search(query, other).total == 1
        assert mixed.search(query, nothing).hits == ()
        assert mixed.search(query, nothing).total == 0
    assert mixed.facets(Query(), ["modality"], other) == {"modality": (FacetCount("MR", 1),)}
    assert mixed.facets(Query(), ["label"], other) == {"label": (FacetCount("mass", 1),)}
    assert mixed.facets(texts("word"), ["modality"], nothing) == {"modality": ()}


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def hundred(index: SearchIndex) -> SearchIndex:
    rng = np.random.default_rng(5)
    words = [" ".join(rng.choice(["mass", "node", "clear"], 3)) for _ in range(34)]
    index.put(
        [row(f"i{number:02}", study=f"S{number // 3:02}") for number in range(100)],
        [case_text(f"S{number:02}", text) for number, text in enumerate(words)],
    )
    index.put_vectors([pointing(f"i{n:02}", float(rng.choice(20)) / 10) for n in range(100)])
    return index


@pytest.mark.parametrize("group", Group)
@pytest.mark.parametrize("size", [1, 7, 100])
def test_pages_neither_repeat_nor_skip(hundred: SearchIndex, group: Group, size: int) -> None:
    for query in (near(group=group), Query(group=group), texts("mass OR node", group=group)):
        whole = hundred.search(replace(query, page=Page(MAX_PAGE)), ALL)
        assert whole.next is None
        assert len(whole.hits) == whole.total
        assert [hit.rank for hit in whole.hits] == list(range(1, whole.total + 1))
        assert list(pages(hundred, query, size)) == list(whole.hits)


def test_pages_go_on_while_new_rows_arrive(hundred: SearchIndex) -> None:
    expected = [hit.instance_uid for hit in hundred.search(near(page=Page(MAX_PAGE)), ALL).hits]
    seen: list[str] = []
    for number, hit in enumerate(pages(hundred, near(), 9)):
        seen.append(hit.instance_uid)
        if number % 10 == 0:
            hundred.put([row(f"j{number}", study=f"T{number}")], [])
            hundred.put_vectors([pointing(f"j{number}", number / 50)])
    assert len(seen) == len(set(seen))
    assert [uid for uid in seen if uid.startswith("i")] == expected


def test_text_pages_go_on_while_new_texts_arrive(hundred: SearchIndex) -> None:
    first = hundred.search(texts("mass", page=Page(20)), ALL)
    hundred.put([row("z", study="Z")], [case_text("Z", "nothing " * 50)])
    second = hundred.search(texts("mass", page=Page(20, first.next)), ALL)
    seen = [hit.instance_uid for hit in (*first.hits, *second.hits)]
    assert len(set(seen)) == 40
    assert second.hits[0].rank == 21


@pytest.mark.parametrize("after", ["", "nonsense", "e30=", "WzEsMl0=", "WyJ4IiwxLDAuNSwiYSJd", "é"])
def test_what_is_no_cursor_is_refused(hundred: SearchIndex, after: str) -> None:
    with pytest.raises(BadQuery, match="cursor"):
        hundred.search(near(page=Page(5, after)), ALL)


def test_a_cursor_of_another_query_is_refused(hundred: SearchIndex) -> None:
    after = hundred.search(near(page=Page(5)), ALL).next
    for query in (
        near(1.0),
        near(filter=Exists("sex")),
        near(group=Group.CASE),
        Query(),
        texts("mass"),
    ):
        with pytest.raises(BadQuery, match="another query"):
            hundred.search(replace(query, page=Page(5, after)), ALL)


# --- what cannot be asked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (Query(filter=AnyOf("colour", ("red",))), "modality"),
        (Query(filter=Not(Exists("colour"))), "no filter named"),
        (Query(filter=AnyOf("age", ("60",))), "range"),
        (Query(filter=AnyOf("date", ("2019-01-01",))), "range"),
        (Query(filter=AnyOf("modality", (1.0,))), "text"),
        (Query(filter=AnyOf("has_report", ("maybe",))), "true or false"),
        (Query(filter=Between("modality", "A", "B")), "values"),
        (Query(filter=Between("age", "60", None)), "number"),
        (Query(filter=Between("age", float("nan"), None)), "number"),
        (Query(filter=Between("age", 10**400, None)), "number"),
        (Query(filter=Between("age", True, None)), "number"),
        (Query(filter=Between("date", 2019, None)), "YYYY-MM-DD"),
        (Query(filter=Between("date", None, "2019-02-30")), "YYYY-MM-DD"),
        (Query(filter=Between("date", None, "20190228")), "YYYY-MM-DD"),
        (Query(page=Page(0)), "1 to 1,000"),
        (Query(page=Page(MAX_PAGE + 1)), "1 to 1,000"),
        (Query(near=Near(at(0)[:512], "m1")), "m1 has 1024 values, not 512"),
        (Query(near=Near(np.ones(0, np.float32), "m1")), "1 to 4,096 values"),
        (Query(near=Near(at(0)[np.newaxis], "m1")), "1 to 4,096 values"),
        (Query(near=Near(np.zeros(1024, np.float32), "m1")), "length 1"),
        (Query(near=Near(np.full(1024, np.nan, np.float32), "m1")), "length 1"),
        (Query(near=Near(at(0), "m9")), "m9.*m1.*reindex"),
    ],
)
def test_what_cannot_be_asked(mixed: SearchIndex, query: Query, says: str) -> None:
    mixed.put_vectors([pointing("a", 0)])
    with pytest.raises(BadQuery, match=says):
        mixed.search(query, ALL)


@pytest.mark.parametrize("size", [2, 37, 4096])
def test_each_model_has_vectors_of_its_own_size(
    stores: Services, others: Services, size: int
) -> None:
    index, model_id = stores.index, f"of-{size}"
    index.put([row(uid) for uid in "abc"], [])
    index.put_vectors([pointing(uid, number) for number, uid in enumerate("abc")])
    angles = {"a": 0.1, "b": 1.0, "c": 0.0}
    made = [
        replace(vector(uid, model_id=model_id), values=at(angle, size))
        for uid, angle in angles.items()
    ]
    index.put_vectors(made)
    query = Query(near=Near(made[2].values, model_id))
    assert found(others.index, query) == ["c", "a", "b"]
    cosines = [hit.cosine for hit in others.index.search(query, ALL).hits]
    assert cosines == pytest.approx([1, np.cos(0.1), np.cos(1)], abs=1e-6)
    assert found(others.index, near()) == ["a", "b", "c"]
    with pytest.raises(BadQuery, match=f"of-{size} has {size} values, not 1024"):
        index.search(Query(near=Near(at(0), model_id)), ALL)
    none = AnyOf("modality", ("CT",))
    with pytest.raises(BadQuery, match="not 1024"):
        index.search(Query(filter=none, near=Near(at(0), model_id)), ALL)
    with pytest.raises(ValueError, match=f"{size} float32"):
        index.put_vectors([replace(made[0], values=at(0))])
    assert index.vector_count(model_id) == 3


def test_a_deep_filter_is_refused(index: SearchIndex) -> None:
    tree: Filter = Everything()
    for _ in range(3_000):
        tree = Not(tree)
    with pytest.raises(BadQuery, match="levels"):
        index.search(Query(filter=tree), ALL)


def test_an_empty_index_answers_any_model_id(index: SearchIndex) -> None:
    hits = index.search(near(), ALL)
    assert (hits.hits, hits.total, hits.next) == ((), 0, None)
    assert index.search(Query(), ALL).total == 0
    assert index.search(texts("word -word"), ALL).total == 0


# --- facets ---------------------------------------------------------------------------------------


def test_facets_count_distinct_cases(mixed: SearchIndex) -> None:
    facets = mixed.facets(near(group=Group.SERIES, page=Page(1)), FACETS, ALL)
    assert tuple(facets) == FACETS
    assert facets["modality"] == (FacetCount("CT", 1), FacetCount("MR", 1))
    assert facets["label"] == (FacetCount("Mass", 2), FacetCount("edema", 1))
    assert facets["age"] == tuple(FacetCount(v, 1) for v in ("0-9", "60-69", "70-79"))
    assert facets["date"] == (FacetCount("2019", 1), FacetCount("2020", 1))
    assert facets["has_report"] == (FacetCount("false", 1), FacetCount("true", 1))
    assert facets["sex"] == ()


def test_facets_are_of_the_filter_and_text_set(mixed: SearchIndex) -> None:
    mixed.put([], [case_text("S1", "edema"), case_text("S2", "clear")])
    of_text = mixed.facets(texts("edema"), ["modality", "date"], ALL)
    assert of_text == {"modality": (FacetCount("CT", 1),), "date": (FacetCount("2019", 1),)}
    of_both = mixed.facets(texts("edema", filter=AnyOf("modality", ("MR",))), ["modality"], ALL)
    assert of_both == {"modality": ()}


def test_facets_are_limited(mixed: SearchIndex) -> None:
    assert mixed.facets(Query(), ["label"], ALL, limit=1) == {"label": (FacetCount("Mass", 2),)}


@pytest.mark.parametrize(("name", "says"), [("patient", "too many"), ("colour", "no filter")])
def test_not_every_field_has_facets(mixed: SearchIndex, name: str, says: str) -> None:
    with pytest.raises(BadQuery, match=says):
        mixed.facets(Query(), [name], ALL)


# --- threads --------------------------------------------------------------------------------------


def test_searches_beside_writers(index: SearchIndex) -> None:
    """Each search sees whole steps: every row comes with its vector and its text."""
    problems: list[str] = []

    def search() -> None:
        for _ in range(30):
            hits = index.search(near(page=Page(200)), ALL)
            uids = [hit.instance_uid for hit in hits.hits]
            if len(set(uids)) != len(uids) or len(uids) != hits.total:
                problems.append(f"{len(uids)} of {hits.total}")
            index.facets(Query(), ["sex", "label"], ALL)
            index.search(texts("word"), ALL)

    threads = [Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(60):
        uid = f"i{number}"
        index.put_vectors([pointing(uid, number / 10)])
        index.put(
            [row(uid, study=f"S{number}", sex="F", label=f"l{number}")],
            [case_text(f"S{number}", f"word w{number}")],
        )
        if number % 5 == 4:
            index.delete([f"S{number - 2}"])
    for thread in threads:
        thread.join()
    assert problems == []
    assert index.search(near(), ALL).total == 48


# --- words ----------------------------------------------------------------------------------------


def words(index: SearchIndex, prefix: str, scope: AccessScope = ALL, limit: int = 10) -> str:
    found = index.words(prefix, scope, limit=limit)
    return " ".join(f"{word.value}:{word.count}" for word in found)


@pytest.fixture
def spoken(index: SearchIndex) -> SearchIndex:
    """Texts in two datasets; each case has a row, too, as all cases have."""
    texts = [
        case_text("S1", "Effusion, effusion and edema", dataset="one"),
        case_text("S2", "Effusion effort", dataset="one"),
        case_text("S3", "effusion Éffusorium \U0010fffd effé", dataset="two"),
    ]
    rows = [row("", text.study_uid, dataset=text.dataset) for text in texts]
    index.put(rows, texts)
    return index


def test_words_come_with_their_cases_most_first(spoken: SearchIndex) -> None:
    assert words(spoken, "eff") == "effusion:3 effe:1 effort:1 effusorium:1"
    assert words(spoken, "eff", limit=2) == "effusion:3 effe:1"
    assert words(spoken, "effusion") == "effusion:3"
    assert words(spoken, "effusions") == ""
    assert words(spoken, "") == ""


def test_words_are_those_of_the_scope(spoken: SearchIndex) -> None:
    assert words(spoken, "e", AccessScope.only("one")) == "effusion:2 edema:1 effort:1"
    assert words(spoken, "eff", AccessScope.only("two")) == "effe:1 effusion:1 effusorium:1"
    assert words(spoken, "eff", AccessScope.only("one", "two")) == words(spoken, "eff")
    assert words(spoken, "eff", AccessScope.only()) == ""
    assert words(spoken, "eff", AccessScope.only("three")) == ""


def test_words_follow_what_is_put_and_deleted(spoken: SearchIndex) -> None:
    spoken.put([], [case_text("S2", "nothing", 2, "one")])
    assert words(spoken, "eff") == "effusion:2 effe:1 effusorium:1"
    spoken.delete(["S3"])
    assert words(spoken, "eff") == words(spoken, "eff", AccessScope.only("one")) == "effusion:1"
    spoken.clear()
    assert words(spoken, "eff") == ""


def test_words_are_seen_by_other_processes(stores: Services, others: Services) -> None:
    assert words(others.index, "eff") == ""
    stores.index.put([row("", "S1")], [case_text("S1", "effusion")])
    assert words(others.index, "eff") == "effusion:1"


def test_words_need_a_limit(index: SearchIndex) -> None:
    with pytest.raises(BadQuery):
        index.words("eff", ALL, limit=0)
