"""Searches, pages, facets, marks and timelines, asked as the page asks them."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.application import Application
from api.auth import Identity
from infra.query import AccessScope
from tests.api.schema.making import archive, ask, put_case

PAGE = """query($i: SearchInput!, $first: Int!, $after: String) {
  search(input: $i, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id rank } }
  }
}"""
FACETS = """query($i: SearchInput!, $names: [FilterName!]) {
  facets(input: $i, names: $names) {
    name label kind more values { value label count selected }
  }
}"""
GUEST = Identity(name="guest", scope=AccessScope.only("open"), may_add=False)
OTHER = Identity(name="other", scope=AccessScope.everything(), may_add=False)


@pytest.fixture
def app(tmp_path: Any) -> Iterator[Application]:
    with archive(tmp_path / "home") as app:
        put_case(
            app,
            "1.1",
            dataset="open",
            patient="P",
            day="2020-05-01",
            modality="CT",
            sex="F",
            age_years=61.0,
            report="Small effusion.",
            finding="effusion",
            images=3,
        )
        put_case(
            app,
            "1.2",
            dataset="open",
            patient="P",
            day="2019-01-01",
            modality="MR",
            sex="F",
            age_years=60.0,
            labels=("mass",),
        )
        put_case(
            app,
            "1.3",
            dataset="closed",
            patient="P",
            day="2018-01-01",
            modality="CT",
            sex="F",
            age_years=59.5,
            report="Effusorium maximum.",
        )
        put_case(
            app,
            "1.4",
            dataset="closed",
            patient="Q",
            modality="CT",
            sex="M",
            report="No effusion, no mass.",
            finding="effusion",
        )
        put_case(app, "1.5", dataset="open", patient="P", images=0, report="Letter.")
        yield app


def ids(data: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in data["search"]["edges"]]


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["INSTANCE", "SERIES", "CASE"])
@pytest.mark.parametrize("text", ["", "effus*"])
def test_pages_join_to_the_whole(app: Application, group: str, text: str) -> None:
    asked = {"group": group, "text": text}
    whole = ask(app, PAGE, i=asked, first=200)
    assert whole["search"]["totalCount"] == len(ids(whole))
    found: list[str] = []
    after = None
    while True:
        data = ask(app, PAGE, i=asked, first=2, after=after)
        info = data["search"]["pageInfo"]
        assert info["hasPreviousPage"] is bool(found)
        found += ids(data)
        after = info["endCursor"]
        assert after == data["search"]["edges"][-1]["cursor"]
        if not info["hasNextPage"]:
            break
    assert found == ids(whole)


def test_every_hit_has_a_cursor_of_its_own(app: Application) -> None:
    edges = ask(app, PAGE, i={"group": "CASE"}, first=10)["search"]["edges"]
    for place, edge in enumerate(edges[:-1]):
        data = ask(app, PAGE, i={"group": "CASE"}, first=1, after=edge["cursor"])
        assert data["search"]["edges"][0]["node"] == edges[place + 1]["node"]


def test_nothing_found_is_an_empty_page(app: Application) -> None:
    data = ask(app, PAGE, i={"text": "nowhere"}, first=10)["search"]
    assert data["edges"] == []
    assert data["pageInfo"] == {
        "hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None,
    }  # fmt: skip


def test_a_caller_sees_only_their_datasets(app: Application) -> None:
    data = ask(app, PAGE, caller=GUEST, i={"group": "CASE"}, first=10)
    assert ids(data) == ["1.1", "1.2", "1.5"]
    about = ask(app, "{ about { cases instances datasets mayAdd } me { name datasets } }",
                caller=GUEST)  # fmt: skip
    assert about["about"] == {
        "cases": 3, "instances": 4, "datasets": ["open"], "mayAdd": False,
    }  # fmt: skip
    assert about["me"] == {"name": "guest", "datasets": ["open"]}


# --- facets ---------------------------------------------------------------------------------------


def counts(facet: dict[str, Any]) -> dict[str, int]:
    return {one["value"]: one["count"] for one in facet["values"]}


def test_a_field_is_not_narrowed_by_its_own_filters(app: Application) -> None:
    asked = {"filters": [{"name": "MODALITY", "anyOf": ["ct"]}, {"name": "SEX", "anyOf": ["F"]}]}
    modality, sex, dataset = ask(
        app, FACETS, i=asked, names=["MODALITY", "SEX", "DATASET"]
    )["facets"]  # fmt: skip
    assert counts(modality) == {"CT": 2, "MR": 1}  # of women
    assert counts(sex) == {"F": 2, "M": 1}  # with a CT
    assert counts(dataset) == {"open": 1, "closed": 1}  # women with a CT
    assert [one["selected"] for one in modality["values"]] == [True, False]
    assert {one["label"] for one in sex["values"]} == {"Female", "Male"}


def test_a_selected_value_stays_when_nothing_has_it(app: Application) -> None:
    (facet,) = ask(
        app, FACETS, i={"filters": [{"name": "LABEL", "anyOf": ["unheard of"]}]}, names=["LABEL"]
    )["facets"]
    assert {"value": "unheard of", "label": "unheard of", "count": 0, "selected": True} in facet[
        "values"
    ]


def test_values_of_facets_can_be_asked_for(app: Application) -> None:
    for facet in ask(app, FACETS, i={})["facets"]:
        for one in facet["values"]:
            asked = {"group": "CASE", "filters": [{"name": facet["name"], "anyOf": [one["value"]]}]}
            data = ask(app, PAGE, i=asked, first=10)
            assert data["search"]["totalCount"] == one["count"], (facet["name"], one)


def test_findings_are_counted_by_what_is_said_of_them(app: Application) -> None:
    asked = {"filters": [{"name": "FINDING", "anyOf": ["effusion"]}]}
    (facet,) = ask(app, FACETS, i=asked, names=["FINDING"])["facets"]
    shown = {(one["label"], one["count"], one["selected"]) for one in facet["values"]}
    assert shown == {("effusion", 1, True), ("effusion (absent)", 1, False)}


def test_facets_count_inside_the_scope(app: Application) -> None:
    (facet,) = ask(app, FACETS, caller=GUEST, i={}, names=["DATASET"])["facets"]
    assert counts(facet) == {"open": 3}


# --- suggestions ----------------------------------------------------------------------------------

SUGGEST = "query($t: String!) { suggestions(text: $t) { text completed cases } }"


def test_words_are_suggested_with_their_cases(app: Application) -> None:
    assert ask(app, SUGGEST, t='small "EFF')["suggestions"] == [
        {"text": "effusion", "completed": 'small "effusion', "cases": 2},
        {"text": "effusorium", "completed": 'small "effusorium', "cases": 1},
    ]


def test_words_of_others_are_not_suggested(app: Application) -> None:
    assert ask(app, SUGGEST, caller=GUEST, t="eff")["suggestions"] == [
        {"text": "effusion", "completed": "effusion", "cases": 1}
    ]


@pytest.mark.parametrize("typed", ["", " ", "e", "eff ", "eff)", "NOT", "?", "zzz", "e" * 20_000])
def test_nothing_is_suggested_without_a_beginning(app: Application, typed: str) -> None:
    assert ask(app, SUGGEST, t=typed)["suggestions"] == []


# --- the case -------------------------------------------------------------------------------------

TIMELINE = """query($uid: ID!) { case(uid: $uid) {
  timeline { studyUid date isThis imageCount modalities reportDates } } }"""


def test_a_timeline_is_the_patients_studies_oldest_first(app: Application) -> None:
    entries = ask(app, TIMELINE, uid="1.2")["case"]["timeline"]
    assert [one["studyUid"] for one in entries] == ["1.3", "1.2", "1.1", "1.5"]
    assert [one["isThis"] for one in entries] == [False, True, False, False]
    assert entries[2] == {
        "studyUid": "1.1", "date": "2020-05-01", "isThis": False, "imageCount": 3,
        "modalities": ["CT"], "reportDates": ["2020-05-01"],
    }  # fmt: skip


def test_a_timeline_ends_where_the_scope_does(app: Application) -> None:
    entries = ask(app, TIMELINE, caller=GUEST, uid="1.2")["case"]["timeline"]
    assert [one["studyUid"] for one in entries] == ["1.2", "1.1", "1.5"]


# --- not useful -----------------------------------------------------------------------------------

MARK = "mutation($i: MarkInput!) { markNotUseful(input: $i) { annotationId author comment } }"
WITHDRAW = """mutation($id: ID!, $study: ID!) {
  withdrawAnnotation(id: $id, studyUid: $study) { withdrawn } }"""
MARKED = """query($i: SearchInput!) {
  search(input: $i) { edges { node { id notUseful { comment } } } } }"""


def marked(app: Application, caller: Identity = OTHER, **asked: object) -> dict[str, Any]:
    data = ask(app, MARKED, caller=caller, i={"group": "CASE", "mentions": "ANY", **asked})
    nodes = [edge["node"] for edge in data["search"]["edges"]]
    return {one["id"]: one["notUseful"]["comment"] for one in nodes if one["notUseful"]}


def test_a_mark_belongs_to_its_question_and_author(app: Application) -> None:
    search = {"text": "  Effusion "}
    mark = {"search": search, "studyUid": "1.4", "comment": "it says no"}
    for _ in range(2):
        ask(app, MARK, caller=OTHER, i=mark)
    assert marked(app, text="effusion") == {"1.4": "it says no"}
    assert marked(app, text="effusion", filters=[{"name": "SEX", "anyOf": ["M"]}]) == {
        "1.4": "it says no"
    }
    assert marked(app, text="mass") == {}
    assert (
        marked(app, caller=Identity("third", AccessScope.everything(), False), text="effusion")
        == {}
    )
    kept = app.services.annotations.of_studies(["1.4"])["1.4"]
    assert [(one.kind, one.author) for one in kept] == [("not_useful", "other")]


def test_a_mark_can_be_taken_back_and_made_again(app: Application) -> None:
    mark = {"search": {"text": "effusion"}, "studyUid": "1.1", "instanceUid": "1.1.1"}
    made = ask(app, MARK, caller=OTHER, i=mark)["markNotUseful"]
    taken = ask(app, WITHDRAW, caller=OTHER, id=made["annotationId"], study="1.1")
    assert taken["withdrawAnnotation"] == {"withdrawn": True}
    assert marked(app, text="effusion") == {}
    (kept,) = app.services.annotations.of_studies(["1.1"])["1.1"]
    assert kept.withdrawn
    ask(app, MARK, caller=OTHER, i=mark)
    assert marked(app, text="effusion") == {"1.1": ""}


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        (MARK, {"i": {"search": {}, "studyUid": "1.1"}}, "say what was asked"),
        (MARK, {"i": {"search": {"text": "a"}, "studyUid": "1.4"}}, "no study"),
        (MARK, {"i": {"search": {"text": "a"}, "studyUid": "1.1", "instanceUid": "9"}}, "no inst"),
        (
            MARK,
            {"i": {"search": {"text": "a"}, "studyUid": "1.1", "comment": "x" * 2_001}},
            "at most",
        ),
        (WITHDRAW, {"id": "x", "study": "1.1"}, "no such annotation"),
        (WITHDRAW, {"id": "x", "study": "1.4"}, "no such annotation"),
    ],
)
def test_marks_that_cannot_be(
    app: Application, query: str, variables: dict[str, Any], code: str
) -> None:
    with pytest.raises(AssertionError, match=code):
        ask(app, query, caller=GUEST, **variables)
    assert app.services.annotations.of_studies(["1.1", "1.4"]) == {}


def test_only_its_author_takes_a_mark_back(app: Application) -> None:
    mark = {"search": {"text": "effusion"}, "studyUid": "1.1"}
    made = ask(app, MARK, caller=OTHER, i=mark)["markNotUseful"]
    with pytest.raises(AssertionError, match="Only its author"):
        ask(app, WITHDRAW, caller=GUEST, id=made["annotationId"], study="1.1")


# --- limits that only the answer knows ------------------------------------------------------------


def test_an_answer_is_bounded(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    query = '{ case(uid: "1.1") { series { instances { number } } } }'
    assert ask(app, query)["case"]["series"][0]["instances"] == [
        {"number": 1}, {"number": 2}, {"number": 3},
    ]  # fmt: skip
    monkeypatch.setattr("api.schema.context.Budget.__init__.__defaults__", (3,))
    with pytest.raises(AssertionError, match="would hold more"):
        ask(app, query)
