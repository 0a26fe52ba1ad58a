"""Looking at a case: journeys 3 and 4, the viewer, and the way back."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import archive
from tests.e2e.actions import TWO_FRAMES
from tests.e2e.pages.case import CasePage
from tests.e2e.pages.search import SearchPage
from tests.e2e.watch import Watch

NO_CASE = "2.25.1"


@pytest.fixture
def ct(search: SearchPage, case: CasePage) -> CasePage:
    """A chest CT, alone."""
    search.open("?q=slices&f=dataset:ct")
    search.link(1).click()
    case.pane("Hit 1").drawn()
    return case


@pytest.fixture
def compared(search: SearchPage, case: CasePage) -> CasePage:
    """A chest CT in slices asked with, and beside it one in frames."""
    search.open("?q=slices&f=dataset:ct")
    search.more_like(1).click()
    expect(search.asked_image).to_be_visible()
    search.search("frames")
    search.link(1).click()
    case.pane("Query").drawn()
    case.pane("Hit 1").drawn()
    return case


def test_journey_3_a_dropped_film_beside_the_third_hit(search: SearchPage, case: CasePage) -> None:
    search.open()
    search.actions.drop({"film.dcm": archive.asked_film().file()})
    expect(search.asked_file).to_be_visible()
    search.search("effusion")
    with search.actions.within(1):
        search.actions.click(search.link(3))
        query, hit = case.pane("Query").drawn(), case.pane("Hit 3").drawn()
    assert query.greys > 40
    assert hit.greys > 40
    assert not np.array_equal(query.seen, hit.seen)
    expect(query.region).to_contain_text("Uploaded, not stored")
    expect(hit.region).to_contain_text(re.compile("P-[A-Z2-7]{16}"))
    for pane in (query, hit):
        expect(pane.region).to_contain_text("Not for diagnosis")
    expect(case.panel.locator("mark").first).to_have_text("effusion")
    expect(case.page.get_by_text("Hit 3 of")).to_be_visible()


def test_escape_returns_to_the_same_place_in_the_list(search: SearchPage, case: CasePage) -> None:
    search.open("?q=effusion")
    search.hit(10).scroll_into_view_if_needed()
    search.page.mouse.wheel(0, 40)
    address = search.page.url
    before = search.page.evaluate("() => window.scrollY")
    search.link(10).click()
    case.pane("Hit 10").drawn()
    with search.actions.within(1):
        search.actions.press("Escape")
        expect(search.link(10)).to_be_focused()
    assert search.page.url == address
    expect(search.hit(10)).to_be_in_viewport()
    assert abs(search.page.evaluate("() => window.scrollY") - before) <= 60


def test_journey_4_the_patients_other_studies(search: SearchPage, case: CasePage) -> None:
    search.open("?q=effusion&f=dataset:films&f=age:70..76&f=sex:F")  # one patient
    with search.actions.within(1):
        search.actions.click(search.link(1))
        expect(case.timeline.first).to_be_visible()
    studies = case.timeline.count()
    assert studies == 3
    for number in range(studies):
        entry = case.timeline.nth(number)
        expect(entry).to_contain_text(
            re.compile(r"\d+ \w{3} \d{4}.*1 image · report \d+ \w{3} \d{4}")
        )
        expect(entry.locator("img")).to_have_js_property("complete", True)
    years = [int(text.split()[2]) for text in case.timeline.all_inner_texts()]
    assert years == sorted(years), "oldest first"
    here = case.timeline.and_(case.page.locator("[aria-current=page]"))
    expect(here).to_have_count(1)
    seen = here.inner_text()
    others = [n for n in range(studies) if case.timeline.nth(n).inner_text() != seen]
    search.actions.click(case.timeline.nth(others[0]))
    expect(here).not_to_have_text(seen)
    case.page.go_back()
    expect(here).to_contain_text(seen.splitlines()[0])
    search.actions.press("Escape")
    expect(search.link(1)).to_be_focused()


def test_query_and_hit_scroll_together(compared: CasePage) -> None:
    query, hit = compared.pane("Query"), compared.pane("Hit 1")
    asked, found = query.place[1], hit.place[1]
    assert (asked, found) == (archive.SLICES, archive.STACK_FRAMES), "by place, not by number"
    compared.actions.press("Home")
    hit.at(1)
    query.at(1)
    compared.actions.wheel(hit.picture, 4)
    hit.at(5)
    query.elsewhere(1)
    assert 1 < query.drawn().place[0] < asked
    compared.actions.press("End")
    hit.at(found)
    query.at(asked)
    compared.actions.press("s")  # no longer linked
    compared.actions.press("Home")
    hit.at(1)
    query.at(asked)


def test_query_and_hit_share_window_and_zoom(compared: CasePage) -> None:
    query, hit = compared.pane("Query"), compared.pane("Hit 1")
    compared.actions.press("2")
    expect(query.region).to_contain_text("W 1500 L -600")
    expect(hit.region).to_contain_text("W 1500 L -600")
    compared.actions.click(compared.tool("Zoom in"))
    expect(query.region).not_to_contain_text("Zoom 100 %")
    expect(hit.region).not_to_contain_text("Zoom 100 %")
    compared.actions.click(compared.tool("Invert"))
    expect(query.region).to_contain_text("Inverted")


def test_a_stack_is_scrolled_by_wheel_keys_and_slider(ct: CasePage) -> None:
    pane = ct.pane("Hit 1")
    number, count = pane.place
    assert count == archive.SLICES
    first = pane.seen
    assert pane.greys > 40
    ct.actions.wheel(pane.picture, 3)
    pane.elsewhere(number)
    pane.drawn()
    assert not np.array_equal(first, pane.seen)
    ct.actions.press("Home")
    pane.at(1)
    ct.actions.press("ArrowDown")
    pane.at(2)
    ct.actions.press("End")
    pane.at(count)
    pane.slider.focus()
    ct.actions.press("ArrowLeft")
    pane.at(count - 1)
    expect(ct.page).to_have_url(re.compile(r"instance="))


def test_the_window_is_dragged_picked_and_reset(ct: CasePage) -> None:
    pane = ct.pane("Hit 1")
    assert pane.window == (400, 40), "the file's own"
    own = pane.seen
    ct.actions.drag(pane.picture, 60, 30)
    expect(pane.region).not_to_contain_text("W 400 L 40")
    dragged = pane.window
    assert dragged[0] > 400
    assert dragged[1] > 40 or dragged[1] < 40
    ct.actions.press("3")
    expect(pane.region).to_contain_text("W 2500 L 480")
    ct.actions.click(ct.page.get_by_role("button", name="Bone"))
    ct.actions.click(ct.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Lung")))
    expect(pane.region).to_contain_text("W 1500 L -600")
    assert not np.array_equal(own, pane.seen)
    ct.actions.press("i")
    expect(pane.region).to_contain_text("Inverted")
    ct.actions.click(ct.tool("Reset"))
    expect(pane.region).to_contain_text("W 400 L 40")
    expect(pane.region).not_to_contain_text("Inverted")


def test_turned_and_mirrored_with_letters_that_follow(ct: CasePage) -> None:
    pane = ct.pane("Hit 1")
    letters = pane.region.get_by_role("group", name="Orientation")
    expect(letters.get_by_role("note", name="Left: R")).to_be_visible()
    expect(letters.get_by_role("note", name="Top: A")).to_be_visible()
    ct.actions.press("h")
    expect(letters.get_by_role("note", name="Left: L")).to_be_visible()
    ct.actions.press("r")
    expect(letters.get_by_role("note", name="Right: A")).to_be_visible()
    ct.actions.press("Space")
    expect(letters.get_by_role("note", name="Left: R")).to_be_visible()
    expect(pane.region).to_contain_text(re.compile(r"\d+ [cm]m"))  # a scale bar


def test_a_cine_plays_and_stops(search: SearchPage, case: CasePage) -> None:
    search.open("?f=dataset:echo")
    search.actions.click(search.link(1))
    pane = case.pane("Hit 1").drawn()
    assert pane.place[1] == archive.CINE_FRAMES
    speed = case.page.get_by_role("combobox", name="Speed against the recording")
    expect(speed.locator("option:checked")).to_contain_text("25/s")
    first = pane.place[0]
    search.actions.press("c")
    pane.elsewhere(first)
    again = pane.place[0]
    pane.elsewhere(again)
    search.actions.press("c")
    expect(pane.region).to_contain_text("Uncalibrated")
    search.page.wait_for_load_state("networkidle")
    stopped = pane.drawn().place
    search.page.evaluate(TWO_FRAMES)
    assert pane.place == stopped


def test_the_next_hit_is_one_key_away(search: SearchPage, case: CasePage) -> None:
    search.open("?q=effusion&f=dataset:films")
    search.link(1).click()
    case.pane("Hit 1").drawn()
    search.actions.press("n")
    case.pane("Hit 2").drawn()
    expect(case.page.get_by_text("Hit 2 of")).to_be_visible()
    search.actions.press("p")
    case.pane("Hit 1").drawn()
    search.actions.press("m")
    expect(search.asked_image).to_be_visible()
    search.answered()


def test_the_header_is_shown_without_identity(ct: CasePage) -> None:
    ct.actions.click(ct.tab("Header"))
    expect(ct.panel).to_contain_text("SliceThickness")
    expect(ct.panel).to_contain_text("without identity")
    for leaked in (archive.FAMILY_NAME, "E2E-02", archive.ROOT_UID):
        expect(ct.panel).not_to_contain_text(leaked)
    ct.panel.get_by_role("textbox", name="Search the header").fill("thickness")
    expect(ct.panel).to_contain_text("1 element, without identity")


def test_what_people_said_of_a_case_is_shown(search: SearchPage, case: CasePage) -> None:
    search.open("?q=clear")
    search.not_useful(1).click()
    expect(search.undo(1)).to_be_visible()
    search.page.wait_for_load_state("networkidle")
    search.link(1).click()
    case.opened()
    case.actions.click(case.tab("Labels and notes"))
    expect(case.panel).to_contain_text("Not useful as a hit")
    expect(case.panel).to_contain_text("No finding")
    case.actions.click(case.panel.get_by_role("button", name="Take back"))
    expect(case.panel).to_contain_text("taken back")


def test_all_keys_are_on_a_sheet(ct: CasePage) -> None:
    ct.actions.press("?")
    sheet = ct.page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("Flip left to right")
    ct.actions.press("Escape")
    expect(sheet).to_have_count(0)
    expect(ct.back).to_be_visible()  # only the sheet was left


def test_a_link_to_a_case_stands_alone(page: Page, case: CasePage, search: SearchPage) -> None:
    search.open("?q=effusion")
    search.link(2).click()
    case.pane("Hit 2").drawn()
    page.reload()
    case.pane("Hit 2").drawn()
    page.keyboard.press("Escape")
    search.answered()
    expect(search.words).to_have_value("effusion")


def test_a_case_that_is_not_there_says_so(page: Page, case: CasePage) -> None:
    page.goto(f"/case/{NO_CASE}")
    expect(case.title).to_have_text("This case is not in the archive")
    case.actions.click(case.back)
    expect(page).to_have_url(re.compile("/$"))


def test_a_series_that_cannot_be_fetched_can_be_tried_again(
    page: Page, search: SearchPage, case: CasePage, watch: Watch
) -> None:
    watch.expect("metadata", "ERR_CONNECTION_REFUSED")
    page.route("**/dicomweb/**/metadata", lambda route: route.abort("connectionrefused"))
    search.open("?q=effusion")
    search.link(1).click()
    region = case.pane("Hit 1").region
    expect(region.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(case.panel).to_contain_text("effusion")  # the report is still there
    page.unroute("**/dicomweb/**/metadata")
    case.actions.click(region.get_by_role("button", name="Try again"))
    case.pane("Hit 1").drawn()


def test_a_case_without_images_shows_its_report(page: Page, search: SearchPage) -> None:
    search.open("?f=dataset:samples&f=-modality:*&group=case&view=list")
    bare = search.hits.filter(has_not=page.locator("img")).first
    bare.get_by_role("link").click()
    expect(page.get_by_text("This case has no images.")).to_be_visible()
