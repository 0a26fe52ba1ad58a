"""Hearts that beat: journeys 6 to 8, the overlay on the picture, and what correcting keeps."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, expect

from api.application import ConfiguredModel
from infra.errors import BadSetup
from infra.settings import Settings
from infra.wiring import build
from ingest.arrival.request import Progress, Request
from ingest.pipeline import Pipeline
from ingest.privacy.identity import load_key
from measure.weights import find_network
from tests.e2e.actions import Actions
from tests.e2e.axe import violations
from tests.e2e.conftest import OpenContext
from tests.e2e.hearts import cine, m_mode, stills, two_chambers
from tests.e2e.pages.case import CasePage
from tests.e2e.pages.echo import EchoPanel
from tests.e2e.pages.search import SearchPage
from tests.e2e.served import Served, serve
from tests.flow.archive import without_workers
from tests.phantoms import Cine

EJECTION_FRACTIONS = (62, 48, 34, 24)
IS_LYING = """() => {
  const { width, height } = document.querySelector("svg[data-frame] path").getBoundingClientRect();
  return width > height;
}"""
WALL = "Second wall, 3 of 5, downwards"


@pytest.fixture(scope="module")
def served(ready: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over an archive of its own: hearts that were measured when they were indexed."""
    home = tmp_path_factory.mktemp("hearts") / "home"
    settings = Settings(home=home, seeded_weights=True, precision="fp32")
    try:
        find_network(settings)
    except BadSetup as reason:
        pytest.skip(str(reason))
    files = home.parent / "files"
    files.mkdir()
    for number, ef in enumerate(EJECTION_FRACTIONS):
        (files / f"{number}.dcm").write_bytes(cine(number, ef))
    _index(files, settings, "hearts")
    others = {"planes": [cine(40, 55), two_chambers(40, 55)], "stills": stills(50, 55),
              "strips": [m_mode(30)]}  # fmt: skip
    for dataset, clips in others.items():
        folder = home.parent / dataset
        folder.mkdir()
        for number, clip in enumerate(clips):
            (folder / f"{number}.dcm").write_bytes(clip)
        _index(folder, settings, dataset)
    with serve(home) as served:
        yield served


def _index(files: Path, settings: Settings, dataset: str) -> None:
    model = ConfiguredModel()
    with build(settings) as services, pytest.MonkeyPatch.context() as patch:
        without_workers(patch)
        pipeline = Pipeline(
            services=services,
            settings=settings,
            key=load_key(settings.home),
            embedder=lambda: model.open(settings),
        )
        pipeline.run(Request(paths=(files,), dataset=dataset), Progress())


@pytest.fixture(scope="module")
def signed_in(served: Served, browser: Browser) -> StorageState:
    with browser.new_context() as context:
        context.new_page().goto(served.link())
        return context.storage_state()


@pytest.fixture
def echo(search: SearchPage) -> EchoPanel:
    return EchoPanel(search.page, search.actions)


@pytest.fixture
def heart(search: SearchPage, case: CasePage, echo: EchoPanel) -> EchoPanel:
    """The case of a measured clip, its first picture on the screen."""
    return _opened(search, case, echo, "?f=dataset:hearts&f=ef:50..")


def _opened(search: SearchPage, case: CasePage, echo: EchoPanel, query: str) -> EchoPanel:
    search.open(query)
    search.link(1).click()
    case.pane("Hit 1").drawn()
    echo.measured()
    expect(echo.overlay).to_be_visible()
    return echo


def test_journey_6_a_dropped_cine_is_measured(open_context: OpenContext) -> None:
    page = open_context(reduced_motion="no-preference").new_page()
    actions = Actions(page)
    search, echo = SearchPage(page, actions).open(), EchoPanel(page, actions)
    with actions.within(1):
        actions.drop({"heart.dcm": cine(20, 55)})
        echo.measured()
        expect(echo.ejection_fraction).to_have_text(re.compile(r"^\d+ %$"))
        expect(echo.beats).to_have_count(2)
        expect(echo.region).to_contain_text("Median of 2 beats, from ")
        expect(echo.region).to_contain_text("Calibrated: a pixel is 0.660 × 0.660 mm.")
        expect(echo.region).to_contain_text("Class by ASE/EACVI 2015.")
        expect(echo.region).to_contain_text("Research use, not for diagnosis.")
        first = echo.overlay.get_attribute("data-frame")
        expect(echo.overlay).not_to_have_attribute("data-frame", first or "")
    assert search.sideways == 0
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_who_wants_no_motion_starts_the_cine_by_hand(search: SearchPage, echo: EchoPanel) -> None:
    search.open()
    search.actions.drop({"heart.dcm": cine(21, 55)})
    echo.measured()
    expect(search.page.get_by_role("button", name="Play")).to_be_visible()
    expect(echo.overlay).to_have_attribute("data-frame", "0")


