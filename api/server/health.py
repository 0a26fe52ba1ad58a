"""For those who watch over the server: is it alive, is it ready, and its numbers."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from api.server.metrics import CONTENT_TYPE, Metrics
from api.server.readiness import Readiness

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"ok": True})


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """200 once questions can be answered, else 503 with the parts that cannot be used, and why.

    Parts that only take no writes are named, too; questions are answered all the same.
    """
    readiness: Readiness = request.app.state.readiness
    down, full = await run_in_threadpool(readiness.trouble)
    ready = not down and not readiness.waiting()
    document: dict[str, object] = {"ready": ready}
    document |= {name: parts for name, parts in (("down", down), ("full", full)) if parts}
    return JSONResponse(document, 200 if ready else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    numbers: Metrics = request.app.state.metrics
    return Response(await run_in_threadpool(numbers.text), media_type=CONTENT_TYPE)
