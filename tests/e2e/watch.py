"""What the page must never do, whatever a test does with it."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

from tests.e2e.archive import FAMILY_NAME

OWN_SCHEMES = ("blob", "data")
CANCELLED = "net::ERR_ABORTED"  # the page itself, of a question that is no longer on the screen


@dataclass
class Watch:
    """Collects errors of the console, of scripts, of the network and of the content policy.

    What a test provokes on purpose it announces with `expect`, as a pattern.
    """

    origin: str
    seen: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a context."""
        context.on("page", lambda page: self.pages.append(page))
        context.on("console", self._console)
        context.on("weberror", self._script)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._answer)

    def expect(self, *patterns: str) -> None:
        """These complaints are part of the test."""
        self.expected += [re.compile(pattern) for pattern in patterns]

    def look(self) -> None:
        """Nobody's name is on a page that is still open."""
        for page in self.pages:
            if not page.is_closed() and FAMILY_NAME in page.content():
                self.seen.append(f"a patient's name is on {urlsplit(page.url).path}")

    def check(self) -> None:
        """Nothing happened that was not expected."""
        wrong = [one for one in self.seen if not any(known.search(one) for known in self.expected)]
        assert not wrong, "\n".join(wrong)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text}")

    def _script(self, error: WebError) -> None:
        self.seen.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES and not request.url.startswith(self.origin):
            self.seen.append(f"elsewhere: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != CANCELLED:
            self.seen.append(f"failed: {urlsplit(request.url).path} {request.failure}")

    def _answer(self, response: Response) -> None:
        if response.status >= 400:
            self.seen.append(f"status {response.status}: {urlsplit(response.url).path}")
