"""The page: built files from `web/dist` (a checkout) or `api/page` (an installed wheel).

Files that were compressed when built (`.br`, `.gz` beside them) are sent so where it is accepted.
Every other path is a view of the page and gets `index.html`. None of it holds data.
"""

import mimetypes
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from api.server.headers import nonce_of
from api.server.site import is_private

router = APIRouter(include_in_schema=False)

CHECKOUT = Path(__file__).parents[2] / "web" / "dist"
INSTALLED = Path(__file__).parents[1] / "page"
PLACEHOLDER = "__CSP_NONCE__"
IMMUTABLE = "public, max-age=31536000, immutable"  # the names of assets change with their content
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# What a page is made of. Systems disagree on some of these types, so they are named here.
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".map": "application/json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
}
NOT_BUILT = """The page of Similis has not been built here.

Build it with `npm ci` and `npm run build` in the folder web/ (Node 20), then load this again.
GraphQL at /graphql, DICOMweb at /dicomweb and the command line work without it.
"""


def page_folder() -> Path | None:
    """Where the built page lies, or None."""
    found = (folder for folder in (CHECKOUT, INSTALLED) if (folder / "index.html").is_file())
    return next(found, None)


@router.api_route("/{path:path}", methods=METHODS)
async def page(request: Request, path: str) -> Response:
    """A file of the page, or its shell; stands behind every other route."""
    if request.method not in ("GET", "HEAD") or is_private(request.url.path):
        raise HTTPException(404)
    folder: Path | None = request.app.state.page
    if folder is None:
        return PlainTextResponse(NOT_BUILT, 503)
    accepted = request.headers.get("accept-encoding", "")
    answer = await run_in_threadpool(_file, folder, path, accepted)
    if answer is not None:
        return answer
    if path.startswith("assets/") or Path(path).suffix in TYPES.keys() - {".html"}:
        raise HTTPException(404)
    shell = await run_in_threadpool((folder / "index.html").read_text, "utf-8")
    headers = {"cache-control": "no-cache"}
    return HTMLResponse(shell.replace(PLACEHOLDER, nonce_of(request)), headers=headers)


def _file(folder: Path, path: str, accepted: str) -> Response | None:
    """The file that a path names, compressed if possible; None for the shell and what is none."""
    parts = path.split("/")
    if "\0" in path or any(part in ("", ".", "..") or "\\" in part for part in parts):
        return None
    file = folder.joinpath(*parts)
    if file == folder / "index.html" or not file.is_file():
        return None
    if not file.resolve().is_relative_to(folder.resolve()):
        return None
    headers = {"vary": "accept-encoding", "cache-control": "no-cache"}
    if parts[0] == "assets":
        headers["cache-control"] = IMMUTABLE
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    for encoding, suffix in ENCODINGS:
        compressed = file.with_name(file.name + suffix)
        if _accepts(accepted, encoding) and compressed.is_file():
            headers["content-encoding"], file = encoding, compressed
            break
    return FileResponse(file, media_type=kind or "application/octet-stream", headers=headers)


def _accepts(accepted: str, encoding: str) -> bool:
    """Whether Accept-Encoding names an encoding without refusing it (q=0)."""
    for one in accepted.lower().split(","):
        name, _, quality = one.partition(";")
        if name.strip() == encoding:
            return quality.strip() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
