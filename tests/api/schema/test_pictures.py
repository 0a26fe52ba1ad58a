"""Searches by picture, query files and headers, over HTTP on the running server."""

from typing import Any

import httpx
import pytest

from api.application import Application
from api.auth import Identity
from infra.query import AccessScope
from tests.api.schema.conftest import Ask, asking
from tests.flow import archive as a
from tests.server.conftest import FILMS

LIKE = """query($i: SearchInput!, $first: Int! = 24) {
  search(input: $i, first: $first) {
    totalCount scoring
    model { modelId meaningful warning }
    excluded { what cases }
    edges { node { id rank score cosine textScore frame
      instance { instanceUid studyUid thumbnail original viewable }
      case { dataset } notUseful { annotationId } } }
  }
}"""
FILE = """query($id: ID!) { queryFile(id: $id) {
  id modality rows columns frames isDicom thumbnail studyUid seriesUid instanceUid
  stored patientCases expiresAt header { keyword value } } }"""


@pytest.fixture
def film(application: Application) -> str:
    """The stored UID of the first film."""
    return application.pseudonyms.uid(a.instance_uid(FILMS[0]))


@pytest.fixture
def query_file(client: httpx.Client) -> str:
    """A film that is stored, uploaded to ask with."""
    answer = client.post(
        "/api/query-files",
        content=a.film(FILMS[0]),
        headers={"Content-Type": "application/dicom"},
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def nodes(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in data["search"]["edges"]]


def test_the_patient_is_left_out_by_default(get: Ask, film: str) -> None:
    data = get(LIKE, i={"like": film, "group": "INSTANCE"})
    search = data["search"]
    assert search["excluded"] == {"what": "PATIENT", "cases": 1}
    assert film not in [node["id"] for node in nodes(data)]
    assert search["model"]["meaningful"] is False
    assert search["model"]["warning"]
    assert "Cosine" in search["scoring"]
    assert all(-1.001 <= node["cosine"] <= 1.001 for node in nodes(data))


def test_nothing_left_out_finds_the_picture_itself_first(get: Ask, film: str) -> None:
    data = get(LIKE, i={"like": film, "group": "INSTANCE", "exclude": "NONE"}, first=1)
    (first,) = nodes(data)
    assert first["id"] == film
    assert first["rank"] == 1
    assert first["cosine"] == pytest.approx(1.0, abs=1e-3)
    assert data["search"]["excluded"] is None


def test_an_original_uid_is_as_good(get: Ask, film: str) -> None:
    original = a.instance_uid(FILMS[0])
    asked = {"group": "INSTANCE", "exclude": "SELF"}
    assert get(LIKE, i={"like": original, **asked}) == get(LIKE, i={"like": film, **asked})
    uid = get("query($u: ID!) { instance(uid: $u) { instanceUid } }", u=original)
    assert uid["instance"]["instanceUid"] == film


def test_what_is_left_out_is_counted_inside_the_scope(signed_in: Any, get: Ask, film: str) -> None:
    ct = nodes(get(LIKE, i={"filters": [{"name": "MODALITY", "anyOf": ["CT"]}]}))[0]["instance"]
    guest = Identity("guest", AccessScope.only("samples"), may_add=False)
    ask = asking(signed_in(guest))
    data = ask(LIKE, i={"like": ct["instanceUid"]})["data"]
    assert data["search"]["excluded"] == {"what": "PATIENT", "cases": 1}
    assert {node["case"]["dataset"] for node in nodes(data)} <= {"samples"}
    refused = ask(LIKE, i={"like": film})
    assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    unseen = ask("query($u: ID!) { instance(uid: $u) { number } }", u=film)
    assert unseen["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert unseen["data"] is None


def test_an_uploaded_file_asks_like_a_stored_one(
    get: Ask, query_file: str, film: str, stranger: httpx.Client
) -> None:
    found = get(FILE, id=query_file)["queryFile"]
    assert found["isDicom"] is True
    assert found["stored"] is True
    assert found["patientCases"] == 1
    assert found["modality"] == "CR"
    assert (found["rows"], found["columns"], found["frames"]) == (48, 40, 1)
    assert "Quastenberg" not in str(found)
    assert found["instanceUid"] != film
    asked = {"group": "INSTANCE", "exclude": "NONE"}
    of_file = nodes(get(LIKE, i={"queryFile": query_file, **asked}, first=3))
    assert of_file[0]["id"] == film
    assert of_file[0]["cosine"] == pytest.approx(1.0, abs=1e-3)
    excluded = get(LIKE, i={"queryFile": query_file})["search"]["excluded"]
    assert excluded == {"what": "PATIENT", "cases": 1}


def test_a_query_file_belongs_to_its_session(ask: Ask, query_file: str, signed_in: Any) -> None:
    other = asking(signed_in(Identity("owner", AccessScope.everything(), may_add=True)))
    for answer in (other(FILE, id=query_file), other(LIKE, i={"queryFile": query_file})):
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    forget = "mutation($id: ID!) { forgetQueryFile(id: $id) }"
    assert other(forget, id=query_file)["data"] == {"forgetQueryFile": False}
    assert ask(forget, id=query_file)["data"] == {"forgetQueryFile": True}
    assert ask(FILE, id=query_file)["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_a_mark_of_a_file_is_found_for_the_same_pixels(
    get: Ask, query_file: str, client: httpx.Client
) -> None:
    asked = {"queryFile": query_file, "group": "INSTANCE", "exclude": "NONE"}
    hit = nodes(get(LIKE, i=asked))[2]
    mark = "mutation($i: MarkInput!) { markNotUseful(input: $i) { annotationId } }"
    made = get(mark, i={
        "search": asked,
        "studyUid": hit["instance"]["studyUid"],
        "instanceUid": hit["instance"]["instanceUid"],
    })["markNotUseful"]  # fmt: skip
    again = client.post("/api/query-files", content=a.film(FILMS[0])).json()["id"]
    marked = [n for n in nodes(get(LIKE, i={**asked, "queryFile": again})) if n["notUseful"]]
    assert [(n["id"], n["notUseful"]) for n in marked] == [(hit["id"], made)]
    withdraw = """mutation($id: ID!, $s: ID!) {
      withdrawAnnotation(id: $id, studyUid: $s) { withdrawn } }"""
    get(withdraw, id=made["annotationId"], s=hit["instance"]["studyUid"])
    assert not any(n["notUseful"] for n in nodes(get(LIKE, i=asked)))


def test_the_header_is_that_of_the_stored_file(get: Ask, film: str) -> None:
    query = """query($u: ID!) { instance(uid: $u) {
      header { tag keyword vr value } original thumbnail viewable } }"""
    found = get(query, u=film)["instance"]
    rows = {row["keyword"]: row["value"] for row in found["header"]}
    assert rows["SOPInstanceUID"] == film
    assert rows["PatientIdentityRemoved"] == "YES"
    assert "PixelData" not in rows
    assert "Quastenberg" not in str(found)
    assert found["viewable"] is True
    assert found["original"] == f"/api/originals/{film}"


def test_paths_lead_to_bytes(get: Ask, film: str, client: httpx.Client) -> None:
    query = "query($u: ID!) { instance(uid: $u) { original thumbnail } }"
    found = get(query, u=film)["instance"]
    assert client.get(found["thumbnail"]).headers["content-type"] == "image/webp"
    assert client.get(found["original"]).headers["content-type"] == "application/dicom"


def test_jobs_are_ones_own(ask: Ask, get: Ask) -> None:
    assert get("{ jobs { jobId files { name } } }") == {"jobs": []}
    answer = ask('{ job(id: "none") { state } }')
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    answer = ask('mutation { cancelJob(id: "none") { state } }')
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
