"""Journey 15: a sentence says what happened, what was kept, and what to do."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import archive
from tests.e2e.graphql import GraphQL
from tests.e2e.pages.search import SearchPage
from tests.e2e.served import Served, serve
from tests.e2e.watch import Watch
from tests.ingest.making import dataset, file_of

OpenContext = Callable[..., BrowserContext]
UNAUTHENTICATED = ("401",)
NO_SERVER = (
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_EMPTY_RESPONSE",
    "CONTENT_LENGTH",
)


# --- signing in -----------------------------------------------------------------------------------


def test_without_signing_in_there_is_nothing_to_see(
    open_context: OpenContext, watch: Watch
) -> None:
    watch.expect(*UNAUTHENTICATED)
    page = open_context(storage_state=None).new_page()
    for path in ("/", "/case/2.25.1", "/?q=effusion"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in again")
        expect(page.get_by_text("similis serve")).to_be_visible()
        expect(page.get_by_role("article")).to_have_count(0)


def test_a_link_signs_in_once(open_context: OpenContext, served: Served, watch: Watch) -> None:
    watch.expect("403")
    link = served.link()
    first = open_context(storage_state=None).new_page()
    first.goto(link)
    expect(first.get_by_role("article").first).to_be_visible()
    assert "token" not in first.url
    second = open_context(storage_state=None).new_page()
    second.goto(link)
    expect(second.get_by_role("heading", level=1)).to_contain_text("sign-in link does not work")
    expect(second.get_by_text("has printed a fresh link")).to_be_visible()
    second.goto(served.link())
    expect(second.get_by_role("article").first).to_be_visible()


def test_signing_out_ends_the_session(
    open_context: OpenContext, served: Served, watch: Watch
) -> None:
    watch.expect(*UNAUTHENTICATED)
    context = open_context(storage_state=None)
    page = context.new_page()
    page.goto(served.link())
    expect(page.get_by_role("article").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in again")
    page.go_back()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in again")


# --- files that are none --------------------------------------------------------------------------


def _claims_too_much() -> bytes:
    made = dataset(np.zeros((1, 8, 8), np.uint16), Modality="CR")
    made.Rows = made.Columns = 65_535
    made.NumberOfFrames = 60_000
    return file_of(made)


WRONG = {
    "notes.txt": b"Just some words, no picture at all.\n" * 20,
    "cut.dcm": archive.asked_film().file()[:-9_000],
    "broken.dcm": archive.asked_film().file()[:400] + b"\xff" * 4_000,
    "huge.dcm": _claims_too_much(),
    "picture.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 300,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_in_a_sentence(search: SearchPage, watch: Watch, name: str) -> None:
    watch.expect("422", "413")
    search.open("?q=effusion")
    seen = search.links
    search.actions.drop({name: WRONG[name]})
    transfer = search.transfers.first
    expect(transfer).to_contain_text("Not taken", timeout=60_000)
    expect(transfer.get_by_role("alert")).to_contain_text("Nothing was stored")
    expect(transfer.get_by_role("alert")).to_contain_text(re.compile(r"^[A-Z][^{}<>]{20,}\. "))
    expect(transfer).to_contain_text(name)
    assert search.links == seen, "the search before is kept"
    assert "file=" not in search.page.url
    search.actions.click(transfer.get_by_role("button", name=f"Dismiss {name}"))
    expect(search.transfers).to_have_count(0)
    search.actions.drop({"film.dcm": archive.asked_film().file()})
    expect(search.asked_file).to_be_visible()


def test_empty_files_are_not_even_sent(search: SearchPage) -> None:
    search.open()
    search.actions.drop({"empty.dcm": b""})
    expect(search.page.get_by_text("empty.dcm is empty or a folder.")).to_be_visible()


def test_a_file_that_is_no_longer_held(search: SearchPage) -> None:
    search.page.goto("/?file=AAAAAAAAAAAAAAAAAAAAAA&q=effusion")
    expect(search.page.get_by_text("This file is no longer held: drop it again")).to_be_visible()
    search.actions.click(search.page.get_by_role("button", name="Go on without the file"))
    search.answered()
    expect(search.words).to_have_value("effusion")
    assert "file=" not in search.page.url


# --- searches that find nothing, and addresses that lead nowhere ----------------------------------


def test_nothing_found_says_what_to_drop(search: SearchPage) -> None:
    search.page.goto("/?q=nodule&f=sex:O&f=dataset:films")
    expect(search.page.get_by_text("Nothing matches all of this")).to_be_visible()
    search.actions.click(search.page.get_by_role("button", name=re.compile("^Without “Sex")))
    search.answered()
    assert search.total == sum(film.nodule for film in archive.films())


def test_odd_addresses_still_open(search: SearchPage) -> None:
    search.open("?f=nonsense&f=sex:&view=what&group=none&frame=-1&exclude=&unknown=1")
    assert search.total > 60
    search.page.goto("/no/such/page")
    expect(search.page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    search.page.get_by_role("link", name="Go to the search").click()
    search.answered()


def test_words_that_cannot_be_searched(search: SearchPage) -> None:
    search.page.goto("/?q=" + "(" * 300)
    expect(search.page.get_by_role("alert").or_(search.counted).first).to_be_visible()


# --- network and server ---------------------------------------------------------------------------


def test_without_a_network_what_is_seen_is_kept(search: SearchPage, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    search.open("?q=effusion")
    seen = search.links
    search.page.context.set_offline(True)
    expect(search.page.get_by_text("No network. What you see is kept")).to_be_visible()
    assert search.links == seen
    search.page.context.set_offline(False)
    expect(search.page.get_by_text("No network.")).to_have_count(0)
    search.search("nodule")
    assert search.links != seen


def test_a_failed_search_can_be_tried_again(search: SearchPage, watch: Watch) -> None:
    watch.expect(*NO_SERVER)
    calls = GraphQL(search.page)
    calls.refuse("Search")
    search.page.goto("/?q=effusion")
    alert = search.page.get_by_role("main").get_by_role("alert")
    expect(alert).to_contain_text("The server cannot be reached.", timeout=30_000)
    expect(alert).to_contain_text("Your search is kept in the address.")
    search.page.unroute_all()
    search.actions.click(alert.get_by_role("button", name="Try again"))
    search.answered()
    expect(search.words).to_have_value("effusion")


def test_a_slow_search_says_that_it_goes_on(search: SearchPage) -> None:
    held = []
    calls = GraphQL(search.page)
    calls.on("Search", lambda route, asked: held.append(route))
    search.page.goto("/?q=effusion")
    expect(search.page.get_by_text("Still searching.")).to_be_visible()
    for route in held:
        route.continue_()
    search.answered()


def test_the_server_is_stopped_and_started_again(
    tmp_path: Path, made_home: Path, open_context: OpenContext, watch: Watch
) -> None:
    watch.expect(*NO_SERVER, *UNAUTHENTICATED, "elsewhere")  # another port than the watched one
    home = tmp_path / "home"
    shutil.copytree(made_home, home)
    with serve(home) as served:
        page = open_context(storage_state=None, base_url=served.origin).new_page()
        page.goto(served.link())
        expect(page.get_by_role("article").first).to_be_visible()
        port = served.port
    words = page.get_by_role("combobox", name="Words of reports and labels")
    words.fill("effusion")
    words.press("Enter")
    expect(page.get_by_text("The server cannot be reached.").first).to_be_visible(timeout=30_000)
    with serve(home, port) as served:
        assert served.port == port
        page.get_by_role("button", name="Try again").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in again")
        page.goto(served.link() + "&next=/?q=effusion")
        expect(page.get_by_role("article").first).to_be_visible()
        expect(words).to_have_value("effusion")


def test_a_lost_session_is_said_wherever_one_is(
    page: Page, search: SearchPage, watch: Watch
) -> None:
    watch.expect(*UNAUTHENTICATED)
    search.open()
    page.context.clear_cookies()
    search.actions.drop({"film.dcm": archive.asked_film().file()})
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in again")
