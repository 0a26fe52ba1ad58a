"""ModelRegistry: what its docstrings say, for every adapter."""

import pytest

from infra.errors import NotFound
from infra.services import Services
from tests.contracts.examples import later, model


def test_models_in_the_order_of_created_at_and_model_id(stores: Services, others: Services) -> None:
    made = [
        model("c", created_at=later(1)),
        model("b", created_at=later(2)),
        model("a", created_at=later(2)),
    ]
    for one in made:
        stores.models.register(one)
    assert others.models.models() == [made[0], made[2], made[1]]


def test_the_same_model_id_keeps_its_first_created_at(stores: Services) -> None:
    stores.models.register(model())
    stores.models.register(model(source="again", created_at=later(9)))
    assert stores.models.models() == [model(source="again")]


def test_a_model_without_a_time_gets_one(stores: Services) -> None:
    stores.models.register(model(created_at=None))
    assert stores.models.models()[0].created_at is not None


def test_a_model_keeps_its_dimension(stores: Services, others: Services) -> None:
    stores.models.register(model("onnx", dimension=37))
    stores.models.register(model("ours", created_at=later(1)))
    assert [one.dimension for one in others.models.models()] == [37, 1024]


def test_one_model_is_active(stores: Services, others: Services) -> None:
    assert stores.models.active() is None
    stores.models.register(model("a"))
    assert stores.models.active() is None
    stores.models.register(model("b"))
    stores.models.activate("a")
    stores.models.activate("b")
    assert others.models.active() == model("b")
    stores.models.register(model("b", source="again"))
    assert stores.models.active() == model("b", source="again")


def test_an_unknown_model_cannot_be_activated(stores: Services) -> None:
    stores.models.register(model())
    stores.models.activate("m1")
    with pytest.raises(NotFound):
        stores.models.activate("other")
    assert stores.models.active() == model()


def test_one_model_is_announced_until_it_is_active(stores: Services, others: Services) -> None:
    for name in "abc":
        stores.models.register(model(name))
    stores.models.activate("a")
    assert stores.models.announced() is None
    stores.models.announce("b")
    stores.models.announce("c")
    assert others.models.announced() == model("c")
    stores.models.register(model("c", source="again"))
    assert others.models.announced() == model("c", source="again")
    stores.models.activate("b")
    assert others.models.announced() == model("c", source="again")
    stores.models.activate("c")
    assert others.models.announced() is None
    assert others.models.active() == model("c", source="again")


def test_an_announcement_is_taken_back(stores: Services) -> None:
    stores.models.register(model("a"))
    stores.models.announce("a")
    with pytest.raises(NotFound):
        stores.models.announce("other")
    assert stores.models.announced() == model("a")
    stores.models.announce(None)
    assert stores.models.announced() is None


def test_agreement(stores: Services, others: Services) -> None:
    assert stores.models.agreement("a", "a") == 1.0
    assert stores.models.agreement("a", "b") is None
    stores.models.agree("b", "a", 0.9997)
    assert others.models.agreement("a", "b") == others.models.agreement("b", "a") == 0.9997
    stores.models.agree("a", "b", 0.99)
    assert stores.models.agreement("b", "a") == 0.99
    assert stores.models.agreement("a", "c") is None
