"""A real server over a made archive, a real browser, and a watch over both.

Without Chromium or the built page the tests skip; where SIMILIS_REQUIRE_E2E=1 they fail instead.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from api.server.page import page_folder
from tests.e2e import archive
from tests.e2e.actions import Actions
from tests.e2e.browser import PATIENCE_MS, NoBrowser, chromium, launch
from tests.e2e.pages.case import CasePage
from tests.e2e.pages.search import SearchPage
from tests.e2e.served import Served, serve
from tests.e2e.watch import Watch

REQUIRED = os.environ.get("SIMILIS_REQUIRE_E2E") == "1"
OpenContext = Callable[..., BrowserContext]


def missing(reason: str) -> NoReturn:
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def ready() -> None:
    """There is a browser, and a page to look at."""
    try:
        chromium()
    except NoBrowser as reason:
        missing(str(reason))
    if page_folder() is None:
        missing("the page is not built: `make page`")


@pytest.fixture(scope="session")
def made_home(ready: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive, made once for all test processes; nobody writes to it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / "e2e.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = shared / "e2e-home"
        if not home.exists():
            archive.make(shared / "e2e-making", shared / "e2e-files")
            (shared / "e2e-making").rename(home)
    return home


@pytest.fixture(scope="package")
def served(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a copy of the archive."""
    home = tmp_path_factory.mktemp("e2e") / "home"
    shutil.copytree(made_home, home)
    with serve(home) as served:
        yield served


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # For these tests alone: while Playwright is open, no other test can have an event loop.
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser


@pytest.fixture(scope="package")
def signed_in(served: Served, browser: Browser) -> StorageState:
    """The cookie of the archive's owner."""
    with browser.new_context() as context:
        context.new_page().goto(served.link())
        return context.storage_state()


@pytest.fixture
def watch(served: Served) -> Iterator[Watch]:
    watch = Watch(served.origin)
    yield watch
    watch.check()


@pytest.fixture
def open_context(
    browser: Browser, served: Served, signed_in: StorageState, watch: Watch
) -> Iterator[OpenContext]:
    """Opens a browser's window: signed in, dark, 1280 by 800, unless said otherwise."""
    with ExitStack() as stack:

        def opened(**options: Any) -> BrowserContext:
            given = {
                "base_url": served.origin,
                "storage_state": signed_in,
                "viewport": {"width": 1280, "height": 800},
                "color_scheme": "dark",
                "reduced_motion": "reduce",
                **options,
            }
            context = stack.enter_context(browser.new_context(**given))
            context.set_default_timeout(PATIENCE_MS)
            watch.over(context)
            return context

        yield opened
        watch.look()


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    return open_context().new_page()


@pytest.fixture
def actions(page: Page) -> Actions:
    return Actions(page)


@pytest.fixture
def search(page: Page, actions: Actions) -> SearchPage:
    return SearchPage(page, actions)


@pytest.fixture
def case(page: Page, actions: Actions) -> CasePage:
    return CasePage(page, actions)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Once more for what fails here: a browser on a busy machine loses an event now and then.

    What fails twice has failed, and the summary counts what was run again.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))
