"""Rows that the page shows as Apache Parquet, which browsers cannot write."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.parquet import MEDIA, parquet_of
from infra.errors import BadQuery

router = APIRouter()

MOST_CELLS = 1_000_000


@router.post("/api/parquet")
async def parquet(request: Request) -> Response:
    """A table of `{"columns": […], "rows": [[…], …], "about": {…}}`, whose cells are text, numbers
    or null; what `about` says stands in every row.
    """
    body = await request.body()
    data = await run_in_threadpool(lambda: parquet_of(*_read(body)))
    headers = {
        "Content-Disposition": 'attachment; filename="similis.parquet"',
        "Cache-Control": "no-store",
    }
    return Response(data, 200, headers, MEDIA)


def _read(body: bytes) -> tuple[list[str], list[dict[str, Any]]]:
    """(column names, rows)."""
    try:
        document = json.loads(body)
        columns, rows, about = document["columns"], document["rows"], document["about"]
        names = [*columns, *about]
        table = [dict(zip(names, [*row, *about.values()], strict=True)) for row in rows]
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise BadQuery("The body is no table: columns, rows of as many cells, and about.") from None
    cells = (cell for row in table for cell in row.values())
    if not all(isinstance(name, str) for name in names) or not all(map(_is_cell, cells)):
        raise BadQuery("Cells are text, numbers or null.")
    if len(table) * len(names) > MOST_CELLS:
        raise BadQuery(f"A table has at most {MOST_CELLS:,} cells.")
    return names, table


def _is_cell(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)
