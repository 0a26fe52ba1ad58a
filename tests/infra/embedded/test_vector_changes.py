"""How an index in memory follows the stored vectors."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.embedded.database import Database
from infra.embedded.vectors import NOWHERE, EmbeddedVectors, Position
from infra.records import Values, VectorKind
from tests.contracts.examples import vector


class Follower:
    """The least an index does: row -> (instance, values)."""

    def __init__(self, database: Database, vectors: EmbeddedVectors, model_id: str = "m1") -> None:
        self.database, self.vectors, self.model_id = database, vectors, model_id
        self.position: Position = NOWHERE
        self.rows: dict[int, tuple[str, Values]] = {}

    def catch_up(self) -> None:
        with self.database.read():
            changes = self.vectors.sync(self.model_id, self.position)
            for row in changes.gone:
                del self.rows[int(row)]
            for chunk in changes.chunks:
                for row, uid, values in zip(
                    chunk.rows, chunk.instance_uids, chunk.values, strict=True
                ):
                    assert int(row) not in self.rows
                    self.rows[int(row)] = (uid, values)
            self.position = changes.position

    def contents(self) -> list[tuple[str, bytes]]:
        return sorted((uid, values.tobytes()) for uid, values in self.rows.values())


def truth(vectors: EmbeddedVectors, model_id: str = "m1") -> list[tuple[str, bytes]]:
    return sorted((v.instance_uid, v.values.tobytes()) for v in vectors.iterate(model_id))


@pytest.fixture
def vectors(database: Database) -> EmbeddedVectors:
    return EmbeddedVectors(database)


def test_a_follower_sees_adds_replacements_and_deletes(
    vectors: EmbeddedVectors, database: Database, open_database: Callable[..., Database]
) -> None:
    follower = Follower(database, vectors)
    elsewhere = EmbeddedVectors(open_database())
    follower.catch_up()
    assert follower.rows == {}
    elsewhere.put([vector("a", 1), vector("b", 2), vector("c", 3), vector("a", 9, model_id="m2")])
    follower.catch_up()
    assert follower.contents() == truth(vectors)
    elsewhere.put([vector("a", 4)])
    elsewhere.delete(["b"])
    elsewhere.put([vector("d", 5)])
    elsewhere.delete(["d"])  # came and went in between
    follower.catch_up()
    assert follower.contents() == truth(vectors)
    position = follower.position
    follower.catch_up()
    assert follower.position == position


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "replace", "delete", "look"]), st.integers(0, 4),
              st.integers(0, 99)),
    max_size=25,
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=40)
@given(STEPS)
def test_any_history_is_followed(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    database = Database(tmp_path_factory.mktemp("home"))
    vectors = EmbeddedVectors(database)
    follower = Follower(database, vectors)
    for what, instance, seed in steps:
        uid = f"1.{instance}"
        slices = [vector(uid, seed + f, kind=VectorKind.SLICE, frame=f) for f in range(seed % 4)]
        if what == "put":
            vectors.put(slices)
        elif what == "replace":
            vectors.replace(uid, "m1", slices)
        elif what == "delete":
            vectors.delete([uid])
        else:
            follower.catch_up()
            assert follower.contents() == truth(vectors)
    follower.catch_up()
    assert follower.contents() == truth(vectors)
    database.close()


def test_row_numbers_are_never_used_twice(vectors: EmbeddedVectors, database: Database) -> None:
    follower = Follower(database, vectors)
    vectors.put([vector("a", 1)])
    follower.catch_up()
    first = set(follower.rows)
    vectors.delete(["a"])
    vectors.put([vector("b", 2)])
    follower.catch_up()
    assert first.isdisjoint(follower.rows)


def test_chunks_hold_every_row(vectors: EmbeddedVectors, database: Database) -> None:
    one = vector()
    vectors.put([replace(one, instance_uid=f"{n:05d}") for n in range(4_500)])
    with database.read():
        chunks = list(vectors.sync("m1").chunks)
    assert [len(chunk.rows) for chunk in chunks] == [2_048, 2_048, 404]
    assert all(chunk.values.shape == (len(chunk.rows), 1024) for chunk in chunks)
    assert all(chunk.values.dtype == np.float32 for chunk in chunks)
    assert np.all(np.diff(np.concatenate([chunk.rows for chunk in chunks])) > 0)


def test_matrix_and_describe(vectors: EmbeddedVectors, database: Database) -> None:
    made = [vector(f"1.{n}", n, kind=VectorKind.SLICE, frame=n) for n in range(5)]
    vectors.put(made)
    follower = Follower(database, vectors)
    follower.catch_up()
    rows = [row for row, (uid, _) in follower.rows.items() if uid in ("1.3", "1.1")][::-1]
    assert np.array_equal(vectors.matrix(rows), np.stack([follower.rows[r][1] for r in rows]))
    assert vectors.describe([rows[0], 10_000]) == {rows[0]: ("1.3/slice/3", "1.3", 3)}
    with pytest.raises(KeyError):
        vectors.matrix([rows[0], 10_000])


def test_model_ids(vectors: EmbeddedVectors) -> None:
    vectors.put([vector(model_id="m2"), vector(model_id="m1"), vector("x", model_id="m3")])
    vectors.delete(["x"])
    assert vectors.model_ids() == ["m1", "m2"]
