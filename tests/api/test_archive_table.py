"""What reports say labels an archive's pictures."""

import csv
from pathlib import Path

import pytest

from api.archive_table import labels_of, split_of, write_archive_table
from infra.errors import BadSetup
from infra.records import Assertion, Finding
from tests.flow import archive as a


def finding(code: str, assertion: Assertion) -> Finding:
    return Finding(
        report_id="r",
        report_version=1,
        text="t",
        begin=0,
        end=1,
        finding_id=code,
        code=code,
        assertion=assertion,
    )


def test_only_what_is_present_labels() -> None:
    said = [
        finding("J90", Assertion.PRESENT),
        finding("J18.9", Assertion.PRESENT),
        finding("J93.9", Assertion.ABSENT),
        finding("C34.90", Assertion.UNCERTAIN),
        finding("I50.9", Assertion.FAMILY),
    ]
    assert labels_of(said) == ("j18", "j90")
    assert labels_of(said[2:]) == ("no_finding",)


def test_a_patient_is_never_parted_and_about_one_in_seven_validates() -> None:
    splits = [split_of(f"P{number}") for number in range(2000)]
    assert splits == [split_of(f"P{number}") for number in range(2000)]
    assert 0.1 < splits.count("val") / 2000 < 0.2


def test_labelled_pictures_are_copied_with_their_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a.Archive(tmp_path / "home")
    films = {f"{number}.dcm": a.film(number) for number in (1, 11, 21)}
    reports = tmp_path / "reports.csv"
    reports.write_text(
        "accession,text\n"
        "ACC00000,Findings: There is a large pleural effusion.\n"
        "ACC00001,Findings: There is no pleural effusion.\n"
    )
    a.without_workers(monkeypatch)
    made.ingest(a.write(tmp_path / "films", films), reports=reports)
    with made.application() as app:
        table = write_archive_table(app, tmp_path / "state")
        (tmp_path / "empty").mkdir()
        with table.open(newline="") as handle:
            rows = list(csv.DictReader(handle))
    assert sorted(row["labels"] for row in rows) == ["j90", "no_finding"]
    assert all((table.parent / row["file"]).is_file() for row in rows)
    assert {row["modality"] for row in rows} == {"CR"}


def test_an_archive_without_reports_teaches_nothing(tmp_path: Path) -> None:
    made = a.Archive(tmp_path / "home")
    with made.application() as app, pytest.raises(BadSetup, match="nothing to learn"):
        write_archive_table(app, tmp_path / "state")
