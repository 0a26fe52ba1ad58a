"""Where vectors do not answer, a question with words is answered by these, and that is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.application import Application
from api.documents import answer_document
from api.familiarity import familiarity
from api.search import NO_VECTORS, search
from infra.errors import Unavailable
from infra.query import Near, Page, Query
from infra.services import Services
from infra.text import parse_text
from tests.flow import archive as a

EFFUSION = parse_text("effusion")


class WithoutVectors:
    """An index whose neighbour search does not answer."""

    def __init__(self, services: Services) -> None:
        self._index = services.index

    def search(self, query: Query, scope: Any) -> Any:
        if query.near is not None:
            raise Unavailable("too little memory")
        return self._index.search(query, scope)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    a.without_workers(monkeypatch)
    archive = a.Archive(tmp_path / "home")
    films = a.write(tmp_path / "films", {f"{n}.dcm": a.film(n) for n in (100, 101, 110)})
    table = tmp_path / "reports.csv"
    table.write_text("accession,text\nACC00010,Small effusion.\nACC00011,No effusion.\n")
    archive.ingest(films, reports=table)
    with archive.open() as services:
        yield Application(settings=archive.all_settings, services=services, key=a.KEY, scope=a.ALL)


def near(app: Application) -> Near:
    return Near(next(app.services.vectors.iterate(a.MODEL)).values, a.MODEL)


def degraded(app: Application) -> Application:
    return replace(app, services=replace(app.services, index=WithoutVectors(app.services)))


def test_words_alone_answer_and_it_is_said(app: Application) -> None:
    query = Query(near=near(app), text=EFFUSION, page=Page(1))
    whole, left = search(app, query), search(degraded(app), query)
    assert whole.left_out == ""
    assert (left.left_out, left.next, left.total) == (NO_VECTORS, None, whole.total)
    alone = search(app, replace(query, near=None))
    assert [one.hit for one in left.hits] == [one.hit for one in alone.hits]
    assert answer_document(left)["left_out"] == NO_VECTORS
    assert "left_out" not in answer_document(whole)
    assert familiarity(degraded(app), query, left) is None


def test_what_has_no_other_answer_fails(app: Application) -> None:
    alone = Query(near=near(app))
    whole = Query(near=near(app), text=EFFUSION, page=Page(1))
    later = replace(whole, page=Page(1, search(app, whole).next))
    for query in (alone, later):
        with pytest.raises(Unavailable):
            search(degraded(app), query)


def test_a_store_that_let_us_wait_is_not_asked_again(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.search.QUICKLY", -1.0)
    with pytest.raises(Unavailable):
        search(degraded(app), Query(near=near(app), text=EFFUSION))
