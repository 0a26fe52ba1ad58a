"""`similis icd10` from files to counts, and `similis reindex --tag`."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from api.application import opened
from api.cli import main
from api.corrections import Meant, Said, correct
from api.filters import parse_filters
from api.marks import withdraw
from api.search import Question, build_query, search
from tests.flow import archive as a

REPORTS = {
    11: "FINDINGS: Small left pleural effusion. No pneumothorax.",
    21: "FINDINGS: No pleural effusion. IMPRESSION: Possible pneumonia.",
    31: "FINDINGS: Large effusion and cardiomegaly.",
    41: "",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("icd10")
    archive = a.Archive(folder / "home")
    films = a.write(folder / "films", {f"{n}.dcm": a.film(n) for n in REPORTS})
    rows = [f'{a.study_uid(n)},"{text}"' for n, text in REPORTS.items() if text]
    table = folder / "reports.csv"
    table.write_text("\n".join(["study_uid,text", *rows]) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        a.without_workers(patch)
        archive.ingest(films, reports=table)
    return archive.home


def out(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> str:
    monkeypatch.setenv("SIMILIS_HOME", str(home))
    main(list(words))
    return capsys.readouterr().out


@pytest.fixture
def said(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *words: out(home, monkeypatch, capsys, *words)


def rows(text: str) -> dict[str, Any]:
    return {row["key"]: row for row in json.loads(text)["rows"]}


def test_the_form_that_scripts_rely_on(said: Any) -> None:
    document = json.loads(said("icd10", "--by", "code", "--json"))
    assert (document["total_cases"], document["reported_cases"]) == (4, 3)
    effusion = next(row for row in document["rows"] if row["key"] == "J90")
    assert effusion == {
        "key": "J90",
        "description": "Pleural effusion, not elsewhere classified",
        "present": 2,
        "absent": 1,
        "uncertain": 0,
        "historical": 0,
        "hypothetical": 0,
        "family": 0,
    }


@pytest.mark.parametrize(
    ("by", "key", "present"),
    [
        ("chapter", "10", 2),
        ("block", "J90-J94", 2),
        ("category", "I51", 1),
        ("finding", "effusion", 2),
    ],
)
def test_levels(said: Any, by: str, key: str, present: int) -> None:
    assert rows(said("icd10", "--by", by, "--json"))[key]["present"] == present


def test_filters_are_those_of_search(said: Any) -> None:
    for words, count in (
        (("--filter", "finding=J90"), 2),
        (("--filter", "finding=absent:effusion"), 1),
        (("--filter", "finding=present|J90-J94"), 2),
        (("--filter", "chapter=any:10", "--filter", "finding!=effusion"), 1),
        (("--filter", "code=uncertain:J18.9"), 1),
        (("--text", "cardiomegaly"), 1),
    ):
        assert json.loads(said("icd10", *words, "--json"))["total_cases"] == count, words
        found = json.loads(said("search", "--group", "case", *words, "--json"))
        assert found["total"] == count, words


def test_charts_and_export(said: Any) -> None:
    by_sex = json.loads(said("icd10", "--chart", "sex", "--by", "finding", "--json"))
    assert sum(row["cases"] for row in by_sex["rows"] if row["key"] == "effusion") == 2
    pairs = json.loads(said("icd10", "--chart", "pairs", "--by", "finding", "--json"))
    assert {"one": "effusion", "other": "cardiomegaly", "cases": 1, "lift": 1.5} in pairs["rows"]
    enriched = said("icd10", "--chart", "enrichment", "--filter", "sex=F", "--export", "csv")
    assert {row["key"] for row in csv.DictReader(io.StringIO(enriched))} == {"J90", "I51"}
    within = rows(said("icd10", "--by", "code", "--within", "J90-J94", "--json"))
    assert set(within) == {"J90", "J93.9"}
    assert "Pleural effusion" in said("icd10")


def test_facets_count_findings(said: Any) -> None:
    facets = json.loads(said("search", "--facets", "--json"))["facets"]
    assert {"value": "present|effusion", "count": 2} in facets["finding"]
    assert {"value": "absent|10", "count": 2} in facets["chapter"]


def test_tagging_again_finds_nothing_to_do(said: Any) -> None:
    document = json.loads(said("reindex", "--tag", "--json"))
    assert (document["reports_tagged"], document["reports_untagged"]) == (0, 0)
    assert document["cases"] == 4


def test_rows_are_written_to_the_file_that_is_named(said: Any, tmp_path: Path) -> None:
    wanted = json.loads(said("icd10", "--by", "code", "--json"))["rows"]
    for suffix in ("csv", "json", "parquet"):
        path = tmp_path / f"rows.{suffix}"
        assert said("icd10", "--by", "code", "--export", str(path)) == ""
        assert path.stat().st_size
    assert json.loads((tmp_path / "rows.json").read_text())["rows"] == wanted
    found = parquet.read_table(tmp_path / "rows.parquet").to_pylist()
    assert [{name: row[name] for name in wanted[0]} for row in found] == wanted
    assert {row["total_cases"] for row in found} == {4}
    with pytest.raises(SystemExit) as stop:
        said("icd10", "--export", "rows.xlsx")
    assert stop.value.code == 2


def test_what_is_counted_is_narrowed_after_the_choice(said: Any) -> None:
    all_of_them = rows(said("icd10", "--by", "code", "--json"))
    among = rows(said("icd10", "--by", "code", "--among", "code=absent:J90", "--json"))
    assert among.keys() < all_of_them.keys()
    assert among["J90"]["absent"] == 1


def test_a_search_says_where_reports_speak_of_it(said: Any) -> None:
    document = json.loads(said("search", "--filter", "code=J90", "--group", "case", "--json"))
    spoken = [one for hit in document["hits"] for one in hit["matched_findings"]]
    assert {(one["text"], one["code"], one["assertion"]) for one in spoken} == {
        ("pleural effusion", "J90", "present"),
        ("effusion", "J90", "present"),
    }
    none = json.loads(said("search", "--group", "case", "--json"))["hits"]
    assert all(hit["matched_findings"] == [] for hit in none)


def test_corrections_count_and_are_truth_when_asked(home: Path, said: Any, tmp_path: Path) -> None:
    said("search", "--json")  # the home of the environment is this one
    with opened(home=home) as app:
        found = search(app, build_query(app, Question(filter=parse_filters(["code=J90"]))))
        case = found.hits[0].case
        (report,) = case.current_reports
        one = next(f for f in case.current_findings if f.code == "J90")
        made = correct(
            app,
            Said(
                study_uid=case.study_uid, report_id=report.report_id, report_version=1,
                before=Meant(begin=one.begin, end=one.end, finding_id=one.finding_id),
                after=None, author="ann",
            ),
        )  # fmt: skip
    by_tagger = rows(said("icd10", "--by", "code", "--json"))["J90"]["present"]
    by_people = rows(said("icd10", "--by", "code", "--findings", "corrected", "--json"))["J90"]
    assert (by_tagger, by_people["present"]) == (2, 1)
    asked = ("search", "--filter", "code=J90", "--group", "case", "--json", "--facets")
    document = json.loads(said(*asked, "--findings", "corrected"))
    assert document["total"] == 1
    assert {"value": "present|J90", "count": 1} in document["facets"]["code"]
    truth = tmp_path / "truth.jsonl"
    truth.write_text(said("evaluate", "corrections"))
    scored = json.loads(said("evaluate", "reports", "--gold", str(truth), "--json"))["rows"]
    direct = json.loads(said("evaluate", "reports", "--corrections", "--json"))["rows"]
    assert scored == direct
    assert next(row for row in direct if row["label"] == "effusion present")["fp"] == 1
    with opened(home=home) as app:
        withdraw(app, case.study_uid, made.annotation_id, "ann")
    assert said("evaluate", "corrections") == ""
