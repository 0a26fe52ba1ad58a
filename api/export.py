"""The whole result of a query as CSV or JSON lines, with the query and the model id in it."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from api.application import Application
from api.corrected_findings import Findings
from api.documents import hit_document
from api.search import pages
from infra.query import MAX_PAGE, Page, Query

FORMS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
MOST_ROWS = 100_000  # of an export over the network
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "rank", "score", "instance_uid", "series_uid", "study_uid", "patient", "dataset", "modality",
    "body_part", "view", "laterality", "sex", "age", "date", "manufacturer", "description",
    "labels", "has_report", "ef", "ef_class", "edv", "esv", "heart_corrected", "frame", "vector_id",
    "cosine", "text_score", "model_id", "query",
)  # fmt: skip


def asked(
    like: str,
    file: Path | None,
    text: str,
    filters: Sequence[str],
    exclude: str,
    group: str,
    mentions: str = "",
    findings: str = "",
    sort: str = "",
) -> str:
    """The question as one JSON text; a file is named without its folder."""
    question = {
        "like": like,
        "file": file.name if file else "",
        "text": text,
        "mentions": mentions if text else "",
        "filter": list(filters),
        "findings": findings if findings != Findings.TAGGED else "",
        "exclude": exclude if like or file else "",
        "group": group,
        "sort": sort,
    }
    return json.dumps({name: value for name, value in question.items() if value})


def write(app: Application, query: Query, question: str, form: str, out: TextIO) -> None:
    """Write every hit to `out` page by page. `form` is csv or jsonl."""
    for line in lines(app, query, question, form):
        out.write(line)


def lines(app: Application, query: Query, question: str, form: str) -> Iterator[str]:
    """Every hit as one line of csv (after a line of names) or jsonl; a page is in memory."""
    rows = _rows(app, query, question)
    if form == "jsonl":
        for row in rows:
            yield json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"
        return
    yield _csv(dict(zip(COLUMNS, COLUMNS, strict=True)))
    for row in rows:
        yield _csv({**row, "labels": "|".join(row.get("labels", ())), "query": question})


def _csv(row: dict[str, Any]) -> str:
    stream = io.StringIO()
    table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    table.writerow({name: _harmless(value) for name, value in row.items()})
    return stream.getvalue()


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def _rows(app: Application, query: Query, question: str) -> Iterator[dict[str, Any]]:
    for answer in pages(app, replace(query, page=Page(MAX_PAGE))):
        for found in answer.hits:
            yield {
                **hit_document(found),
                "model_id": answer.model_id,
                "query": json.loads(question),
            }
