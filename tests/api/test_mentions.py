"""The name of a finding is looked for where it is meant."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.application import Application
from api.mentions import Mentions, understood
from api.search import Question, build_query, search
from infra.query import Group
from infra.records import Assertion, Report, StudyKeys
from infra.reindexing import index_cases
from infra.settings import Settings
from infra.wiring import build
from ingest.joining.tagging import Tagging
from ingest.privacy.identity import KEY_SIZE
from ingest.reports.opening import open_rules
from tests.api.schema.making import archive as empty_archive
from tests.contracts.examples import ALL, instance

REPORTS = {
    "there": "Large pneumothorax on the right.",
    "denied": "No pneumothorax.",
    "both": "No pneumothorax on the left. Pneumothorax on the right.",
    "doubted": "Possible pneumothorax.",
    "past": "History of pneumothorax.",
    "other": "Normal chest.",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    settings = Settings(home=tmp_path_factory.mktemp("mentions") / "home")
    with build(settings) as services:
        for name, text in REPORTS.items():
            services.catalog.put_instance(instance(f"{name}.1", name), "default", StudyKeys())
            services.catalog.put_report(
                Report(report_id=name, study_uid=name, text=text), "default"
            )
        labelled = instance("labelled.1", "labelled", labels=("pneumothorax",))
        services.catalog.put_instance(labelled, "default", StudyKeys())
        index_cases(services, ["labelled"])
        assert Tagging(services, open_rules).tag_new().tagged == len(REPORTS)
        yield Application(settings=settings, services=services, key=bytes(KEY_SIZE), scope=ALL)


def found(app: Application, text: str, mentions: Mentions = Mentions.PRESENT) -> set[str]:
    question = Question(text=text, mentions=mentions, group=Group.CASE)
    return {one.case.study_uid for one in search(app, build_query(app, question)).hits}


EVERYWHERE = {"there", "denied", "both", "doubted", "past", "labelled"}


@pytest.mark.parametrize("text", ["pneumothorax", "Pneumothorax ", "PNEUMOTHORAX"])
def test_a_name_finds_what_is_there(app: Application, text: str) -> None:
    assert found(app, text) == {"there", "both", "labelled"}


@pytest.mark.parametrize(
    ("mentions", "studies"),
    [
        (Mentions.ANY, EVERYWHERE),
        (Mentions.ABSENT, {"denied", "both"}),
        (Mentions.UNCERTAIN, {"doubted"}),
        (Mentions.HISTORICAL, {"past"}),
        (Mentions.FAMILY, set()),
    ],
)
def test_other_mentions_can_be_asked_for(
    app: Application, mentions: Mentions, studies: set[str]
) -> None:
    assert found(app, "pneumothorax", mentions) == studies


@pytest.mark.parametrize(
    ("text", "studies"),
    [
        ("no pneumothorax", {"denied", "both"}),
        ("possible pneumothorax", {"doubted"}),
        ("history of pneumothorax", {"past"}),
    ],
)
def test_a_text_may_say_it_itself(app: Application, text: str, studies: set[str]) -> None:
    assert found(app, text) == studies


@pytest.mark.parametrize(
    "text",
    [
        '"pneumothorax"',
        "pneumothora*",
        "pneumothorax OR zebra",
        "(pneumothorax)",
        "pneumothorax -zebra",
    ],
)
def test_with_signs_a_text_is_what_it_says(app: Application, text: str) -> None:
    assert found(app, text) == EVERYWHERE


@pytest.mark.parametrize("text", ["pneumothorax on the left", "normal", "", "-", "J90", "9"])
def test_other_texts_are_left_alone(app: Application, text: str) -> None:
    assert understood(app, text, Mentions.PRESENT) == (text, None)


def test_where_nothing_is_tagged_the_tagger_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise AssertionError("opened for nothing")

    monkeypatch.setattr("ingest.reports.opening.open_rules", fail)
    with empty_archive(tmp_path / "home") as app:
        assert understood(app, "pneumothorax", Mentions.PRESENT) == ("pneumothorax", None)


def test_every_assertion_can_be_asked_for() -> None:
    from api.commands.common import ASSERTIONS, MENTIONS

    assert [one.value for one in Assertion] == list(ASSERTIONS)
    assert {one.value for one in Mentions} == set(MENTIONS)
