"""Conditions of a program become the same filters as what people type."""

import pytest

from api.conditions import Condition, filter_of
from infra.errors import BadQuery
from infra.query import And, AnyOf, Between, Everything, Exists, Filter, Not, Or

C = Condition


@pytest.mark.parametrize(
    ("conditions", "tree"),
    [
        ([], Everything()),
        ([C(name="modality", any_of=("CT", "a|b=c"))], AnyOf("modality", ("CT", "a|b=c"))),
        ([C(name="label", none_of=("mass",))], Not(AnyOf("label", ("mass",)))),
        ([C(name="age", low="60", high="80")], Between("age", 60.0, 80.0)),
        ([C(name="age", low="60")], Between("age", 60.0, None)),
        ([C(name="age", any_of=("60-69",))], Between("age", 60.0, 70.0 - 1e-9)),
        ([C(name="age", any_of=("60-65",))], Between("age", 60.0, 65.0)),
        (
            [C(name="age", any_of=("0-9", "42"))],
            Or((Between("age", 0.0, 10.0 - 1e-9), Between("age", 42.0, 42.0))),
        ),
        ([C(name="date", any_of=("2019",))], Between("date", "2019-01-01", "2019-12-31")),
        ([C(name="date", high="2019-02")], Between("date", None, "2019-02-28")),
        ([C(name="has_report", any_of=("yes",))], AnyOf("has_report", ("true",))),
        ([C(name="finding", any_of=("effusion",))], AnyOf("finding", ("present|effusion",))),
        ([C(name="code", none_of=("absent|J90",))], Not(AnyOf("code", ("absent|J90",)))),
        ([C(name="view", exists=False)], Not(Exists("view"))),
        (
            [C(name="sex", any_of=("F",)), C(name="sex", exists=True)],
            And((AnyOf("sex", ("F",)), Exists("sex"))),
        ),
    ],
)
def test_a_condition_is_a_filter(conditions: list[Condition], tree: Filter) -> None:
    assert filter_of(conditions) == tree


@pytest.mark.parametrize(
    "condition",
    [
        C(name="nothing", any_of=("x",)),
        C(name="sex"),
        C(name="sex", low="A"),
        C(name="has_report", any_of=("perhaps",)),
        C(name="age", any_of=("old",)),
        C(name="age", any_of=("1=2",)),
        C(name="age", low="1..2"),
        C(name="age", any_of=("9" * 100,)),
        C(name="date", low="yesterday"),
        C(name="modality", any_of=("x",) * 1_001),
    ],
    ids=repr,
)
def test_what_makes_no_filter_is_refused(condition: Condition) -> None:
    with pytest.raises(BadQuery):
        filter_of([condition])


def test_there_may_not_be_too_many() -> None:
    with pytest.raises(BadQuery):
        filter_of([C(name="sex", any_of=("F",))] * 51)
