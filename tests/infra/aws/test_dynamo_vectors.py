"""DynamoVectors on a real server: what the port does not say."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np
import pytest

from infra.aws.dynamo_vectors import DynamoVectors
from infra.records import VECTOR_SIZE, Values, Vector, VectorKind
from tests.contracts.examples import same, vector
from tests.infra.aws.dynamo import Killed, Watched

STACK = 170  # slices: three parts of at most 80


@pytest.fixture
def vectors(dynamo: Watched) -> DynamoVectors:
    return DynamoVectors(dynamo.tables)


def values(seed: int) -> Values:
    return np.full(VECTOR_SIZE, seed, np.float32)


def stack(seed: int, slices: int = STACK, uid: str = "1.2.3.1") -> list[Vector]:
    return [
        Vector(
            instance_uid=uid,
            model_id="m1",
            values=values(seed * 1_000 + frame),
            kind=VectorKind.SLICE,
            frame=frame,
        )
        for frame in range(slices)
    ]


def alike(one: list[Vector], other: list[Vector]) -> bool:
    return len(one) == len(other) and all(map(same, one, other))


def test_a_large_stack_comes_back_in_both_orders(vectors: DynamoVectors) -> None:
    put = stack(1)
    vectors.put([*put, vector("1.2.3.0"), vector("1.2.3.2")])
    assert alike(vectors.of_instance("1.2.3.1", "m1"), put)
    ids = [found.vector_id for found in vectors.iterate("m1")]
    assert ids == sorted(ids)
    assert len(ids) == vectors.count("m1") == STACK + 2
    new = stack(2, 3)
    vectors.put(new)
    assert alike(vectors.of_instance("1.2.3.1", "m1"), [*new, *put[3:]])
    assert vectors.delete(["1.2.3.1"]) == STACK


def test_what_is_deleted_or_replaced_leaves_nothing(
    dynamo: Watched, vectors: DynamoVectors
) -> None:
    vectors.put(stack(1))
    assert len(dynamo.items("vectors")) == 1 + 1 + 1 + 3  # model, counter, entry, parts
    vectors.replace("1.2.3.1", "m1", stack(2, 100))
    assert len(dynamo.items("vectors")) == 1 + 1 + 1 + 2
    vectors.delete(["1.2.3.1"])
    assert len(dynamo.items("vectors")) == 1 + 1


def test_a_kill_leaves_the_old_vectors_or_the_new_ones(
    dynamo: Watched, vectors: DynamoVectors
) -> None:
    old, new = stack(1), stack(2, 100)
    for number in count():
        vectors.replace("1.2.3.1", "m1", old)
        try:
            with dynamo.killed_before_write(number):
                vectors.replace("1.2.3.1", "m1", new)
            break
        except Killed:
            found = vectors.of_instance("1.2.3.1", "m1")
            assert alike(found, old) or alike(found, new)
            assert vectors.count("m1") == len(found)
    assert number == 5  # parts are said to come, come, are the vectors; the old ones go, are gone
    assert alike(vectors.of_instance("1.2.3.1", "m1"), new)


@pytest.mark.parametrize("there", [0, STACK])
@pytest.mark.parametrize("new", [0, STACK])
def test_a_kill_leaves_nothing_once_they_are_deleted(
    dynamo: Watched, vectors: DynamoVectors, there: int, new: int
) -> None:
    for number in count():
        vectors.replace("1.2.3.1", "m1", stack(1, there))
        try:
            with dynamo.killed_before_write(number):
                vectors.replace("1.2.3.1", "m1", stack(2, new))
            break
        except Killed:
            found = vectors.of_instance("1.2.3.1", "m1")
            assert vectors.count("m1") == len(found) == len(list(vectors.iterate("m1")))
            assert vectors.delete(["1.2.3.1"]) == len(found)
            assert len(dynamo.items("vectors")) <= 1 + 1  # model and counter
    assert number > 0 or there == new == 0


def test_the_count_is_exact_however_many_write(vectors: DynamoVectors) -> None:
    def disturb(seed: int) -> None:
        for turn in range(6):
            uid = f"1.{(seed + turn) % 3}"
            vectors.replace(uid, "m1", stack(seed, 1 + (seed * turn) % 12, uid))
            if turn == 3:
                vectors.delete([uid])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(disturb, range(4)))
    assert vectors.count("m1") == len(list(vectors.iterate("m1"))) > 0


def test_readers_see_one_stack_or_the_other(vectors: DynamoVectors) -> None:
    vectors.put(stack(0, 100))

    def read(_: int) -> set[int]:
        found = vectors.of_instance("1.2.3.1", "m1")
        assert len(found) == 100
        return {int(each.values[0]) // 1_000 for each in found}

    with ThreadPoolExecutor(3) as pool:
        seen = pool.map(read, range(20))
        for seed in range(1, 6):
            vectors.replace("1.2.3.1", "m1", stack(seed, 100))
        assert all(len(seeds) == 1 for seeds in seen)


def test_nothing_scans_and_a_count_is_one_call(dynamo: Watched, vectors: DynamoVectors) -> None:
    vectors.put([vector(f"1.{number}", number) for number in range(200)])
    assert dynamo.during(lambda: vectors.count("m1")) == {"BatchGetItem": 1}
    assert dynamo.during(lambda: vectors.of_instance("1.7", "m1")) == {"GetItem": 1}
    asked = dynamo.during(lambda: list(vectors.iterate("m1")))
    assert set(asked) == {"Query"}
    replaced = dynamo.during(lambda: vectors.replace("1.7", "m1", [vector("1.7", 9)]))
    assert replaced == {"BatchGetItem": 1, "TransactWriteItems": 1}
