"""Charts over findings in GraphQL; the counts are tested in tests/api/test_analytics.py."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.analytics import GROUPS
from api.application import Application
from api.schema import charts
from infra.fields import FINDING_FIELDS
from infra.records import Assertion
from tests.api.schema.making import archive, ask, put_case

ALL = """query ($input: SearchInput!) { analytics(input: $input) {
  totalCases
  overview(of: {by: CODE}) { totalCases reportedCases rows { key description present absent } }
  spread(of: {by: FINDING, keys: ["effusion"]}, groupBy: SEX) {
    keys { key } moreKeys unknown groups { name cases reportedCases counts { key cases } } }
  cooccurrence(of: {by: FINDING}) { pairs { one other cases lift } }
  enrichment(of: {by: CATEGORY}) { setSize archiveSize rows {
    key inSet inArchive oddsRatio low high p q } }
  csv: export(of: {by: CODE}, chart: OVERVIEW)
  json: export(of: {by: CODE}, chart: ENRICHMENT, format: JSON)
} }"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with archive(tmp_path / "home") as app:
        for number, (sex, report) in enumerate(
            [("F", "Small effusion"), ("F", "No effusion"), ("M", "Large effusion"), ("M", "")]
        ):
            put_case(
                app,
                f"1.{number}",
                report=report,
                finding="effusion" if report else "",
                sex=sex,
                patient=f"P{number}",
            )
        yield app


def test_every_chart_is_of_the_search(app: Application) -> None:
    made = ask(app, ALL, input={"filters": [{"name": "SEX", "anyOf": ["F"]}]})["analytics"]
    assert made["totalCases"] == 2
    assert made["overview"] == {
        "totalCases": 2,
        "reportedCases": 2,
        "rows": [
            {
                "key": "J90",
                "description": "Pleural effusion, not elsewhere classified",
                "present": 1,
                "absent": 1,
            }
        ],
    }
    assert made["spread"]["groups"] == [
        {
            "name": "F",
            "cases": 2,
            "reportedCases": 2,
            "counts": [{"key": "effusion", "cases": 1}],
        }
    ]
    enriched = made["enrichment"]
    assert (enriched["setSize"], enriched["archiveSize"]) == (2, 3)
    assert (enriched["rows"][0]["inSet"], enriched["rows"][0]["inArchive"]) == (1, 2)
    assert next(csv.DictReader(io.StringIO(made["csv"])))["present"] == "1"
    assert json.loads(made["json"])["rows"][0]["key"] == "J90"


def test_a_mark_filters_to_what_it_counted(app: Application) -> None:
    query = "query ($input: SearchInput!) { search(input: $input) { totalCount } }"
    for key, count in (("J90", 2), ("present|J90", 2), ("absent:J90", 1)):
        asked = {"group": "CASE", "filters": [{"name": "CODE", "anyOf": [key]}]}
        assert ask(app, query, input=asked)["search"]["totalCount"] == count


def test_the_words_are_those_of_the_code() -> None:
    assert {one.name.lower() for one in charts.FindingLevel} == set(FINDING_FIELDS)
    assert {one.name.lower() for one in charts.CaseGroup} == set(GROUPS)
    assert [one.name for one in charts.Assertion] == [one.name for one in Assertion]


def test_hits_show_where_reports_speak_of_what_is_asked(app: Application) -> None:
    query = """query ($input: SearchInput!) { search(input: $input) { edges { node {
      case { studyUid findings { text } }
      matchedFindings {
        reportId text begin end code block chapter assertion description } } } } }"""
    asked = {"text": "effusion", "group": "CASE", "mentions": "ANY"}
    edges = ask(app, query, input=asked)["search"]["edges"]
    said = {e["node"]["case"]["studyUid"]: e["node"]["matchedFindings"] for e in edges}
    assert said["1.1"] == [
        {
            "reportId": "r-1.1",
            "text": "effusion",
            "begin": 3,
            "end": 11,
            "code": "J90",
            "block": "J90-J94",
            "chapter": "10",
            "assertion": "ABSENT",
            "description": "Pleural effusion, not elsewhere classified",
        }
    ]
    present = ask(app, query, input={"text": "effusion", "group": "CASE"})["search"]["edges"]
    assert {edge["node"]["case"]["studyUid"] for edge in present} == {"1.0", "1.2"}
    none = ask(app, query, input={"group": "CASE"})["search"]["edges"]
    assert all(edge["node"]["matchedFindings"] == [] for edge in none)
    assert sum(len(edge["node"]["case"]["findings"]) for edge in none) == 3


def test_findings_are_suggested(app: Application) -> None:
    query = "query ($t: String!) { findingSuggestions(text: $t) { filter key cases } }"
    assert ask(app, query, t="pleural eff")["findingSuggestions"] == [
        {"filter": "CODE", "key": "J90", "cases": 2}
    ]
