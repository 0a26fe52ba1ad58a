"""A clip that is dropped on the page is measured without being stored; only its session sees it."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest

from api.application import Application, ConfiguredSegmenter
from api.auth import OWNER
from infra.records import Instance
from tests.flow.test_measuring import SMALL, ByLight, flat
from tests.phantoms import MMode
from tests.server.conftest import Served, serve

FILE = "query($id: ID!) { queryFile(id: $id) { instanceUid } }"
HEART = """query($uid: ID!) { heart(instanceUid: $uid) {
  stored measurements { name method value reason { code } }
  trace { frames beats { endSystole } contours { frame } }
  corrections { annotationId }
} }"""
PREVIEW = """query($input: HeartCorrectionInput!) { heartPreview(input: $input) {
  measurements { name value } } }"""
CORRECT = """mutation($input: HeartCorrectionInput!) { correctHeart(input: $input) { stored } }"""


@pytest.fixture(scope="module")
def measuring(application: Application) -> Iterator[Served]:
    with ExitStack() as stack:
        yield serve(stack, replace(application, network=ConfiguredSegmenter(ByLight())))


def ask(browser: httpx.Client, query: str, **variables: object) -> dict:
    answer = browser.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    return answer.json()


def dropped(browser: httpx.Client) -> str:
    data = flat(SMALL, 77)
    query_id = browser.post("/api/query-files", content=data).json()["id"]
    return ask(browser, FILE, id=query_id)["data"]["queryFile"]["instanceUid"]


def test_a_dropped_clip_has_its_numbers(measuring: Served) -> None:
    with measuring.client(OWNER) as browser, measuring.client(OWNER) as another:
        uid = dropped(browser)
        heart = ask(browser, HEART, uid=uid)["data"]["heart"]
        ef = next(m for m in heart["measurements"] if m["name"] == "ejection_fraction")
        assert ef["value"] == pytest.approx(SMALL.ef, abs=3)
        assert (heart["stored"], heart["corrections"]) == (False, [])
        assert heart["trace"]["frames"] == len(SMALL.times)
        assert len(heart["trace"]["contours"]) == len(SMALL.times)
        refused = ask(another, HEART, uid=uid)
        assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"


STRIP = """query($uid: ID!) { heart(instanceUid: $uid) {
  stored trace { frames } strip { reason { code } lines { name } beats { endSystole } }
  measurements { name method value reason { code } }
} }"""


def strip_of(browser: httpx.Client, made: MMode) -> dict:
    query_id = browser.post("/api/query-files", content=made.file()).json()["id"]
    uid = ask(browser, FILE, id=query_id)["data"]["queryFile"]["instanceUid"]
    return ask(browser, STRIP, uid=uid)["data"]["heart"]


def test_a_dropped_m_mode_has_its_numbers_or_says_why_not(measuring: Served) -> None:
    made = MMode(beats_ms=(850.0, 850.0, 850.0))
    still = replace(made, lvid=(44.0, 44.0), septum=(9.0, 9.0), posterior=(10.0, 10.0))
    with measuring.client(OWNER) as browser:
        heart, refused = strip_of(browser, made), strip_of(browser, still)
    assert (heart["stored"], heart["trace"], heart["strip"]["reason"]) == (False, None, None)
    assert len(heart["strip"]["lines"]) == 4
    values = {row["name"]: row["value"] for row in heart["measurements"]}
    assert values["lv_internal_diameter_ed"] == pytest.approx(48, abs=0.8)
    assert values["fractional_shortening"] == pytest.approx(100 * (48 - 32) / 48, abs=2)
    assert values["ejection_fraction"] == pytest.approx(61, abs=4)
    assert refused["strip"]["reason"] == {"code": "no_contraction"}
    assert {row["value"] for row in refused["measurements"]} == {None}
    assert {row["reason"]["code"] for row in refused["measurements"]} == {"no_contraction"}


def test_it_can_be_looked_at_corrected_but_nothing_is_kept(measuring: Served) -> None:
    with measuring.client(OWNER) as browser:
        given = {
            "instanceUid": dropped(browser),
            "beats": [{"endDiastole": 20, "endSystole": 27}],
        }
        assert ask(browser, PREVIEW, input=given)["data"]["heartPreview"]["measurements"]
        kept = ask(browser, CORRECT, input=given)
        assert kept["errors"][0]["extensions"]["code"] == "BAD_QUERY"


def test_a_stored_image_that_was_not_measured_says_nothing_of_a_heart(
    measuring: Served, application: Application
) -> None:
    found = application.services.catalog.unmeasured()
    uid = next(found)
    images = application.services.catalog.instances([uid], application.scope)
    assert isinstance(images[uid], Instance)
    with measuring.client(OWNER) as browser:
        heart = ask(browser, HEART, uid=uid)["data"]["heart"]
    assert (heart["stored"], heart["trace"], heart["measurements"]) == (True, None, [])
