"""Several people who correct the same finding at the same moment, with a shared catalog."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.application import Application
from api.corrected_findings import Findings
from api.corrections import Meant, Said, correct
from api.filters import parse_filters
from api.search import Question, build_query, search
from infra import corrections
from infra.errors import BadQuery
from infra.records import Annotation
from infra.wiring import build
from ingest import measuring
from ingest.reports.tagger import open_tagger
from tests.flow import archive as a
from tests.flow.test_correcting_hearts import hits, image, put, say, take_back
from tests.flow.test_measuring import POOR, SMALL, ByLight, InProcess, flat
from tests.servers.distributed import distributed
from tests.servers.sharing import ServiceMissing, miss

REPORT = "Small pleural effusion. Large pneumothorax. Cardiomegaly."
PEOPLE = [f"reader{number}" for number in range(4)]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """An archive of one case with three findings."""
    a.without_workers(monkeypatch)
    table = tmp_path / "reports.csv"
    table.write_text(f'accession,text\nACC00010,"{REPORT}"\n')
    films = a.write(tmp_path / "films", {"1.dcm": a.film(100)})
    try:
        with distributed(tmp_path / "home", index="embedded", blobs="embedded") as settings:
            given = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
            a.Archive(given.pop("home"), settings=given).ingest(films, reports=table)
            with build(settings) as services:
                yield Application(settings=settings, services=services, key=a.KEY, scope=a.ALL)
    except ServiceMissing as missing:
        miss(missing)


def said(app: Application, word: str, author: str) -> Said:
    """That the finding of this word is none."""
    (uid,) = app.services.catalog.study_uids(a.ALL)
    (report,) = app.services.catalog.heads([uid], a.ALL)[uid].current_reports
    found = next(f for f in open_tagger().tag(report) if word in f.text)
    return Said(
        study_uid=uid,
        report_id=report.report_id,
        report_version=report.version,
        before=Meant(begin=found.begin, end=found.end, finding_id=found.finding_id),
        after=None,
        author=author,
    )


def authors(app: Application, study_uid: str) -> list[str]:
    kept = app.services.annotations.of_studies([study_uid], corrections.KIND)
    return sorted(one.author for one in kept.get(study_uid, []))


def test_between_looking_and_saying(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is quicker: who says the same of it is refused, who speaks of another one is not."""
    quick, same = said(app, "effusion", "quick"), said(app, "effusion", "late")
    real = app.services.annotations.put
    interrupting = [quick]

    def put(annotation: Annotation, **options: Any) -> bool:
        if interrupting:
            correct(app, interrupting.pop())
        return real(annotation, **options)

    monkeypatch.setattr(app.services.annotations, "put", put)
    with pytest.raises(BadQuery, match="someone corrected it"):
        correct(app, same)
    assert authors(app, same.study_uid) == ["quick"]
    interrupting.append(said(app, "ardiomegaly", "quick"))
    correct(app, said(app, "pneumothorax", "other"))
    assert authors(app, same.study_uid) == ["other", "quick", "quick"]


def test_who_comes_to_the_index_last_has_read_all(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = app.services.index.put
    interrupting = [said(app, "pneumothorax", "quick")]

    def put(*given: Any) -> None:
        if interrupting:
            correct(app, interrupting.pop())
        real(*given)

    monkeypatch.setattr(app.services.index, "put", put)
    correct(app, said(app, "effusion", "late"))
    assert found(app, "finding=cardiomegaly") == 1
    assert found(app, "finding=pneumothorax") == found(app, "finding=effusion") == 0


def found(app: Application, condition: str) -> int:
    """How many images pass, after corrections."""
    question = Question(filter=parse_filters([condition]), findings=Findings.CORRECTED)
    return search(app, build_query(app, question)).total


def test_at_the_same_moment(app: Application) -> None:
    def try_to(one: Said) -> bool:
        try:
            correct(app, one)
        except BadQuery:
            return False
        return True

    words = ("effusion", "pneumothorax")
    asked = [said(app, word, person) for person in PEOPLE for word in words]
    with ThreadPoolExecutor(len(asked)) as pool:
        assert sum(pool.map(try_to, asked)) == len(words)
    assert len(authors(app, asked[0].study_uid)) == len(words)


def test_a_heart_is_found_by_its_corrected_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a.without_workers(monkeypatch)
    monkeypatch.setattr(measuring, "Fence", InProcess)
    try:
        with distributed(tmp_path / "home", index="opensearch", blobs="embedded") as settings:
            given = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
            archive = a.Archive(given.pop("home"), settings=given, segmenter=ByLight)
            put(archive, tmp_path / "clips", normal=flat(SMALL, 1), poor=flat(POOR, 2))
            with build(settings) as services:
                app = Application(settings=settings, services=services, key=a.KEY, scope=a.ALL)
                uid = image(app, "ef=50..")
                before = hits(app, "ef=50..")
                made = say(app, uid, 1.2)
                (corrected,) = hits(app, "heart_corrected=yes")
                assert (corrected["instance_uid"], corrected["ef"] < 40) == (uid, True)
                assert len(hits(app, "ef=..40")) == 2
                take_back(app, made)
                assert hits(app, "ef=50..") == before
    except ServiceMissing as missing:
        miss(missing)
