"""Finding cases: journeys 1, 2, 5 and 14, and what the address and the network do to a search."""

import csv
import io
import json
import re
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from tests.e2e import archive
from tests.e2e.actions import TWO_FRAMES
from tests.e2e.archive import Film
from tests.e2e.graphql import GraphQL, manifold
from tests.e2e.pages.case import CasePage
from tests.e2e.pages.search import SearchPage

OTHERS_OF_THE_PATIENT = 3
NODULES_OF_SAMPLES = 1
FILE = {"film.dcm": archive.asked_film().file()}


def women_over_60_with_effusion() -> list[Film]:
    asked = archive.asked_film().patient
    return [
        film for film in archive.films()
        if film.sex == "F" and film.age >= 60 and film.effusion and film.patient != asked
    ]  # fmt: skip


def test_journey_14_the_first_page_shows_what_is_there(search: SearchPage) -> None:
    search.open()
    assert search.total > 60
    expect(search.hits.first).to_be_visible()
    pictures = search.hits.locator("img")
    expect(pictures.first).to_have_js_property("complete", True)
    assert pictures.first.evaluate("(picture) => picture.naturalWidth") > 0
    expect(search.page.get_by_text("Not for diagnosis").first).to_be_visible()
    expect(search.page).to_have_title("Search – Similis")
    expect(search.page.get_by_role("banner")).to_contain_text("densenet121")


def test_journey_1_a_dropped_film_finds_similar_cases(search: SearchPage) -> None:
    search.open()
    with search.actions.within(1):
        search.actions.drop(FILE)
        expect(search.asked_file).to_be_visible()
        search.answered()
    asked = search.asked_file
    expect(asked.get_by_role("img", name="Your file")).to_be_visible()
    for told in ("CR", "Chest", "view AP", "77 y, female", "400 × 480", "Not stored"):
        expect(asked).to_contain_text(told)
    expect(asked).to_contain_text("Answered by densenet121")
    expect(asked).to_contain_text("seeded random weights")  # that its ranking means little is said
    first = search.hit(1)
    expect(first).to_contain_text(re.compile(r"score\s*[01]\.\d{3}"))
    expect(first).to_contain_text(re.compile(r"\d+ y, (fe)?male · \d+ \w{3} \d{4}"))
    expect(first).to_contain_text("effusion")
    expect(first.locator("img")).to_have_js_property("complete", True)


def test_journey_2_narrowed_to_women_over_60_with_effusion(search: SearchPage) -> None:
    search.open()
    search.actions.drop(FILE)
    expect(search.asked_file).to_be_visible()
    search.answered()
    with search.actions.within(4):
        search.actions.click(search.value("Sex", "Female"))
        search.actions.click(search.page.get_by_role("textbox", name="Age from"))
        search.actions.type("60")
        search.actions.click(search.value("Label", "Effusion"))
        expect(search.chips).to_have_count(4)  # three filters, and "clear all"
        search.answered()
    for chip in ("Sex: Female", "Age: 60 or more", "Label: Effusion"):
        expect(search.chip(chip)).to_be_visible()
    assert search.total == len(women_over_60_with_effusion())
    expect(search.patient_switch).to_be_checked()
    expect(search.page.get_by_text("The same patient’s", exact=False)).to_contain_text("left out")

    search.actions.click(search.chip("Age: 60 or more"))
    expect(search.chips).to_have_count(3)
    search.answered()
    assert search.total > len(women_over_60_with_effusion())


def test_the_same_patient_comes_back_when_asked_for(search: SearchPage) -> None:
    search.open()
    search.actions.drop(FILE)
    expect(search.patient_switch).to_be_checked()
    told = f"The same patient’s {OTHERS_OF_THE_PATIENT} cases are left out"
    expect(search.page.get_by_role("switch", name=told)).to_be_visible()
    search.answered()
    without = search.total
    search.actions.click(search.patient_switch)
    expect(search.patient_switch).not_to_be_checked()
    search.answered()
    assert search.total == without + OTHERS_OF_THE_PATIENT


def test_counts_of_filters_are_those_of_the_archive(search: SearchPage) -> None:
    search.open("?f=dataset:films")
    films = archive.films()
    assert search.total == len(films)
    sexes = Counter({"F": "Female", "M": "Male"}[film.sex] for film in films)
    assert search.counts("Sex") == sexes
    assert search.counts("Label") == Counter(label for film in films for label in film.labels)
    assert search.counts("View") == Counter("AP" if film.study % 2 else "PA" for film in films)
    search.actions.click(search.value("Sex", "Male"))
    expect(search.chip("Sex: Male")).to_be_visible()
    search.answered()
    assert search.total == sexes["Male"]
    assert search.counts("Sex") == sexes, "its own other values can still be added"
    search.actions.click(search.page.get_by_role("button", name="Clear all"))
    expect(search.chips).to_have_count(0)


