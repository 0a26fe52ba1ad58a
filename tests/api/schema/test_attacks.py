"""What strangers and the ill-meaning send gets a clean answer, and quickly."""

import json
from threading import Event
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from infra.errors import StorageFull
from tests.api.schema.conftest import Ask

SEARCH = "query($i: SearchInput!) { search(input: $i) { totalCount } }"
NESTED = "{ search(input: {}) { edges { node { case { series { instances { "


def only_error(document: dict[str, Any]) -> dict[str, Any]:
    error = document["errors"][0]
    assert error["message"]
    assert error["extensions"]["requestId"]
    return error


def code(document: dict[str, Any]) -> str:
    return only_error(document)["extensions"]["code"]


def deep(levels: int) -> str:
    return "{ me " * levels + "{ name }" + " }" * levels


def doubling(levels: int) -> str:
    """Each fragment spreads the next one twice: 2 ** levels fields if they were expanded."""
    text = "{ ...f0 } "
    for n in range(levels):
        text += f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }} "
    return text + f"fragment f{levels} on Query {{ me {{ name }} }}"


def chain(links: int) -> str:
    text = "{ ...f0 } "
    for n in range(links):
        text += f"fragment f{n} on Query {{ ...f{n + 1} }} "
    return text + f"fragment f{links} on Query {{ me {{ name }} }}"


TOO_COMPLEX = {
    "deep": deep(40),
    "very deep": deep(500),
    "brackets": "{ facets(input: {filters: " + "[" * 900 + "]" * 900 + "}) { name } }",
    "wide": "{ me { " + "name " * 900 + "} }",
    "wide and deep": "{ " + "me { name name name } " * 250 + "}",
    "tokens": "{ me { " + "name " * 5_000 + "} }",
    "long": "{ me { name } } #" + "x" * 60_000,
    "huge literal": '{ suggestions(text: "' + "a" * 60_000 + '") { text } }',
    "huge number": "{ suggestions(text: \"a\", first: " + "9" * 5_000 + ") { text } }",
    "aliases": "{ " + " ".join(f"a{n}: me {{ name }}" for n in range(100)) + " }",
    "aliased searches": "{ "
    + " ".join(f"a{n}: search(input: {{}}, first: 200) {{ edges {{ node {{ "
               f"excerpt {{ text marked }} }} }} }}" for n in range(30))
    + " }",
    "headers in a list": NESTED + "header { value } } } } } } } }",
    "introspection again and again": "{ "
    + " ".join(f"a{n}: __schema {{ types {{ fields {{ args {{ type {{ name }} }} }} }} }}"
               for n in range(29))
    + " }",
    "fragments in a chain": chain(100),
    "huge page": "{ search(input: {}, first: 2000000000) { edges { node { id score rank } } } }",
}  # fmt: skip

BAD_QUERY = {
    "only a remark": "# nothing",
    "no query": "hello",
    "cut": "{ me { name ",
    "unknown field": "{ passwords }",
    "unknown argument": '{ me(as: "root") { name } }',
    "no selection": "{ me }",
    "selection of a leaf": "{ me { name { first } } }",
    "wrong type": '{ search(input: {frame: "one"}) { totalCount } }',
    "no such enum": "{ search(input: {group: PATIENT}) { totalCount } }",
    "null for what must be": "{ search(input: null) { totalCount } }",
    "null page": "{ search(input: {}, first: null) { totalCount } }",
    "two anonymous operations": "{ me { name } } { me { name } }",
    "fragment cycle": "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
    "unused fragment": "{ me { name } } fragment a on Query { me { name } }",
    "undefined variable": "{ suggestions(text: $t) { text } }",
    "unknown directive": "{ me @secret { name } }",
    "the same directive again": "{ me @skip(if: false) @skip(if: false) { name } }",
    "defer": "{ ... @defer { me { name } } }",
    "subscription": "subscription { me { name } }",
    "conflicting fields": "{ me { a: name a: mayAdd } }",
    "introspection in circles": '{ __type(name: "Me") { fields { type { fields { type { fields { '
    "type { fields { name } } } } } } } } }",
    "surrogate": '{ suggestions(text: "\\ud800") { text } }',
    "page of none": "{ search(input: {}, first: 0) { totalCount } }",
    "page too large": "{ search(input: {}, first: 201) { totalCount } }",
    "negative page": "{ search(input: {}, first: -1) { totalCount } }",
    "number too large": "{ search(input: {frame: 99999999999}) { totalCount } }",
    "no cursor": '{ search(input: {}, after: "x") { totalCount } }',
    "both": '{ search(input: {like: "1", queryFile: "2"}) { totalCount } }',
    "negative frame": "{ search(input: {frame: -1}) { totalCount } }",
    "no words": '{ search(input: {text: "!?"}) { totalCount } }',
    "a facet that is none": "{ facets(input: {}, names: [PATIENT]) { name } }",
    "empty condition": "{ search(input: {filters: [{name: SEX}]}) { totalCount } }",
    "range of words": '{ search(input: {filters: [{name: SEX, from: "A"}]}) { totalCount } }',
    "age of words": '{ search(input: {filters: [{name: AGE, from: "old"}]}) { totalCount } }',
    "age nan": '{ search(input: {filters: [{name: AGE, from: "nan"}]}) { totalCount } }',
    "two days": '{ search(input: {filters: [{name: DATE, anyOf: ["2019=1"]}]}) { totalCount } }',
    "a flag of words": '{ facets(input: {filters: [{name: HAS_REPORT, anyOf: ["x"]}]}) { name } }',
    "too many suggestions": '{ suggestions(text: "eff", first: 1000) { text } }',
    "too many jobs": "{ jobs(first: 1000) { jobId } }",
}