def test_a_clip_without_a_scale_has_an_ejection_fraction_and_says_why_no_volumes(
    search: SearchPage, echo: EchoPanel
) -> None:
    search.open()
    search.actions.drop({"heart.dcm": cine(22, 55, SequenceOfUltrasoundRegions=[])})
    echo.measured()
    expect(echo.ejection_fraction).to_have_text(re.compile(r"^\d+ %$"))
    expect(echo.region).to_contain_text("No millilitres: The picture is not calibrated")
    expect(echo.beats.first.get_by_role("cell").nth(1)).to_have_text("–")


def test_a_clip_that_shows_no_beat_says_so(search: SearchPage, echo: EchoPanel) -> None:
    search.open()
    still = Cine(edv_ml=120, esv_ml=119, beats_ms=(800.0,), frame_ms=80.0, rows=240, columns=280)
    search.actions.drop({"heart.dcm": still.file(PatientID="STILL")})
    echo.measured()
    expect(echo.region).to_contain_text("No ejection fraction")
    expect(echo.region).to_contain_text("no beat can be seen")


def test_journey_7_similar_hearts_with_a_low_ejection_fraction(
    search: SearchPage, heart: EchoPanel
) -> None:
    expect(heart.marked).to_be_visible()
    with search.actions.within(2):
        search.actions.click(heart.low)
        search.answered()
    expect(search.chip("Ejection fraction: up to 40")).to_be_visible()
    assert search.total >= 1
    for text in search.hits.all_inner_texts():
        found = re.search(r"EF (\d+) %", text)
        assert found is not None
        assert int(found[1]) <= 40
    heart.measured()
    expect(heart.marked).to_be_visible()


def test_ejection_fractions_filter_like_any_other_number(search: SearchPage) -> None:
    search.open("?f=dataset:hearts")
    every = search.total
    classes = search.counts("Ejection fraction class")
    assert sum(classes.values()) == every == len(EJECTION_FRACTIONS)
    name, count = next(iter(classes.items()))
    search.value("Ejection fraction class", name).click()
    search.answered()
    assert search.total == count


def test_hits_are_ordered_by_ejection_fraction(search: SearchPage) -> None:
    search.open("?f=dataset:hearts")
    order = search.page.get_by_role("combobox", name="Order of the hits")
    for chosen, is_rising in (("EF, lowest first", True), ("EF, highest first", False)):
        order.select_option(label=chosen)
        search.answered()
        found = [re.findall(r"EF (\d+) %", text) for text in search.hits.all_inner_texts()]
        values = [int(value) for values in found for value in values]
        assert values == sorted(values, reverse=not is_rising)
        assert len(values) == len(EJECTION_FRACTIONS)


def test_journey_8_a_contour_is_corrected(
    search: SearchPage, heart: EchoPanel, case: CasePage
) -> None:
    actions, before = search.actions, heart.value
    with actions.within(3):
        actions.click(heart.correct)
        expect(heart.correction).to_contain_text(re.compile("end-(diastole|systole) of beat"))
        x, y = _middle(heart)
        actions.count += 1  # the drag
        search.page.mouse.move(x, y)
        search.page.mouse.down()
        search.page.mouse.move(x - 30, y, steps=6)
        expect(heart.ejection_fraction).not_to_have_text(f"{before} %")  # while it is dragged
        search.page.mouse.up()
        during = heart.value
        actions.click(heart.button("Save"))
        expect(heart.readings).to_have_count(2)
    expect(heart.readings.nth(1)).to_be_checked()
    expect(heart.region).to_contain_text("Corrected by owner")
    assert abs(heart.value - during) <= 1
    search.page.reload()
    heart.measured()
    expect(heart.readings.nth(1)).to_be_checked()
    heart.readings.nth(0).click()
    expect(heart.ejection_fraction).to_have_text(f"{before} %")
    heart.undo().click()
    expect(heart.readings).to_have_count(0)
    case.tab("Labels and notes").click()
    expect(case.panel).to_contain_text("taken back")


