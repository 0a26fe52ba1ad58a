"""Corrections of findings in GraphQL; what they mean is tested in tests/api/test_corrections.py."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.application import Application
from api.auth import Identity
from infra.query import AccessScope
from tests.api.schema.making import archive, ask, put_case

CASE = """{ findings { findingId assertion } corrected: findings(form: CORRECTED) {
  findingId code assertion text taggerId }
  corrections { annotationId author at withdrawnAt inForce comment reportVersion
    before { text assertion } after { text assertion } } }"""
CORRECT = f"mutation ($input: CorrectionInput!) {{ correctFinding(input: $input) {CASE} }}"
READ = f"query ($uid: ID!) {{ case(uid: $uid) {CASE} }}"
UNDO = """mutation ($id: ID!, $uid: ID!) {
  withdrawAnnotation(id: $id, studyUid: $uid) { kind withdrawn } }"""
COUNT = """query ($input: SearchInput!, $among: [FilterInput!]) {
  search(input: $input) { totalCount edges { node { matchedFindings { assertion } } } }
  facets(input: $input, names: [CODE]) { values { value label count } }
  analytics(input: $input, among: $among) { totalCases
    overview(of: {by: CODE}) { rows { key present absent } } } }"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with archive(tmp_path / "home") as app:
        put_case(app, "1.1", report="Small effusion", finding="effusion", sex="F")
        put_case(app, "1.2", report="Large effusion", finding="effusion", sex="M", patient="P2")
        yield app


def absent(**more: Any) -> dict[str, Any]:
    return {
        "studyUid": "1.1",
        "reportId": "r-1.1",
        "reportVersion": 1,
        "before": {"begin": 6, "end": 14, "findingId": "effusion"},
        "after": {"begin": 6, "end": 14, "code": "J90", "assertion": "ABSENT"},
        **more,
    }


def test_a_correction_is_said_shown_and_taken_back(app: Application) -> None:
    case = ask(app, CORRECT, input=absent(comment="looked again"))["correctFinding"]
    assert case["findings"] == [{"findingId": "effusion", "assertion": "PRESENT"}]
    assert case["corrected"] == [
        {
            "findingId": "effusion", "code": "J90", "assertion": "ABSENT", "text": "effusion",
            "taggerId": "person",
        }
    ]  # fmt: skip
    (one,) = case["corrections"]
    assert (one["author"], one["comment"], one["inForce"]) == ("owner", "looked again", True)
    assert (one["before"]["assertion"], one["after"]["assertion"]) == ("PRESENT", "ABSENT")
    undone = ask(app, UNDO, id=one["annotationId"], uid="1.1")["withdrawAnnotation"]
    assert undone == {"kind": "finding", "withdrawn": True}
    case = ask(app, READ, uid="1.1")["case"]
    assert [f["assertion"] for f in case["corrected"]] == ["PRESENT"]
    (old,) = case["corrections"]
    assert old["at"] == one["at"] < old["withdrawnAt"]
    assert not old["inForce"]


def test_it_counts_when_asked(app: Application) -> None:
    ask(app, CORRECT, input=absent())
    codes = {"group": "CASE", "filters": [{"name": "CODE", "anyOf": ["J90"]}]}
    tagged = ask(app, COUNT, input=codes)
    assert tagged["search"]["totalCount"] == tagged["analytics"]["totalCases"] == 2
    asked = {**codes, "findings": "CORRECTED"}
    corrected = ask(app, COUNT, input=asked)
    assert corrected["search"]["totalCount"] == corrected["analytics"]["totalCases"] == 1
    denied = {**asked, "filters": [{"name": "CODE", "anyOf": ["absent:J90"]}]}
    (edge,) = ask(app, COUNT, input=denied)["search"]["edges"]
    assert edge["node"]["matchedFindings"] == [{"assertion": "ABSENT"}]
    everything = ask(app, COUNT, input={"group": "CASE", "findings": "CORRECTED"})
    assert everything["analytics"]["overview"]["rows"] == [
        {"key": "J90", "present": 1, "absent": 1}
    ]
    labels = {v["value"]: v["label"] for v in everything["facets"][0]["values"]}
    assert labels == {
        "present|J90": "J90 Pleural effusion, not elsewhere classified",
        "absent|J90": "J90 Pleural effusion, not elsewhere classified (absent)",
    }


def test_what_is_counted_is_narrowed_afterwards(app: Application) -> None:
    women = [{"name": "SEX", "anyOf": ["F"]}]
    counted = ask(app, COUNT, input={"group": "CASE"}, among=women)
    assert counted["search"]["totalCount"] == 2
    assert counted["analytics"]["totalCases"] == 1


def test_a_stranger_corrects_nothing(app: Application) -> None:
    stranger = Identity("eve", AccessScope.only("elsewhere"), may_add=True)
    with pytest.raises(AssertionError, match="no study"):
        ask(app, CORRECT, caller=stranger, input=absent())
    assert ask(app, READ, uid="1.1")["case"]["corrections"] == []


def test_findings_to_state_are_found_by_words_and_codes(app: Application) -> None:
    query = "query ($t: String!) { findingTerms(text: $t, first: 5) { findingId code named } }"
    for typed, named in (("pleural effusion", True), ("J90", False)):
        found = ask(app, query, t=typed)["findingTerms"]
        assert found[0] == {"findingId": "effusion", "code": "J90", "named": named}
    codes = [one["code"] for one in ask(app, query, t="J93")["findingTerms"]]
    assert codes == sorted(codes)
    assert codes[0] == "J93"
    assert ask(app, query, t="zzz qqq")["findingTerms"] == []
