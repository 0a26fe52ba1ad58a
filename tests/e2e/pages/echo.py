"""The heart of a case, or of a cine that is asked with, by what people see of it."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.e2e.actions import Actions

MEASURING_MS = 90_000  # of a clip, on a machine that does much else at the same time
# Where the contour lies on the screen: left, top, right, bottom.
EXTENT = """(line) => {
  const { left, top, right, bottom } = line.getBoundingClientRect();
  return [left, top, right, bottom];
}"""


@dataclass
class EchoPanel:
    page: Page
    actions: Actions

    def measured(self) -> "EchoPanel":
        """Wait until there is a number, or the reason why not."""
        expect(self.region).to_be_visible(timeout=MEASURING_MS)
        return self

    @property
    def region(self) -> Locator:
        return self.page.get_by_role("region", name="Heart", exact=True)

    # --- numbers ----------------------------------------------------------------------------------

    @property
    def ejection_fraction(self) -> Locator:
        return self.region.get_by_label("Ejection fraction", exact=True)

    @property
    def value(self) -> int:
        """The ejection fraction on the screen, %."""
        found = re.match(r"(\d+) %", self.ejection_fraction.inner_text())
        assert found is not None
        return int(found[1])

    @property
    def beats(self) -> Locator:
        """Rows of the table: one a beat."""
        return self.region.get_by_role("table", name="Numbers of every beat").locator("tbody tr")

    @property
    def notes(self) -> Locator:
        return self.region.get_by_role("list", name="What is to be known of these numbers")

    def picker(self, name: str) -> Locator:
        return self.region.get_by_role("combobox", name=name)

    def tick(self, end: str, beat: int) -> Locator:
        """The mark of an end of a beat on the area curve."""
        return self.region.get_by_role("button", name=re.compile(f"{end} of beat {beat}: "))

    @property
    def curve(self) -> Locator:
        return self.region.get_by_role("slider", name="Frame on the area curve")

    # --- the picture ------------------------------------------------------------------------------

    @property
    def overlay(self) -> Locator:
        return self.page.locator("svg[data-frame]")

    @property
    def strip(self) -> Locator:
        """The lines over an M-mode."""
        return self.page.locator("svg[data-strip]")

    def structure(self, name: str) -> Locator:
        """The line around myocardium or atrium."""
        return self.overlay.locator(f'[data-structure="{name}"]')

    def switch(self, name: str) -> Locator:
        return self.region.get_by_role("switch", name=name, exact=True)

    @property
    def both_planes(self) -> Locator:
        return self.region.get_by_role("region", name="Both planes")

    @property
    def sizes(self) -> Locator:
        """Of the cavity in a single picture."""
        return self.region.get_by_role("region", name="This picture").locator("output")

    @property
    def extent(self) -> list[float]:
        """Left, top, right and bottom of the contour on the screen."""
        found: list[float] = self.overlay.locator("path").first.evaluate(EXTENT)
        return found

    # --- similar hearts ---------------------------------------------------------------------------

    @property
    def similar(self) -> Locator:
        return self.page.get_by_role("region", name="Similar hearts")

    @property
    def low(self) -> Locator:
        return self.similar.get_by_role("link", name=re.compile("EF up to 40"))

    @property
    def marked(self) -> Locator:
        return self.similar.get_by_test_id("own-ef")

    # --- correcting -------------------------------------------------------------------------------

    @property
    def correct(self) -> Locator:
        return self.region.get_by_role("button", name=re.compile("^Correct"))

    @property
    def correction(self) -> Locator:
        return self.region.get_by_role("form", name="Correction")

    def button(self, name: str) -> Locator:
        return self.correction.get_by_role("button", name=name, exact=True)

    def point(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def readings(self) -> Locator:
        """Whose contours there are to look at."""
        return self.region.get_by_role("radio")

    def undo(self) -> Locator:
        return self.region.get_by_role("button", name=re.compile("^Undo the correction"))