def test_a_case_is_found_by_its_corrected_number(search: SearchPage, heart: EchoPanel) -> None:
    before = heart.value
    heart.correct.click()
    for _ in range(8):
        heart.button("Larger contour").click()
    heart.button("Save").click()
    expect(heart.readings.nth(1)).to_be_checked()
    corrected = heart.value
    assert corrected != before
    search.open("?f=dataset:hearts")
    cards = search.hits.filter(has_text=f"EF {corrected} % (corrected)")
    expect(cards).to_have_count(1)
    assert search.counts("Heart measured by") == {
        "The machine alone": len(EJECTION_FRACTIONS) - 1, "A person’s correction": 1,
    }  # fmt: skip
    search.value("Heart measured by", "A person’s correction").click()
    search.answered()
    assert search.total == 1
    search.link(1).click()
    heart.measured()
    heart.undo().click()
    expect(heart.readings).to_have_count(0)
    search.open("?f=dataset:hearts")
    expect(search.hits.filter(has_text="(corrected)")).to_have_count(0)


def test_a_contour_is_corrected_by_keys_and_by_buttons(heart: EchoPanel, case: CasePage) -> None:
    keyboard, before = heart.page.keyboard, heart.value
    heart.correct.click()
    place = case.pane("Hit 1").place
    heart.point(WALL).focus()
    for _ in range(3):
        keyboard.press("Shift+ArrowLeft")
    expect(heart.ejection_fraction).not_to_have_text(f"{before} %")
    assert case.pane("Hit 1").place == place
    for _ in range(3):
        heart.button("Undo").click()
    expect(heart.ejection_fraction).to_have_text(f"{before} %")
    expect(heart.button("Save")).to_be_disabled()
    for _ in range(6):
        heart.button("Larger contour").click()
    expect(heart.ejection_fraction).not_to_have_text(f"{before} %")
    keyboard.press("Escape")
    expect(heart.correction).to_contain_text("Save the correction or discard it")
    heart.button("Discard").click()
    expect(heart.ejection_fraction).to_have_text(f"{before} %")
    expect(heart.correct).to_be_focused()


def test_the_ends_of_a_beat_are_chosen(heart: EchoPanel, case: CasePage) -> None:
    heart.correct.click()
    before = heart.value
    for _ in range(4):
        heart.page.keyboard.press("ArrowDown")
    heart.button("This is end-systole").or_(heart.button("This is end-diastole")).first.click()
    expect(heart.ejection_fraction).not_to_have_text(f"{before} %")
    heart.button("Discard").click()


def test_the_contour_follows_the_picture(heart: EchoPanel, case: CasePage) -> None:
    before = heart.extent
    case.tool("Zoom in").click()
    expect(heart.page.get_by_text("Zoom 125 %")).to_be_visible()
    wide = heart.extent
    assert wide[2] - wide[0] == pytest.approx(1.25 * (before[2] - before[0]), rel=0.05)
    heart.page.keyboard.press("r")
    heart.page.wait_for_function(IS_LYING)
    heart.tick("end-systole", 1).click()
    expect(heart.overlay).not_to_have_attribute("data-frame", "0")
    expect(heart.tick("end-systole", 1)).to_have_attribute("aria-current", "true")


def test_method_and_limits_stand_in_the_address(heart: EchoPanel) -> None:
    heart.picker("Limits").select_option(label="usal_echo")
    expect(heart.region).to_contain_text("Class by usal_echo.")
    heart.picker("Method").select_option(label="Area-length")
    expect(heart.page).to_have_url(re.compile("method=area_length&limits=usal"))
    heart.page.reload()
    heart.measured()
    expect(heart.region).to_contain_text("Class by usal_echo.")


def test_wall_and_atrium_are_shown_when_asked_for(heart: EchoPanel) -> None:
    expect(heart.structure("myocardium")).to_have_count(0)
    heart.switch("Wall and atrium").click(force=True)
    expect(heart.structure("myocardium")).to_be_attached()
    expect(heart.structure("atrium")).to_be_attached()
    heart.switch("Contours").click(force=True)
    expect(heart.overlay).to_have_count(0)


def test_an_m_mode_shows_its_lines(search: SearchPage, case: CasePage, echo: EchoPanel) -> None:
    search.open("?f=dataset:strips")
    search.link(1).click()
    case.pane("Hit 1").drawn()
    echo.measured()
    expect(echo.strip.locator("[data-line]")).to_have_count(4)
    expect(echo.strip.locator('[data-end="ES"]')).not_to_have_count(0)
    expect(echo.region).to_contain_text("M-mode of ")
    expect(echo.region).to_contain_text("Teichholz")
    expect(echo.notes).to_contain_text("Validated on phantoms only")
    expect(echo.picker("Method")).to_have_count(0)
    echo.switch("Lines of the walls").click(force=True)
    expect(echo.strip).to_have_count(0)


