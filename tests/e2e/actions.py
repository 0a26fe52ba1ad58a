"""What a person does at the page, counted."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import JSHandle, Locator, Page

MAKE_TRANSFER = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, base64] of files) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  return transfer;
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Actions:
    """Clicks, keys, drops and typed words; one each."""

    page: Page
    count: int = 0

    @contextmanager
    def within(self, budget: int) -> Iterator[None]:
        """What happens in the block takes at most so many actions."""
        before = self.count
        yield
        taken = self.count - before
        assert taken <= budget, f"{taken} actions, where {budget} are allowed"

    def click(self, target: Locator) -> None:
        self.count += 1
        target.click()

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Into whatever has the focus."""
        self.count += 1
        self.page.keyboard.type(words)

    def wheel(self, target: Locator, notches: int) -> None:
        """Turn the wheel over something; up where negative."""
        self.count += 1
        target.hover()
        for _ in range(abs(notches)):
            self.page.mouse.wheel(0, 100 if notches > 0 else -100)
            self.page.evaluate(TWO_FRAMES)  # a busy browser makes one event of several notches

    def drag(self, target: Locator, right: int, down: int) -> None:
        """Press in the middle of something, move, let go."""
        self.count += 1
        box = target.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + right, y + down, steps=4)
        self.page.mouse.up()

    def drop(self, files: dict[str, bytes], zone: str = "") -> None:
        """Drag files over the page and let go: anywhere, or on the words of a zone."""
        self.count += 1
        transfer = self.drag_over(files)
        target = self.page.get_by_text(zone, exact=True) if zone else self.page.locator("main")
        for event in ("dragenter", "dragover", "drop"):
            target.dispatch_event(event, {"dataTransfer": transfer})

    def drag_over(self, files: dict[str, bytes] | None = None) -> JSHandle:
        """Hold files over the page without letting go of them."""
        transfer = self._transfer(files or {"film.dcm": b"film"})
        self.page.dispatch_event("main", "dragenter", {"dataTransfer": transfer})
        return transfer

    def paste(self, files: dict[str, bytes]) -> None:
        self.count += 1
        transfer = self._transfer(files)
        self.page.evaluate(
            "(data) => document.body.dispatchEvent(new ClipboardEvent('paste',"
            " {clipboardData: data, bubbles: true}))",
            transfer,
        )

    def _transfer(self, files: dict[str, bytes]) -> JSHandle:
        encoded = [(name, base64.b64encode(data).decode()) for name, data in files.items()]
        return self.page.evaluate_handle(MAKE_TRANSFER, encoded)
