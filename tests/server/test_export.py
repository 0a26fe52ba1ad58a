"""A search as a file: the same hits as the search, harmless in spreadsheets."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api import export
from api.application import Application
from api.auth import Identity
from api.export import _harmless
from infra.query import AccessScope
from infra.records import Instance
from tests.flow import archive as a
from tests.samples import pydicom_file

FILMS = {"filters": [{"name": "DATASET", "anyOf": ["films"]}], "group": "INSTANCE"}


def exported(client: httpx.Client, form: str, search: Any) -> httpx.Response:
    return client.post("/api/export", json={"format": form, "search": search})


@pytest.fixture(scope="module")
def film(application: Application) -> Instance:
    catalog = application.services.catalog
    cases = catalog.cases(list(catalog.study_uids(a.ALL, dataset="films")), a.ALL)
    return next(iter(cases.values())).instances[0]


def test_every_hit_is_a_line(client: httpx.Client, film: Instance) -> None:
    search = {**FILMS, "like": film.instance_uid, "exclude": "SELF"}
    answer = exported(client, "jsonl", search)
    assert answer.headers["content-disposition"] == 'attachment; filename="similis.jsonl"'
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert len(rows) == 11
    assert [row["rank"] for row in rows] == list(range(1, 12))
    assert film.instance_uid not in {row["instance_uid"] for row in rows}
    assert all(row["query"] == search and row["model_id"] for row in rows)

    answer = exported(client, "csv", search)
    assert answer.headers["content-type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["instance_uid"] for row in table] == [row["instance_uid"] for row in rows]
    assert {json.loads(row["query"])["like"] for row in table} == {film.instance_uid}


def test_a_query_file_can_be_exported_by_its_session(
    client: httpx.Client, signed_in: Callable[[Identity], httpx.Client]
) -> None:
    data = pydicom_file("CT_small.dcm").read_bytes()
    query_id = client.post("/api/query-files", content=data).json()["id"]
    assert exported(client, "jsonl", {**FILMS, "queryFile": query_id}).text.count("\n") == 12
    other = signed_in(Identity("other", AccessScope.everything(), may_add=True))
    assert exported(other, "jsonl", {**FILMS, "queryFile": query_id}).status_code == 404


def test_the_scope_holds(
    signed_in: Callable[[Identity], httpx.Client], stranger: httpx.Client
) -> None:
    samples = signed_in(Identity("samples", AccessScope.only("samples"), may_add=False))
    assert exported(samples, "jsonl", FILMS).text == ""
    assert exported(stranger, "jsonl", FILMS).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"format": "xml", "search": {}}',
        b'{"format": "csv"}',
        b'{"format": "csv", "search": null}',
        b'{"format": ["csv"], "search": {}}',
        b'{"format": "csv", "search": {"colour": 1}}',
        b'{"format": "csv", "search": {"filters": [{"name": "NOTHING"}]}}',
        b'{"format": "csv", "search": {}, "more": 1}',
    ],
)
def test_what_is_no_request(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/export", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "BAD_QUERY"


def test_it_is_bounded(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.server.export.MOST_ROWS", 11)
    answer = exported(client, "csv", FILMS)
    assert answer.status_code == 400
    assert "12 hits" in answer.json()["error"]["message"]


def test_formulas_are_made_harmless() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"):
        assert _harmless(text) == f"'{text}"
    for value in ("1-1", "CHEST", "", 1.5, -1.5, None, True):
        assert _harmless(value) == value
    line = export._csv({"rank": 1, "description": '=HYPERLINK("http://x")'})
    assert "'=HYPERLINK" in line
