"""Agreement statistics against scipy and worked examples; the echo scorecard; plots."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from infra.errors import BadSetup
from measure.evaluation.agreement import agreement, icc, interval, pearson
from measure.evaluation.changes import CHANGES
from measure.evaluation.echo import judge, read_truth, robustness, scorecard
from measure.evaluation.plots import bland_altman, scatter
from measure.training.examples import read_picture
from tests.measure.hearts import STRUCTURES, heart, table

# Shrout and Fleiss 1979, table 2: six targets, four judges; ICC(2,1) = 0.29
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def test_icc_by_hand_of_two_judges() -> None:
    one, other = SHROUT_FLEISS[:, 0], SHROUT_FLEISS[:, 3]
    both = np.stack([one, other], axis=1)
    rows, columns, grand = both.mean(axis=1), both.mean(axis=0), both.mean()
    between = 2 * ((rows - grand) ** 2).sum() / 5
    method = 6 * ((columns - grand) ** 2).sum()
    rest = ((both - rows[:, None] - columns + grand) ** 2).sum() / 5
    wanted = (between - rest) / (between + rest + 2 / 6 * (method - rest))
    assert icc(one, other) == pytest.approx(wanted)


def test_equal_values_agree_fully_and_a_shift_costs_icc_not_r() -> None:
    truth = np.array([30.0, 40, 50, 60, 70])
    same = agreement(truth, truth)
    assert same is not None
    assert (same.mae, same.bias, same.low, same.high) == (0, 0, 0, 0)
    assert same.icc == pytest.approx(1)
    shifted = agreement(truth + 10, truth)
    assert shifted is not None
    assert shifted.bias == shifted.mae == 10
    assert shifted.pearson_r == pytest.approx(1)
    assert shifted.icc is not None
    assert shifted.icc < 0.9


def test_limits_and_correlation_are_those_of_the_books() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(55, 10, 200)
    measured = truth + rng.normal(1, 4, 200)
    found = agreement(measured, truth)
    assert found is not None
    difference = measured - truth
    assert found.high - found.low == pytest.approx(2 * 1.96 * difference.std(ddof=1))
    assert found.pearson_r == pytest.approx(stats.pearsonr(measured, truth).statistic)
    assert found.bias_interval[0] < found.bias < found.bias_interval[1]
    assert found.mae_interval[0] < found.mae < found.mae_interval[1]


def test_bootstrap_is_near_the_normal_interval() -> None:
    values = np.random.default_rng(0).normal(0, 1, 400)
    low, high = interval(values)
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.1)


def test_too_few_or_constant_values() -> None:
    assert agreement(np.array([1.0, 2]), np.array([1.0, 2])) is None
    assert pearson(np.ones(4), np.arange(4.0)) is None
    assert icc(np.ones(4), np.ones(4)) is None


def test_the_truth_scores_full_marks(tmp_path: Path) -> None:
    truths = read_truth(table(tmp_path, patients=4, empty=1))
    card = scorecard(judge(truths, lambda one: read_picture(one.mask_file), 3), STRUCTURES)
    assert (card["frames"], card["patients"], card["not_measured"]) == (8, 4, 0)
    assert [row["mean"] for row in card["dice"]] == [1, 1]
    assert card["ejection_fraction"]["mae"] == 0
    assert card["end_diastolic_volume"]["bias"] == 0
    assert {pair["true"] for pair in card["pairs"]} == {pair["measured"] for pair in card["pairs"]}
    for pair in card["pairs"]:  # every side shrinks to 0.8: 1 - 0.8³
        assert pair["true"] == pytest.approx(48.8, abs=5)
    assert all(row["true"] == row["measured"] for row in card["classes"]["ase2015"])


def test_empty_masks_are_counted_not_measured(tmp_path: Path) -> None:
    truths = read_truth(table(tmp_path, patients=4))
    judged = judge(truths, lambda one: np.zeros_like(read_picture(one.mask_file)), 3)
    card = scorecard(judged, STRUCTURES)
    assert card["not_measured"] == 4
    assert card["ejection_fraction"] is None
    assert [row["mean"] for row in card["dice"]] == [0, 0]


def test_without_spacing_there_are_fractions_but_no_volumes(tmp_path: Path) -> None:
    made = table(tmp_path, patients=3)
    with made.open(newline="") as handle:
        lines = list(csv.reader(handle))
    with made.open("w", newline="") as handle:
        csv.writer(handle).writerows(line[:4] for line in lines)
    card = scorecard(
        judge(read_truth(made), lambda one: read_picture(one.mask_file), 3), STRUCTURES
    )
    assert card["ejection_fraction"]["pairs"] == 3
    assert card["end_systolic_volume"] is None
    assert card["classes"]["ase2015"] == []  # no sex, no class
    assert card["classes"]["usal"]


def test_masks_of_another_size_are_refused(tmp_path: Path) -> None:
    truths = read_truth(table(tmp_path, patients=1))
    with pytest.raises(BadSetup, match="rows, columns"):
        judge(truths, lambda _: np.zeros((3, 3), np.uint8), 3)


def test_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("file,patient\na.png,p\n")
    with pytest.raises(BadSetup, match="mask_file"):
        read_truth(tmp_path / "t.csv")
    Image.new("L", (2, 2)).save(tmp_path / "a.png")
    with pytest.raises(BadSetup):
        read_truth(tmp_path / "a.png")


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_changes_keep_masks_on_their_frames(name: str) -> None:
    frame, mask = heart(0, 240, 300)
    before = frame.copy()
    changed, moved = CHANGES[name](frame, mask)
    assert changed.dtype == moved.dtype == np.uint8
    assert changed.shape == moved.shape
    assert set(np.unique(moved)) == {0, 1, 2}
    assert np.median(changed[moved == 1]) < np.median(changed[moved == 2])
    assert np.array_equal(frame, before)
    assert not np.array_equal(changed, frame)


def test_robustness_of_one_who_knows_the_dark(tmp_path: Path) -> None:
    truths = read_truth(table(tmp_path, patients=1))
    values = robustness(truths, lambda frame: (frame > 1000).astype(np.uint8), 2)
    assert set(values) == {"as_it_is", *CHANGES}
    assert values["as_it_is"] == [[0, 0], [0, 0]]


@pytest.mark.parametrize("values", [[50.0, 50, 50], [12.0, 48.5, 71.2]])
def test_plots_are_svg_with_a_dot_for_each_patient(values: list[float]) -> None:
    for text in (
        scatter(values, values[::-1], "EF <b>", "%"),
        bland_altman(values, values[::-1], "EF", "%", (-8.0, 0.5, 9.0)),
    ):
        root = ElementTree.fromstring(text)
        assert len(root.findall(".//{*}circle")) == len(values)
        assert "nan" not in text
