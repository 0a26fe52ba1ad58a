"""Pictures of the page's main states for the documents: `make screenshots`.

Writes docs/images/*.png, dark and light, with few enough colours to be small. What is on them is
drawn (tests/e2e/phantoms.py) or comes from the pydicom wheel; nobody's data are shown.
"""

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import archive
from tests.e2e.browser import launch
from tests.e2e.served import Served, serve
from tests.e2e.states import STATES

FOLDER = Path(__file__).parents[2] / "docs" / "images"
COLOURS = 128
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
BOTH = ("dark", "light")

# File name -> state, window, colour schemes.
SHOTS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "search-by-image": ("film dropped", DESK, BOTH),
    "search-by-text": ("text and filters", DESK, BOTH),
    "compare": ("compared", DESK, BOTH),
    "case": ("case", DESK, BOTH),
    "cine": ("cine", DESK, ("dark",)),
    "heart": ("heart", DESK, BOTH),
    "wrong-file": ("wrong file", DESK, ("dark",)),
    "phone-search": ("text and filters", PHONE, ("dark",)),
    "phone-case": ("case", PHONE, ("light",)),
}


def take(browser: Browser, served: Served, name: str) -> None:
    """One state in its colour schemes."""
    state, window, schemes = SHOTS[name]
    context = browser.new_context(
        base_url=served.origin, color_scheme=schemes[0], reduced_motion="reduce", **window
    )
    with context:
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.goto(served.link())
        STATES[state](page)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.mouse.move(2, 2)
            page.wait_for_load_state("networkidle")
            (FOLDER / f"{name}-{scheme}.png").write_bytes(
                _small(page.screenshot(animations="disabled"))
            )


def _small(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    stream = io.BytesIO()
    few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def main(names: list[str]) -> None:
    """Take those that are named, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        archive.make(home, Path(scratch) / "files")
        with serve(home) as served, sync_playwright() as playwright, launch(playwright) as browser:
            for name in names or SHOTS:
                take(browser, served, name)


if __name__ == "__main__":
    main(sys.argv[1:])
