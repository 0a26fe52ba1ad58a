"""Reports beside the pictures: every form, every encoding, bad ones refused one by one."""

import json
from datetime import date
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydicom import Dataset

from infra.errors import NotFound, UserError
from infra.settings import Settings
from ingest.joining.report_drafts import draft
from ingest.joining.report_files import RefusedReport, ReportDraft, read_reports
from ingest.reading.sr_text import sr_text
from ingest.reading.tables import day, decoded, read_table
from tests.samples import pydicom_file, shared_data

SETTINGS = Settings()


def read(path: Path) -> tuple[list[ReportDraft], list[RefusedReport]]:
    found = list(read_reports(path, SETTINGS))
    good = [f for f in found if isinstance(f, ReportDraft)]
    return good, [f for f in found if isinstance(f, RefusedReport)]


def test_text_files_are_named_by_study_or_accession(tmp_path: Path) -> None:
    (tmp_path / "1.2.840.10008.txt").write_bytes("\ufeffKein Erguß.\r\nHeart normal.\r\n".encode())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/A-17.TXT").write_bytes("Pleuraerguß".encode("latin-1"))
    (first, second), refused = read(tmp_path)
    assert not refused
    assert (first.study_uid, first.accession) == ("1.2.840.10008", "")
    assert first.text == "Kein Erguß.\nHeart normal."
    assert first.report_id == "study:1.2.840.10008"
    assert (second.study_uid, second.accession, second.text) == ("", "A-17", "Pleuraerguß")
    assert second.report_id == "accession:A-17"


def test_the_default_id_does_not_depend_on_where_a_report_comes_from(tmp_path: Path) -> None:
    (tmp_path / "A1.txt").write_text("old")
    (tmp_path / "r.csv").write_text("accession,text\nA1,new\n")
    (tmp_path / "r.jsonl").write_text('{"accession": "A1", "text": "newest"}\n')
    good, _ = read(tmp_path)
    assert [r.text for r in good] == ["old", "new", "newest"]
    assert len({r.report_id for r in good}) == 1


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_with_quotes_and_line_breaks(tmp_path: Path, separator: str, encoding: str) -> None:
    columns = ["Study_UID", "accession", "text", "report_id", "date", "status", "other"]
    rows = [
        ["1.2.3", "", '"Two\r\nlines, ""quoted""; µ"', "R1", "2024-05-31", "final", "x"],
        ["", "17", "short", "", "20240601", "", ""],
    ]
    lines = [separator.join(row) for row in [columns, *rows]]
    path = tmp_path / "reports.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    (first, second), refused = read(path)
    assert not refused
    assert first.text == 'Two\nlines, "quoted"; µ'
    assert (first.report_id, first.date, first.status) == ("R1", date(2024, 5, 31), "final")
    assert (second.accession, second.date) == ("17", date(2024, 6, 1))


def test_bad_rows_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    rows = ["1.2.3,fine,", ",no study,", "1.2.4,,", "1.2.5,x,31.05.2024", "1.2.6,a,,too many"]
    path.write_text("\n".join(["study_uid,text,date", *rows]))
    good, refused = read(path)
    assert [r.study_uid for r in good] == ["1.2.3"]
    assert [(r.source.rpartition(":")[2], r.reason) for r in refused] == [
        ("3", "no_study"),
        ("4", "no_text"),
        ("5", "bad_date"),
        ("6", "bad_row"),
    ]
    assert all(r.message.endswith(".") for r in refused)


@pytest.mark.parametrize(
    ("header", "named"), [("study_uid,report", "text"), ("id,text", "study_uid"), ("", "text")]
)
def test_missing_columns_are_named(tmp_path: Path, header: str, named: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(header + "\n")
    with pytest.raises(UserError, match=named):
        read_reports(path, SETTINGS)
    (_good, (refused,)) = read(tmp_path)
    assert refused.reason == "missing_columns"


def test_json_lines_take_numbers_and_refuse_what_is_no_object(tmp_path: Path) -> None:
    rows = ['{"accession": 17, "text": "a", "date": null}', "[1]", "", "{", "null", "[" * 100_000]
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join(rows))
    (report,), refused = read(path)
    assert (report.accession, report.date) == ("17", None)
    assert [r.source.rpartition(":")[2] for r in refused] == ["2", "4", "5", "6"]


