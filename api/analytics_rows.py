"""The rows behind each chart as flat records: for JSON, for CSV, and for checking by others."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from api.analytics import Cooccurrence, Overview, Row, Spread
from api.enrichment import Enrichment

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


def as_json(chart: Chart) -> str:
    """The document as JSON, without NaN."""
    return json.dumps(document(chart), ensure_ascii=False, allow_nan=False)


def as_csv(chart: Chart) -> str:
    """The rows as CSV with a header; the totals stand in every row, so that a table says it all."""
    about = {k: v for k, v in document(chart).items() if k != "rows"}
    records = [{**row, **about} for row in rows_of(chart)]
    out = io.StringIO()
    table = csv.DictWriter(out, _columns(records, about), lineterminator="\n")
    table.writeheader()
    table.writerows({name: _plain(value) for name, value in r.items()} for r in records)
    return out.getvalue()


def _columns(records: Sequence[Record], about: Record) -> list[str]:
    return list(dict.fromkeys([name for record in records for name in record])) or list(about)


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
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return "'" + value
    return value
