"""POST /graphql: one JSON request, one JSON answer. No GET, no batches, no uploads."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionResult

from api.schema.context import Context, Loaders
from api.schema.errors import problem, shown
from api.schema.schema import schema
from api.server.caller import application_of, identity_of, request_id_of, session_of
from infra.errors import BadQuery

router = APIRouter()

ANSWER_SECONDS = 60.0
_unanswered: set[asyncio.Task[ExecutionResult]] = set()  # a loop itself does not keep its tasks

_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs, which no store takes


@dataclass(frozen=True, slots=True)
class Given:
    """A GraphQL request."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation: str | None = None


@router.post("/graphql")
async def answer(request: Request) -> JSONResponse:
    """Answer a query or mutation of whoever is signed in."""
    context = _context(request)
    request_id = request_id_of(request)
    try:
        given = _read(request.headers.get("content-type", ""), await request.body())
    except BadQuery as error:
        return _refused(str(error), request_id)
    try:
        result = await _in_time(given, context)
    except CannotGetOperationTypeError:
        return _refused("There is no operation of this name in the query.", request_id)
    if result is None:
        return JSONResponse({"data": None, "errors": [problem("TIMEOUT", _TOO_LONG, request_id)]})
    document: dict[str, Any] = {"data": result.data}
    if result.errors:
        document["errors"] = shown(result.errors, request_id)
    return JSONResponse(document, headers={"Cache-Control": "no-store"})


_TOO_LONG = (
    f"There was no answer within {ANSWER_SECONDS:.0f} seconds. Ask for less at once, or again when "
    "the server has less to do. A change that was asked for may still be made."
)


async def _in_time(given: Given, context: Context) -> ExecutionResult | None:
    """The result, or None after ANSWER_SECONDS: threads cannot be stopped, so the work goes on."""
    execution = schema().execute(
        given.query,
        variable_values=given.variables,
        context_value=context,
        operation_name=given.operation,
    )
    task = asyncio.ensure_future(execution)
    done, _ = await asyncio.wait({task}, timeout=ANSWER_SECONDS)
    if done:
        return await task
    _unanswered.add(task)
    task.add_done_callback(_unanswered.discard)
    return None


@router.get("/graphql")
async def refuse() -> None:
    """A link must not be able to ask, nor a cache to keep what it was told."""
    raise HTTPException(405, headers={"Allow": "POST"})


def _context(request: Request) -> Context:
    app = application_of(request)
    return Context(
        app=app,
        caller=identity_of(request),
        session=session_of(request),
        held=request.app.state.held,
        intake=request.app.state.intake,
        loaders=Loaders(app),
    )


def _refused(message: str, request_id: str) -> JSONResponse:
    return JSONResponse({"errors": [problem("BAD_QUERY", message, request_id)]}, 400)


def _read(content_type: str, body: bytes) -> Given:
    """Raises BadQuery, which says what is wrong with the request."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise BadQuery("Send application/json.")
    try:
        document = _whole(json.loads(body, parse_constant=_no_number))
    except (ValueError, RecursionError):
        raise BadQuery("This is not JSON.") from None
    query = document.get("query") if isinstance(document, dict) else None
    if not isinstance(query, str) or not query.strip():
        raise BadQuery('Send one object with a "query".')
    variables, operation = document.get("variables"), document.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(operation, str | None):
        raise BadQuery('"variables" is an object and "operationName" is text.')
    return Given(query, variables or {}, operation)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _whole(value: Any) -> Any:
    """The same without halves of characters."""
    if isinstance(value, str):
        return _HALVES.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(one) for name, one in value.items()}
    return value
