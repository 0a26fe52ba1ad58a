"""How much and how often: sizes of uploads; sign-ins of an address, uploads of a session."""

from math import ceil
from time import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from api.server.caller import SESSION
from api.server.guards import refusal
from infra.settings import MEGA, Settings

FORM_BYTES = 16 * MEGA  # what a multipart form adds to its files
SIGN_INS_PER_MINUTE = 60
QUERY_FILES, UPLOADS = "/api/query-files", "/api/uploads"


def upload_sizes(settings: Settings) -> dict[str, int]:
    """Most bytes of a body by path: one file to ask with; many, as large as an archive may grow."""
    one, many = settings.max_file_mb, max(settings.max_file_mb, settings.max_archive_mb)
    return {QUERY_FILES: one * MEGA + FORM_BYTES, UPLOADS: many * MEGA + FORM_BYTES}


class RateLimit:
    """Answers 429 with Retry-After to whoever asks too often. Stands behind the sign-in guard."""

    def __init__(self, app: ASGIApp, uploads_per_minute: int) -> None:
        self.app = app
        self._sign_ins = RateLimitItemPerMinute(SIGN_INS_PER_MINUTE)
        self._uploads = RateLimitItemPerMinute(max(1, uploads_per_minute))
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 429."""
        limit = self._limit_of(scope) if scope["type"] == "http" else None
        if limit is None or self._limiter.hit(*limit):
            await self.app(scope, receive, send)
            return
        free_again = self._limiter.get_window_stats(*limit).reset_time
        seconds = max(1, ceil(free_again - time()))
        answer = refusal(scope, 429, retry_after=str(seconds))
        await answer(scope, receive, send)

    def _limit_of(self, scope: Scope) -> tuple[RateLimitItem, str, str] | None:
        """The limit that counts, and for whom."""
        if scope["path"] == "/sign-in":
            return self._sign_ins, "sign-in", (scope.get("client") or ("", 0))[0]
        if scope["path"] in (QUERY_FILES, UPLOADS) and scope["method"] == "POST":
            return self._uploads, "upload", str(scope.get(SESSION, ""))
        return None
