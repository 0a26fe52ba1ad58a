"""Annotations: what its docstrings say, for every adapter."""

from concurrent.futures import ThreadPoolExecutor

from infra.services import Services
from tests.contracts.examples import KEYS, annotation, instance, later


def test_the_same_annotation_id_replaces(stores: Services, others: Services) -> None:
    stores.annotations.put(annotation())
    new = annotation(body="{}", author="ürsula", withdrawn=True, at=later(1))
    stores.annotations.put(new)
    assert others.annotations.of_studies(["1.2.3"]) == {"1.2.3": [new]}


def test_annotations_in_the_order_of_time_and_id(stores: Services) -> None:
    made = [
        annotation("c", at=later(1)),
        annotation("b", at=later(2)),
        annotation("a", at=later(2)),
        annotation("d", at=later(0)),
    ]
    for one in (*made, annotation("e", study="1.2.4"), annotation("f", study="1.2.5")):
        stores.annotations.put(one)
    assert stores.annotations.of_studies(["1.2.3", "1.2.4", "nothing"]) == {
        "1.2.3": [made[3], made[0], made[2], made[1]],
        "1.2.4": [annotation("e", study="1.2.4")],
    }


def test_annotations_of_one_kind(stores: Services) -> None:
    contour = annotation("b", kind="contour")
    stores.annotations.put(annotation("a"))
    stores.annotations.put(contour)
    assert stores.annotations.of_studies(["1.2.3"], "contour") == {"1.2.3": [contour]}
    assert stores.annotations.of_studies(["1.2.3"], "other") == {}


def test_re_ingest_and_deletion_of_the_case_leave_annotations(stores: Services) -> None:
    stores.catalog.put_instance(instance(), "default", KEYS)
    stores.annotations.put(annotation())
    stores.catalog.put_instance(instance(pixel_hash="new"), "default", KEYS, replace=True)
    stores.catalog.delete_study("1.2.3")
    assert stores.annotations.of_studies(["1.2.3"]) == {"1.2.3": [annotation()]}


def test_delete_study(stores: Services) -> None:
    for one in (annotation("a"), annotation("b"), annotation("c", study="1.2.4")):
        stores.annotations.put(one)
    assert stores.annotations.delete_study("1.2.3") == 2
    assert stores.annotations.delete_study("1.2.3") == 0
    assert set(stores.annotations.of_studies(["1.2.3", "1.2.4"])) == {"1.2.4"}


def test_only_if_nobody_else_has_said_anything(stores: Services, others: Services) -> None:
    first, mark = annotation("a", kind="finding"), annotation("b", kind="mark", at=later(1))
    assert stores.annotations.put(first, seen=[])
    assert others.annotations.put(mark)
    second = annotation("c", kind="finding", at=later(2))
    assert not stores.annotations.put(second, seen=[])
    assert not stores.annotations.put(second, seen=[annotation("a", kind="finding", body="{}")])
    assert stores.annotations.of_studies(["1.2.3"]) == {"1.2.3": [first, mark]}
    assert stores.annotations.put(second, seen=[first])  # of its kind
    assert others.annotations.of_studies(["1.2.3"], "finding") == {"1.2.3": [first, second]}
    stores.annotations.delete_study("1.2.3")
    assert not stores.annotations.put(second, seen=[first, second])
    assert others.annotations.put(second, seen=[])


def test_of_many_at_once_one_is_first(stores: Services, others: Services) -> None:
    def put(number: int) -> bool:
        own = (stores, others)[number % 2]
        return own.annotations.put(annotation(str(number), kind="finding"), seen=[])

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(put, range(6))) == 1
    assert len(stores.annotations.of_studies(["1.2.3"])["1.2.3"]) == 1
