"""The analytics page, by what people see of it."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from pyarrow import parquet

from tests.e2e.actions import Actions

OVERVIEW, ENRICHMENT = "What the reports find", "These cases against the archive"


@dataclass
class Section:
    """One chart with its totals, table and files."""

    page: Page
    actions: Actions
    title: str

    @property
    def region(self) -> Locator:
        return self.page.get_by_role("region", name=self.title, exact=True)

    @property
    def table(self) -> Locator:
        return self.region.get_by_role("table")

    def row(self, key: str) -> Locator:
        return self.table.get_by_role("row").filter(
            has=self.page.get_by_role("rowheader", name=key)
        )

    def choose(self, control: str, value: str) -> None:
        """One segment of a control, such as "Grouped by" month."""
        group = self.region.get_by_role("radiogroup", name=control)
        self.actions.click(group.get_by_text(value, exact=True))

    def saved(self, form: str) -> Path:
        """The file that its button gives."""
        with self.page.expect_download() as download:
            self.actions.click(self.region.get_by_role("button", name=f"save as {form}"))
        return Path(download.value.path())

    def csv(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.saved("CSV").read_text(encoding="utf-8"))))

    def json(self) -> dict[str, object]:
        document: dict[str, object] = json.loads(self.saved("JSON").read_text(encoding="utf-8"))
        return document

    def parquet(self) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = parquet.read_table(self.saved("Parquet")).to_pylist()
        return rows


@dataclass
class AnalyticsPage:
    page: Page
    actions: Actions

    def open(self, query: str = "") -> "AnalyticsPage":
        self.page.goto(f"/analytics{query}")
        return self.counted()

    def counted(self) -> "AnalyticsPage":
        """Wait until every chart shows what is asked now."""
        expect(self.page.get_by_role("heading", level=1, name="Analytics")).to_be_visible()
        expect(self.section(OVERVIEW).table).to_be_visible()
        expect(self.page.locator("main [aria-busy=true]")).to_have_count(0)
        return self

    def section(self, title: str) -> Section:
        return Section(self.page, self.actions, title)

    @property
    def overview(self) -> Section:
        return self.section(OVERVIEW)

    @property
    def enrichment(self) -> Section:
        return self.section(ENRICHMENT)

    @property
    def chips(self) -> Locator:
        return self.page.get_by_role("list", name="Filters in force").get_by_role("listitem")

    @property
    def narrowing(self) -> Locator:
        """What is counted of the neighbours."""
        return self.page.get_by_role("list", name="Counted of the neighbours").get_by_role(
            "listitem"
        )

    @property
    def with_corrections(self) -> Locator:
        return self.page.get_by_role("switch", name="Findings with people’s corrections")
