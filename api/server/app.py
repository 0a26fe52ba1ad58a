"""The server: routes, and the guards that stand before them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from api.application import Application
from api.held import HeldQueries
from api.intake import Intake
from api.schema.route import router as graphql
from api.server import (
    analytics_export,
    dicomweb,
    export,
    health,
    page,
    parquet,
    pictures,
    sign_in,
    uploads,
)
from api.server.access import AccessLog
from api.server.errors import add_error_answers
from api.server.guards import BodyLimit, HostGuard, OriginGuard
from api.server.headers import SecurityHeaders
from api.server.limits import RateLimit, upload_sizes
from api.server.metrics import Metrics
from api.server.readiness import Readiness
from api.server.sign_in import Door, SignInGuard
from api.server.site import OPEN, Site, is_private

# In this order; the page is the last, because it answers every path.
ROUTERS = (
    graphql,
    dicomweb.router,
    pictures.router,
    uploads.router,
    export.router,
    analytics_export.router,
    parquet.router,
    health.router,
    sign_in.router,
    page.router,
)


def create_app(
    application: Application,
    *,
    site: Site | None = None,
    announce: Callable[[str], None] = lambda _url: None,
) -> FastAPI:
    """The ASGI application for one opened home. `announce` is given every fresh sign-in link."""
    door = Door(site or Site(), announce)
    metrics = Metrics(application.services.ledger)
    application = metrics.measured(application)
    app = FastAPI(
        title="Similis",
        openapi_url=None,
        lifespan=_lifespan,
        middleware=_guards(application, door, metrics),
    )
    app.state.similis = application
    app.state.door = door
    app.state.metrics = metrics
    app.state.readiness = Readiness(application)
    app.state.held = HeldQueries(application)
    app.state.intake = Intake(application)
    app.state.page = page.page_folder()
    add_error_answers(app)
    for router in ROUTERS:
        app.include_router(router)
    refuse_unguarded(app)
    return app


def _guards(application: Application, door: Door, metrics: Metrics) -> list[Middleware]:
    """The outermost first."""
    settings = application.settings
    return [
        Middleware(SecurityHeaders),
        Middleware(AccessLog, metrics),
        Middleware(HostGuard, door.site),
        Middleware(OriginGuard),
        Middleware(BodyLimit, upload_sizes(settings)),
        Middleware(SignInGuard, door, metrics_open=settings.metrics_open),
        Middleware(RateLimit, settings.uploads_per_minute),
    ]


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    state.readiness.start()
    state.intake.start()
    state.door.invite()
    try:
        yield
    finally:
        for end in (state.intake.close, state.held.close, state.readiness.join):
            await run_in_threadpool(end)


def paths_of(app: FastAPI) -> list[tuple[str, set[str]]]:
    """Template and methods of every route but the page's."""
    return [
        (path, set(route.methods or ()))
        for route in iter_route_contexts(app.routes)
        if (path := route.path or "") != "/{path:path}"
    ]


def refuse_unguarded(app: FastAPI) -> None:
    """A route that neither needs a sign-in nor is meant to be open is a mistake."""
    wrong = [path for path, _ in paths_of(app) if path not in OPEN and not is_private(path)]
    if wrong:
        raise RuntimeError(f"neither private nor open: {', '.join(wrong)}")
