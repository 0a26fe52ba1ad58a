"""Annotations: what its docstrings say, for every adapter."""

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
