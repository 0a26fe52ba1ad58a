"""A whole result as a table or as JSON lines, each line with its question."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import export
from api.application import Application
from infra.query import AccessScope, Query
from infra.reindexing import index_cases
from infra.settings import Settings
from infra.wiring import build
from ingest.privacy.identity import load_key
from tests.contracts.examples import FULL_INSTANCE, KEYS, instance

ASKED = export.asked("", None, "", ["has=modality"], "self", "instance")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    settings = Settings(home=tmp_path / "home")
    with build(settings) as services:
        for stored in (FULL_INSTANCE, *(instance(f"1.2.3.{n}") for n in range(1, 6))):
            services.catalog.put_instance(stored, "default", KEYS)
        index_cases(services, [FULL_INSTANCE.study_uid, "1.2.3"])
        scope = AccessScope.everything()
        yield Application(
            settings=settings, services=services, key=load_key(settings.home), scope=scope
        )


def written(app: Application, form: str) -> str:
    out = io.StringIO()
    export.write(app, Query(), ASKED, form, out)
    return out.getvalue()


def test_json_lines_hold_every_hit_with_query_and_model(app: Application) -> None:
    rows = [json.loads(line) for line in written(app, "jsonl").splitlines()]
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["instance_uid"] for row in rows] == [
        *(f"1.2.3.{n}" for n in range(1, 6)),
        FULL_INSTANCE.instance_uid,
    ]
    assert all(row["query"] == {"filter": ["has=modality"], "group": "instance"} for row in rows)
    assert all(row["model_id"] == "" for row in rows)
    assert rows[-1]["labels"] == list(FULL_INSTANCE.labels)
    assert rows[-1]["date"] == "2019-02-28"


def test_the_table_says_the_same(app: Application) -> None:
    rows = list(csv.DictReader(io.StringIO(written(app, "csv"))))
    assert len(rows) == 6
    assert tuple(rows[0]) == export.COLUMNS
    assert rows[-1]["labels"] == "edema|effusion"
    assert rows[-1]["patient"] == FULL_INSTANCE.patient
    assert rows[0]["modality"] == ""
    assert all(row["query"] == ASKED for row in rows)


def test_all_pages_are_written(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_PAGE", 4)
    rows = [json.loads(line) for line in written(app, "jsonl").splitlines()]
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert len({row["instance_uid"] for row in rows}) == 6


def test_an_empty_result_is_a_header_or_nothing(app: Application) -> None:
    app.services.index.clear()
    assert written(app, "csv").splitlines() == [",".join(export.COLUMNS)]
    assert written(app, "jsonl") == ""


def test_the_question_names_a_file_without_its_folder() -> None:
    film = Path("/home/doe/film.dcm")
    question = export.asked("", film, "effusion", [], "patient", "case", sort="-ef")
    assert json.loads(question) == {
        "file": "film.dcm",
        "text": "effusion",
        "exclude": "patient",
        "group": "case",
        "sort": "-ef",
    }
