"""The embedded index beyond its port: following the store, sketches, what it refuses to hold."""

from collections.abc import Callable

import numpy as np
import pytest

from infra.embedded import mirror, vector_table
from infra.embedded.database import Database
from infra.embedded.index import EmbeddedIndex
from infra.embedded.vectors import EmbeddedVectors
from infra.errors import BadQuery
from infra.query import AccessScope, AllText, AnyOf, Group, Hits, Near, NoText, Phrase, Query, Text
from infra.records import VECTOR_SIZE, CaseText, IndexRow, Values, Vector
from infra.text import MAX_DEPTH, MAX_WORDS, parse_text

ALL = AccessScope.everything()
OpenIndex = Callable[[], EmbeddedIndex]


@pytest.fixture
def open_index(open_database: Callable[..., Database]) -> OpenIndex:
    def open_once_more() -> EmbeddedIndex:
        database = open_database()
        return EmbeddedIndex(database, EmbeddedVectors(database))

    return open_once_more


def row(uid: str, version: int = 1, **keys: object) -> IndexRow:
    return IndexRow(
        instance_uid=uid,
        series_uid=f"{uid}.s",
        study_uid=f"{uid}.c",
        dataset="default",
        version=version,
        keys={name: (value,) for name, value in keys.items()},
    )


def picture_like(count: int) -> Values:
    """Vectors close together, in few directions."""
    rng = np.random.default_rng(6)
    latent = rng.normal(size=(count, 8)) * 2.0 ** -np.arange(8)
    values = 1 + 0.1 * latent @ rng.normal(size=(8, VECTOR_SIZE))
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def put(index: EmbeddedIndex, values: Values, first: int = 0) -> None:
    uids = [f"i{number:05}" for number in range(first, first + len(values))]
    index.put([row(uid, sex="FM"[int(uid[-1]) % 2]) for uid in uids], [])
    index.put_vectors(
        [
            Vector(instance_uid=uid, model_id="m1", values=one)
            for uid, one in zip(uids, values, strict=True)
        ]
    )


def near(values: Values, **changes: object) -> Query:
    return Query(near=Near(values, "m1"), **changes)


def test_searches_are_the_same_with_a_sketch(
    open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = picture_like(900)
    put(open_index(), values[:300])
    queries = [
        near(values[5]),
        near(values[9], filter=AnyOf("sex", ("F",))),
        near(values[7], group=Group.CASE),
    ]
    without = open_index()
    monkeypatch.setattr(vector_table, "WORTH_A_SKETCH", 200)
    monkeypatch.setattr("infra.embedded.nearest.DIRECT", 10)
    warmed = open_index()
    warmed.warm()
    for part in range(300, 900, 200):  # the second and third are added to the sketch
        assert [warmed.search(q, ALL) for q in queries] == [without.search(q, ALL) for q in queries]
        put(without, values[part : part + 200], part)
        warmed.delete([f"i{part - 1:05}.c", "i00005.c"])
    assert warmed.search(queries[0], ALL).hits[0].instance_uid != "i00005"


def test_one_question_makes_no_sketch(
    open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    make = vector_table.VectorTable.make_sketch
    monkeypatch.setattr(vector_table, "WORTH_A_SKETCH", 200)
    monkeypatch.setattr(
        vector_table.VectorTable, "make_sketch", lambda t: (made.append(len(t)), make(t))
    )
    index, values = open_index(), picture_like(500)
    put(index, values[:250])
    for expected in ([], [], [250], [250]):
        index.search(near(values[0]), ALL)
        assert made == expected
    put(index, values[250:], 250)
    index.search(near(values[0]), ALL)
    assert made == [250, 500], "made anew when there are twice as many"


def test_litter_is_cleared(open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "LITTER", 5)
    index, values = open_index(), picture_like(40)
    put(index, values)
    for version in range(2, 6):
        index.put([row(f"i{n:05}", version, age=float(version)) for n in range(30)], [])
        assert index.search(near(values[3]), ALL).hits[0].instance_uid == "i00003"
        assert index.search(near(values[3]), ALL).total == 40
    index.delete([f"i{number:05}.c" for number in range(35)])
    assert index.search(near(values[3]), ALL).total == 5
    assert index.search(near(values[3]), ALL).total == 5
    assert index._mirror._rows.gone == 0
    assert len(index._mirror._followed["m1"].table) == 5


def test_a_search_that_fails_half_way_is_repeated(
    open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = open_index()
    put(index, picture_like(20))
    with monkeypatch.context() as broken:
        broken.setattr(mirror.RowTable, "view", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.search(Query(), ALL)
    assert index.search(Query(), ALL).total == 20


def test_what_was_undone_is_not_found(
    open_index: OpenIndex, open_database: Callable[..., Database]
) -> None:
    database = open_database()
    index = EmbeddedIndex(database, EmbeddedVectors(database))
    put(index, picture_like(3))

    def fail_in_the_middle() -> None:
        with database.write():
            put(index, picture_like(5), 10)
            assert index.search(Query(), ALL).total == 8
            raise KeyError

    with pytest.raises(KeyError):
        fail_in_the_middle()
    assert index.search(Query(), ALL).total == 3
    assert index.search(near(picture_like(3)[1]), ALL).total == 3


@pytest.mark.parametrize("keys", [{"date": "yesterday"}, {"age": float("nan")}, {"age": "old"}])
def test_rows_that_cannot_be_searched_are_refused(
    open_index: OpenIndex, keys: dict[str, object]
) -> None:
    index = open_index()
    with pytest.raises(ValueError):
        index.put([row("a"), row("b", **keys)], [])
    assert index.search(Query(), ALL).total == 0


def test_a_field_that_was_removed_is_passed_over(open_index: OpenIndex) -> None:
    index = open_index()
    index.put([row("a", colour="red", sex="F")], [])
    assert index.search(Query(filter=AnyOf("sex", ("f",))), ALL).total == 1


def text_search(index: EmbeddedIndex, tree: Text | None) -> Hits:
    return index.search(Query(text=tree), ALL)


def test_the_largest_texts_can_be_asked(open_index: OpenIndex) -> None:
    index = open_index()
    words = [f"w{number}" for number in range(MAX_WORDS)]
    index.put(
        [row("a")],
        [CaseText(study_uid="a.c", dataset="default", version=1, text=" ".join(words))],
    )
    deep = "(a OR NOT " * MAX_DEPTH + "w7" + ")" * MAX_DEPTH
    for source in (" ".join(words), " OR ".join(words), '"' + " ".join(words) + '"', deep):
        assert text_search(index, parse_text(source)).total == 1, source[:20]
    assert text_search(index, parse_text(" ".join(reversed(words)))).total == 1
    assert text_search(index, parse_text("-" + " -".join(words))).total == 0


def test_trees_that_nobody_typed(open_index: OpenIndex) -> None:
    index = open_index()
    index.put([row("a")], [CaseText(study_uid="a.c", dataset="default", version=1, text="one two")])
    assert text_search(index, Phrase(('one"', "\0two\ud800"))).total == 1
    deep: Text = Phrase(("one",))
    for _ in range(3_000):
        deep = NoText(deep)
    for tree in (deep, Phrase(()), AllText(()), Phrase(("one",) * (MAX_WORDS + 1))):
        with pytest.raises(BadQuery):
            text_search(index, tree)
        with pytest.raises(BadQuery):
            index.facets(Query(text=tree), ["sex"], ALL)
