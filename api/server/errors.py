"""Errors as JSON: `{"error": {"code", "message", "reason"?, "requestId"}}`.

Only errors that are worded for people keep their message; of everything else the caller learns the
request id, and the log learns the kind of error and where it was raised, but never its words, which
could hold patient data.
"""

import logging
import traceback
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import Unauthenticated
from api.server.caller import request_id_of
from infra.errors import (
    BadQuery,
    BadSetup,
    Forbidden,
    NotFound,
    RejectedFile,
    SimilisError,
    StorageFull,
    Unavailable,
    UserError,
)

log = logging.getLogger(__name__)

# The first that fits counts.
KINDS: tuple[tuple[type[SimilisError], int, str], ...] = (
    (Unauthenticated, 401, "UNAUTHENTICATED"),
    (NotFound, 404, "NOT_FOUND"),
    (Forbidden, 403, "FORBIDDEN"),
    (RejectedFile, 422, "REJECTED_FILE"),
    (BadSetup, 409, "BAD_SETUP"),
    (BadQuery, 400, "BAD_QUERY"),
    (UserError, 400, "BAD_QUERY"),
    (StorageFull, 507, "STORAGE_FULL"),
    (Unavailable, 503, "UNAVAILABLE"),
)
SENTENCES = {
    "INTERNAL": "This went wrong inside Similis; the log knows more under this request id.",
    "STORAGE_FULL": "The disk of the archive is full: free some space and try again.",
    "UNAVAILABLE": "The archive cannot answer now; try again in a moment.",
}
HTTP_KINDS = {
    400: ("BAD_QUERY", "This request cannot be understood."),
    401: ("UNAUTHENTICATED", "Sign in first."),
    403: ("FORBIDDEN", "This is not allowed."),
    404: ("NOT_FOUND", "There is nothing here."),
    405: ("BAD_QUERY", "This cannot be done here."),
    406: ("BAD_QUERY", "None of the forms that were asked for can be made."),
    413: ("TOO_LARGE", "This is larger than this server takes."),
    415: ("BAD_QUERY", "This kind of content is not taken here."),
    421: ("BAD_HOST", "This server does not answer under this name."),
    422: ("BAD_QUERY", "This request cannot be understood."),
    429: ("TOO_MANY", "Too many requests: wait a moment."),
}
ROOT = Path(__file__).parents[2]
ROOMS = frozenset({"api", "embedder", "infra", "ingest"})


def code_of(error: Exception) -> tuple[int, str, str]:
    """Status, code and a message that may be shown, for any error."""
    for kind, status, code in KINDS:
        if isinstance(error, kind):
            return status, code, str(error) if isinstance(error, UserError) else SENTENCES[code]
    return 500, "INTERNAL", SENTENCES["INTERNAL"]


def error_answer(
    request_id: str,
    status: int,
    code: str = "",
    message: str = "",
    *,
    reason: str = "",
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The answer of an error; code and message default to those of the status."""
    usual = HTTP_KINDS.get(status, ("INTERNAL", SENTENCES["INTERNAL"]))
    error = {"code": code or usual[0], "message": message or usual[1], "requestId": request_id}
    if reason:
        error["reason"] = reason
    return JSONResponse({"error": error}, status, headers)


def answer_to(error: Exception, request_id: str) -> JSONResponse:
    """The answer to an error of ours or an unforeseen one; what is masked goes to the log."""
    status, code, message = code_of(error)
    if status >= 500:
        log_masked(error, request_id)
    reason = error.reason if isinstance(error, RejectedFile) else ""
    return error_answer(request_id, status, code, message, reason=reason)


def log_masked(error: BaseException, request_id: str) -> None:
    """Log kind and place of an error under its request id, without its words."""
    log.error(
        "a request failed",
        extra={"request_id": request_id, "error": type(error).__name__, "where": _where(error)},
    )


def _where(error: BaseException) -> str:
    """The innermost line of ours that the error passed: `api/search.py:120`."""
    ours = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in ROOMS:
            ours = f"{path.relative_to(ROOT)}:{line}"
    return ours


def add_error_answers(app: FastAPI) -> None:
    """Make every error that a route raises one of these answers."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        return answer_to(error, request_id_of(request))

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers) if error.headers else None
        return error_answer(request_id_of(request), error.status_code, headers=headers)

    async def malformed(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        places = {".".join(str(part) for part in one["loc"][1:2]) for one in error.errors()}
        named = ", ".join(sorted(filter(None, places)))
        message = f"Missing or wrong: {named}." if named else ""
        return error_answer(request_id_of(request), 400, message=message)

    app.add_exception_handler(SimilisError, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, malformed)
