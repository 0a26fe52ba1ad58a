"""The case page, by what people see of it."""

import io
import re
from dataclasses import dataclass

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.actions import Actions

NAMED = re.compile(r"image (\d+) of (\d+)$")
WINDOW = re.compile(r"W (-?[\d.]+) L (-?[\d.]+)")
# Whether the canvas has more than a few grey levels.
IS_DRAWN = """(picture) => {
  const small = new OffscreenCanvas(64, 64).getContext("2d");
  small.drawImage(picture.querySelector("canvas"), 0, 0, 64, 64);
  const levels = new Set();
  small.getImageData(0, 0, 64, 64).data.forEach((value, place) => place % 4 || levels.add(value));
  return levels.size > 8;
}"""


@dataclass
class Pane:
    """One viewport: "Query", "Case" or "Hit 3"."""

    page: Page
    label: str

    @property
    def region(self) -> Locator:
        return self.page.get_by_role("region", name=self.label, exact=True)

    @property
    def picture(self) -> Locator:
        return self.region.get_by_role("img", name=NAMED)

    @property
    def slider(self) -> Locator:
        return self.region.get_by_role("slider", name=f"{self.label}: image")

    def drawn(self) -> "Pane":
        """Wait until an image is on the screen, and not a black rectangle."""
        expect(self.picture).to_be_visible()
        expect(self.region.get_by_label("Loading the image")).to_have_count(0)
        self.page.wait_for_function(IS_DRAWN, arg=self.picture.element_handle())
        return self

    @property
    def place(self) -> tuple[int, int]:
        """(number of the image on the screen, number of images)."""
        found = NAMED.search(self.picture.get_attribute("aria-label") or "")
        assert found is not None
        return int(found[1]), int(found[2])

    def at(self, number: int) -> None:
        """Wait until the image of this number is on the screen."""
        expect(
            self.region.get_by_role("img", name=re.compile(f"image {number} of"))
        ).to_be_visible()

    def elsewhere(self, number: int) -> None:
        """Wait until another image than this one is on the screen."""
        expect(self.region.get_by_role("img", name=re.compile(f"image {number} of"))).to_have_count(
            0
        )

    @property
    def window(self) -> tuple[float, float]:
        """(width, level) as the overlay says."""
        line = self.region.get_by_text(WINDOW)
        found = WINDOW.search(line.inner_text())
        assert found is not None
        return float(found[1]), float(found[2])

    @property
    def greys(self) -> int:
        """How many grey levels the picture has: a black or blank one has a handful."""
        return len(np.unique(self.seen))

    @property
    def seen(self) -> np.ndarray:
        """The middle of the picture, as grey levels; overlays stand at its edges."""
        drawn = Image.open(io.BytesIO(self.picture.screenshot())).convert("L")
        width, height = drawn.size
        middle = (width // 4, height // 4, width * 3 // 4, height * 3 // 4)
        return np.asarray(drawn.crop(middle))


@dataclass
class CasePage:
    page: Page
    actions: Actions

    def opened(self) -> "CasePage":
        """Wait until a case is on the screen."""
        expect(self.back).to_be_visible()
        return self

    @property
    def title(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def pane(self, label: str = "Case") -> Pane:
        return Pane(self.page, label)

    @property
    def any_picture(self) -> Locator:
        return self.page.get_by_role("img", name=NAMED)

    def tool(self, name: str) -> Locator:
        return self.page.get_by_role("group", name="Viewer tools").get_by_role(
            "button", name=name, exact=True
        )

    def tab(self, name: str) -> Locator:
        return self.page.get_by_role("tab", name=name)

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("tabpanel")

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("region", name="Patient’s studies").get_by_role("button")

    @property
    def series(self) -> Locator:
        return self.page.get_by_role("region", name="Series").get_by_role("button")

    @property
    def back(self) -> Locator:
        return self.page.get_by_role("button", name="Back to the search")
