"""The analytics page: journeys 9 and 10, and that its numbers are those of the archive."""

import json
import re

from playwright.sync_api import Page, expect

from tests.e2e import archive
from tests.e2e.actions import Actions
from tests.e2e.axe import violations
from tests.e2e.pages.analytics import AnalyticsPage
from tests.e2e.pages.search import SearchPage

FILMS = archive.films()
FILE = {"film.dcm": archive.asked_film().file()}


def analytics(page: Page, actions: Actions) -> AnalyticsPage:
    return AnalyticsPage(page, actions)


def effusions(sex: str) -> int:
    return sum(film.effusion and film.sex == sex for film in FILMS)


def test_journey_9_present_effusions_by_month_women_against_men(
    search: SearchPage, page: Page, actions: Actions
) -> None:
    search.open("?f=dataset:films")
    shown = analytics(page, actions)
    with actions.within(5):
        actions.click(page.get_by_role("link", name="Analyse these results"))
        shown.counted()
        actions.click(shown.overview.row("J90-J94").get_by_role("rowheader").get_by_role("button"))
        shown.counted()
        spread = shown.section("Findings by year")
        spread.choose("Grouped by", "Month")
        spread = shown.section("Findings by month")
        spread.choose("Told apart by", "Women and men")
        shown.counted()
        expect(spread.region).to_contain_text(re.compile(r"\d+ present, \d+ absent, \d+ uncertain"))
        rows = spread.csv()
    for sex in "FM":
        counted = sum(int(row["present"]) for row in rows if row["sex"] == sex)
        assert counted == effusions(sex)
        whole = sum(int(row["cases"]) for row in rows if row["sex"] == sex)
        assert whole == sum(film.sex == sex for film in FILMS)
    assert all(re.fullmatch(r"\d{4}-\d\d", row["month"]) for row in rows)
    assert {"absent", "uncertain", "cases_with_report"} <= rows[0].keys()
    assert {int(row["total_present"]) for row in rows} == {effusions("F") + effusions("M")}
    query = json.loads(rows[0]["query"])
    assert query["filters"] == [{"name": "DATASET", "anyOf": ["films"]}]
    assert query["of"]["split"] == "sex"
    assert archive.FAMILY_NAME not in json.dumps(rows)


def test_every_form_of_file_has_the_same_rows(page: Page, actions: Actions) -> None:
    overview = analytics(page, actions).open("?f=dataset:films&by=code").overview
    table, document, rows = overview.csv(), overview.json(), overview.parquet()
    assert isinstance(document["rows"], list)
    assert [row["key"] for row in table] == [row["key"] for row in rows]
    for one, other in zip(document["rows"], rows, strict=True):
        assert {name: other[name] for name in one} == one
    effusion = next(row for row in rows if row["key"] == "J90")
    assert effusion["present"] == effusions("F") + effusions("M")
    assert effusion["total_cases"] == len(FILMS)


def test_journey_10_what_is_over_represented_among_neighbours(
    search: SearchPage, page: Page, actions: Actions
) -> None:
    search.open()
    shown = analytics(page, actions)
    with actions.within(2):
        actions.drop(FILE)
        expect(search.asked_file).to_be_visible()
        search.answered()
        actions.click(page.get_by_role("link", name="Analyse these results"))
        shown.counted()
        enriched = shown.enrichment
        expect(enriched.row("J90-J94")).to_be_visible()
    for column in ("lift", "odds ratio", "95 %", "adjusted"):
        expect(enriched.table).to_contain_text(re.compile(column, re.IGNORECASE))
    rows = {str(row["key"]): row for row in enriched.parquet()}
    found = rows["J90-J94"]
    assert isinstance(found["odds_ratio"], float)
    assert float(str(found["low_95"])) <= found["odds_ratio"] <= float(str(found["high_95"]))
    link = enriched.row("J90-J94").get_by_role("link", name="Open the cases with J90-J94")
    actions.click(link)
    search.answered()
    assert search.total > 0
    expect(search.asked_file).to_be_visible()


def test_neighbours_stay_the_same_when_they_are_narrowed(page: Page, actions: Actions) -> None:
    search = SearchPage(page, actions).open("?f=dataset:films")
    actions.click(search.more_like(1))
    search.answered()
    address = page.url.partition("?")[2]
    shown = analytics(page, actions).open(
        f"?{address}&neighbours=20&in=J90-J94&of=J90-J94&split=sex"
    )
    chosen = shown.overview.json()
    spread = shown.section("Findings by year")
    rows = spread.csv()
    assert {row["sex"] for row in rows} == {"F", "M"}
    assert sum(int(row["cases"]) for row in rows) == int(str(chosen["total_cases"])) == 20
    actions.click(spread.table.get_by_role("button", name=re.compile("women")).first)
    shown.counted()
    expect(shown.narrowing).not_to_have_count(0)
    expect(shown.narrowing.filter(has_text="Sex: Female")).to_have_count(1)
    narrowed = shown.overview.json()
    assert 0 < int(str(narrowed["total_cases"])) < 20
    page.reload()
    shown.counted()
    assert shown.overview.json()["total_cases"] == narrowed["total_cases"]


def test_chips_say_what_codes_mean(page: Page, actions: Actions) -> None:
    analytics(page, actions).open("?f=code:J90&f=category:absent:J93")
    chips = page.get_by_role("list", name="Filters in force")
    expect(chips).to_contain_text("Code: J90 Pleural effusion, not elsewhere classified")
    expect(chips).to_contain_text("Category: J93 Pneumothorax and air leak (absent)")


def test_a_number_filters_and_is_what_is_counted_then(page: Page, actions: Actions) -> None:
    shown = analytics(page, actions).open("?f=dataset:films&by=code")
    row = shown.overview.row("J90")
    number = row.get_by_role("button", name=re.compile("only cases with J90 absent"))
    count = int((number.get_attribute("aria-label") or "").partition(":")[0])
    actions.click(number)
    shown.counted()
    expect(shown.chips.filter(has_text="J90")).to_have_count(1)
    assert shown.overview.json()["total_cases"] == count == sum(not f.effusion for f in FILMS)


def test_axe_has_nothing_to_say(page: Page, actions: Actions) -> None:
    shown = analytics(page, actions).open("?f=dataset:films&f=sex:F")
    assert violations(page) == []
    actions.click(shown.with_corrections)
    shown.counted()
    expect(page).to_have_url(re.compile("findings=corrected"))
    assert violations(page) == []
