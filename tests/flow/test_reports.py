"""Reports meet their studies, whichever comes first, and the newest is what search reads."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.query import AnyOf, Group, Phrase
from infra.records import Report
from ingest.joining.report_intake import ReportIntake
from ingest.storage.erase import erase
from tests.flow import archive as a
from tests.samples import pydicom_file

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    a.without_workers(monkeypatch)


@pytest.fixture
def archive(tmp_path: Path) -> a.Archive:
    return a.Archive(tmp_path / "home")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    return a.write(tmp_path / "films", {f"{n}.dcm": a.film(n) for n in (11, 12, 21)})


def folder_of_texts(folder: Path, text: str) -> Path:
    return a.write(folder, {f"{a.study_uid(11)}.txt": text.encode()})


def text_named_by_accession(folder: Path, text: str) -> Path:
    return a.write(folder, {"ACC00001.txt": text.encode()})


def csv_table(folder: Path, text: str) -> Path:
    path = a.write(folder, {}) / "reports.csv"
    folder.mkdir(exist_ok=True)
    path.write_text(f'Study_UID,text,date\n{a.study_uid(11)},"{text}",2019-03-01\n')
    return path


def json_lines(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "reports.jsonl"
    path.write_text(json.dumps({"accession": "ACC00001", "text": text}) + "\n")
    return path


def structured_report(folder: Path, text: str) -> Path:
    """A DICOM SR of the study, in a folder of reports."""
    from pydicom import Dataset, dcmread

    made = dcmread(pydicom_file("test-SR.dcm"))
    made.StudyInstanceUID, made.AccessionNumber = a.study_uid(11), "ACC00001"
    item = Dataset()
    item.RelationshipType, item.ValueType, item.TextValue = "CONTAINS", "TEXT", text
    name = Dataset()
    name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = "121071", "DCM", "Finding"
    item.ConceptNameCodeSequence = [name]
    made.ContentSequence = [item]
    folder.mkdir(exist_ok=True)
    made.save_as(folder / "sr.dcm")
    return folder


FORMS = (folder_of_texts, text_named_by_accession, csv_table, json_lines, structured_report)


def reports_of(archive: a.Archive, number: int) -> tuple[Report, ...]:
    return archive.cases()[archive.pseudonyms.uid(a.study_uid(number))].reports


def with_report(archive: a.Archive, value: str = "true") -> set[str]:
    return set(archive.search(filter=AnyOf("has_report", (value,))))


def uids(archive: a.Archive, *numbers: int) -> set[str]:
    return {archive.pseudonyms.uid(a.instance_uid(number)) for number in numbers}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("first", ["study", "report"])
def test_a_report_finds_its_study(
    archive: a.Archive,
    films: Path,
    tmp_path: Path,
    form: Callable[[Path, str], Path],
    first: str,
) -> None:
    text = "Frau Quastenbergb MRN00001: large pleural effusion."
    reports = form(tmp_path / "reports", text)
    if first == "report":
        waits = archive.ingest(reports=reports)
        assert (waits.waiting_reports, waits.reports_joined) == (1, 0)
        assert with_report(archive) == set()
        archive.ingest(films)
    else:
        archive.ingest(films)
        assert with_report(archive, "false") == uids(archive, 11, 12, 21)
        assert archive.ingest(reports=reports).reports_joined == 1
    (report,) = reports_of(archive, 11)
    assert "large pleural effusion" in report.text
    assert "uastenberg" not in report.text
    assert "MRN00001" not in report.text
    assert with_report(archive) == uids(archive, 11, 12)
    assert with_report(archive, "false") == uids(archive, 21)
    found = archive.search(text=Phrase(("pleural", "effusion")), group=Group.CASE)
    assert set(found) <= uids(archive, 11, 12)
    assert found
    with archive.open() as services:
        assert services.ledger.count_waiting() == 0


def table(path: Path, *rows: tuple[str, str]) -> Path:
    lines = [f"ACC00001,r1,{date},{text}" for date, text in rows]
    path.write_text("\n".join(["accession,report_id,date,text", *lines]) + "\n")
    return path


def current(archive: a.Archive) -> str:
    (report,) = (report for report in reports_of(archive, 11) if report.current)
    return report.text


def test_a_newer_version_replaces_in_search_and_is_kept(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    archive.ingest(films, reports=table(tmp_path / "1.csv", ("2019-02-01", "pneumonia")))
    archive.ingest(reports=table(tmp_path / "2.csv", ("2019-02-03", "atelectasis")))
    assert current(archive) == "atelectasis"
    assert archive.search(text=Phrase(("pneumonia",))) == []
    assert archive.search(text=Phrase(("atelectasis",))) != []
    late = table(tmp_path / "3.csv", ("2019-02-02", "emphysema"))  # older, comes late
    archive.ingest(reports=late)
    assert current(archive) == "atelectasis"
    assert archive.search(text=Phrase(("emphysema",))) == []
    history = [report.text for report in reports_of(archive, 11)]
    assert history == ["pneumonia", "atelectasis", "emphysema"]


def test_the_same_table_again_adds_no_versions(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    both = table(tmp_path / "r.csv", ("", "pneumonia"), ("", "atelectasis"), ("", "fibrosis"))
    for _ in range(3):
        archive.ingest(films, reports=both)
    assert [report.text for report in reports_of(archive, 11)] == [
        "pneumonia",
        "atelectasis",
        "fibrosis",
    ]
    assert current(archive) == "fibrosis"


def test_versions_that_waited_keep_their_order(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    archive.ingest(reports=table(tmp_path / "1.csv", ("2019-02-03", "atelectasis")))
    archive.ingest(reports=table(tmp_path / "2.csv", ("2019-02-01", "pneumonia")))
    archive.ingest(films)
    assert current(archive) == "atelectasis"
    assert archive.search(text=Phrase(("pneumonia",))) == []


def test_dates_are_shifted_like_those_of_the_pictures(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    archive.ingest(films, reports=table(tmp_path / "r.csv", ("2019-02-17", "seen 15.02.2019")))
    case = archive.cases()[archive.pseudonyms.uid(a.study_uid(11))]
    (report,), study_date = case.reports, case.instances[0].study_date
    assert report.date is not None
    assert study_date is not None
    assert study_date.isoformat() != "2019-02-15"
    assert (report.date - study_date).days == 2
    assert "2019" not in report.text


def test_one_accession_of_several_studies(archive: a.Archive, tmp_path: Path) -> None:
    films = a.write(
        tmp_path / "films",
        {"1.dcm": a.film(11), "2.dcm": a.film(21, AccessionNumber="ACC00001")},
    )
    reports = table(tmp_path / "r.csv", ("", "edema"))
    archive.ingest(reports=reports)
    archive.ingest(films)
    assert [report.text for report in reports_of(archive, 11)] == ["edema"]
    assert [report.text for report in reports_of(archive, 21)] == ["edema"]


@pytest.mark.parametrize("first", ["report", "study"])
def test_one_accession_of_studies_that_come_one_by_one(
    archive: a.Archive, tmp_path: Path, first: str
) -> None:
    """A report that names an accession number is for studies that come later, too."""
    films = [
        a.write(tmp_path / str(n), {"f.dcm": a.film(n, AccessionNumber="ACC00001")})
        for n in (11, 21, 31)
    ]
    reports = table(tmp_path / "r.csv", ("", "pneumonia"), ("", "edema"))
    if first == "report":
        assert archive.ingest(reports=reports).waiting_reports == 2
        archive.ingest(films[0])
    else:
        assert archive.ingest(films[0], reports=reports).reports_joined == 2
    archive.ingest(films[1])
    archive.ingest(reports=reports)  # once more changes nothing
    archive.ingest(films[2])
    for number in (11, 21, 31):
        found = [report.text for report in reports_of(archive, number)]
        assert found == ["pneumonia", "edema"]
    assert with_report(archive) == uids(archive, 11, 21, 31)
    assert archive.ingest(films[2]).waiting_reports == 0


def test_a_kept_report_goes_with_its_study(archive: a.Archive, tmp_path: Path) -> None:
    films = a.write(tmp_path / "films", {"1.dcm": a.film(11)})
    archive.ingest(films, reports=table(tmp_path / "r.csv", ("", "edema")))
    with archive.open() as services:
        key = archive.pseudonyms.accession_key("ACC00001")
        assert [report.joined for report in services.ledger.waiting([key])] == [True]
        erase(services, archive.pseudonyms, list(archive.cases()))
        assert services.ledger.waiting([key]) == []


def test_a_dry_run_foretells_reports(archive: a.Archive, films: Path, tmp_path: Path) -> None:
    archive.ingest(a.write(tmp_path / "before", {"4.dcm": a.film(41)}))
    waits = tmp_path / "waits.csv"
    waits.write_text(f"accession,study_uid,text\nACC00002,,effusion\n,{a.study_uid(71)},late\n")
    archive.ingest(reports=waits)
    with archive.open() as services:
        services.ledger.bury([archive.pseudonyms.tomb("study", a.study_uid(81))])
    path = tmp_path / "r.csv"
    path.write_text(
        "accession,study_uid,text\n"
        f",{a.study_uid(11)},of a study that comes with the files\n"
        "ACC00002,,by accession\n"
        "ACC00004,,of a study that is there\n"
        f",{a.study_uid(71)},late\n"
        "ACC00009,,of nobody\n"
        f",{a.study_uid(81)},of one that was erased\n"
        ",,of none\n"
    )
    before = a.everything(archive.home)
    foretold = archive.rehearse(films, reports=path)
    assert a.everything(archive.home) == before
    assert foretold.as_json()["reports"] == [
        {"source": f"{path}:{line}", "outcome": outcome, "reason": reason}
        for line, (outcome, reason) in enumerate(
            [
                ("joined", ""),
                ("joined", ""),
                ("joined", ""),
                ("waiting", ""),
                ("waiting", ""),
                ("refused", "erased"),
                ("refused", "no_study"),
            ],
            start=2,
        )
    ]
    done = archive.ingest(films, reports=path)
    assert "reports" not in done.as_json()
    assert (foretold.reports_joined, foretold.waiting_reports) == (3, 2)
    assert (done.reports_joined, done.waiting_reports) == (3, 2)
    assert foretold.refused_reports == done.refused_reports


def test_a_second_report_of_a_study_and_its_later_images(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    """Images that come after the report, and before and after another, are all found by it."""
    archive.ingest(films / "11.dcm", reports=table(tmp_path / "1.csv", ("", "edema")))
    archive.ingest(films / "12.dcm")
    assert with_report(archive) == uids(archive, 11, 12)
    assert with_report(archive, "false") == set()
    archive.ingest(reports=table(tmp_path / "2.csv", ("", "fibrosis")))
    archive.ingest(a.write(tmp_path / "more", {"13.dcm": a.film(13)}))
    assert with_report(archive) == uids(archive, 11, 12, 13)
    assert set(archive.search(text=Phrase(("fibrosis",)))) == uids(archive, 11, 12, 13)
    assert archive.search(text=Phrase(("edema",))) == []


def test_what_is_no_report_is_counted(archive: a.Archive, films: Path, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("accession,text\n,nobody's\nACC00001,\nACC00001,edema\n")
    summary = archive.ingest(films, reports=path)
    counts = (summary.reports_joined, len(summary.refused_reports), summary.waiting_reports)
    assert counts == (1, 2, 0)


def test_a_home_that_keeps_identity_keeps_it_in_reports(
    archive: a.Archive, films: Path, tmp_path: Path
) -> None:
    reports = table(tmp_path / "r.csv", ("2019-02-17", "Quastenbergb has edema"))
    archive.ingest(films, reports=reports, keep_identity=True)
    case = archive.cases()[a.study_uid(11)]
    (report,) = case.reports
    assert (report.report_id, report.text) == ("r1", "Quastenbergb has edema")
    assert str(report.date) == "2019-02-17"
    found: Any = archive.search(filter=AnyOf("accession", ("ACC00001",)))
    assert set(found) == {a.instance_uid(11), a.instance_uid(12)}


def test_many_reports_write_the_index_once_a_batch(
    archive: a.Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index on a server is refreshed with each write, which takes longer than all the rest."""
    monkeypatch.setattr("ingest.joining.report_intake.TOGETHER", 4)
    numbers = range(10, 20)
    archive.ingest(a.write(tmp_path / "films", {f"{n}.dcm": a.film(n * 10) for n in numbers}))
    table = tmp_path / "reports.csv"
    rows = [f"ACC{n:05d},effusion {n}" for n in numbers]
    table.write_text("\n".join(["accession,text", *rows, "", *rows[-2:], "ACC09999,later"]) + "\n")
    written: list[set[str]] = []
    with archive.open() as services:
        real = services.index.put
        monkeypatch.setattr(
            services.index,
            "put",
            lambda rows, texts: (written.append({t.study_uid for t in texts}), real(rows, texts)),
        )
        intake = ReportIntake(services, archive.pseudonyms)
        summary = a.Summary()
        intake.take_in(table, archive.all_settings, summary)
        assert services.ledger.count_waiting() == 1
    assert summary.reports_joined == 12  # two came twice
    assert [len(studies) for studies in written] == [4, 4, 2]
    for number in numbers:
        assert [r.text for r in reports_of(archive, number * 10)] == [f"effusion {number}"]
        assert len(archive.search(text=Phrase((str(number),)))) == 1
