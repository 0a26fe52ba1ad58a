"""Tiny seeded trainings on synthetic hearts: they learn, they resume, they keep patients apart."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Generator, Tensor

from infra.errors import BadSetup
from measure.fitting import normalise
from measure.network import Calibration
from measure.training.augment import augmented, normalised
from measure.training.examples import fold_of, read_mask, read_table
from measure.training.held_out import Seen, calibrated, dice, logistic, temperature
from measure.training.imagined import imagined
from measure.training.loop import (
    Recipe,
    Training,
    coarse_side,
    dice_loss,
    dice_loss_of_each,
    fine_tuning,
)
from measure.training.overlays import overlays
from measure.training.runs import (
    CHECKPOINT,
    RECORD,
    WEIGHTS,
    Plan,
    divide,
    pooled_calibration,
    train,
)
from measure.training.starting import started
from measure.weights import read_network, write_network
from tests.measure.hearts import SHAPE, STRUCTURES, heart, random_network, table

RECIPE = Recipe(epochs=3, batch=4, imagined=4)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Such small networks take far longer on several threads when the machine is busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def silent(epoch: int, loss: float) -> None:
    pass


def same(one: Path, other: Path) -> bool:
    first, second = read_network(one / WEIGHTS), read_network(other / WEIGHTS)
    return first.model_id == second.model_id


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return table(tmp_path_factory.mktemp("hearts"), patients=10, empty=3)


@pytest.fixture(scope="module")
def finished(frames: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    recipe = replace(RECIPE, epochs=14, rate=5e-3, average=0.9)
    train(Plan(table=frames, shape=SHAPE, recipe=recipe), out, silent)
    return out


def test_it_learns_what_a_heart_is(finished: Path) -> None:
    record = json.loads((finished / RECORD).read_text())
    assert record["finished"]
    assert record["held_out_scores"]["cavity"]["dice"] > 0.8
    assert record["frames"] == 16
    assert record["patients"] == 8
    assert record["held_out_patients"] == 2
    assert record["model_id"] == read_network(finished / WEIGHTS).model_id
    assert record["calibration"]["temperature"] > 0
    assert not (finished / CHECKPOINT).exists()


def test_the_same_seed_gives_the_same_weights_and_another_does_not(
    frames: Path, tmp_path: Path
) -> None:
    plan = Plan(table=frames, shape=SHAPE, recipe=RECIPE)
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        train(replace(plan, recipe=replace(RECIPE, seed=seed)), tmp_path / name, silent)
    assert same(tmp_path / "one", tmp_path / "same")
    assert not same(tmp_path / "one", tmp_path / "other")


class Interrupted(Exception):
    pass


def test_a_run_that_was_cut_off_goes_on_as_if_nothing_had_happened(
    frames: Path, tmp_path: Path
) -> None:
    plan = Plan(table=frames, shape=SHAPE, recipe=RECIPE)
    train(plan, tmp_path / "whole", silent)

    def cut(epoch: int, loss: float) -> None:
        if epoch == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        train(plan, tmp_path / "cut", cut)
    assert (tmp_path / "cut" / CHECKPOINT).is_file()
    epochs: list[int] = []
    train(plan, tmp_path / "cut", lambda epoch, loss: epochs.append(epoch))
    assert epochs == [3]
    assert same(tmp_path / "whole", tmp_path / "cut")


def test_the_folder_of_another_run_is_not_touched(
    frames: Path, finished: Path, tmp_path: Path
) -> None:
    before = (finished / WEIGHTS).read_bytes()
    with pytest.raises(BadSetup, match="another run"):
        train(Plan(table=frames, shape=SHAPE, recipe=RECIPE), finished, silent)
    assert (finished / WEIGHTS).read_bytes() == before


def test_a_few_frames_fine_tune_to_other_structures(finished: Path, tmp_path: Path) -> None:
    few = table(tmp_path / "few", patients=4)
    start = started(finished / WEIGHTS, ("wall", "thrombus", "cavity"))
    network = read_network(finished / WEIGHTS)
    before = network.tensors["head.weight"].reshape(3, 4, -1)
    after = start.tensors["head.weight"].reshape(4, 4, -1)
    np.testing.assert_array_equal(after[[0, 1, 3]], before[[0, 2, 1]])
    plan = Plan(table=few, shape=start.shape, recipe=replace(RECIPE, epochs=1), start=start)
    record = train(plan, tmp_path / "run", silent)
    assert record["start"] == start.model_id
    assert read_network(tmp_path / "run" / WEIGHTS).shape.structures == start.shape.structures


def test_the_same_structures_start_as_they_are(finished: Path) -> None:
    assert (
        started(finished / WEIGHTS, STRUCTURES).model_id
        == read_network(finished / WEIGHTS).model_id
    )


@pytest.mark.parametrize("held_out", [(0, 5), (2, 5), None])
def test_no_patient_is_on_both_sides(frames: Path, held_out: tuple[int, int] | None) -> None:
    parts = divide(Plan(table=frames, shape=SHAPE, recipe=RECIPE, held_out=held_out))
    trained = {row.patient for row in parts.train + parts.train_empty}
    held = {row.patient for row in parts.held + parts.held_empty}
    assert not trained & held
    assert len(trained | held) == 13
    assert bool(held) == (held_out is not None)


def test_folds_do_not_change_with_the_order_and_have_equal_sizes() -> None:
    names = [f"patient{number}" for number in range(50)]
    folds = fold_of(names, 5)
    assert folds == fold_of(names[::-1], 5)
    assert [list(folds.values()).count(fold) for fold in range(5)] == [10] * 5


def test_augmentation_is_decided_by_the_seed_and_keeps_masks_with_pictures() -> None:
    frame, mask = heart(0, 96, 96)
    pictures = torch.from_numpy(frame)[None, None].float().repeat(8, 1, 1, 1) / 255
    masks = torch.from_numpy(mask)[None].repeat(8, 1, 1)
    shown = torch.from_numpy(overlays(4, 64, seed=1))
    calm = torch.tensor([True, False] * 4)
    results = [
        augmented(pictures, masks, calm, shown, Generator().manual_seed(seed)) for seed in (5, 5, 6)
    ]
    assert torch.equal(results[0][0], results[1][0])
    assert not torch.equal(results[0][0], results[2][0])
    moved, numbers = results[0]
    assert moved.shape == (8, 1, 64, 64)
    assert numbers.shape == (8, 64, 64)
    assert 0 <= float(moved.min()) <= float(moved.max()) <= 1
    for picture, number in zip(moved[::2, 0], numbers[::2], strict=True):  # the calm ones
        assert float(picture[number == 1].mean()) < float(picture[number == 2].mean())


def test_training_and_use_normalise_alike() -> None:
    frame = heart(0, 64, 64)[0]
    batch = normalised(torch.from_numpy(frame)[None, None].float() / 255)
    np.testing.assert_allclose(batch[0, 0].numpy(), normalise(frame), atol=1e-2)


def test_what_is_imagined_is_decided_by_the_seed() -> None:
    frames = np.stack([heart(seed, 192, 192)[0] for seed in range(3)])
    first = imagined(frames, 6, seed=1)
    assert first.shape == (6, 192, 192)
    np.testing.assert_array_equal(first, imagined(frames, 6, seed=1))
    assert not np.array_equal(first, imagined(frames, 6, seed=2))


def test_dice_loss_is_nothing_for_what_is_right() -> None:
    mask = torch.from_numpy(heart(0, 32, 32)[1].astype(np.int64))[None]
    right = torch.nn.functional.one_hot(mask, 3).permute(0, 3, 1, 2).float() * 50
    assert float(dice_loss(right, mask)) < 0.01
    assert float(dice_loss(-right, mask)) > 0.5


def test_dice_of_each_picture_counts_a_small_heart_as_much_as_a_large_one() -> None:
    large, small, none = (torch.zeros(1, 64, 64, dtype=torch.long) for _ in range(3))
    large[:, :60], small[:, :10, :10] = 1, 1
    masks = torch.cat([large, small, none])
    scores = torch.nn.functional.one_hot(masks, 2).permute(0, 3, 1, 2).float() * 50
    assert float(dice_loss_of_each(scores, masks)) < 0.01
    scores[1] = -scores[1]  # the small one is missed
    assert 0.4 < float(dice_loss_of_each(scores, masks)) < 0.6
    assert float(dice_loss_of_each(scores[2:], masks[2:])) == 0


def test_small_pictures_come_first_where_the_network_allows_it(
    frames: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from measure.training.examples import load

    wide = replace(SHAPE, side=4 * 2 ** len(SHAPE.widths))
    assert coarse_side(wide) == wide.side * 3 // 4
    assert coarse_side(replace(wide, side=2 ** len(SHAPE.widths))) == 2 ** len(SHAPE.widths)
    rows = [row for row in read_table(frames) if row.mask_file][:6]
    recipe = replace(fine_tuning(fine=True, epochs=2, rate=None, seed=0), batch=4, imagined=4)
    training = Training(wide, recipe, load(rows, wide.classes))
    seen: list[int] = []
    loss = training._loss

    def noting(pictures: Tensor, masks: Tensor, present: Tensor) -> Tensor:
        seen.append(pictures.shape[-1])
        return loss(pictures, masks, present)

    monkeypatch.setattr(training, "_loss", noting)
    training.run(None, silent)
    assert sorted(set(seen)) == [wide.side * 3 // 4, wide.side]
    assert seen == sorted(seen)


def test_a_given_rate_and_number_of_epochs_are_taken() -> None:
    for fine in (False, True):
        given = fine_tuning(fine=fine, epochs=5, rate=0.01, seed=3)
        assert (given.epochs, given.rate, given.seed) == (5, 0.01, 3)
        usual = fine_tuning(fine=fine, epochs=None, rate=None, seed=0)
        assert usual.rate == (0.001 if fine else 0.0025)


def test_dice_of_what_is_in_neither_is_one() -> None:
    empty = np.zeros((4, 4), np.uint8)
    assert dice(empty, empty, 1) == 1
    assert dice(empty, empty + 1, 1) == 0


def test_the_temperature_of_what_is_too_sure_is_found() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 1, (3, 64, 64))
    honest = np.exp(scores) / np.exp(scores).sum(axis=0)
    drawn = (honest.cumsum(axis=0) < rng.random((1, 64, 64))).sum(axis=0).clip(0, 2)
    bold = np.exp(scores * 2.5) / np.exp(scores * 2.5).sum(axis=0)
    seen = [Seen(bold.astype(np.float32), 0.0, drawn.astype(np.uint8))]
    assert temperature(seen) == pytest.approx(2.5, rel=0.2)


def test_presence_is_a_probability() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 3, 2000)
    present = rng.random(2000) < 1 / (1 + np.exp(-(0.7 * scores - 1)))
    slope, offset = logistic(scores, present)
    assert slope == pytest.approx(0.7, abs=0.1)
    assert offset == pytest.approx(-1, abs=0.2)
    assert logistic(scores, np.ones(2000, np.bool_)) == (1, 0)
    apart = logistic(np.array([-5.0, -4, 4, 5]), np.array([False, False, True, True]))
    assert np.isfinite(apart).all()


def test_without_held_out_patients_nothing_is_calibrated() -> None:
    assert calibrated([]) == Calibration()


def test_calibrations_of_runs_are_averaged(finished: Path, tmp_path: Path) -> None:
    own = read_network(finished / WEIGHTS).calibration
    assert pooled_calibration([finished, finished]) == own
    assert pooled_calibration([]) == Calibration()
    with pytest.raises(BadSetup, match="no finished run"):
        pooled_calibration([tmp_path])


def test_a_training_without_empty_pictures(frames: Path) -> None:
    from measure.training.examples import load

    rows = [row for row in read_table(frames) if row.mask_file][:6]
    training = Training(SHAPE, replace(RECIPE, epochs=1), load(rows, SHAPE.classes))
    assert np.isfinite(training.run(None, silent).tensors["head.bias"]).all()


# --- what may be wrong with tables ----------------------------------------------------------------


def test_tables_that_are_none(tmp_path: Path) -> None:
    for name, content in (("a.csv", b""), ("b.csv", b"x,y\n1,2\n"), ("c.csv", b"\xff\xfe\0")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadSetup, match=name):
            read_table(tmp_path / name)
    with pytest.raises(BadSetup):
        read_table(tmp_path / "missing.csv")


def test_masks_that_do_not_fit(tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 5), 3, np.uint8)).save(tmp_path / "mask.png")
    assert read_mask(tmp_path / "mask.png", (4, 5), 4).max() == 3
    with pytest.raises(BadSetup, match="class 3"):
        read_mask(tmp_path / "mask.png", (4, 5), 3)
    with pytest.raises(BadSetup, match="rows, columns"):
        read_mask(tmp_path / "mask.png", (5, 4), 4)
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(BadSetup, match="no readable picture"):
        read_mask(tmp_path / "text.png", (4, 5), 4)


def test_too_few_frames(tmp_path: Path) -> None:
    few = table(tmp_path, patients=1)
    with pytest.raises(BadSetup, match="0 frames"):
        divide(Plan(table=few, shape=SHAPE, recipe=RECIPE, held_out=(0, 5)))


def test_a_random_network_is_written_and_read(tmp_path: Path) -> None:
    write_network(random_network(), tmp_path / "w.safetensors")
    with pytest.raises(BadSetup, match="structures"):
        started(tmp_path / "w.safetensors", ())
