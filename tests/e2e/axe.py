"""axe-core's verdict of a page."""

import json
from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# target-size is part of WCAG 2.2 AA, and axe leaves it out unless asked.
RUN = """async () => {
  // What is half faded has no contrast yet; and an end can be the beginning of another.
  const ends = (one) => one.effect.getComputedTiming().endTime < Infinity;
  const running = () => document.getAnimations().filter(ends);
  for (let round = 0; round < 20 && running().length > 0; round += 1) {
    running().forEach((one) => one.finish());
    await new Promise(requestAnimationFrame);
  }
  const rules = { "target-size": { enabled: true } };
  const { violations } = await axe.run(document, { resultTypes: ["violations"], rules });
  const told = ({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`;
  return violations.map(({ id, nodes }) => [id, ...nodes.map(told)].join("\\n  "));
}"""


def violations(page: Page) -> list[str]:
    """Every rule that a page breaks, with the elements that break it."""
    # From outside: the page's own policy forbids foreign scripts.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN)
    return found


def version() -> str:
    """Of axe-core."""
    package = json.loads((SOURCE.parent / "package.json").read_text(encoding="utf-8"))
    return str(package["version"])
