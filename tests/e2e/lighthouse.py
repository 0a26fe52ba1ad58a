"""Lighthouse's verdict of the search page on a desk: `make lighthouse`.

Fetches Lighthouse from npm for this run only, as nothing else needs it. Its timings are those of
the machine: they mean something where nothing else is running.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.e2e import archive
from tests.e2e.browser import chromium, launch
from tests.e2e.served import Served, serve

LIGHTHOUSE = "lighthouse@12.8.2"  # the last that runs on Node 20
LEAST = {"performance": 0.90, "accessibility": 0.95}
PAGES = ("/", "/?q=effusion")
RUNS = 3  # of which the middle one counts
METRICS = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time",
           "cumulative-layout-shift", "speed-index")  # fmt: skip


def cookie(served: Served) -> str:
    """The Cookie header of somebody who signed in."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        context = browser.new_context()
        context.new_page().goto(served.link())
        return "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())


def audit(url: str, header: str, folder: Path) -> dict[str, Any]:
    """Lighthouse's report of one page."""
    report = folder / "report.json"
    flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
    command = [
        "npx", "--yes", LIGHTHOUSE, url, "--quiet", "--preset=desktop",
        f"--only-categories={','.join(LEAST)}", "--output=json", f"--output-path={report}",
        f"--chrome-flags={flags}", f"--extra-headers={json.dumps({'Cookie': header})}",
    ]  # fmt: skip
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium()})
    result: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return result


def _performance(report: dict[str, Any]) -> float:
    return float(report["categories"]["performance"]["score"])


def main() -> int:
    """Print scores and timings; 1 where one is less than promised."""
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        archive.make(folder / "home", folder / "files")
        with serve(folder / "home") as served:
            header = cookie(served)
            for page in PAGES:
                runs = [audit(served.origin + page, header, folder) for _ in range(RUNS)]
                report = sorted(runs, key=_performance)[RUNS // 2]
                scores = {name: report["categories"][name]["score"] for name in LEAST}
                times = {name: report["audits"][name]["displayValue"] for name in METRICS}
                failed |= any(scores[name] < least for name, least in LEAST.items())
                speed = report["environment"]["benchmarkIndex"]  # of this machine, just now
                print(page, scores, times, f"machine: {speed:.0f}")  # noqa: T201 - a command
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