def test_text_is_completed_found_and_marked(search: SearchPage) -> None:
    search.open()
    search.actions.click(search.words)
    search.actions.type("nodul")
    search.actions.click(search.page.get_by_role("option", name="nodule", exact=True))
    expect(search.page).to_have_url(re.compile(r"q=nodule"))
    search.answered()
    expect(search.hit(1).locator("mark").first).to_have_text(re.compile("nodule", re.IGNORECASE))
    assert search.total == sum(film.nodule for film in archive.films()) + NODULES_OF_SAMPLES
    search.search('"pleural effusion" -heart')
    expect(search.hit(1)).not_to_contain_text("Heart")
    assert 0 < search.total < len(archive.films())
    search.actions.click(search.page.get_by_label("Clear the words"))
    expect(search.page).to_have_url(re.compile(r"/$"))


def test_a_finding_is_suggested_and_becomes_a_filter(search: SearchPage) -> None:
    search.open("?f=dataset:films")
    search.actions.click(search.words)
    search.actions.type("pleural eff")
    search.actions.click(search.suggestions.filter(has_text="J90").first)
    expect(search.page).to_have_url(re.compile("f=code%3AJ90"))
    expect(search.words).to_have_value("")
    search.answered()
    assert search.total == sum(film.effusion for film in archive.films()), "not those who deny it"


def test_more_like_this_asks_with_a_hit(search: SearchPage) -> None:
    search.open("?f=dataset:films")
    chosen = search.links[2]
    with search.actions.within(1):
        search.actions.click(search.more_like(3))
        expect(search.asked_image).to_be_visible()
        search.answered()
    expect(search.asked_image).to_contain_text("In the archive")
    assert chosen not in search.links, "what is asked with is no answer"
    assert "like=" in search.page.url
    search.actions.click(search.page.get_by_role("button", name="Search without this picture"))
    expect(search.asked_image).to_have_count(0)


def test_journey_5_a_hit_that_does_not_help_is_marked_and_taken_back(search: SearchPage) -> None:
    search.open("?q=nodule")
    with search.actions.within(1):
        search.actions.click(search.not_useful(2))
        expect(search.undo(2)).to_be_visible()
    search.page.wait_for_load_state("networkidle")
    search.page.reload()
    search.answered()
    expect(search.undo(2)).to_be_visible()  # kept with the case
    search.open("?q=effusion")
    expect(search.page.get_by_role("button", name=re.compile("^Undo"))).to_have_count(0)
    search.open("?q=nodule")
    with search.actions.within(1):
        search.actions.click(search.undo(2))
        expect(search.not_useful(2)).to_be_visible()
    search.page.wait_for_load_state("networkidle")
    search.page.reload()
    search.answered()
    expect(search.not_useful(2)).to_be_visible()


def test_a_file_is_added_to_the_archive_and_found(search: SearchPage, case: CasePage) -> None:
    values = {"StudyDescription": "Thorax, added by hand", "StudyInstanceUID": "1.2.826.9.1"}
    film = Film(patient=40, study=0).file(**values)
    search.open()
    with search.actions.within(4):
        search.actions.drop({"new.dcm": film, "notes.dcm": b"no DICOM" * 400}, "Add to archive")
        dialog = search.page.get_by_role("dialog", name="Add to the archive")
        expect(dialog).to_contain_text("2 files")
        dataset = dialog.get_by_role("combobox", name="Dataset")
        search.actions.click(dataset)
        dataset.fill("added")
        search.actions.press("Escape")  # closes the list of datasets, not the dialog
        search.actions.click(dialog.get_by_role("button", name="Add 2 files"))
    transfer = search.transfers.first
    expect(transfer).to_contain_text("Done: 1 file taken, 1 refused", timeout=60_000)
    expect(transfer).to_contain_text("notes.dcm: refused – This is not a DICOM file")
    expect(transfer).to_contain_text("new.dcm: added")
    search.search('"added by hand"')
    assert search.total == 1
    assert search.counts("Dataset") == {"added": 1}
    search.actions.click(search.link(1))
    expect(case.opened().title).to_contain_text("Thorax, added by hand")


def test_several_files_are_kept_at_hand(search: SearchPage) -> None:
    search.open()
    search.actions.drop({"film.dcm": FILE["film.dcm"], "cine.dcm": archive.cine(0)})
    expect(search.other_files).to_have_count(2)
    expect(search.asked_file).to_contain_text("CR")
    search.actions.click(search.other_files.get_by_role("button", name=re.compile("^US")))
    expect(search.asked_file).to_contain_text("US")
    expect(search.asked_file).to_contain_text("Also in the archive")
    search.answered()


def test_a_picture_can_be_pasted(search: SearchPage) -> None:
    search.open()
    search.actions.paste({"film.dcm": FILE["film.dcm"]})
    expect(search.asked_file).to_be_visible()
    search.answered()
    search.actions.click(search.asked_file.get_by_role("button", name="Forget now"))
    expect(search.asked_file).to_have_count(0)
    assert "file=" not in search.page.url


