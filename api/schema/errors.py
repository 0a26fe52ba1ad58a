"""Errors as GraphQL clients get them: `{message, extensions: {code, requestId, reason?}}`.

Messages of ours are worded for people, and those of parsing and validation speak of the query only.
Everything else is masked and logged without its words.
"""

from collections.abc import Sequence
from typing import Any

from graphql import FieldNode, GraphQLError

from api.server.errors import SENTENCES, code_of, log_masked
from infra.errors import RejectedFile, SimilisError, UserError

MOST_ERRORS = 10
MAX_CHARACTERS = 400


class TooComplex(UserError):
    """The query asks for too much at once."""


def shown(errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """The first errors as JSON; those that are masked go to the log."""
    return [_shown(error, request_id) for error in errors[:MOST_ERRORS]]


def problem(code: str, message: str, request_id: str) -> dict[str, Any]:
    """One error as JSON."""
    return {
        "message": _cut(message),
        "extensions": {"code": code, "requestId": request_id},
    }


def _shown(error: GraphQLError, request_id: str) -> dict[str, Any]:
    cause = _cause(error)
    document = problem(*_described(error, cause, request_id), request_id)
    if isinstance(cause, RejectedFile):
        document["extensions"]["reason"] = cause.reason
    if error.path:
        document["path"] = list(error.path)
    if error.locations:
        document["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return document


def _described(
    error: GraphQLError, cause: BaseException | None, request_id: str
) -> tuple[str, str]:
    """Code and message."""
    if isinstance(cause, TooComplex):
        return "TOO_COMPLEX", str(cause)
    if cause is None and (error.path is None or _is_about_input(error)):
        return "BAD_QUERY", error.message
    if isinstance(cause, SimilisError):
        status, code, message = code_of(cause)
    else:
        status, code, message = 500, "INTERNAL", SENTENCES["INTERNAL"]
    if status >= 500:
        log_masked(cause or error, request_id)
    return code, message


def _cause(error: GraphQLError) -> BaseException | None:
    """What a resolver raised, below the library's own errors."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _is_about_input(error: GraphQLError) -> bool:
    """Whether an error in execution points to an argument: others may speak of what is stored."""
    return any(not isinstance(node, FieldNode) for node in error.nodes or ())


def _cut(message: str) -> str:
    return message if len(message) <= MAX_CHARACTERS else message[:MAX_CHARACTERS] + "…"
