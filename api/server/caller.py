"""Who sends a request, and the application as they may see it."""

from typing import cast

from starlette.requests import HTTPConnection

from api.application import Application
from api.auth import Identity, Unauthenticated

# Keys of an ASGI scope. Only the sign-in guard sets the first two, only the access log the third.
IDENTITY, SESSION, REQUEST_ID = "similis.identity", "similis.session", "similis.request_id"


def identity_of(request: HTTPConnection) -> Identity:
    """The caller. Raises Unauthenticated."""
    identity = request.scope.get(IDENTITY)
    if not isinstance(identity, Identity):
        raise Unauthenticated("Sign in first.")
    return identity


def session_of(request: HTTPConnection) -> str:
    """A name of the caller's session (not its secret id), to keep their things apart by.

    Raises Unauthenticated.
    """
    identity_of(request)
    return str(request.scope[SESSION])


def application_of(request: HTTPConnection) -> Application:
    """The application, restricted to what the caller may see. Raises Unauthenticated."""
    application = cast(Application, request.app.state.similis)
    return application.seen_by(identity_of(request).scope)


def request_id_of(request: HTTPConnection) -> str:
    """The id that this request's answer and log lines carry."""
    return str(request.scope.get(REQUEST_ID, ""))