@pytest.mark.parametrize("name", TOO_COMPLEX)
def test_too_much_is_refused(ask: Ask, name: str) -> None:
    document = ask(TOO_COMPLEX[name])
    assert code(document) == "TOO_COMPLEX"
    assert document["data"] is None


@pytest.mark.parametrize("name", BAD_QUERY)
def test_what_cannot_be_asked_is_refused(ask: Ask, name: str) -> None:
    assert code(ask(BAD_QUERY[name])) in ("BAD_QUERY", "NOT_FOUND" if name == "both" else "")


def test_fragments_that_double_cost_what_they_ask(ask: Ask) -> None:
    assert ask(doubling(10))["data"] == {"me": {"name": "owner"}}


@pytest.mark.parametrize(
    "given",
    [
        {"frame": 10**400},
        {"frame": 1.5},
        {"frame": True},
        {"filters": [None]},
        {"filters": [[]]},
        {"filters": {"name": "SEX", "anyOf": [None]}},
        {"filters": [{"name": "SEX", "anyOf": ["x"] * 2_000}]},
        {"filters": [{"name": "SEX", "anyOf": ["x"]}] * 100},
        {"text": ["a"]},
        {"text": "(" * 9_000},
        {"text": "a " * 5_000},
        {"like": {}},
        {"unknown": 1},
        None,
        [],
        "{}",
    ],
    ids=lambda given: json.dumps(given)[:40],
)
def test_wrong_variables_are_refused(client: httpx.Client, given: object) -> None:
    answer = client.post("/graphql", json={"query": SEARCH, "variables": {"i": given}})
    assert answer.status_code in (200, 400)
    assert code(answer.json()) == "BAD_QUERY"


def test_nulls_stand_for_what_is_left_out(get: Ask) -> None:
    nothing = dict.fromkeys(["like", "queryFile", "frame", "text", "filters", "exclude", "group"])
    assert get(SEARCH, i=nothing) == get(SEARCH, i={})
    unset = {"name": "SEX", "anyOf": ["M"], "noneOf": None, "from": None, "exists": None}
    plain = {"name": "SEX", "anyOf": ["M"]}
    assert get(SEARCH, i={"filters": [unset]}) == get(SEARCH, i={"filters": [plain]})


