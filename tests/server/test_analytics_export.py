"""Rows behind a chart as files over HTTP."""

import csv
import io
import json
from typing import Any

import httpx
import pytest
from pyarrow import parquet

SEARCH = {"group": "CASE"}
OF = {"by": "CODE"}


def exported(client: httpx.Client, form: str, **more: Any) -> httpx.Response:
    body = {"format": form, "search": SEARCH, "of": OF, "chart": "OVERVIEW", **more}
    return client.post("/api/analytics/export", json=body)


def test_every_form_has_the_same_rows_with_the_query_inside(client: httpx.Client) -> None:
    answers = {form: exported(client, form) for form in ("csv", "json", "parquet")}
    assert all(answer.status_code == 200 for answer in answers.values())
    assert answers["parquet"].headers["content-disposition"].endswith('overview.parquet"')
    document = answers["json"].json()
    table = list(csv.DictReader(io.StringIO(answers["csv"].text)))
    rows = parquet.read_table(io.BytesIO(answers["parquet"].content)).to_pylist()
    assert document["rows"]
    assert [row["key"] for row in table] == [row["key"] for row in document["rows"]]
    assert [{name: row[name] for name in document["rows"][0]} for row in rows] == document["rows"]
    assert {type(row["present"]) for row in rows} == {int}
    for query in (document["query"], json.loads(rows[0]["query"]), json.loads(table[0]["query"])):
        assert query["search"] == SEARCH
        assert query["chart"] == "OVERVIEW"
    assert {row["total_cases"] for row in rows} == {document["total_cases"]}


def test_what_is_counted_can_be_narrowed_afterwards(client: httpx.Client) -> None:
    women = [{"name": "SEX", "anyOf": ["F"]}]
    narrowed = exported(client, "json", among=women, chart="SPREAD", groupBy="SEX").json()
    filtered = exported(
        client, "json", search={**SEARCH, "filters": women}, chart="SPREAD", groupBy="SEX"
    ).json()
    assert narrowed["rows"] == filtered["rows"]


@pytest.mark.parametrize(
    "change",
    [
        {"format": "xlsx"},
        {"chart": "PIE"},
        {"of": {"by": "COLOUR"}},
        {"search": None},
        {"neighbours": "many"},
        {"among": [{"name": "SEX"}]},
        {"unknown": 1},
    ],
)
def test_what_cannot_be_meant_is_refused(client: httpx.Client, change: dict[str, Any]) -> None:
    body = {"format": "csv", "search": SEARCH, "of": OF, "chart": "OVERVIEW", **change}
    answer = client.post("/api/analytics/export", json=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] == "BAD_QUERY"


def test_the_pages_rows_become_parquet(client: httpx.Client) -> None:
    table = {
        "columns": ["year", "cases", "lift"],
        "rows": [["2019", 3, 1.5], ["=2020", None, 2]],
        "about": {"total": 7, "query": "{}"},
    }
    answer = client.post("/api/parquet", json=table)
    assert parquet.read_table(io.BytesIO(answer.content)).to_pylist() == [
        {"year": "2019", "cases": 3, "lift": 1.5, "total": 7, "query": "{}"},
        {"year": "=2020", "cases": None, "lift": 2.0, "total": 7, "query": "{}"},
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b'{"columns": ["a"], "rows": [[1, 2]], "about": {}}',
        b'{"columns": ["a"], "rows": [[[1]]], "about": {}}',
        b'{"columns": [1], "rows": [[1]], "about": {}}',
        b'{"columns": ["a"], "rows": [[1], ["x"]], "about": {}}',
        b'{"columns": ["a"], "rows": 5, "about": {}}',
    ],
)
def test_what_is_no_table_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/parquet", content=body)
    assert answer.status_code == 400, answer.text


def test_strangers_get_nothing(stranger: httpx.Client) -> None:
    for path in ("/api/analytics/export", "/api/parquet"):
        assert stranger.post(path, json={}).status_code == 401
