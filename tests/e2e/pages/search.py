"""The search page, by what people see of it."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.e2e.actions import Actions

COUNTED = re.compile(r"^([\d,]+) (series|cases?|images?)( in the archive)?$")
SEARCH = "Search – Similis"


@dataclass
class SearchPage:
    page: Page
    actions: Actions

    def open(self, query: str = "") -> "SearchPage":
        """Go to the search of an address, and wait for its answer."""
        self.page.goto(f"/{query}")
        self.answered()
        return self

    def answered(self) -> None:
        """Wait until the answer to what is asked now is on the screen."""
        expect(self.counted).to_be_visible()
        expect(self.page.locator("main [aria-busy=true]")).to_have_count(0)

    # --- asking -----------------------------------------------------------------------------------

    @property
    def words(self) -> Locator:
        return self.page.get_by_role("combobox", name="Words of reports and labels")

    @property
    def suggestions(self) -> Locator:
        return self.page.get_by_role("listbox").get_by_role("option")

    @property
    def asked_file(self) -> Locator:
        return self.page.get_by_role("region", name="Your file")

    @property
    def asked_image(self) -> Locator:
        return self.page.get_by_role("region", name="More like this image")

    @property
    def patient_switch(self) -> Locator:
        return self.page.get_by_role("switch", name=re.compile("same patient’s"))

    @property
    def transfers(self) -> Locator:
        return self.page.get_by_role("list", name="File transfers").get_by_role("listitem")

    @property
    def other_files(self) -> Locator:
        return self.page.get_by_role("list", name="Dropped files").get_by_role("listitem")

    def search(self, words: str) -> None:
        """Write words and press Enter."""
        self.actions.click(self.words)
        self.words.fill("")
        self.actions.type(words)
        self.actions.press("Enter")
        self.answered()

    # --- narrowing --------------------------------------------------------------------------------

    def facet(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name, exact=True)

    def value(self, facet: str, value: str) -> Locator:
        return self.facet(facet).get_by_role("checkbox", name=re.compile(rf"^{re.escape(value)} "))

    def counts(self, facet: str) -> dict[str, int]:
        """The values of a facet that are listed, and how many cases each would show."""
        labels = (
            self.facet(facet)
            .get_by_role("checkbox")
            .evaluate_all("(boxes) => boxes.map((box) => box.labels[0].textContent)")
        )
        found = (re.fullmatch(r"(.+?) ([\d,]+) cases?", label) for label in labels)
        return {one[1]: int(one[2].replace(",", "")) for one in found if one}

    @property
    def chips(self) -> Locator:
        return self.page.get_by_role("list", name="Filters in force").get_by_role("listitem")

    def chip(self, text: str) -> Locator:
        return self.page.get_by_role("button", name=f"Remove {text}", exact=True)

    # --- the answer -------------------------------------------------------------------------------

    @property
    def counted(self) -> Locator:
        return self.page.get_by_role("status").filter(has_text=COUNTED)

    @property
    def total(self) -> int:
        found = COUNTED.match(self.counted.inner_text())
        assert found is not None
        return int(found[1].replace(",", ""))

    @property
    def hits(self) -> Locator:
        return self.page.get_by_role("list", name="Hits, best first").get_by_role("article")

    def hit(self, rank: int) -> Locator:
        return self.hits.and_(self.page.get_by_role("article", name=re.compile(f"^{rank}: ")))

    def link(self, rank: int) -> Locator:
        return self.hit(rank).get_by_role("link")

    @property
    def links(self) -> list[str]:
        """Where the hits on the screen lead, in their order."""
        links: list[str] = self.hits.get_by_role("link").evaluate_all(
            "(links) => links.map((link) => new URL(link.href).pathname)"
        )
        return links

    def more_like(self, rank: int) -> Locator:
        return self.hit(rank).get_by_role("button", name=re.compile("^More like"))

    def not_useful(self, rank: int) -> Locator:
        return self.hit(rank).get_by_role("button", name=re.compile("^Not useful"))

    def undo(self, rank: int) -> Locator:
        return self.hit(rank).get_by_role("button", name=re.compile("^Undo"))

    @property
    def sideways(self) -> int:
        """How far the page can be scrolled sideways, which it should not."""
        return sideways(self.page)


def sideways(page: Page) -> int:
    """Pixels by which a page is wider than the window."""
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
