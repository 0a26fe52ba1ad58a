"""The states that the page can be in, each by how one gets there: for axe and for screenshots."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import archive
from tests.e2e.actions import Actions
from tests.e2e.graphql import GraphQL
from tests.e2e.hearts import cine as heart_file
from tests.e2e.pages.case import CasePage
from tests.e2e.pages.echo import EchoPanel
from tests.e2e.pages.search import SearchPage


def _search(page: Page, query: str = "") -> SearchPage:
    return SearchPage(page, Actions(page)).open(query)


def start(page: Page) -> None:
    _search(page)
    page.wait_for_load_state("networkidle")


def film(page: Page) -> None:
    search = _search(page)
    search.actions.drop({"film.dcm": archive.asked_film().file()})
    expect(search.asked_file).to_be_visible()
    search.answered()
    page.wait_for_load_state("networkidle")


def text(page: Page) -> None:
    search = _search(page, '?q="pleural+effusion"&f=sex:F&f=age:50..')
    search.not_useful(2).click()
    expect(search.undo(2)).to_be_visible()
    page.wait_for_load_state("networkidle")
    search.undo(2).click()
    expect(search.not_useful(2)).to_be_visible()
    page.wait_for_load_state("networkidle")


def as_list(page: Page) -> None:
    _search(page, "?q=nodule&view=list&group=case")
    page.wait_for_load_state("networkidle")


def suggestions(page: Page) -> None:
    search = _search(page)
    search.words.click()
    page.keyboard.type("effus")
    expect(search.suggestions.first).to_be_visible()


def nothing(page: Page) -> None:
    page.goto("/?q=nodule&f=sex:O&f=dataset:films")
    expect(page.get_by_role("button", name=re.compile(r"^Without .*: \d+"))).not_to_have_count(0)


def loading(page: Page) -> None:
    GraphQL(page).on("Search", lambda route, asked: None)
    page.goto("/?q=effusion")
    expect(page.get_by_text("Searching")).to_be_visible()


def failing(page: Page) -> None:
    GraphQL(page).answer("Search", lambda variables, ask: BROKEN)
    page.goto("/?q=effusion")
    expect(page.get_by_role("main").get_by_role("alert")).to_be_visible(timeout=30_000)


BROKEN = {
    "errors": [
        {
            "message": "Something went wrong in Similis.",
            "extensions": {"code": "INTERNAL", "requestId": "0123456789ab"},
        }
    ]
}


def wrong_file(page: Page) -> None:
    search = _search(page)
    search.actions.drop({"notes.txt": b"Just some words, no picture.\n" * 20})
    expect(search.transfers.first).to_contain_text("Not taken")


def adding(page: Page) -> None:
    search = _search(page)
    search.actions.drop({"film.dcm": archive.asked_film().file()}, "Add to archive")
    expect(page.get_by_role("dialog", name="Add to the archive")).to_be_visible()


def dragging(page: Page) -> None:
    search = _search(page)
    search.actions.drag_over()
    expect(page.get_by_text("Search only")).to_be_visible()


def keys(page: Page) -> None:
    _search(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def signed_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in again")


def nowhere(page: Page) -> None:
    page.goto("/no/such/page")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def case_alone(page: Page) -> None:
    search = _search(page, '?q="pleural+effusion"&f=dataset:films')
    search.link(1).click()
    CasePage(page, search.actions).pane("Hit 1").drawn()
    page.wait_for_load_state("networkidle")


def compared(page: Page) -> None:
    search = _search(page, "?q=slices&f=dataset:ct")
    search.more_like(1).click()
    expect(search.asked_image).to_be_visible()
    search.answered()
    search.link(1).click()
    case = CasePage(page, search.actions)
    case.pane("Query").drawn()
    case.pane("Hit 1").drawn()
    page.wait_for_load_state("networkidle")


def cine(page: Page) -> None:
    search = _search(page, "?f=dataset:echo")
    search.link(1).click()
    CasePage(page, search.actions).pane("Hit 1").drawn()
    page.wait_for_load_state("networkidle")


def header(page: Page) -> None:
    case_alone(page)
    page.get_by_role("tab", name="Header").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("Modality")


def notes(page: Page) -> None:
    case_alone(page)
    page.get_by_role("tab", name="Labels and notes").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("Attachments")


def case_keys(page: Page) -> None:
    case_alone(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def no_case(page: Page) -> None:
    page.goto("/case/2.25.1")
    expect(page.get_by_role("heading", level=1)).to_have_text("This case is not in the archive")


def analytics(page: Page) -> None:
    page.goto("/analytics?f=dataset:films")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    page.wait_for_load_state("networkidle")


def heart(page: Page) -> None:
    """A clip that was dropped, with its numbers, or why there are none."""
    search = _search(page)
    search.actions.drop({"heart.dcm": heart_file(26, 45)})
    search.answered()
    EchoPanel(page, search.actions).measured()
    page.wait_for_load_state("networkidle")


STATES: dict[str, Callable[[Page], None]] = {
    "start": start,
    "film dropped": film,
    "text and filters": text,
    "list": as_list,
    "suggestions": suggestions,
    "nothing found": nothing,
    "loading": loading,
    "failing": failing,
    "wrong file": wrong_file,
    "adding files": adding,
    "dragging": dragging,
    "keys": keys,
    "signed out": signed_out,
    "nowhere": nowhere,
    "case": case_alone,
    "compared": compared,
    "cine": cine,
    "header": header,
    "notes": notes,
    "keys of the case": case_keys,
    "no case": no_case,
    "analytics": analytics,
    "heart": heart,
}
