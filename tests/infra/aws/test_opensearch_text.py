"""Text on OpenSearch: relevance as in the embedded set, and queries that ask very much of it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from infra.aws.opensearch_index import OpenSearchIndex
from infra.query import AccessScope, AnyOf, Group, Page, Query
from infra.records import CaseText, IndexRow
from infra.settings import Settings
from infra.text import MAX_WORDS, parse_text
from infra.wiring import build
from tests.infra.aws.opensearch_servers import opened

ALL = AccessScope.everything()
WORDS = ("mass", "massive", "master", "node", "nodule", "nodular", "Clear", "lung", "lungs", "Herz")


def _rows(count: int) -> list[IndexRow]:
    return [
        IndexRow(
            instance_uid=f"i{n}",
            series_uid=f"r{n}",
            study_uid=f"s{n}",
            dataset="d",
            version=1,
            keys={"instance_uid": (f"i{n}",)},
        )
        for n in range(count)
    ]


def _texts() -> list[CaseText]:
    rng = np.random.default_rng(4)
    drawn = [" ".join(rng.choice(WORDS, int(rng.integers(0, 60)))) for _ in range(80)]
    return [
        CaseText(study_uid=f"s{n}", dataset="d", version=1, text=text)
        for n, text in enumerate(drawn)
    ]


@pytest.fixture(scope="module")
def index() -> Iterator[OpenSearchIndex]:
    with opened() as (made, _):
        made.put(_rows(80), _texts())
        yield made


@pytest.mark.parametrize(
    "source",
    [
        "mass",
        "mass node",
        "mass OR nodule",
        '"mass node"',
        '"lung mass lung"',
        '"lung lung"',
        "mas*",
        '"clear mas"*',
        '"mass clear nod"*',
        '(mass OR "node lung") nod*',
        '(mass OR "node lung") -"lung lungs"',
        "mass OR -lung",
        "mass mass",
        "HERZ",
    ],
)
def test_relevance_is_that_of_the_embedded_set(
    index: OpenSearchIndex, tmp_path: Path, source: str
) -> None:
    query = Query(text=parse_text(source), group=Group.CASE, page=Page(100))
    with build(Settings(home=tmp_path / "home")) as services:
        services.index.put(_rows(80), _texts())
        expected = {hit.study_uid: hit.score for hit in services.index.search(query, ALL).hits}
    found = {hit.study_uid: hit.score for hit in index.search(query, ALL).hits}
    assert expected
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    "part",
    ["w{}", "w{}*", '"w{} w"*', '"w{} w"* OR -"w{} w{}"*'],
)
def test_the_longest_queries_are_answered(part: str) -> None:
    """Prefixes stand for hundreds of words each here: they are what would break the server."""
    texts = [" ".join(f"w{i}" for i in range(n, n + 600)) for n in range(0, 40, 8)]
    numbers = range(MAX_WORDS // max(1, part.count("w")))
    source = " OR ".join(part.replace("{}", str(n)) for n in numbers)
    with opened() as (index, _):
        index.put(
            _rows(len(texts)),
            [
                CaseText(study_uid=f"s{n}", dataset="d", version=1, text=text)
                for n, text in enumerate(texts)
            ],
        )
        query = Query(text=parse_text(source))
        assert index.search(query, ALL).total == len(texts)
        assert index.facets(query, ["modality"], ALL) == {"modality": ()}


def test_filters_with_very_many_values(index: OpenSearchIndex) -> None:
    values = tuple(f"i{n}" for n in range(70_000))
    query = Query(filter=AnyOf("instance_uid", values))
    assert index.search(query, ALL).total == 80


def test_values_may_be_long(index: OpenSearchIndex) -> None:
    long = "x" * 50_000
    row = IndexRow(
        instance_uid="L", series_uid="RL", study_uid="SL", dataset="d", version=1,
        keys={"label": (long,)},
    )  # fmt: skip
    index.put([row], [CaseText(study_uid="SL", dataset="d", version=1, text=long)])
    try:
        assert index.search(Query(filter=AnyOf("label", (long,))), ALL).total == 1
        assert index.search(Query(text=parse_text(long[:9_000])), ALL).total == 1
        assert index.search(Query(text=parse_text("xxxxx*")), ALL).total == 1
    finally:
        index.delete(["SL"])