def test_a_missing_folder_and_strange_files(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_reports(tmp_path / "none", SETTINGS)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert [r.reason for r in read(tmp_path)[1]] == ["not_a_report"]


def test_too_long_a_text_is_refused() -> None:
    found = draft({"accession": "1", "text": "x" * 1_000_001}, "here")
    assert isinstance(found, RefusedReport)
    assert found.reason == "too_large"


@pytest.mark.parametrize("text", ["31.05.2024", "2024-13-01", "2024", "05/06/24", "20240532", "x"])
def test_days_that_could_mean_something_else_are_errors(text: str) -> None:
    with pytest.raises(ValueError):
        day(text)


@hypothesis_settings(derandomize=True, max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    for line in read_table(decoded(data).splitlines(keepends=True)).lines:
        assert line.problem or line.values is not None


# --- DICOM SR -------------------------------------------------------------------------------------


def item(kind: str, name: str, **values: object) -> Dataset:
    made = Dataset()
    made.ValueType = kind
    made.RelationshipType = "CONTAINS"
    made.ConceptNameCodeSequence = [code(name)]
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def code(meaning: str, value: str = "1") -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, "99T", meaning
    return made


def document(*items: Dataset) -> Dataset:
    made = item("CONTAINER", "Report", ContentSequence=list(items))
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.33"
    return made


def test_a_document_tree_becomes_readable_text() -> None:
    measured = Dataset()
    measured.NumericValue = "12.5"
    measured.MeasurementUnitsCodeSequence = [code("millimeter", "mm")]
    observer = item("PNAME", "Observer", PersonName="Secret^Name")
    observer.RelationshipType = "HAS OBS CONTEXT"
    findings = item(
        "CONTAINER",
        "Findings",
        ContentSequence=[
            item("TEXT", "Finding", TextValue="A nodule.\r\nRound."),
            item("CODE", "Site", ConceptCodeSequence=[code("Left lung")]),
            item("NUM", "Diameter", MeasuredValueSequence=[measured]),
            item("DATE", "Seen", Date="20240531"),
            item("TEXT", "Findings", TextValue="No heading of its own."),
        ],
    )
    text = sr_text(document(observer, item("TEXT", "History", TextValue="Cough."), findings))
    assert text.splitlines() == [
        "History: Cough.",
        "",
        "Findings:",
        "Finding: A nodule.",
        "Round.",
        "Site: Left lung",
        "Diameter: 12.5 mm",
        "Seen: 2024-05-31",
        "No heading of its own.",
    ]


def test_endless_and_broken_trees_end() -> None:
    top = document()
    level = top
    for _ in range(200):
        level.ContentSequence = [item("CONTAINER", "Deeper")]
        level = level.ContentSequence[0]
    assert sr_text(top) == ""
    assert sr_text(Dataset()) == ""
    broken = item("NUM", "Broken", MeasuredValueSequence=[])
    assert sr_text(document(broken, item("CODE", "No code"), Dataset())) == ""


def test_dose_reports_are_no_text() -> None:
    dose = document(item("TEXT", "History", TextValue="Cough."))
    dose.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.67"
    assert sr_text(dose) == ""


def test_structured_reports_in_a_folder(tmp_path: Path) -> None:
    file = pydicom_file("reportsi.dcm")
    (tmp_path / "sr").write_bytes(file.read_bytes())
    (report,), refused = read(tmp_path)
    assert not refused
    header = pydicom.dcmread(file)
    assert report.study_uid == header.StudyInstanceUID
    assert report.text == "Section Heading:\nReport Text: Enter text"
    assert report.report_id.startswith(f"study:{header.StudyInstanceUID}/")
    (tmp_path / "image.dcm").write_bytes(pydicom_file("CT_small.dcm").read_bytes())
    assert [r.reason for r in read(tmp_path)[1]] == ["not_a_report"]


def test_real_reports_as_json_lines(tmp_path: Path) -> None:
    import gzip

    source = shared_data("reports/codiesp_en_dev/codiesp_en_train_dev.jsonl.gz")
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()
    rows = [json.loads(line) for line in lines]
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join(json.dumps({"accession": r["id"], "text": r["text"]}) for r in rows))
    good, refused = read(path)
    assert (len(good), len(refused)) == (len(rows), 0)