def test_a_dropped_m_mode_is_measured(search: SearchPage, echo: EchoPanel) -> None:
    search.open()
    search.actions.drop({"strip.dcm": m_mode(31)})
    echo.measured()
    expect(echo.strip.locator("[data-line]")).to_have_count(4)
    expect(echo.ejection_fraction).to_have_text(re.compile(r"^\d+ %$"))
    expect(echo.region).to_contain_text("Teichholz")
    expect(search.page.get_by_role("button", name="Play")).to_have_count(0)
    expect(search.asked_file).to_contain_text("Not stored")
    assert search.sideways == 0


def test_a_dropped_m_mode_that_shows_no_beat_says_so(search: SearchPage, echo: EchoPanel) -> None:
    search.open()
    search.actions.drop({"strip.dcm": m_mode(32, is_still=True)})
    echo.measured()
    expect(echo.region).to_contain_text("No ejection fraction")
    expect(echo.region).to_contain_text("no beat can be seen")


def test_both_planes_stand_beside_one(search: SearchPage, case: CasePage, echo: EchoPanel) -> None:
    _opened(search, case, echo, "?f=dataset:planes")
    expect(echo.both_planes).to_contain_text(re.compile(r"EF \d+ %"))
    expect(echo.both_planes).to_contain_text("discs, two planes")


def test_two_stills_have_an_ejection_fraction(
    search: SearchPage, case: CasePage, echo: EchoPanel
) -> None:
    _opened(search, case, echo, "?f=dataset:stills")
    expect(echo.ejection_fraction).to_have_text(re.compile(r"^\d+ %$"))
    expect(echo.notes).to_contain_text("From one end-diastolic and one end-systolic frame")
    expect(echo.overlay).to_be_visible()
    expect(echo.curve).to_have_count(0)


def test_a_still_is_corrected_and_its_case_found_by_what_it_makes_of_the_beat(
    search: SearchPage, case: CasePage, echo: EchoPanel
) -> None:
    _opened(search, case, echo, "?f=dataset:stills")
    before, area = echo.value, echo.sizes.inner_text()
    assert re.fullmatch(r"area [\d.]+ cm², long axis \d+ mm, volume \d+ mL", area)
    echo.correct.click()
    expect(echo.button("This is end-systole")).to_have_count(0)
    for _ in range(6):
        echo.button("Smaller contour").click()
    expect(echo.sizes).not_to_have_text(area)
    _save(echo, before)
    corrected = echo.value
    echo.readings.nth(0).click()
    expect(echo.ejection_fraction).to_have_text(f"{before} %")
    expect(echo.region).to_contain_text(f"As corrected: EF {corrected} %")
    search.open("?f=dataset:stills")
    expect(search.hits.first).to_contain_text(f"EF {corrected} % (corrected)")
    search.value("Heart measured by", "A person’s correction").click()
    search.answered()
    assert search.total >= 1
    search.link(1).click()
    echo.measured()
    echo.undo().click()
    expect(echo.readings).to_have_count(0)


def test_the_other_still_is_corrected_one_drawing_at_a_time(
    search: SearchPage, case: CasePage, echo: EchoPanel
) -> None:
    _opened(search, case, echo, "?f=dataset:stills")
    before, first = echo.value, echo.sizes.inner_text()
    echo.correct.click()
    echo.button("Smaller contour").click()
    echo.page.keyboard.press("ArrowDown")
    expect(echo.region).to_contain_text("A correction of another picture is not saved yet.")
    expect(echo.correct).to_be_disabled()
    echo.page.keyboard.press("ArrowUp")
    echo.button("Discard").click()
    expect(echo.sizes).to_have_text(first)
    echo.page.keyboard.press("ArrowDown")
    expect(echo.sizes).not_to_have_text(first)
    second = echo.sizes.inner_text()
    echo.correct.click()
    for _ in range(4):
        echo.button("Larger contour").click()
    expect(echo.sizes).not_to_have_text(second)
    _save(echo, before)
    echo.undo().click()
    expect(echo.readings).to_have_count(0)


def test_a_heart_breaks_no_rule_of_accessibility(heart: EchoPanel) -> None:
    heart.page.wait_for_load_state("networkidle")
    assert violations(heart.page) == []
    heart.correct.click()
    expect(heart.correction).to_be_visible()
    assert violations(heart.page) == []
    heart.page.emulate_media(color_scheme="light")
    assert violations(heart.page) == []


def _save(echo: EchoPanel, before: int) -> None:
    """Keep a correction that changes this ejection fraction, and look at it."""
    echo.button("Save").click()
    expect(echo.readings.nth(1)).to_be_checked()
    expect(echo.ejection_fraction).not_to_have_text(f"{before} %")


def _middle(heart: EchoPanel) -> tuple[float, float]:
    box = heart.point(WALL).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
