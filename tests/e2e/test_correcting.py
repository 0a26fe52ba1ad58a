"""Findings are corrected on the case page: by mouse, by keys, and taken back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.actions import Actions
from tests.e2e.axe import violations
from tests.e2e.pages.analytics import AnalyticsPage
from tests.e2e.pages.case import CasePage
from tests.e2e.pages.search import SearchPage

SELECT = """(report) => {
  const walker = document.createTreeWalker(report, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const at = text.data.indexOf("normal size");
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + "normal size".length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
}"""


class Evidence:
    """The report of a case with its findings and corrections."""

    def __init__(self, case: CasePage) -> None:
        self.page, self.panel, self.actions = case.page, case.panel, case.actions

    def finding(self, words: str) -> Locator:
        return self.panel.get_by_role("button", name=re.compile(f"^{words}$"))

    @property
    def add(self) -> Locator:
        return self.panel.get_by_role("button", name="Add a finding")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def said(self) -> Locator:
        return self.page.get_by_role("region", name="Corrections of findings").get_by_role(
            "listitem"
        )

    @property
    def in_force(self) -> Locator:
        return self.said.and_(self.page.locator("[data-in-force=true]"))

    def undo_all(self) -> None:
        undo = self.said.get_by_role("button", name=re.compile("^Undo"))
        expect(self.panel).to_be_visible()
        while left := self.in_force.count():
            undo.first.click()
            expect(self.in_force).to_have_count(left - 1)


@pytest.fixture
def evidence(search: SearchPage, case: CasePage) -> Iterator[Evidence]:
    """A film with an effusion, without corrections before and after."""
    search.open("?q=effusion&f=dataset:films&f=finding:effusion")
    search.link(1).click()
    case.opened()
    evidence = Evidence(case)
    expect(evidence.finding("pleural effusion").first).to_be_visible()
    evidence.undo_all()
    yield evidence
    evidence.undo_all()


def test_a_finding_is_changed_and_the_change_undone(evidence: Evidence) -> None:
    dialog, actions = evidence.dialog, evidence.actions
    actions.click(evidence.finding("pleural effusion").first)
    expect(dialog).to_contain_text("J90")
    assert violations(evidence.page) == []
    dialog.get_by_label("How the report speaks of it").select_option("ABSENT")
    dialog.get_by_label("Comment").fill("seen lying down")
    actions.click(dialog.get_by_role("button", name="Save the correction"))
    expect(dialog).to_have_count(0)
    corrected = evidence.finding("pleural effusion").first
    expect(corrected).to_have_attribute("data-assertion", "ABSENT")
    expect(corrected).to_have_attribute("data-said-by", "person")
    expect(evidence.in_force).to_have_count(1)
    for told in ("present → absent", "owner", "seen lying down"):
        expect(evidence.in_force).to_contain_text(told)
    assert violations(evidence.page) == []
    actions.click(evidence.in_force.get_by_role("button", name=re.compile("^Undo")))
    expect(evidence.finding("pleural effusion").first).to_have_attribute(
        "data-assertion", "PRESENT"
    )
    expect(evidence.said.filter(has_text="undone")).not_to_have_count(0)


def test_selected_words_become_a_finding(evidence: Evidence) -> None:
    evidence.panel.locator("p", has_text="normal size").evaluate(SELECT)
    evidence.actions.click(evidence.add)
    expect(evidence.dialog).to_contain_text("normal size")
    evidence.dialog.get_by_role("combobox").first.fill("cardiomeg")
    evidence.page.get_by_role("option", name=re.compile("I51.7")).click()
    evidence.actions.click(evidence.dialog.get_by_role("button", name="Add the finding"))
    expect(evidence.finding("normal size")).to_have_attribute("data-said-by", "person")
    expect(evidence.in_force).to_contain_text("Added “normal size”: I51.7 Cardiomegaly, present")


def test_a_finding_is_added_and_removed_with_keys_alone(evidence: Evidence) -> None:
    press = evidence.actions.press
    evidence.add.focus()
    press("Enter")
    words = evidence.dialog.get_by_role("textbox", name="Words of the report")
    expect(words).to_be_focused()
    words.fill("nowhere")
    expect(evidence.dialog).to_contain_text("does not have these words")
    words.fill("pneumothorax")
    expect(evidence.dialog.get_by_role("combobox").first).to_have_value(re.compile("J93"))
    press("Enter")
    expect(evidence.dialog).to_have_count(0)
    added = evidence.finding("pneumothorax").first
    expect(added).to_have_attribute("data-assertion", "PRESENT")
    added.focus()
    press("Enter")
    expect(evidence.dialog.get_by_label("How the report speaks of it")).to_be_focused()
    remove = evidence.dialog.get_by_role("button", name=re.compile("^Remove"))
    remove.focus()
    press("Enter")
    expect(evidence.dialog).to_have_count(0)
    expect(evidence.finding("pneumothorax")).to_have_count(0)
    expect(evidence.in_force).to_have_count(2)


def test_corrections_count_when_asked(evidence: Evidence, page: Page, actions: Actions) -> None:
    analytics = AnalyticsPage(page, actions)
    address = page.url
    actions.click(evidence.finding("pleural effusion").first)
    actions.click(evidence.dialog.get_by_role("button", name=re.compile("^Remove")))
    expect(evidence.dialog).to_have_count(0)
    expect(evidence.in_force).to_have_count(1)
    asked = "?f=dataset:films&f=code:J90"
    tagged = analytics.open(asked).overview.json()["total_cases"]
    actions.click(analytics.with_corrections)
    analytics.counted()
    corrected = analytics.overview.json()["total_cases"]
    assert int(str(corrected)) == int(str(tagged)) - 1
    search = SearchPage(page, actions).open(f"{asked}&findings=corrected&group=case")
    assert search.total == corrected
    page.goto(address)
    expect(evidence.in_force).to_have_count(1)
