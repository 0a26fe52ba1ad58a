"""People's corrections: what they change where they are asked for, and that they change no more."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from api import marks
from api.analytics import cooccurrence, overview, spread
from api.case_sets import case_set
from api.conditions import Condition, filter_of
from api.corrected_findings import Findings
from api.corrections import Meant, Said, Stated, correct, standing, truth
from api.enrichment import enrichment
from api.facets import count
from api.filters import parse_filters
from api.search import Question, build_query, search
from infra.corrections import PERSON, corrected_findings
from infra.errors import BadQuery, Forbidden, NotFound
from infra.query import AccessScope, Group, Page
from infra.records import Assertion, Case, Finding, Report
from infra.reindexing import index_cases, rebuild
from ingest.reports.evaluation.gold import Folds, judge_documents
from ingest.reports.tagger import open_tagger
from tests.api.findings import Made, archive

CORRECTED = Findings.CORRECTED
PRESENT, ABSENT = Assertion.PRESENT, Assertion.ABSENT
TEXT = "Small pleural effusion on the left. Heart of normal size."


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    with archive(tmp_path / "home", count=40) as it:
        yield it


@pytest.fixture
def study(made: Made) -> str:
    """A case of its own, tagged as the tagger does it."""
    catalog = made.app.services.catalog
    report = Report(report_id="own", study_uid="1.2.003", text=TEXT)
    stored = catalog.put_report(report, "d1")
    catalog.put_findings("1.2.003", "own", open_tagger().tag(stored))
    index_cases(made.app.services, ["1.2.003"])
    return "1.2.003"


def case_of(made: Made, uid: str) -> Case:
    return made.app.services.catalog.cases([uid], AccessScope.everything())[uid]


def now(made: Made, uid: str) -> dict[str, Assertion]:
    said = made.app.services.annotations.of_studies([uid]).get(uid, [])
    findings = corrected_findings(case_of(made, uid), said)
    return {f.finding_id: f.assertion for f in findings if f.report_id == "own"}


def say(
    made: Made,
    study: str,
    before: str | None = None,
    after: tuple[str, Assertion, str] | None = None,
    author: str = "ann",
) -> str:
    """Correct by words of TEXT; `after` is (words, assertion, code)."""
    found = {f.finding_id: f for f in case_of(made, study).current_findings if f.report_id == "own"}
    place = None
    if before is not None:
        one = found.get(before)
        begin = one.begin if one else TEXT.index(before)
        end = one.end if one else begin + len(before)
        place = Meant(begin=begin, end=end, finding_id=before)
    stated = None
    if after is not None:
        words, assertion, code = after
        begin = TEXT.index(words)
        stated = Stated(begin=begin, end=begin + len(words), code=code, assertion=assertion)
    said = Said(
        study_uid=study,
        report_id="own",
        report_version=1,
        before=place,
        after=stated,
        author=author,
    )
    return correct(made.app, said).annotation_id


def hits(made: Made, *filters: str, findings: Findings = CORRECTED) -> set[str]:
    question = Question(
        filter=parse_filters(filters), findings=findings, group=Group.CASE, page=Page(500)
    )
    answer = search(made.app, build_query(made.app, question))
    return {hit.case.study_uid for hit in answer.hits}


def test_a_finding_is_changed_added_and_removed_beside_the_taggers(made: Made, study: str) -> None:
    before = case_of(made, study)
    assert now(made, study) == {"effusion": PRESENT}
    say(made, study, "effusion", ("pleural effusion", ABSENT, "J90"))
    assert now(made, study) == {"effusion": ABSENT}
    say(made, study, None, ("Heart", PRESENT, "I51.7"))
    assert now(made, study) == {"effusion": ABSENT, "cardiomegaly": PRESENT}
    last = say(made, study, "effusion")
    assert now(made, study) == {"cardiomegaly": PRESENT}
    assert case_of(made, study) == before
    marks.withdraw(made.app, study, last, "ann")
    assert now(made, study) == {"effusion": ABSENT, "cardiomegaly": PRESENT}


def test_they_count_only_when_asked(made: Made, study: str) -> None:
    others = hits(made, "code=absent:J90", findings=Findings.TAGGED) - {study}
    say(made, study, "effusion", ("pleural effusion", ABSENT, "J90"))
    assert study in hits(made, "code=absent:J90", "corrected=yes")
    assert hits(made, "code=absent:J90") >= others
    assert study not in hits(made, "code=absent:J90", findings=Findings.TAGGED) - others
    assert study in hits(made, "code=J90", findings=Findings.TAGGED)
    assert hits(made, "corrected=yes") == {study}
    assert len(hits(made, "corrected=no")) == len(made.cases) - 1
    assert hits(made, "has!=code") == {
        uid for uid in made.cases if not corrected_findings(case_of(made, uid), said(made, uid))
    }


def said(made: Made, uid: str) -> list[object]:
    return made.app.services.annotations.of_studies([uid]).get(uid, [])  # type: ignore[return-value]


def test_counts_are_those_of_the_corrected_findings(made: Made) -> None:
    """Random corrections; every chart against the same fold in plain Python."""
    random = Random(3)
    for case in made.cases.values():
        for report in case.current_reports:
            own = [f for f in case.current_findings if f.report_id == report.report_id]
            if own and random.random() < 0.5:
                one = random.choice(own)
                correct(made.app, _random_word(random, report, one))
    cases = {uid: case_of(made, uid) for uid in made.cases}
    findings = {uid: corrected_findings(case, said(made, uid)) for uid, case in cases.items()}
    assert any(findings[uid] != cases[uid].current_findings for uid in cases)
    asked = case_set(made.app, Question(findings=CORRECTED))

    counts = Counter((f[0], f[1]) for found in findings.values() for f in _tokens(found))
    for row in overview(asked, "code").rows:
        assert row.counts == {a: counts[row.key, a] for a in Assertion}, row.key
    by_sex = spread(asked, "sex", "code", ["J90"]).groups
    assert {g.name: g.counts["J90"] for g in by_sex} == {
        sex: sum(
            ("J90", PRESENT) in _tokens(findings[uid])
            for uid, case in cases.items()
            if any(i.sex == sex for i in case.instances)
        )
        for sex in ("F", "M")
    }
    (pair,) = cooccurrence(asked, "code", ["J90", "J93.9"]).pairs
    assert pair.cases == sum(
        {("J90", PRESENT), ("J93.9", PRESENT)} <= _tokens(found) for found in findings.values()
    )
    whole = {row.key: row for row in enrichment(asked, "code").rows}
    assert whole["J90"].in_set == whole["J90"].in_archive == counts["J90", PRESENT]
    (facet,) = count(made.app, Question(findings=CORRECTED), [], ["code"])
    assert {v.value: v.count for v in facet.values} == {
        f"{a}|{code}": n for (code, a), n in counts.items()
    }
    own = [Condition(name="code", any_of=("J90",))]
    (facet,) = count(made.app, Question(findings=CORRECTED), own, ["sex"])
    assert sum(v.count for v in facet.values) <= counts["J90", PRESENT]
    narrowed = case_set(made.app, Question(findings=CORRECTED), among=filter_of(own))
    assert narrowed.size() == counts["J90", PRESENT]

    before = overview(asked, "code")
    rebuild(made.app.services, lambda _: None)
    assert overview(asked, "code") == before


def _tokens(findings: tuple[Finding, ...]) -> set[tuple[str, Assertion]]:
    return {(f.code, f.assertion) for f in findings}


def _random_word(random: Random, report: Report, one: Finding) -> Said:
    before = Meant(begin=one.begin, end=one.end, finding_id=one.finding_id)
    stated = Stated(
        begin=0, end=5, code=random.choice(("J90", "J93.9", "I50.9")),
        assertion=random.choice((PRESENT, ABSENT)), finding_id="own",
    )  # fmt: skip
    kind = random.choice(("change", "add", "remove"))
    return Said(
        study_uid=report.study_uid,
        report_id=report.report_id,
        report_version=report.version,
        before=None if kind == "add" else before,
        after=None if kind == "remove" else stated,
        author="ann",
    )


def test_they_outlive_tagging_but_not_a_newer_text(made: Made, study: str) -> None:
    say(made, study, "effusion", ("pleural effusion", ABSENT, "J90"))
    catalog = made.app.services.catalog
    other = [
        replace(f, end=f.end + 5, tagger_id="newer", finding_id="pleural_fluid")
        for f in case_of(made, study).current_findings
        if f.report_id == "own"
    ]
    catalog.put_findings(study, "own", other, tagger_id="newer")
    index_cases(made.app.services, [study])
    assert now(made, study) == {"effusion": ABSENT}
    assert study in hits(made, "finding=absent:effusion")

    catalog.put_report(Report(report_id="own", study_uid=study, text="New: " + TEXT), "d1")
    index_cases(made.app.services, [study])
    ((_, counts),) = standing(case_of(made, study), said(made, study))
    assert not counts
    assert study not in hits(made, "corrected=yes")
    with pytest.raises(BadQuery, match="newer version"):
        say(made, study, None, ("Heart", PRESENT, "I51.7"))


def test_each_keeps_who_and_when(made: Made, study: str) -> None:
    first = say(made, study, "effusion")
    (one,) = said(made, study)
    with pytest.raises(Forbidden):
        marks.withdraw(made.app, study, first, "ben")
    assert not standing(case_of(made, study), [one])[0][0].annotation.withdrawn
    marks.withdraw(made.app, study, first, "ann")
    say(made, study, "effusion", author="ben")
    history = [record.annotation for record, _ in standing(case_of(made, study), said(made, study))]
    assert sorted((a.author, a.withdrawn) for a in history) == [("ann", True), ("ben", False)]
    withdrawn = next(a for a in history if a.withdrawn)
    assert marks.said_at(withdrawn) == one.at < withdrawn.at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"before": None, "after": None}, "names the finding"),
        ({"after": Stated(begin=0, end=900, code="J90", assertion=PRESENT)}, "characters"),
        ({"after": Stated(begin=5, end=5, code="J90", assertion=PRESENT)}, "characters"),
        ({"after": Stated(begin=-9, end=5, code="J90", assertion=PRESENT)}, "characters"),
        ({"after": Stated(begin=0, end=5, code="J9X", assertion=PRESENT)}, "no code"),
        ({"before": Meant(begin=0, end=5, finding_id="effusion")}, "no longer there"),
        ({"report_id": "other"}, "no such report"),
        ({"report_version": 2}, "newer version"),
        ({"comment": "x" * 2_001}, "at most"),
    ],
)
def test_what_does_not_fit_is_refused(
    made: Made, study: str, change: dict[str, object], why: str
) -> None:
    right = Said(
        study_uid=study, report_id="own", report_version=1, before=None,
        after=Stated(begin=0, end=5, code="J90", assertion=PRESENT), author="ann",
    )  # fmt: skip
    with pytest.raises(BadQuery, match=why):
        correct(made.app, replace(right, **change))
    assert said(made, study) == []


def test_a_stranger_corrects_nothing(made: Made, study: str) -> None:
    stranger = made.app.seen_by(AccessScope.only("d0"))
    right = Said(
        study_uid=study, report_id="own", report_version=1, before=None,
        after=Stated(begin=0, end=5, code="J90", assertion=PRESENT), author="eve",
    )  # fmt: skip
    with pytest.raises(NotFound):
        correct(stranger, right)
    assert list(truth(stranger)) == []


def test_corrected_reports_are_truth_for_the_tagger(made: Made, study: str) -> None:
    say(made, study, "effusion", ("pleural effusion", ABSENT, "J90"))
    say(made, study, None, ("Heart", PRESENT, "I51.7"))
    (document,) = json.loads(json.dumps(list(truth(made.app))))
    assert document["id"] == f"{study}/own"
    assert document["text"] == TEXT
    assert {(f["finding_id"], f["assertion"], f["by"]) for f in document["findings"]} == {
        ("effusion", "absent", PERSON), ("cardiomegaly", "present", PERSON),
    }  # fmt: skip
    judged = {
        (j.label, j.truth, j.said) for j in judge_documents([document], open_tagger(), Folds())
    }
    assert ("effusion present", False, True) in judged
    assert ("effusion absent", True, False) in judged
    assert ("cardiomegaly present", True, False) in judged
