"""Reports become findings that filters and facets know, whatever way the reports came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.errors import BadSetup, PartlyTagged, Unavailable
from infra.ports import ReportTagger
from infra.query import AnyOf, Query
from infra.records import Assertion, Case, Finding, Report
from ingest.arrival.request import Progress, Request
from ingest.joining.tagging import Tagging
from ingest.pipeline import Pipeline
from ingest.storage.erase import erase
from ingest.summary import Summary
from tests.flow import archive as a
from tests.flow.test_reports import csv_table, structured_report

FILMS = (11, 21, 31)

EFFUSION = "FINDINGS: Small left pleural effusion. No pneumothorax."


@dataclass
class Words:
    """Tags each word "effusion"; some reports are too much for it."""

    tagger_id: str = "words-1"
    refused: frozenset[str] = frozenset()
    error: Exception | None = None
    seen: list[str] = field(default_factory=list)

    def tag(self, report: Report) -> Sequence[Finding]:
        self.seen.append(report.text)
        if self.error is not None and (not self.refused or report.text in self.refused):
            raise self.error
        begin = report.text.find("effusion")
        if begin < 0:
            return ()
        return (
            Finding(
                report_id=report.report_id,
                report_version=report.version,
                text="effusion",
                begin=begin,
                end=begin + 8,
                finding_id="effusion",
                code="J90",
                assertion=Assertion.PRESENT,
                tagger_id=self.tagger_id,
            ),
        )


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    a.without_workers(monkeypatch)


@pytest.fixture
def archive(tmp_path: Path) -> a.Archive:
    return a.Archive(tmp_path / "home")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    return write_films(tmp_path / "films", *FILMS)


def write_films(folder: Path, *numbers: int) -> Path:
    return a.write(folder, {f"{number}.dcm": a.film(number) for number in numbers})


def reports_on(path: Path, *numbers: int) -> Path:
    """A report "effusion N" on the study of each film."""
    rows = [f"{a.study_uid(number)},effusion {number}" for number in numbers]
    path.write_text("\n".join(["study_uid,text", *rows]) + "\n")
    return path


def run(archive: a.Archive, tagger: ReportTagger, *paths: Path, **request: object) -> Summary:
    with archive.open() as services:
        pipeline = Pipeline(
            services=services,
            settings=archive.all_settings,
            key=a.KEY,
            embedder=archive.embedder,
            tagger=lambda: tagger,
        )
        return pipeline.run(Request(paths=paths, **request), Progress())


def tagged_cases(archive: a.Archive) -> list[Case]:
    return [case for case in archive.cases().values() if case.findings]


def found(archive: a.Archive, field_name: str, value: str) -> int:
    with archive.open() as services:
        return services.index.search(Query(filter=AnyOf(field_name, (value,))), a.ALL).total


@pytest.mark.parametrize("form", [csv_table, structured_report], ids=["csv", "sr"])
def test_a_report_is_tagged_and_its_findings_filter(
    archive: a.Archive, films: Path, tmp_path: Path, form: Callable[[Path, str], Path]
) -> None:
    archive.ingest(films)
    summary = archive.ingest(reports=form(tmp_path / "reports", EFFUSION))
    assert (summary.reports_tagged, summary.reports_untagged) == (1, 0)
    (case,) = tagged_cases(archive)
    (report,) = case.current_reports
    assert {f.code for f in case.findings} == {"J90", "J93.9"}
    assert all(report.text[f.begin : f.end] == f.text for f in case.findings)
    assert all(f.tagger_id.startswith("similis-rules-") for f in case.findings)
    for name, value in (
        ("finding", "present|effusion"),
        ("code", "present|J90"),
        ("category", "absent|J93"),
        ("block", "present|J90-J94"),
        ("chapter", "absent|10"),
    ):
        assert found(archive, name, value) == 1, value
    assert found(archive, "finding", "absent|effusion") == 0


def test_a_report_that_waited_is_tagged_with_its_study(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    reports = csv_table(tmp_path / "reports", EFFUSION)
    assert archive.ingest(reports=reports).reports_tagged == 0
    assert archive.ingest(films).reports_tagged == 1
    assert found(archive, "finding", "present|effusion") == 1


def test_without_reports_the_tagger_is_not_opened(archive: a.Archive, films: Path) -> None:
    def opened() -> ReportTagger:
        raise AssertionError("opened for nothing")

    with archive.open() as services:
        pipeline = Pipeline(
            services=services,
            settings=archive.all_settings,
            key=a.KEY,
            embedder=archive.embedder,
            tagger=opened,
        )
        assert pipeline.run(Request(paths=(films,)), Progress()).outcomes["indexed"] == 3


def test_a_new_version_has_its_own_findings(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    archive.ingest(films)
    archive.ingest(reports=csv_table(tmp_path / "reports", EFFUSION))
    summary = archive.ingest(
        reports=csv_table(tmp_path / "reports", "FINDINGS: No pleural effusion.")
    )
    assert summary.reports_tagged == 1
    assert found(archive, "finding", "present|effusion") == 0
    assert found(archive, "finding", "absent|effusion") == 1


def test_a_report_that_cannot_be_tagged_is_kept_for_later(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    archive.ingest(films)
    reports = reports_on(tmp_path / "reports.csv", *FILMS)
    for error in (Unavailable("down"), ValueError("a fault"), PartlyTagged("nothing")):
        tagger = Words(refused=frozenset({"effusion 21"}), error=error)
        summary = run(archive, tagger, reports=reports)
        assert summary.reports_untagged == 1, error
    assert found(archive, "finding", "present|effusion") == 2
    assert len([r for case in archive.cases().values() for r in case.reports]) == 3
    tagger = Words()
    assert run(archive, tagger, films).reports_tagged == 1
    assert tagger.seen == ["effusion 21"]
    assert found(archive, "finding", "present|effusion") == 3


def test_what_was_found_in_a_part_is_kept(archive: a.Archive, films: Path, tmp_path: Path) -> None:
    archive.ingest(films)

    class InPart(Words):
        def tag(self, report: Report) -> Sequence[Finding]:
            whole = super().tag(report)
            raise PartlyTagged("a part", tuple(whole))

    summary = run(archive, InPart(), reports=reports_on(tmp_path / "reports.csv", *FILMS))
    assert (summary.reports_tagged, summary.reports_untagged) == (0, 3)
    assert found(archive, "finding", "present|effusion") == 3


def test_a_tagger_that_is_down_is_not_asked_for_every_report(
    archive: a.Archive, tmp_path: Path
) -> None:
    six = (11, 21, 31, 41, 51, 61)
    archive.ingest(write_films(tmp_path / "six", *six))
    tagger = Words(error=Unavailable("down"))
    summary = run(archive, tagger, reports=reports_on(tmp_path / "six.csv", *six))
    assert len(tagger.seen) == 3
    assert summary.reports_untagged == 6


def test_a_wrong_setup_loses_no_report(archive: a.Archive, films: Path, tmp_path: Path) -> None:
    archive.ingest(films)
    summary = run(
        archive,
        Words(error=BadSetup("no rights")),
        reports=reports_on(tmp_path / "reports.csv", *FILMS),
    )
    assert (summary.reports_joined, summary.reports_untagged) == (3, 3)


def test_another_tagger_tags_again_and_goes_on_after_a_kill(
    archive: a.Archive, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.ingest(films)
    run(archive, Words(), reports=reports_on(tmp_path / "reports.csv", *FILMS))
    monkeypatch.setattr("ingest.joining.tagging.TOGETHER", 1)
    newer = Words(tagger_id="words-2")

    class Killed(Exception):
        pass

    def kill(_: int) -> None:
        raise Killed

    with archive.open() as services:
        with pytest.raises(Killed):
            Tagging(services, lambda: newer).tag_again(kill)
        done = Tagging(services, lambda: newer).tag_again()
        assert (done.tagged, done.left) == (2, 0)
        assert Tagging(services, lambda: newer).tag_again().tagged == 0
    assert len(newer.seen) == 3
    assert {f.tagger_id for case in tagged_cases(archive) for f in case.findings} == {"words-2"}


def test_findings_go_with_their_study(archive: a.Archive, films: Path, tmp_path: Path) -> None:
    archive.ingest(films)
    archive.ingest(reports=csv_table(tmp_path / "reports", EFFUSION))
    (case,) = tagged_cases(archive)
    with archive.open() as services:
        erase(services, archive.pseudonyms, [case.study_uid])
        facets = services.index.facets(Query(), ["finding"], a.ALL)
        assert facets["finding"] == ()
    assert tagged_cases(archive) == []
    assert b"pneumothorax" not in (archive.home / "similis.sqlite").read_bytes()
