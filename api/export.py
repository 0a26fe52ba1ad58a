"""The whole result of a query as CSV or JSON lines, with the query and the model id in it."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from api.application import Application
from api.documents import hit_document
from api.search import pages
from infra.query import MAX_PAGE, Page, Query

COLUMNS = (
    "rank", "score", "instance_uid", "series_uid", "study_uid", "patient", "dataset", "modality",
    "body_part", "view", "laterality", "sex", "age", "date", "manufacturer", "description",
    "labels", "has_report", "frame", "vector_id", "cosine", "text_score", "model_id", "query",
)  # fmt: skip


def asked(
    like: str, file: Path | None, text: str, filters: Sequence[str], exclude: str, group: str
) -> str:
    """The question as one JSON text; a file is named without its folder."""
    question = {
        "like": like,
        "file": file.name if file else "",
        "text": text,
        "filter": list(filters),
        "exclude": exclude if like or file else "",
        "group": group,
    }
    return json.dumps({name: value for name, value in question.items() if value})


def write(app: Application, query: Query, question: str, form: str, out: TextIO) -> None:
    """Write every hit to `out` page by page. `form` is csv or jsonl."""
    rows = _rows(app, query, question)
    if form == "jsonl":
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
        return
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({**row, "labels": "|".join(row.get("labels", ())), "query": question})


def _rows(app: Application, query: Query, question: str) -> Iterator[dict[str, Any]]:
    for answer in pages(app, replace(query, page=Page(MAX_PAGE))):
        for found in answer.hits:
            yield {
                **hit_document(found),
                "model_id": answer.model_id,
                "query": json.loads(question),
            }
