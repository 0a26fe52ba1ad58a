"""The page's files: compressed where accepted, kept for good or not at all, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import Served

INDEX = '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><script src="/assets/a.js">'
SCRIPT = b"console.log(1)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    page = tmp_path / "dist"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text(INDEX)
    (page / "assets/a-1f.js").write_bytes(SCRIPT)
    (page / "assets/a-1f.js.gz").write_bytes(b"gzipped")
    (page / "assets/a-1f.js.br").write_bytes(b"brotli")
    (page / "assets/b-2f.wasm").write_bytes(b"\0asm")
    (page / "robots.txt").write_text("User-agent: *")
    (tmp_path / "secret.txt").write_text("secret")
    (page / "assets/away.txt").symlink_to(tmp_path / "secret.txt")
    return page


@contextmanager
def showing(served: Served, folder: Path | None) -> Iterator[httpx.Client]:
    """A stranger's browser while the server has this page (monkeypatch cannot restore a State)."""
    before, served.app.state.page = served.app.state.page, folder
    try:
        with served.client() as stranger:
            yield stranger
    finally:
        served.app.state.page = before


@pytest.fixture
def page(served: Served, folder: Path) -> Iterator[httpx.Client]:
    with showing(served, folder) as stranger:
        yield stranger


@pytest.mark.parametrize("path", ["/", "/index.html", "/case/2.25.123?from=x", "/graphiql", "/x/y"])
def test_every_view_is_the_shell_with_this_answers_nonce(page: httpx.Client, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    nonce = answer.text.partition('content="')[2].partition('"')[0]
    assert len(nonce) >= 22
    assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("br, gzip", "br", b"brotli"),
        ("gzip", "gzip", b"gzipped"),
        ("gzip, br;q=0", "gzip", b"gzipped"),
        ("identity", None, SCRIPT),
        ("", None, SCRIPT),
    ],
)
def test_the_best_accepted_form_is_sent(
    page: httpx.Client, accepted: str, encoding: str | None, content: bytes
) -> None:
    with page.stream("GET", "/assets/a-1f.js", headers={"accept-encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == encoding
    assert raw == content
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_other_files_are_asked_for_again(page: httpx.Client) -> None:
    answer = page.get("/robots.txt")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert page.get("/assets/b-2f.wasm").headers["content-type"] == "application/wasm"
    assert page.head("/assets/b-2f.wasm").content == b""


@pytest.mark.parametrize("path", ["/assets/gone.js", "/assets/", "/favicon.ico", "/old-3f.css"])
def test_a_missing_file_is_not_the_shell(page: httpx.Client, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "path",
    ["/assets/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2fetc/passwd", "//etc/passwd",
     "/assets/..%5c..%5csecret.txt", "/assets/a%00.js", "/assets/away.txt", "/%2e%2e/secret.txt"],
)  # fmt: skip
def test_nothing_outside_the_page_is_sent(page: httpx.Client, path: str) -> None:
    answer = page.get(path)
    assert "secret" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("path", ["/api/nothing", "/graphql/nothing", "/dicomweb/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_data_is_no_view(
    page: httpx.Client, client: httpx.Client, method: str, path: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NOT_FOUND"


def test_without_a_page_it_says_how_to_build_one(served: Served) -> None:
    with showing(served, None) as stranger:
        answer = stranger.get("/")
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/plain")
    assert "npm run build" in answer.text
