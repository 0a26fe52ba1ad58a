"""A query unlike anything indexed is said to be so, by what is near among the indexed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from api.application import Application
from api.familiarity import Familiarity, calibrated, familiarity
from api.search import Question, build_query, search
from infra.query import Page
from tests.flow import archive as a

PATIENTS = 32


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("familiar")
    made = a.Archive(folder / "home")
    films = {f"{n}.dcm": a.film(n * 10) for n in range(1, PATIENTS + 1)}
    with pytest.MonkeyPatch.context() as patch:
        a.without_workers(patch)
        made.ingest(a.write(folder / "files", films))
    with made.application() as opened:
        yield opened


def ask(app: Application, path: Path, after: str | None = None) -> Familiarity | None:
    query = build_query(app, Question(file=path, page=Page(3, after)))
    return familiarity(app, query, search(app, query))


def test_a_picture_like_those_indexed_is_familiar_and_a_strange_one_is_not(
    app: Application, tmp_path: Path
) -> None:
    like, strange = tmp_path / "like.dcm", tmp_path / "strange.png"
    like.write_bytes(a.film(5000, StudyInstanceUID="1.2.3", SOPInstanceUID="1.2.3.4"))
    light = np.zeros((48, 40), np.uint8)
    light[:4, :4] = 255
    Image.fromarray(light).save(strange)
    known, unknown = ask(app, like), ask(app, strange)
    assert known is not None
    assert unknown is not None
    assert not known.unlike
    assert unknown.unlike
    assert unknown.nearest < unknown.expected == known.expected


def test_a_blank_picture_is_unlike_whatever_is_near(app: Application, tmp_path: Path) -> None:
    Image.fromarray(np.full((48, 48), 200, np.uint8)).save(tmp_path / "blank.png")
    found = ask(app, tmp_path / "blank.png")
    assert found is not None
    assert found.blank
    assert found.unlike


def test_the_calibration_is_kept_until_the_archive_grows(app: Application) -> None:
    (kept,) = (app.settings.home / "engine").glob("familiar-*.json")
    known = json.loads(kept.read_text())
    question = Question(like=a.instance_uid(10))
    query = build_query(app, question)
    answer = search(app, query)

    def expected() -> float:
        found = familiarity(app, query, answer)
        assert found is not None
        return found.expected

    kept.write_text(json.dumps(known | {"kinds": {"CR CHEST": 0.125}}))
    assert expected() == 0.125
    kept.write_text(json.dumps(known | {"kinds": {"CR CHEST": 0.125}, "size": -1}))
    assert expected() == known["kinds"]["CR CHEST"]
    kept.write_text("damaged")
    assert expected() == known["kinds"]["CR CHEST"]


def test_nothing_is_said_where_nothing_can_be(app: Application) -> None:
    everything = build_query(app, Question())
    assert familiarity(app, everything, search(app, everything)) is None
    query = build_query(app, Question(like=a.instance_uid(10), page=Page(3)))
    answer = search(app, query)
    later = replace(query, page=Page(3, answer.next))
    assert familiarity(app, later, search(app, later)) is None


def test_each_kind_with_enough_pictures_has_its_own_expectation() -> None:
    far = [("CT HEAD", cosine) for cosine in np.linspace(0, 1, 101)]
    near = [("CR CHEST", 0.9)] * 40
    few = [("MR KNEE", 0.1)] * 5
    known = calibrated([*far, *near, *few], 1)
    assert known.expected("CT HEAD") == pytest.approx(0.03)
    assert known.expected("CR CHEST") == pytest.approx(0.9)
    assert known.expected("MR KNEE") == known.general
    assert calibrated(few, 1).expected("MR KNEE") is None
