"""`name=value` becomes the filter tree that was meant, or a sentence that says what to write."""

import pytest

from api.filters import parse_filters
from infra.checks import check_filter
from infra.errors import BadQuery
from infra.fields import FILTERS
from infra.query import And, AnyOf, Between, Everything, Exists, Filter, Not, Or
from infra.records import Assertion

FORMS: list[tuple[str, Filter]] = [
    ("modality=CT", AnyOf("modality", ("CT",))),
    ("modality=CT|MR", AnyOf("modality", ("CT", "MR"))),
    ("modality = CT | MR ", AnyOf("modality", ("CT", "MR"))),
    ("modality!=CT", Not(AnyOf("modality", ("CT",)))),
    ("label=a=b", AnyOf("label", ("a=b",))),
    ("label=Pleural Effusion", AnyOf("label", ("Pleural Effusion",))),
    ("label=μ-läßt", AnyOf("label", ("μ-läßt",))),
    ("age=60", Between("age", 60.0, 60.0)),
    ("age=60..80", Between("age", 60.0, 80.0)),
    ("age=60-80", Between("age", 60.0, 80.0)),
    ("age=60-", Between("age", 60.0, None)),
    ("age=60..", Between("age", 60.0, None)),
    ("age=..0.5", Between("age", None, 0.5)),
    ("age>=60", Between("age", 60.0, None)),
    ("age<=60", Between("age", None, 60.0)),
    ("age_min=60", Between("age", 60.0, None)),
    ("age_max=60", Between("age", None, 60.0)),
    ("age!=60..80", Not(Between("age", 60.0, 80.0))),
    ("date=2019", Between("date", "2019-01-01", "2019-12-31")),
    ("date=2020-02", Between("date", "2020-02-01", "2020-02-29")),
    ("date=2019-05-31", Between("date", "2019-05-31", "2019-05-31")),
    ("date=20190531", Between("date", "2019-05-31", "2019-05-31")),
    ("date=2019..2021-06", Between("date", "2019-01-01", "2021-06-30")),
    ("date=20190101-20191231", Between("date", "2019-01-01", "2019-12-31")),
    ("date=-20191231", Between("date", None, "2019-12-31")),
    ("date=..2019", Between("date", None, "2019-12-31")),
    ("date>=2019", Between("date", "2019-01-01", None)),
    ("date<=2019", Between("date", None, "2019-12-31")),
    ("date_from=2019", Between("date", "2019-01-01", None)),
    ("date_to=2019-02", Between("date", None, "2019-02-28")),
    ("has_report=yes", AnyOf("has_report", ("true",))),
    ("has_report=NO", AnyOf("has_report", ("false",))),
    ("has_report!=1", Not(AnyOf("has_report", ("true",)))),
    ("has=view", Exists("view")),
    ("has!=view", Not(Exists("view"))),
    ("finding=effusion", AnyOf("finding", ("present|effusion",))),
    ("finding=absent:Effusion", AnyOf("finding", ("absent|Effusion",))),
    ("finding=present|effusion", AnyOf("finding", ("present|effusion",))),
    ("finding=absent|effusion|nodule", AnyOf("finding", ("absent|effusion", "present|nodule"))),
    ("finding=J90", AnyOf("category", ("present|J90",))),
    ("finding=j98.11", AnyOf("code", ("present|j98.11",))),
    ("finding=C7A-C7B", AnyOf("block", ("present|C7A-C7B",))),
    ("finding=family:10", AnyOf("chapter", ("family|10",))),
    ("code=J90", AnyOf("code", ("present|J90",))),
    ("code=uncertain:J90", AnyOf("code", ("uncertain|J90",))),
    ("block=J95", AnyOf("block", ("present|J95",))),
    ("chapter=any:10", AnyOf("chapter", tuple(f"{one}|10" for one in Assertion))),
    ("finding!=effusion", Not(AnyOf("finding", ("present|effusion",)))),
    (
        "finding=J90|effusion",
        Or((AnyOf("category", ("present|J90",)), AnyOf("finding", ("present|effusion",)))),
    ),
    ("has=finding", Exists("finding")),
]


@pytest.mark.parametrize(("text", "tree"), FORMS, ids=[text for text, _ in FORMS])
def test_every_form_means_what_it_says(text: str, tree: Filter) -> None:
    assert parse_filters([text]) == tree
    check_filter(tree)  # what is parsed can be asked


@pytest.mark.parametrize(("text", "end"), [("age<18", "high"), ("age>18", "low")])
def test_open_ends_leave_the_number_itself_out(text: str, end: str) -> None:
    tree = parse_filters([text])
    assert isinstance(tree, Between)
    bound = getattr(tree, end)
    assert bound != 18
    assert bound == pytest.approx(18, abs=1e-6)
    assert (bound < 18) == (end == "high")


def test_filters_of_one_name_widen_and_of_several_names_narrow() -> None:
    assert parse_filters([]) == Everything()
    assert parse_filters(["modality=CT", "sex=F", "modality=MR"]) == And(
        (
            Or((AnyOf("modality", ("CT",)), AnyOf("modality", ("MR",)))),
            AnyOf("sex", ("F",)),
        )
    )


def test_comparisons_and_exclusions_of_one_name_narrow() -> None:
    assert parse_filters(["age>=60", "age<=80", "view!=PA", "view!=AP"]) == And(
        (
            Between("age", 60.0, None),
            Between("age", None, 80.0),
            Not(AnyOf("view", ("PA",))),
            Not(AnyOf("view", ("AP",))),
        )
    )


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("modality", "name=value"),
        ("=CT", "name=value"),
        ("modality=", "name=value"),
        ("modality=  ", "name=value"),
        ("flavour=sweet", "no filter named 'flavour'"),
        ("has=flavour", "no filter named 'flavour'"),
        ("age=old", "numbers like 60..80"),
        ("age=60..old", "numbers like 60..80"),
        ("date=31.5.2019", "days like 2019-05-31"),
        ("date=2019-13", "days like 2019-05-31"),
        ("date>2019", "cannot be compared with >"),
        ("modality>=CT", "cannot be compared with >="),
        ("has_report=maybe", "yes or no"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_right_form(text: str, help: str) -> None:
    with pytest.raises(BadQuery, match=help.replace(".", r"\.")):
        parse_filters([text])


def test_a_wrong_name_lists_all_names() -> None:
    with pytest.raises(BadQuery) as caught:
        parse_filters(["flavour=sweet"])
    assert all(name in str(caught.value) for name in FILTERS)


@pytest.mark.parametrize("value", ["maybe:J90", "absent:"])
def test_a_finding_is_said_in_a_way_that_there_is(value: str) -> None:
    with pytest.raises(BadQuery, match="absent:J90"):
        parse_filters([f"finding={value}"])