def test_a_null_variable_for_a_page_is_the_askers_mistake(ask: Ask) -> None:
    query = "query($n: Int) { search(input: {}, first: $n) { totalCount } }"
    assert code(ask(query, n=None)) == "BAD_QUERY"


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud83d", "' OR 1=1 --", '"; DROP TABLE x', "%_*"])
def test_strange_text_is_only_text(client: httpx.Client, text: str) -> None:
    body = json.dumps({"query": SEARCH, "variables": {"i": {"text": f"effusion {text}"}}})
    document = client.post(
        "/graphql", content=body, headers={"Content-Type": "application/json"}
    ).json()
    assert "errors" not in document or code(document) == "BAD_QUERY"
    like = json.dumps({"query": SEARCH, "variables": {"i": {"like": text}}})
    document = client.post(
        "/graphql", content=like, headers={"Content-Type": "application/json"}
    ).json()
    assert code(document) == "NOT_FOUND"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"{ me { name } }"',
        b"{",
        b"\xff\xfe",
        b'{"query": 1}',
        b'{"query": ""}',
        b'{"query": " \\n"}',
        b'{"query": null}',
        b'{"query": "{ me { name } }", "variables": []}',
        b'{"query": "{ me { name } }", "variables": {"a": NaN}}',
        b'{"query": "{ me { name } }", "operationName": 1}',
        b'{"query": "{ me { name } }", "operationName": "other"}',
        b'{"query": "{ me { name } }", "variables": {"a": ' + b"9" * 5_000 + b"}}",
        b'{"query": "{ me { name } }", "variables": {"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
        b'[{"query": "{ me { name } }"}, {"query": "{ me { name } }"}]',
    ],
    ids=lambda body: repr(body[:50]),
)
def test_what_is_no_request_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert code(answer.json()) == "BAD_QUERY"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(client: httpx.Client, kind: str) -> None:
    answer = client.post(
        "/graphql", content=b'{"query": "{ me { name } }"}', headers={"Content-Type": kind}
    )
    assert answer.status_code == 400


def test_forms_and_files_are_not_taken(client: httpx.Client) -> None:
    files = {"operations": (None, '{"query": "{ me { name } }"}'), "map": (None, "{}")}
    assert client.post("/graphql", files=files).status_code == 400


def test_a_link_cannot_ask(client: httpx.Client) -> None:
    answer = client.get("/graphql", params={"query": "{ me { name } }"})
    assert answer.status_code == 405
    assert "owner" not in answer.text


def test_strangers_get_nothing(stranger: httpx.Client) -> None:
    for query in ("{ me { name } }", "{ __schema { types { name } } }", "{"):
        answer = stranger.post("/graphql", json={"query": query})
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "UNAUTHENTICATED"


def test_another_site_cannot_change_anything(client: httpx.Client) -> None:
    answer = client.post(
        "/graphql",
        json={"query": 'mutation { forgetQueryFile(id: "x") }'},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403


def test_tools_can_read_the_schema(get: Ask) -> None:
    types = get(get_introspection_query())["__schema"]["types"]
    assert "SearchConnection" in {one["name"] for one in types}


def test_faults_of_ours_are_masked(
    ask: Ask, application: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("Doe^John")

    monkeypatch.setattr("api.cases.case_of", broken)
    monkeypatch.setattr("api.schema.query.case_of", broken)
    document = ask('{ case(uid: "1") { patient } me { name } }')
    error = only_error(document)
    assert error["extensions"]["code"] == "INTERNAL"
    assert "Doe" not in json.dumps(document)
    assert "Doe" not in caplog.text
    logged = [r for r in caplog.records if getattr(r, "error", "") == "KeyError"]
    assert [r.request_id for r in logged] == [error["extensions"]["requestId"]]


def test_a_full_disk_is_told_as_such(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageFull("/secret/path is full")

    monkeypatch.setattr("api.marks.put", full)
    document = ask(
        'mutation { markNotUseful(input: {search: {text: "a"}, studyUid: "1"}) { kind } }'
    )
    assert code(document) == "STORAGE_FULL"
    assert "secret" not in json.dumps(document)


def test_an_answer_that_takes_too_long_is_given_up(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, released = Event(), Event()

    def slow(*_: object, **__: object) -> None:
        released.wait()
        done.set()
        raise KeyError("nobody hears this")

    monkeypatch.setattr("api.schema.query.case_of", slow)
    monkeypatch.setattr("api.schema.route.ANSWER_SECONDS", 0.05)
    document = ask('{ case(uid: "1") { patient } }')
    assert code(document) == "TIMEOUT"
    assert document["data"] is None
    released.set()
    assert done.wait(10), "the work itself goes on"
    monkeypatch.setattr("api.schema.route.ANSWER_SECONDS", 60.0)
    assert ask("{ me { name } }")["data"]["me"]["name"]
