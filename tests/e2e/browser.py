"""The Chromium of this machine, driven without a screen."""

import os
import shutil

from playwright.sync_api import Browser, Playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# WebGL in software: the viewer needs it, and test machines have no graphics card.
SOFTWARE_WEBGL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
PATIENCE_MS = 30_000  # of a machine that does much else at the same time

expect.set_options(timeout=PATIENCE_MS)


class NoBrowser(Exception):
    """There is no Chromium."""


def chromium() -> str:
    """Where Chromium is: $SIMILIS_CHROMIUM, or found by its names. Raises NoBrowser."""
    named = os.environ.get("SIMILIS_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in NAMES]
    for path in filter(None, found):
        if shutil.which(path):
            return path
    raise NoBrowser("there is no Chromium: install it, or name it in SIMILIS_CHROMIUM")


def launch(playwright: Playwright) -> Browser:
    """A browser; its own sandbox does not work for root."""
    alone = ("--no-sandbox",) if os.geteuid() == 0 else ()
    arguments = [*SOFTWARE_WEBGL, *alone]
    return playwright.chromium.launch(executable_path=chromium(), args=arguments)