def test_the_export_has_all_hits_and_the_question(search: SearchPage) -> None:
    search.open("?q=effusion&f=dataset:films&f=sex:F")
    search.actions.click(search.page.get_by_role("button", name="Export"))
    with search.page.expect_download() as download:
        search.actions.click(search.page.get_by_role("menuitem", name=re.compile("^CSV")))
    assert download.value.suggested_filename == "similis.csv"
    text = download.value.path().read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    women = sum(film.sex == "F" and film.effusion for film in archive.films())
    assert len(rows) == search.total == women
    assert {row["sex"] for row in rows} == {"F"}
    assert [f"/case/{row['study_uid']}" for row in rows][:4] == search.links[:4]
    question = json.loads(rows[0]["query"])
    assert question["text"] == "effusion"
    assert archive.FAMILY_NAME not in text


def test_the_address_is_the_whole_state(search: SearchPage) -> None:
    search.open()
    search.search("effusion")
    search.actions.click(search.value("Sex", "Female"))
    expect(search.chip("Sex: Female")).to_be_visible()
    search.actions.click(search.page.get_by_text("Cases", exact=True))
    expect(search.counted).to_have_text(re.compile("cases$"))
    search.answered()
    asked = parse_qs(urlsplit(search.page.url).query)
    assert asked == {"q": ["effusion"], "f": ["sex:F"], "group": ["case"]}
    seen = search.links
    search.page.reload()
    search.answered()
    assert search.links == seen
    expect(search.words).to_have_value("effusion")
    expect(search.chip("Sex: Female")).to_be_visible()
    expect(search.page.get_by_role("radio", name="Cases")).to_be_checked()
    search.page.go_back()
    expect(search.page.get_by_role("radio", name="Series")).to_be_checked()
    search.page.go_back()
    expect(search.chips).to_have_count(0)
    expect(search.words).to_have_value("effusion")
    search.page.go_back()
    expect(search.words).to_have_value("")
    search.page.go_forward()
    expect(search.words).to_have_value("effusion")
    search.answered()


def test_a_late_answer_never_replaces_a_newer_one(search: SearchPage) -> None:
    held: list[Route] = []
    calls = GraphQL(search.page)
    calls.on("Search", lambda route, asked: held.append(route), text="effusion")
    search.open()
    search.actions.click(search.words)
    search.actions.type("effusion")
    search.actions.press("Enter")
    expect(search.page.get_by_text("Searching…")).to_be_visible()
    search.words.fill("nodule")
    search.actions.press("Enter")
    expect(search.page).to_have_url(re.compile("q=nodule"))
    search.answered()
    seen = search.links
    for route in held:
        route.continue_()
    search.page.wait_for_load_state("networkidle")
    assert search.links == seen
    expect(search.hit(1).locator("mark").first).to_have_text("nodule")
    expect(search.words).to_have_value("nodule")


def test_2000_hits_scroll_with_few_on_the_page(search: SearchPage, case: CasePage) -> None:
    calls = GraphQL(search.page)
    calls.answer("Search", manifold(2000), text="effusion")
    search.open("?q=effusion&view=list")
    assert search.total == 2000
    most, last = 0, search.hit(2000)
    while not last.count():
        most = max(most, search.hits.count())
        search.page.wait_for_function(GROWN, arg=search.page.evaluate(TO_THE_END))
    expect(last).to_be_visible()
    assert most <= 60
    ranks = ranks_of(search)
    assert ranks == list(range(ranks[0], 2001)), "in order, each once"
    search.link(2000).click()
    expect(case.opened().any_picture).to_be_visible()
    search.page.keyboard.press("Escape")
    expect(search.link(2000)).to_be_focused()


TO_THE_END = """() => {
  window.scrollTo(0, document.body.scrollHeight);
  return document.body.scrollHeight;
}"""
GROWN = """(height) => document.body.scrollHeight > height
  || document.querySelector("article[aria-label^='2000: ']") !== null"""


def ranks_of(search: SearchPage) -> list[int]:
    names = search.hits.evaluate_all("(all) => all.map((one) => one.ariaLabel)")
    return [int(name.partition(":")[0]) for name in names]


def test_nothing_jumps_when_pictures_arrive(page: Page, search: SearchPage) -> None:
    arrived = False
    held: list[Route] = []

    def hold(route: Route) -> None:
        if arrived:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/thumbnails/**", hold)
    search.open("?f=dataset:films")
    page.evaluate(TWO_FRAMES)  # the list measures its rows once
    place = search.hit(6).bounding_box()
    arrived = True
    for route in held:
        route.continue_()
    expect(search.hits.nth(5).locator("img")).to_have_js_property("complete", True)
    page.wait_for_load_state("networkidle")
    assert search.hit(6).bounding_box() == place
