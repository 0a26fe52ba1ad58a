"""For everybody: the keyboard alone, 200 % zoom, a phone, and what axe says of every state."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.actions import Actions
from tests.e2e.axe import violations
from tests.e2e.pages.case import CasePage
from tests.e2e.pages.search import SearchPage, sideways
from tests.e2e.states import STATES
from tests.e2e.watch import Watch

OpenContext = Callable[..., BrowserContext]
TAB_STOPS = 400
SIZES = {
    "200 % zoom": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "400 % zoom": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 2},
}


# --- the keyboard alone ---------------------------------------------------------------------------


def test_a_search_a_case_and_back_with_keys_alone(search: SearchPage, case: CasePage) -> None:
    search.open()
    press = search.actions.press
    press("/")
    expect(search.words).to_be_focused()
    search.actions.type("effusion")
    press("Enter")
    search.answered()
    press("Escape")
    press("Escape")
    expect(search.link(1)).to_be_focused()
    press("ArrowRight")
    expect(search.link(2)).to_be_focused()
    press("ArrowDown")
    press("ArrowUp")
    expect(search.link(2)).to_be_focused()
    press("x")
    expect(search.undo(2)).to_be_visible()
    search.page.wait_for_load_state("networkidle")
    press("x")
    expect(search.not_useful(2)).to_be_visible()
    press("Enter")
    case.pane("Hit 2").drawn()
    press("Escape")
    expect(search.link(2)).to_be_focused()
    press("m")
    expect(search.asked_image).to_be_visible()
    search.answered()
    press("?")
    expect(search.page.get_by_role("dialog", name="Keys")).to_be_visible()
    press("Escape")
    expect(search.page.get_by_role("dialog")).to_have_count(0)


def test_tab_reaches_everything_and_shows_where_it_is(search: SearchPage) -> None:
    search.open("?f=dataset:echo")
    search.actions.press("Tab")
    skip = search.page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    reached = []
    for _ in range(TAB_STOPS):
        search.actions.press("Tab")
        name, visible = search.page.evaluate(WHERE)
        if name == "BODY":
            break
        assert visible, f"the focus cannot be seen on {name}"
        reached.append(name)
    for wanted in ("Search with a file", "samples", "Export", "US · Heart", "Not useful: hit 1"):
        assert any(wanted in name for name in reached), wanted


WHERE = """() => {
  const at = document.activeElement;
  if (at === document.body) return ["BODY", true];
  const name = at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.textContent;
  const box = at.getBoundingClientRect();
  const isField = (one) => one.matches("input, textarea, select");  // has a coloured edge instead
  const drawn = (look) => look.outlineStyle !== "none" || look.boxShadow !== "none";
  const near = [at, at.closest("label, article") ?? at, at.nextElementSibling ?? at];
  const seen = box.bottom > 0 && box.top < innerHeight;
  return [name, seen && (near.some((one) => drawn(getComputedStyle(one))) || isField(at))];
}"""


# --- small windows --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_small_windows_are_used_without_scrolling_sideways(
    open_context: OpenContext, size: str
) -> None:
    page = open_context(**SIZES[size]).new_page()
    actions = Actions(page)
    search, case = SearchPage(page, actions), CasePage(page, actions)
    search.open("?q=effusion")
    assert search.sideways == 0
    page.get_by_role("button", name="Filters").click()
    drawer = page.get_by_role("dialog", name="Filters")
    expect(drawer).to_be_visible()
    drawer.get_by_role("checkbox", name=re.compile("^Female ")).click()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(search.chip("Sex: Female")).to_be_visible()
    search.answered()
    search.link(1).click()
    case.pane("Hit 1").drawn()
    assert sideways(page) == 0
    expect(case.panel).to_contain_text("effusion")
    assert case.pane("Hit 1").picture.bounding_box()["height"] >= 120  # type: ignore[index]
    case.back.click()
    search.answered()


# --- axe ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(page: Page, watch: Watch, state: str) -> None:
    watch.expect("401", "422")
    STATES[state](page)
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    assert violations(page) == []
