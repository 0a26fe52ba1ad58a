"""A search through the use case gives what brute force over the stored documents gives."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from api import export
from api.application import Application
from api.documents import case_document
from api.filters import parse_filters
from api.search import Answer, Exclude, Question, build_query, facets, pages, search, search_first
from infra.errors import BadQuery, NotFound, UserError
from infra.fields import FACETS
from infra.query import Group, Page, Query
from tests.flow import archive as a
from tests.ingest.making import dataset, file_of

COUNT = 60
MODALITIES, PARTS, VIEWS = ("CR", "DX", "CT"), ("CHEST", "Hand", ""), ("PA", "AP", "LATERAL", "")


def attributes(number: int) -> dict[str, Any]:
    """Headers that vary in every filter, some of them missing."""
    made: dict[str, Any] = {
        "Modality": MODALITIES[number % 3],
        "BodyPartExamined": PARTS[number % 3 - 1],
        "ViewPosition": VIEWS[number % 4],
        "ImageLaterality": ("L", "R", "")[number % 3],
        "PatientSex": ("F", "M", "")[number // 10 % 3],
        "PatientAge": ("034Y", "006M", "081Y", "")[number // 10 % 4],
        "Manufacturer": ("Alpha Inc.", "ALPHA INC.", "Béta & Söhne")[number % 3],
        "SeriesInstanceUID": f"{a.study_uid(number)}.{number % 2}",
    }
    if number // 10 % 5 == 0:
        made["StudyDate"] = ""
    return made


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> a.Archive:
    folder = tmp_path_factory.mktemp("searching")
    made = a.Archive(folder / "home")
    films = {f"{n}.dcm": a.film(n, **attributes(n)) for n in range(100, 100 + COUNT)}
    with pytest.MonkeyPatch.context() as patch:
        a.without_workers(patch)
        made.ingest(a.write(folder / "files", films))
        other = a.write(folder / "other", {"stack.dcm": stack()})
        made.ingest(other, dataset="stacks")
        reports = folder / "reports.csv"
        rows = [f"ACC{n // 10:05d},{text}" for n, text in TEXTS.items()]
        reports.write_text("\n".join(["accession,text", *rows]), encoding="utf-8")
        made.ingest(reports=reports)
    return made


TEXTS = {
    100: "Large pleural effusion on the left.",
    110: "No pleural effusion. Café-au-lait.",
    120: 'He said "stop": 50% AND rising; O\'Neil* (old)',
    130: "pneumothorax 肺炎 Ångström",
}


def stack() -> bytes:
    """A CT stack of five frames in a case of its own."""
    made = dataset(
        a.picture(7, frames=5),
        bits=12,
        Modality="CT",
        StudyInstanceUID="1.2.826.99",
        SeriesInstanceUID="1.2.826.99.1",
        SOPInstanceUID="1.2.826.99.1.1",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1",
        PatientID="STACK",
    )
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    return file_of(made)


@pytest.fixture(scope="module")
def app(archive: a.Archive) -> Iterator[Application]:
    with archive.application() as opened:
        yield opened


Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def rows(archive: a.Archive) -> Rows:
    """Every instance as `similis show` prints it, with what its case says."""
    found = []
    for case in archive.cases().values():
        document = json.loads(json.dumps(case_document(case)))
        for instance in document["instances"]:
            reports = [r["text"] for r in document["reports"] if r["current"]]
            found.append({**instance, "dataset": document["dataset"], "reports": reports})
    return found


@pytest.fixture(scope="module")
def vectors(archive: a.Archive) -> dict[str, list[Any]]:
    with archive.open() as services:
        found: dict[str, list[Any]] = {}
        for vector in services.vectors.iterate(a.MODEL):
            found.setdefault(vector.instance_uid, []).append(vector.values)
        return found


def ask(app: Application, count: int = 1_000, **question: Any) -> Answer:
    filters = question.pop("filters", ())
    made = Question(filter=parse_filters(filters), **question)
    return search_first(app, build_query(app, made), count)


def found(answer: Answer) -> list[str]:
    return [described.hit.instance_uid for described in answer.hits]


# --- filters against brute force ------------------------------------------------------------------


def folded(row: dict[str, Any], name: str) -> str:
    return str(row[name] or "").casefold()


FILTERS: dict[str, Any] = {
    "modality=CT": lambda r: r["modality"] == "CT",
    "modality=ct|dx": lambda r: r["modality"] in ("CT", "DX"),
    "modality!=CT": lambda r: r["modality"] != "CT",
    "body_part=hand": lambda r: folded(r, "body_part") == "hand",
    "view=PA": lambda r: r["view"] == "PA",
    "has=view": lambda r: bool(r["view"]),
    "laterality=L": lambda r: r["laterality"] == "L",
    "sex=F": lambda r: r["sex"] == "F",
    "sex!=F": lambda r: r["sex"] != "F",
    "age=30..40": lambda r: r["age_years"] is not None and 30 <= r["age_years"] <= 40,
    "age<1": lambda r: r["age_years"] is not None and r["age_years"] < 1,
    "age>=81": lambda r: r["age_years"] is not None and r["age_years"] >= 81,
    "manufacturer=alpha inc.": lambda r: folded(r, "manufacturer") == "alpha inc.",
    "manufacturer=BÉTA & SÖHNE": lambda r: folded(r, "manufacturer") == "béta & söhne",
    "dataset=stacks": lambda r: r["dataset"] == "stacks",
    "has_report=yes": lambda r: bool(r["reports"]),
    "has_report=no": lambda r: not r["reports"],
    "label=none of these": lambda r: False,
    "date=2000..2018": lambda r: r["study_date"] and "2000" <= r["study_date"] < "2019",
    "has=date": lambda r: bool(r["study_date"]),
    "accession=ACC00010": lambda r: False,  # identity is not kept
}


@pytest.mark.parametrize("text", FILTERS)
@pytest.mark.parametrize("like", [104, None])
def test_filters_equal_brute_force(
    app: Application, rows: Rows, vectors: dict[str, list[Any]], text: str, like: int | None
) -> None:
    passing = {row["instance_uid"] for row in rows if FILTERS[text](row)}
    if like is None:
        answer = ask(app, filters=[text])
        assert found(answer) == sorted(passing)
        assert answer.total == len(passing)
        return
    uid = app.pseudonyms.uid(a.instance_uid(like))
    answer = ask(app, like=uid, filters=[text])
    check_ranking(answer, passing - {uid}, vectors, vectors[uid][0])


def check_ranking(
    answer: Answer, expected: set[str], vectors: dict[str, list[Any]], query: Any
) -> None:
    exact = {uid: max(float(v.astype(float) @ query) for v in vectors[uid]) for uid in expected}
    assert set(found(answer)) == expected
    assert answer.total == len(expected)
    scores = [described.hit.score for described in answer.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores == pytest.approx([exact[uid] for uid in found(answer)], abs=1e-5)
    assert [described.hit.rank for described in answer.hits] == list(range(1, len(expected) + 1))


def test_several_filters_narrow_and_values_widen(app: Application, rows: Rows) -> None:
    answer = ask(app, filters=["modality=CT", "modality=DX", "sex=M", "view!=PA"])
    passing = [
        row["instance_uid"]
        for row in rows
        if row["modality"] in ("CT", "DX") and row["sex"] == "M" and row["view"] != "PA"
    ]
    assert passing
    assert found(answer) == sorted(passing)


def test_facets_count_cases(app: Application, rows: Rows) -> None:
    query = build_query(app, Question(filter=parse_filters(["age>=0"])))
    counted = facets(app, query, FACETS)
    passing = [row for row in rows if row["age_years"] is not None]
    for name, key in (("modality", "modality"), ("sex", "sex"), ("view", "view")):
        pairs = {(row["study_uid"], row[key]) for row in passing if row[key]}
        expected = Counter(value for _, value in pairs)
        assert {count.value: count.count for count in counted[name]} == expected
    makers = {count.value.casefold(): count.count for count in counted["manufacturer"]}
    pairs = {(row["study_uid"], row["manufacturer"].casefold()) for row in passing}
    assert makers == Counter(value for _, value in pairs)


# --- what is asked with ---------------------------------------------------------------------------


def test_by_stored_and_by_original_uid(app: Application) -> None:
    original = a.instance_uid(111)
    one, other = ask(app, like=original), ask(app, like=app.pseudonyms.uid(original))
    assert found(one) == found(other)
    assert len(found(one)) == COUNT  # the stack, and all films but this one


def test_what_is_left_out(app: Application) -> None:
    uid, study = a.instance_uid(111), app.pseudonyms.uid(a.study_uid(111))
    own = app.pseudonyms.uid(uid)
    everything = ask(app, like=uid, exclude=Exclude.NONE)
    assert found(everything)[0] == own
    assert everything.hits[0].hit.score == pytest.approx(1, abs=1e-6)
    assert own not in found(ask(app, like=uid))
    for exclude in (Exclude.STUDY, Exclude.PATIENT):
        left = ask(app, like=uid, exclude=exclude)
        assert {described.case.study_uid for described in left.hits}.isdisjoint({study})
        assert left.total == COUNT + 1 - 10


@pytest.mark.parametrize("exclude", list(Exclude))
def test_a_stored_file_is_left_out_of_its_own_hits(
    app: Application, tmp_path: Path, exclude: Exclude
) -> None:
    file = a.write(tmp_path, {"q.dcm": a.film(111, **attributes(111))}) / "q.dcm"
    by_file = ask(app, file=file, exclude=exclude)
    by_uid = ask(app, like=a.instance_uid(111), exclude=exclude)
    assert found(by_file) == found(by_uid)
    assert [d.hit.score for d in by_file.hits] == pytest.approx([d.hit.score for d in by_uid.hits])


def test_files_that_are_not_stored(app: Application, tmp_path: Path) -> None:
    """The same picture as DICOM of a stranger, PNG and JPEG finds what is stored of it."""
    seen = a.film(300, seed=111, **attributes(111) | {"WindowCenter": 2048, "WindowWidth": 4096})
    a.write(tmp_path, {"q.dcm": seen})
    eight = (a.picture(111)[0] / 4095 * 255).round().astype(np.uint8)
    Image.fromarray(eight).save(tmp_path / "q.png")
    Image.fromarray(eight).save(tmp_path / "q.jpg", quality=95)
    for name in ("q.dcm", "q.png", "q.jpg"):
        answer = ask(app, file=tmp_path / name)
        assert found(answer)[0] == app.pseudonyms.uid(a.instance_uid(111))
        assert answer.total == COUNT + 1
    assert len(app.services.catalog.cases([app.pseudonyms.uid(a.study_uid(300))], a.ALL)) == 0


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({"like": "1.2.3.4.5"}, NotFound),
        ({"like": "not a uid"}, NotFound),
        ({"file": Path("nowhere.dcm")}, UserError),
        ({"file": Path(__file__)}, UserError),
        ({"like": "1.2", "file": Path("x")}, BadQuery),
        ({"text": '"'}, BadQuery),
        ({"filters": ["colour=red"]}, BadQuery),
        ({"filters": ["age=old"]}, BadQuery),
        ({"filters": ["age=nan"]}, BadQuery),
        ({"filters": ["date=2019-13"]}, BadQuery),
        ({"filters": ["has_report=perhaps"]}, BadQuery),
        ({"filters": ["modality"]}, BadQuery),
        ({"page": Page(10, "nonsense")}, BadQuery),
        ({"like": a.instance_uid(111), "frame": 3}, UserError),
    ],
)
def test_what_cannot_be_asked_says_so(
    app: Application, question: dict[str, Any], error: type[UserError]
) -> None:
    filters = question.pop("filters", ())
    with pytest.raises(error) as raised:
        search(app, build_query(app, Question(filter=parse_filters(filters), **question)))
    assert str(raised.value).endswith((".", ")"))
    assert "\n" not in str(raised.value)


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "studies"),
    [
        ("effusion", {10, 11}),
        ("EFFUSION", {10, 11}),
        ('"pleural effusion" NOT large', {11}),
        ("effusion AND left", {10}),
        ("large OR pneumothorax", {10, 13}),
        ("pneumo*", {13}),
        ("cafe", {11}),
        ("café-au-lait", {11}),
        ("肺炎", {13}),
        ("angstrom", {13}),
        ('"effusion pleural"', set()),
        ("50%", {12}),
        ("o'neil", {12}),
        ('"stop"', {12}),
        ("(large OR rising) AND NOT stop", {10}),
        ("text:effusion", set()),
        ("effusion^2", set()),
        ("NEAR(large effusion)", set()),
        ("; DROP TABLE index_texts; --", set()),
        ("* \" ' ( ) -- 😀 effusion", {10, 11}),
    ],
)
def test_text_of_any_kind(app: Application, text: str, studies: set[int]) -> None:
    answer = ask(app, text=text, group=Group.CASE)
    expected = {app.pseudonyms.uid(a.study_uid(study * 10)) for study in studies}
    assert {described.case.study_uid for described in answer.hits} == expected
    assert answer.total == len(expected)


def test_picture_and_text_together(app: Application) -> None:
    answer = ask(app, like=a.instance_uid(111), text="effusion", group=Group.CASE)
    expected = {app.pseudonyms.uid(a.study_uid(number)) for number in (100, 110)}
    assert {described.case.study_uid for described in answer.hits} >= expected
    assert answer.hits[0].case.study_uid in expected


# --- groups and pages -----------------------------------------------------------------------------


@pytest.mark.parametrize("group", list(Group))
@pytest.mark.parametrize("like", [True, False])
def test_pages_neither_repeat_nor_skip(app: Application, group: Group, like: bool) -> None:
    asked = {"like": a.instance_uid(111)} if like else {}
    whole = ask(app, group=group, **asked)
    query = build_query(app, Question(group=group, page=Page(7), **asked))
    parts = list(pages(app, query))
    assert [hit for part in parts for hit in part.hits] == list(whole.hits)
    assert all(len(part.hits) == 7 for part in parts[:-1])
    assert {part.total for part in parts} == {whole.total} == {len(whole.hits)}
    names = {"instance": "instance_uid", "series": "series_uid", "case": "study_uid"}
    keys = [getattr(described.hit, names[group]) for described in whole.hits]
    assert len(set(keys)) == len(keys)


def test_a_frame_of_a_stack(app: Application) -> None:
    stacked = ask(app, like="1.2.826.99.1.1", frame=3, exclude=Exclude.NONE)
    assert (stacked.hits[0].hit.frame, stacked.hits[0].hit.score) == (3, pytest.approx(1))
    assert len(found(stacked)) == len(set(found(stacked))) == COUNT + 1


def test_a_frame_without_a_vector_of_its_own_asks_with_the_whole_object(app: Application) -> None:
    assert ask(app, like=a.instance_uid(111), frame=0) == ask(app, like=a.instance_uid(111))


def test_exports_are_the_whole_result(app: Application, rows: Rows) -> None:
    query = build_query(app, Question(like=a.instance_uid(111)))
    question = export.asked(a.instance_uid(111), None, "", ["x=1"], "self", "instance")
    whole = ask(app, like=a.instance_uid(111))
    lines, table = io.StringIO(), io.StringIO()
    export.write(app, replace(query, page=Page(3)), question, "jsonl", lines)
    export.write(app, query, question, "csv", table)
    documents = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [document["instance_uid"] for document in documents] == found(whole)
    assert {document["model_id"] for document in documents} == {a.MODEL}
    assert documents[0]["query"] == json.loads(question)
    read = list(csv.DictReader(io.StringIO(table.getvalue())))
    assert [row["instance_uid"] for row in read] == found(whole)
    assert [row["query"] for row in read] == [question] * len(read)


def test_a_query_can_be_asked_of_an_empty_home(tmp_path: Path) -> None:
    empty = a.Archive(tmp_path / "empty")
    with empty.application() as app:
        assert search(app, Query()).total == 0
        with pytest.raises(NotFound):
            build_query(app, Question(file=tmp_path / "x.dcm"))
