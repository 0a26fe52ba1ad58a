"""What is suggested while a finding is typed, and which findings a search names."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.filters import parse_filters
from api.finding_suggestions import FindingSuggestion, suggest_findings
from api.named_findings import named, named_in
from infra.errors import BadQuery
from infra.query import AccessScope
from infra.records import Assertion, Case, Report
from tests.api.findings import Made, archive
from tests.contracts.examples import finding

PRESENT = Assertion.PRESENT


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with archive(tmp_path_factory.mktemp("suggestions") / "home") as it:
        yield it


def keys(found: list[FindingSuggestion]) -> list[str]:
    return [one.key for one in found]


def test_a_name_is_suggested_with_its_cases(made: Made) -> None:
    found = suggest_findings(made.app, "pleural eff", 8)
    assert keys(found) == ["J90"]
    assert found[0].field == "code"
    assert found[0].description == "Pleural effusion, not elsewhere classified"
    assert found[0].cases == len(made.having(PRESENT, lambda f: f.code == "J90"))


def test_a_code_is_suggested(made: Made) -> None:
    assert keys(suggest_findings(made.app, "J90", 8)) == ["J90"]
    assert keys(suggest_findings(made.app, "smoking J90", 8)) == ["J90"]
    assert suggest_findings(made.app, "pneumothorax pleural eff", 8)[0].key == "J90"
    assert keys(suggest_findings(made.app, "r91", 8))[0] == "R91"
    assert set(keys(suggest_findings(made.app, "J9", 8))) >= {"J90", "J92.9", "J93.9"}


def test_a_synonym_is_suggested_by_its_name(made: Made) -> None:
    assert "effusion" in keys(suggest_findings(made.app, "hydrothorax", 8))


def test_only_the_end_of_the_text_need_be_a_finding(made: Made) -> None:
    assert "nodule" in keys(suggest_findings(made.app, "old woman with nod", 8))


def test_a_scope_counts_its_own(made: Made) -> None:
    app = made.app.seen_by(AccessScope.only("d0"))
    (found,) = suggest_findings(app, "pleural eff", 8)
    own = {uid for uid, case in made.cases.items() if case.dataset == "d0"}
    assert found.cases == len(made.having(PRESENT, lambda f: f.code == "J90") & own)
    assert suggest_findings(made.app.seen_by(AccessScope.only()), "J90", 8) == []


@pytest.mark.parametrize("typed", ["", "e", " ", "eff ", "zzzz", "?", "\ud83d"])
def test_nothing_is_suggested_for_nothing(made: Made, typed: str) -> None:
    assert suggest_findings(made.app, typed, 8) == []


def test_suggestions_are_limited(made: Made) -> None:
    assert len(suggest_findings(made.app, "J9", 2)) == 2
    with pytest.raises(BadQuery):
        suggest_findings(made.app, "J9", 0)


# --- what a search names --------------------------------------------------------------------------


def case(*said: Assertion) -> Case:
    return Case(
        study_uid="1",
        dataset="d",
        patient="p",
        version=1,
        reports=(Report(report_id="r1", study_uid="1", text="…"),),
        findings=tuple(finding(assertion=one, begin=n) for n, one in enumerate(said)),
    )


def test_a_text_names_findings() -> None:
    assert named_in('"pleural effusion" OR pneumothora*') >= {"effusion"}
    assert named_in("no large effusion") == {"effusion"}
    assert named_in("film of 2019") == named_in(" ") == frozenset()


def test_matched_are_the_places_of_what_is_named() -> None:
    both = case(PRESENT, Assertion.ABSENT)
    assert [
        f.assertion for f in named("effusion", parse_filters([])).of(both.current_findings)
    ] == [
        PRESENT,
        Assertion.ABSENT,
    ]
    for text, said in (
        ("finding=effusion", [PRESENT]),
        ("finding=absent:J90", [Assertion.ABSENT]),
        ("code=any:j90", [PRESENT, Assertion.ABSENT]),
        ("chapter=10", [PRESENT]),
        ("block=J96-J99", []),
        ("finding!=effusion", []),
        ("modality=CT", []),
    ):
        found = named("", parse_filters([text])).of(both.current_findings)
        assert [f.assertion for f in found] == said, text


def test_an_older_version_is_not_matched() -> None:
    old = case(PRESENT)
    newer = Report(report_id="r1", study_uid="1", text="…", version=2)
    reports = (replace(old.reports[0], current=False), newer)
    newest = replace(old, reports=reports)
    assert named("effusion", parse_filters([])).of(newest.current_findings) == ()
