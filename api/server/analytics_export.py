"""The rows behind a chart as a file: CSV, JSON or Parquet."""

import json
from enum import Enum
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.analytics_rows import MEDIA, encoded
from api.application import Application
from api.case_sets import NEIGHBOURS
from api.held import HeldQueries
from api.schema.analytics import FindingsInput, cases_of, chart_of
from api.schema.charts import CaseGroup, Chart
from api.schema.from_json import input_of, search_input
from api.schema.inputs import FilterInput
from api.server.caller import application_of, session_of
from infra.errors import BadQuery

router = APIRouter()

_NEEDED = {"format", "search", "of", "chart"}
_KNOWN = {*_NEEDED, "neighbours", "among", "groupBy"}
_E = TypeVar("_E", bound=Enum)


@router.post("/api/analytics/export")
async def export(request: Request) -> Response:
    """`{"format": "csv", "json" or "parquet", "search": SearchInput, "of": FindingsInput, "chart":
    Chart}`, and as GraphQL's analytics takes them: `neighbours`, `among`, `groupBy`.
    """
    asked = _read(await request.body())
    held: HeldQueries = request.app.state.held
    app, session = application_of(request), session_of(request)
    data = await run_in_threadpool(_file, app, held, session, asked)
    form = str(asked["format"])
    name = f"similis-{str(asked['chart']).lower()}.{form}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(data, 200, headers, MEDIA[form])


def _read(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise BadQuery("The body is no JSON.") from None
    if not isinstance(document, dict) or not _NEEDED <= set(document) <= _KNOWN:
        raise BadQuery(f"The body is an object with {', '.join(sorted(_NEEDED))}.")
    if document["format"] not in tuple(MEDIA):
        raise BadQuery(f"The format is one of {', '.join(MEDIA)}.")
    return document


def _file(app: Application, held: HeldQueries, session: str, asked: dict[str, Any]) -> bytes:
    of = input_of(FindingsInput, asked["of"])
    chart = _word(Chart, asked["chart"])
    group_by = _word(CaseGroup, asked.get("groupBy", CaseGroup.YEAR.name))
    neighbours, among = asked.get("neighbours", NEIGHBOURS), asked.get("among") or []
    if not isinstance(neighbours, int) or not isinstance(among, list):
        raise BadQuery("neighbours is a number, and among is a list of FilterInput.")
    narrowing = [input_of(FilterInput, one) for one in among]
    given = search_input(asked["search"])
    cases = cases_of(app, held, session, given, neighbours, narrowing)
    query = json.dumps({k: v for k, v in asked.items() if k != "format"}, ensure_ascii=False)
    return encoded(chart_of(cases, of, chart, group_by), str(asked["format"]), query)


def _word(kind: type[_E], name: Any) -> _E:
    if not isinstance(name, str) or name not in kind.__members__:
        raise BadQuery(f"{kind.__name__} is one of {', '.join(kind.__members__)}.")
    return kind[name]
