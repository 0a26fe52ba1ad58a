"""The whole result of a search as a file: CSV or JSON lines."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.application import Application
from api.export import FORMS, MOST_ROWS, lines
from api.held import HeldQueries
from api.schema.from_json import question_of
from api.search import build_query, search
from api.server.caller import application_of, session_of
from infra.errors import BadQuery
from infra.query import Query

router = APIRouter()


@router.post("/api/export")
async def export(request: Request) -> Response:
    """Stream every hit of `{"format": "csv" or "jsonl", "search": SearchInput}`."""
    app, session = application_of(request), session_of(request)
    form, asked = _read(await request.body())
    held: HeldQueries = request.app.state.held
    query = await run_in_threadpool(_query, app, asked, held, session)
    rows = lines(app, query, json.dumps(asked, ensure_ascii=False), form)
    headers = {
        "Content-Disposition": f'attachment; filename="similis.{form}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(rows, 200, headers, FORMS[form])


def _read(body: bytes) -> tuple[str, dict[str, Any]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise BadQuery("The body is no JSON.") from None
    if not isinstance(document, dict) or set(document) != {"format", "search"}:
        raise BadQuery("The body is an object with format and search.")
    form, asked = document["format"], document["search"]
    if not isinstance(form, str) or form not in FORMS or not isinstance(asked, dict):
        raise BadQuery("The format is csv or jsonl, and the search is a SearchInput.")
    return form, asked


def _query(app: Application, asked: dict[str, Any], held: HeldQueries, session: str) -> Query:
    query = build_query(app, question_of(asked, held, session))
    total = search(app, query).total
    if total > MOST_ROWS:
        raise BadQuery(f"These are {total:,} hits; narrow the search to {MOST_ROWS:,} or fewer.")
    return query
