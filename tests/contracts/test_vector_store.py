"""VectorStore: what its docstrings say, for every adapter."""

from dataclasses import replace

import numpy as np
import pytest

from infra.records import Vector, VectorKind
from infra.services import Services
from tests.contracts.examples import same, vector


def slices(instance_uid: str, frames: range, seed: int = 0) -> list[Vector]:
    return [vector(instance_uid, seed + f, kind=VectorKind.SLICE, frame=f) for f in frames]


def test_values_come_back_bit_for_bit(stores: Services, others: Services) -> None:
    odd = np.zeros(1024, np.float32)
    odd[:4] = [np.float32(1e-45), -0.0, np.nextafter(np.float32(1), np.float32(0)), 1 / 3]
    put = [replace(vector(), values=odd), vector("1.2.3.2", 1)]
    stores.vectors.put(put)
    assert all(
        same(one, other) for one, other in zip(others.vectors.iterate("m1"), put, strict=True)
    )


def test_every_kind_comes_back(stores: Services) -> None:
    tile = vector(kind=VectorKind.TILE, frame=3, box=(1, 2, 30, 40))
    stores.vectors.put([tile, *slices("1.2.3.1", range(2))])
    found = stores.vectors.of_instance("1.2.3.1", "m1")
    assert same(found[-1], tile)
    assert found[-1].vector_id == tile.vector_id


def test_the_same_vector_id_and_model_id_replaces(stores: Services) -> None:
    new = vector(seed=2)
    stores.vectors.put([vector(seed=1)])
    stores.vectors.put([vector(seed=1), new])
    stores.vectors.put([vector(seed=3, model_id="m2")])
    (found,) = stores.vectors.of_instance("1.2.3.1", "m1")
    assert same(found, new)
    assert stores.vectors.count("m1") == stores.vectors.count("m2") == 1


def test_put_takes_all_or_nothing(stores: Services) -> None:
    wrong = replace(vector("1.2.3.2"), values=np.zeros(3, np.float32))
    with pytest.raises(ValueError, match="1024"):
        stores.vectors.put([vector(), wrong])
    assert stores.vectors.count("m1") == 0


@pytest.mark.parametrize("size", [1, 37, 4096])
def test_each_model_has_vectors_of_its_own_size(
    stores: Services, others: Services, size: int
) -> None:
    values = np.random.default_rng(size).normal(size=(30, size)).astype(np.float32)
    stack = slices("1.2.3.1", range(30))
    put = [replace(one, model_id="m2", values=v) for one, v in zip(stack, values, strict=True)]
    stores.vectors.put([vector()])
    stores.vectors.replace("1.2.3.1", "m2", put)
    few = [replace(one, instance_uid="1.2.3.2") for one in put[:2]]
    stores.vectors.put(few)
    found = others.vectors.of_instance("1.2.3.1", "m2")
    assert all(same(one, other) for one, other in zip(found, put, strict=True))
    assert sum(one.values.size for one in others.vectors.iterate("m2")) == 32 * size
    assert [one.values.size for one in others.vectors.iterate("m1")] == [1024]
    for wrong in (
        [*few, replace(few[0], instance_uid="1.2.3.3", values=np.zeros(size + 1, np.float32))],
        [replace(few[0], values=np.zeros(4097, np.float32))],
        [replace(few[0], values=np.zeros(0, np.float32))],
        [replace(few[0], values=few[0].values.astype(np.float64))],
    ):
        with pytest.raises(ValueError, match="float32"):
            stores.vectors.put(wrong)
    assert stores.vectors.count("m2") == 32


def test_replace_makes_them_the_only_ones(stores: Services) -> None:
    stores.vectors.put([*slices("1.2.3.1", range(5)), vector("1.2.3.2")])
    stores.vectors.put([vector(model_id="m2")])
    new = slices("1.2.3.1", range(2, 4), seed=50)
    stores.vectors.replace("1.2.3.1", "m1", new)
    found = stores.vectors.of_instance("1.2.3.1", "m1")
    assert all(same(one, other) for one, other in zip(found, new, strict=True))
    assert stores.vectors.count("m1") == 3
    assert stores.vectors.count("m2") == 1
    stores.vectors.replace("1.2.3.1", "m1", [])
    assert stores.vectors.of_instance("1.2.3.1", "m1") == []


def test_replace_refuses_vectors_of_something_else(stores: Services) -> None:
    stores.vectors.put([vector()])
    with pytest.raises(ValueError, match="one instance"):
        stores.vectors.replace("1.2.3.1", "m1", [vector("1.2.3.2")])
    assert stores.vectors.count("m1") == 1


def test_of_instance_is_ordered_by_kind_and_frame(stores: Services) -> None:
    stores.vectors.put([*reversed(slices("1.2.3.1", range(12))), vector()])
    found = stores.vectors.of_instance("1.2.3.1", "m1")
    assert [(v.kind, v.frame) for v in found] == [
        (VectorKind.IMAGE, None),
        *((VectorKind.SLICE, frame) for frame in range(12)),
    ]
    assert stores.vectors.of_instance("1.2.3.1", "m2") == []
    assert stores.vectors.of_instance("nothing", "m1") == []


def test_iterate_goes_in_the_order_of_vector_id(stores: Services) -> None:
    put = [vector(f"1.{number}", number) for number in (5, 40, 1, 12, 3)]
    stores.vectors.put(put)
    ids = [v.vector_id for v in stores.vectors.iterate("m1")]
    assert ids == sorted(v.vector_id for v in put)
    assert list(stores.vectors.iterate("m2")) == []


def test_iterate_streams_past_many_and_while_others_write(stores: Services) -> None:
    one = vector()
    many = [replace(one, instance_uid=f"1.{number:05d}") for number in range(5_000)]
    stores.vectors.put(many)
    seen = []
    for found in stores.vectors.iterate("m1"):
        seen.append(found.instance_uid)
        if len(seen) == 10:
            stores.vectors.delete(["1.00000", "1.04999"])
    assert seen == [v.instance_uid for v in many if v.instance_uid != "1.04999"]


def test_delete_takes_every_model_id(stores: Services) -> None:
    stores.vectors.put([*slices("1.2.3.1", range(3)), vector(model_id="m2"), vector("1.2.3.2")])
    assert stores.vectors.delete(["1.2.3.1", "nothing"]) == 4
    assert stores.vectors.delete(["1.2.3.1"]) == 0
    assert (stores.vectors.count("m1"), stores.vectors.count("m2")) == (1, 0)
