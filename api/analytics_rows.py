"""The rows behind each chart as flat records: for JSON, CSV and Parquet, and for checking."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from api import parquet
from api.analytics import Cooccurrence, Overview, Row, Spread
from api.enrichment import Enrichment
from api.parquet import parquet_of

Chart = Overview | Spread | Cooccurrence | Enrichment
Record = dict[str, Any]

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # that a table program would compute


def rows_of(chart: Chart) -> list[Record]:
    """All rows of a chart."""
    match chart:
        case Overview():
            return [_row(row) for row in chart.rows]
        case Spread():
            return list(_spread(chart))
        case Cooccurrence():
            return [asdict(pair) for pair in chart.pairs]
        case Enrichment():
            return [asdict(row) for row in chart.rows]


def document(chart: Chart) -> Record:
    """A chart's totals and rows."""
    about = {
        name: value
        for name, value in asdict(chart).items()
        if name not in ("rows", "groups", "pairs", "keys")
    }
    return {**about, "rows": rows_of(chart)}


def as_json(chart: Chart, query: str = "") -> str:
    """The document as JSON, without NaN; with the `query` (JSON) if given."""
    made = document(chart)
    if query:
        made["query"] = json.loads(query)
    return json.dumps(made, ensure_ascii=False, allow_nan=False)


def as_csv(chart: Chart, query: str = "") -> str:
    """The rows as CSV with a header; totals and query stand in every row, so that a table says it
    all.
    """
    names, records = table(chart, query)
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in r.items()} for r in records)
    return out.getvalue()


def as_parquet(chart: Chart, query: str = "") -> bytes:
    """The same table as Apache Parquet; numbers stay numbers."""
    return parquet_of(*table(chart, query))


WRITERS: dict[str, Callable[[Chart, str], str | bytes]] = {
    "csv": as_csv,
    "json": as_json,
    "parquet": as_parquet,
}
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": parquet.MEDIA,
}


def encoded(chart: Chart, form: str, query: str = "") -> bytes:
    """A file of the chart's rows; `form` is one of WRITERS."""
    made = WRITERS[form](chart, query)
    return made if isinstance(made, bytes) else made.encode()


def table(chart: Chart, query: str = "") -> tuple[list[str], list[Record]]:
    """(column names, rows): each row with the chart's totals, and the query if given."""
    about = {k: _plain(v) for k, v in document(chart).items() if k != "rows"}
    if query:
        about["query"] = query
    records = [{**row, **about} for row in rows_of(chart)]
    return list(records[0]) if records else list(about), records


def _row(row: Row) -> Record:
    counts = {assertion.value: count for assertion, count in row.counts.items()}
    return {"key": row.key, "description": row.description, **counts}


def _spread(chart: Spread) -> list[Record]:
    """One record for each group and key; a group without any key still has its own."""
    return [
        {
            chart.group_by: group.name,
            "cases_of_group": group.cases,
            "reported_cases_of_group": group.reported_cases,
            "key": row.key if row else "",
            "description": row.description if row else "",
            "cases": group.counts[row.key] if row else 0,
        }
        for group in chart.groups
        for row in (chart.keys or (None,))
    ]


def _plain(value: Any) -> Any:
    """A word of ours as plain text."""
    return value.value if isinstance(value, StrEnum) else value


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return "'" + value
    return value
