"""However large a page, the stores are asked as often: nothing is loaded hit by hit."""

from collections.abc import Iterator

import pytest

from api.application import Application
from tests.api.schema.making import archive, ask, counted, put_case

HITS = 100
EVERYTHING = """
query($first: Int!, $group: Group!) {
  search(input: {text: "effusion", group: $group}, first: $first) {
    totalCount scoring
    model { modelId }
    excluded { cases }
    pageInfo { hasNextPage endCursor }
    edges { cursor node {
      rank score
      instance { instanceUid thumbnail }
      excerpt { text marked }
      notUseful { annotationId }
      case {
        studyUid
        series { seriesUid instances { instanceUid } }
        attachments { instanceUid }
        reports { reportId pieces { text } }
        annotations { kind }
        timeline { studyUid isThis }
      }
    } }
  }
}
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with archive(tmp_path_factory.mktemp("calls") / "home") as app:
        for n in range(HITS):
            patient, text = f"patient-{n // 3}", f"Effusion of number {n}."
            put_case(app, f"1.2.{1000 + n}", images=2, report=text, patient=patient)
        yield app


@pytest.mark.parametrize("group", ["CASE", "SERIES", "INSTANCE"])
def test_a_page_takes_as_many_calls_as_a_hit(app: Application, group: str) -> None:
    counting, calls = counted(app)
    small = ask(counting, EVERYTHING, first=1, group=group)
    for_one = calls.copy()
    calls.clear()
    large = ask(counting, EVERYTHING, first=HITS, group=group)
    assert len(small["search"]["edges"]) == 1
    assert len(large["search"]["edges"]) == HITS
    assert calls == for_one
    assert sum(calls.values()) <= 8


def test_hits_of_one_case_share_what_is_loaded(app: Application) -> None:
    data = ask(app, EVERYTHING, first=10, group="INSTANCE")
    nodes = [edge["node"] for edge in data["search"]["edges"]]
    studies = [node["case"]["studyUid"] for node in nodes]
    assert len(set(studies)) < len(studies)
    for node in nodes:
        timeline = node["case"]["timeline"]
        assert len(timeline) in (1, 3)
        assert [one["studyUid"] for one in timeline if one["isThis"]] == [node["case"]["studyUid"]]


def test_facets_take_one_call_and_one_for_each_filtered_field(app: Application) -> None:
    counting, calls = counted(app)
    query = "query($i: SearchInput!) { facets(input: $i) { name values { value count } } }"
    ask(counting, query, i={})
    assert calls == {"index.facets": 1}
    calls.clear()
    both = [{"name": "SEX", "anyOf": ["F"]}, {"name": "MODALITY", "anyOf": ["CT"]}]
    ask(counting, query, i={"filters": both})
    assert calls == {"index.facets": 3}
