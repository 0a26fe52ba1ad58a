"""Training, tiny: what is drawn, what is learnt, and that a break changes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from embedder.densenet import InputSpec
from embedder.feeding import embedded
from embedder.labelled import LabelledPicture, read_labelled
from embedder.runtime import embedder_of
from embedder.seeded import seeded_network
from embedder.training.adapter import vectors_of_each
from embedder.training.augment import augmented
from embedder.training.looking import vectors_of
from embedder.training.loop import Lessons, Trainer, blended, rate_at
from embedder.training.losses import (
    contrast_loss,
    kind_loss,
    label_loss,
    relation_loss,
    teacher_loss,
)
from embedder.training.recipe import (
    Augmentation,
    LossWeights,
    Recipe,
    Stage,
    TableSource,
    read_recipe,
    recipe_of,
)
from embedder.training.sampling import chances, drawn
from embedder.training.targets import targets_of
from embedder.training.teacher import (
    LiveTeacher,
    _in_torch,
    _moments,
    open_teacher,
    standardised,
)
from embedder.weight_files import read_network, write_network
from infra.errors import BadSetup
from infra.settings import Settings
from tests.embedder.pictures_of_shapes import KINDS, shape

ROOT = Path(__file__).parents[2]


def picture(number: int, label: str, table: str = "t", **more: str) -> LabelledPicture:
    given = {"modality": "CR", "body_part": "CHEST", "split": "train"} | more
    return LabelledPicture(
        path=Path(f"{number}.png"),
        name=f"{number}.png",
        patient=f"p{number}",
        labels=frozenset([label]),
        table=table,
        **given,
    )


def tiny(steps: int = 4, **losses: float) -> Recipe:
    return Recipe(
        tables=(TableSource(name="t", path="t.csv"),),
        stages=(Stage(size=32, steps=steps, batch=6, rate=3e-4, warmup=1),),
        losses=LossWeights(**({"teacher": 0.0, "relations": 0.0} | losses)),
        seed=5,
    )


def lessons(count: int = 12, *, teacher: bool = False) -> Lessons:
    rows = [picture(n, KINDS[n % 2], split="val" if n >= 10 else "train") for n in range(count)]
    targets = targets_of(rows)
    features = np.random.default_rng(0).normal(size=(count, 1280)).astype(np.float32)
    return Lessons(
        pictures=np.stack([shape(KINDS[n % 2], n) for n in range(count)]),
        targets=targets,
        chance=chances(rows, {}),
        teacher=standardised(features, targets.train) if teacher else None,
    )


# --- tables and recipes ---------------------------------------------------------------------------


def test_a_table_gives_labels_patients_and_constants(tmp_path: Path) -> None:
    table = tmp_path / "films.csv"
    table.write_text(
        "File,Labels,patient_id,group_id\na.png,Effusion|Edema,7,g\nb.png,x,,g\nc.png,,,\n"
    )
    one, two, three = read_labelled(table, "films", {"modality": "cr"})
    assert one.labels == {"effusion", "edema"}
    assert (one.patient, two.patient, three.patient) == ("films/7", "films/g", "films/c.png")
    assert (one.modality, one.path) == ("CR", tmp_path / "a.png")


@pytest.mark.parametrize("text", ["", "label\nx\n", "file\n"])
def test_a_table_without_files_is_refused(tmp_path: Path, text: str) -> None:
    table = tmp_path / "t.csv"
    table.write_text(text)
    with pytest.raises(BadSetup, match=r"t\.csv"):
        read_labelled(table)


def test_the_shipped_recipe_can_be_read() -> None:
    recipe = read_recipe(ROOT / "embedder/training/shipped.toml")
    assert recipe.steps == sum(stage.steps for stage in recipe.stages)
    assert recipe.stage_at(recipe.stages[0].steps) == (recipe.stages[1], 0)


def test_a_wrong_recipe_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text("tables = []\nstages = []\n[losses]\nnothing = 1\n")
    with pytest.raises(BadSetup, match="nothing"):
        read_recipe(path)


def test_a_recipe_is_known_by_everything_it_says() -> None:
    one = recipe_of({"tables": [], "stages": [{"size": 64, "steps": 1}]})
    assert one.sha256 == recipe_of({"tables": [], "stages": [{"size": 64, "steps": 1}]}).sha256
    assert one.sha256 != replace(one, seed=2).sha256


def test_a_stage_may_have_losses_and_augmentation_of_its_own() -> None:
    stage = {"size": 64, "steps": 1, "losses": {"labels": 2.0}, "augmentation": {"zoom": [1, 1]}}
    recipe = recipe_of({"tables": [], "stages": [stage, {"size": 64, "steps": 1}]})
    assert recipe.stages[0].losses == LossWeights(labels=2.0)
    assert recipe.stages[0].augmentation == Augmentation(zoom=(1, 1))
    assert recipe.stages[1].losses is None


# --- what is drawn --------------------------------------------------------------------------------


def test_validation_pictures_are_never_drawn_and_rare_labels_more_often() -> None:
    rows = [picture(n, "common") for n in range(9)] + [picture(9, "rare")]
    rows.append(picture(10, "common", split="val"))
    chance = chances(rows, {})
    assert chance[10] == 0
    assert chance[9] == pytest.approx(3 * chance[0])
    assert chance.sum() == pytest.approx(1)


def test_a_table_counts_by_the_root_of_its_size_times_its_weight() -> None:
    rows = [picture(n, "a", "large") for n in range(16)] + [
        picture(n, "b", "small") for n in range(4)
    ]
    chance = chances(rows, {"small": 3.0})
    assert chance[16:].sum() / chance[:16].sum() == pytest.approx(3 * 2 / 4)


def test_a_step_draws_the_same_each_time_and_no_picture_twice() -> None:
    chance = np.full(20, 1 / 20)
    assert drawn(chance, 1, 7, 10).tolist() == drawn(chance, 1, 7, 10).tolist()
    assert drawn(chance, 1, 7, 10).tolist() != drawn(chance, 1, 8, 10).tolist()
    assert len(set(drawn(chance, 1, 7, 20).tolist())) == 20
    assert len(drawn(chance, 1, 7, 50)) == 50


def test_targets_ask_only_what_a_table_knows() -> None:
    found = targets_of([picture(0, "a", "one"), picture(1, "a", "two", modality="OT")])
    assert found.labels.tolist() == found.asked.tolist() == [[1, 0], [0, 1]]
    assert found.kinds[:, 1].tolist() == [0, -1]  # OT is no modality
    assert found.kind_counts == (2, 1, 1)


def test_a_recipe_may_ask_for_more_kinds(tmp_path: Path) -> None:
    rows = [picture(0, "a", view="AP", sex="F"), picture(1, "a", view="PA"), picture(2, "b")]
    found = targets_of(rows, ("view", "sex"))
    assert found.kinds.tolist() == [[0, 0], [1, -1], [-1, -1]]
    assert found.kind_counts == (2, 1)
    assert targets_of(rows, ()).kinds.shape == (3, 0)
    path = tmp_path / "r.toml"
    path.write_text('kinds = ["view", "weight"]\ntables = []\nstages = []\n')
    with pytest.raises(BadSetup, match="weight is none of the kinds table"):
        read_recipe(path)


def test_the_learning_rate_rises_and_falls() -> None:
    stage = Stage(size=64, steps=100, rate=1.0, last=0.1, warmup=10)
    rates = [rate_at(stage, step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == pytest.approx(1.0)
    assert rates[-1] == pytest.approx(0.1, abs=0.01)


# --- augmentation ---------------------------------------------------------------------------------


def test_changed_pictures_are_light_and_the_same_for_one_seed() -> None:
    light = torch.rand(6, 1, 40, 40, generator=torch.Generator().manual_seed(0))
    how = Augmentation(text=1.0, bars=1.0, inverted=0.5, blur=0.5)
    one, other = (
        augmented(light.clone(), 32, how, torch.Generator().manual_seed(3)) for _ in range(2)
    )
    assert torch.equal(one, other)
    assert one.shape == (6, 1, 32, 32)
    assert float(one.min()) >= 0
    assert float(one.max()) <= 1


def test_left_stays_left() -> None:
    light = torch.zeros(64, 1, 40, 40)
    light[..., :12] = 1
    how = Augmentation(text=0, bars=0, inverted=0, noise=0)
    seen = augmented(light, 32, how, torch.Generator().manual_seed(1))
    assert bool((seen[..., :16].sum(dim=(1, 2, 3)) >= seen[..., 16:].sum(dim=(1, 2, 3))).all())


# --- losses ---------------------------------------------------------------------------------------


def unit(*rows: list[float]) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.tensor(rows), dim=1)


def test_losses_are_least_where_they_should_be() -> None:
    same = unit([1.0, 0.0], [0.0, 1.0])
    assert float(teacher_loss(same * 3, same)) == pytest.approx(0, abs=1e-6)
    alike, apart = (
        unit([1.0, 0], [1, 0.1], [0, 1], [0.1, 1]),
        unit([1.0, 0], [0, 1], [1, 0.1], [0.1, 1]),
    )
    labels = torch.tensor([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    assert contrast_loss(alike, labels) < contrast_loss(apart, labels)
    assert relation_loss(alike, alike) < relation_loss(apart, alike)


def test_a_label_that_a_table_does_not_know_costs_nothing() -> None:
    logits, labels = torch.tensor([[0.0, 9.0]]), torch.tensor([[1.0, 0.0]])
    rare = torch.ones(2)
    found = label_loss(logits, labels, torch.tensor([[1.0, 0.0]]), rare)
    assert float(found) == pytest.approx(float(torch.log(torch.tensor(2.0))))


def test_losses_without_anything_to_learn_are_zero() -> None:
    assert float(contrast_loss(unit([1.0, 0], [0, 1]), torch.eye(2))) == 0
    assert float(kind_loss(torch.ones(2, 3), torch.tensor([-1, -1]))) == 0


# --- the loop -------------------------------------------------------------------------------------


def test_going_on_after_a_break_equals_no_break(tmp_path: Path) -> None:
    whole = Trainer(tiny(), lessons(teacher=True))
    whole.run(4)
    first = Trainer(tiny(), lessons(teacher=True))
    first.run(2)
    first.save(tmp_path / "c.pt")
    second = Trainer(tiny(), lessons(teacher=True))
    second.load(tmp_path / "c.pt")
    second.run(4)
    assert second.step == 4
    assert second.network().sha256 == whole.network().sha256


def test_after_kept_stages_it_goes_on_from_their_mean(tmp_path: Path) -> None:
    stage = Stage(size=32, steps=2, batch=6, rate=3e-4, warmup=1, kept=True)
    plain = replace(stage, kept=False)
    conv = "features.conv0.weight"
    apart = Trainer(replace(tiny(), stages=(plain, plain, plain)), lessons())
    apart.run(2)
    first = apart.average.body.state_dict()[conv].clone()
    apart.run(4)
    second = apart.average.body.state_dict()[conv].clone()
    assert not torch.equal(first, second)
    whole = Trainer(replace(tiny(), stages=(stage, stage, plain)), lessons())
    whole.run(3)
    whole.save(tmp_path / "c.pt")
    rest = Trainer(whole.recipe, lessons())
    rest.load(tmp_path / "c.pt")
    rest.run(4)
    torch.testing.assert_close(rest.average.body.state_dict()[conv], (first + second) / 2)
    torch.testing.assert_close(rest.student.body.state_dict()[conv], (first + second) / 2)
    whole.run(6)
    rest.run(6)
    assert whole.network().sha256 == rest.network().sha256


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    trainer = Trainer(tiny(), lessons())
    trainer.save(tmp_path / "c.pt")
    with pytest.raises(BadSetup, match="another recipe"):
        Trainer(tiny(steps=5), lessons()).load(tmp_path / "c.pt")


def test_it_learns_what_it_is_shown() -> None:
    heard: list[float] = []
    trainer = Trainer(tiny(steps=12, contrast=0.0, kinds=0.0), lessons())
    trainer.run(12, lambda step, losses: heard.append(losses["labels"]))
    assert np.mean(heard[-3:]) < np.mean(heard[:3])


def test_what_is_trained_is_served_as_it_was_trained(tmp_path: Path) -> None:
    trainer = Trainer(replace(tiny(steps=2), serve=48), lessons())
    trainer.run(2)
    network = trainer.network("ours")
    write_network(network, tmp_path / "w.safetensors", half=True)
    read = read_network(tmp_path / "w.safetensors", "ours")
    assert read.sha256 == network.sha256
    assert (read.input.size, read.input.channels) == (48, 1)
    assert (tmp_path / "w.safetensors").stat().st_size < 15e6


def test_training_may_start_from_weights() -> None:
    recipe = replace(tiny(steps=1), channels=3, mean=(0.5,) * 3, std=(0.3,) * 3)
    trainer = Trainer(recipe, lessons(), start=seeded_network())
    kept = trainer.network().tensors["conv0.weight"]
    assert np.allclose(kept, seeded_network().tensors["conv0.weight"], atol=1e-3)
    trainer.run(1)
    assert trainer.network().input.channels == 3


def test_looking_changes_nothing_and_gives_unit_vectors() -> None:
    trainer = Trainer(tiny(), lessons())
    before = trainer.network().sha256
    pictures = trainer.lessons.pictures
    found = vectors_of(trainer.average.body, pictures, InputSpec(1, (0.3,), (0.3,), 32), "cpu")
    assert found.shape == (12, 1024)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(12), abs=1e-5)
    assert trainer.network().sha256 == before


def test_networks_that_share_their_body_are_looked_at_once() -> None:
    first = replace(seeded_network(), input=replace(seeded_network().input, size=64))
    other = replace(first, tensors={**first.tensors, "norm5.bias": first.tensors["norm5.bias"] + 1})
    pictures = lessons().pictures
    for network, found in zip(
        (first, other), vectors_of_each([first, other], pictures), strict=True
    ):
        served = embedded(
            embedder_of(Settings(home=Path("none"), precision="fp32"), network), pictures
        )
        assert float((found * served).sum(axis=1).min()) > 0.999
    assert [len(found) for found in vectors_of_each([first, other], pictures[:0])] == [0, 0]


# --- teachers that look at the changed pictures ---------------------------------------------------


class Brightness:
    """A teacher of two features: the mean light of a picture's upper and lower half."""

    def extract_features(self, seen: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.adaptive_avg_pool2d(seen[:, :1], (2, 1)).permute(0, 2, 1, 3)

    def to(self, *_: object, **__: object) -> "Brightness":
        return self


def live(count: int = 12) -> Lessons:
    given = lessons(count)
    seen = given.pictures.reshape(count, 2, -1).mean(axis=2).astype(np.float32)
    known = given.targets.train
    teacher = LiveTeacher((_in_torch(Brightness(), "cpu"),), *_moments((seen - 127) / 128))
    features = standardised((seen - 127) / 128, known)
    return replace(given, teacher=features, live=teacher)


def test_a_live_teacher_sees_what_the_student_sees() -> None:
    given = live()
    assert given.live is not None
    light = torch.from_numpy(given.pictures)[:, None].float() / 255
    first = given.live.look(light)
    assert first.shape == (12, 2)
    np.testing.assert_allclose(first.mean(dim=0), 0, atol=1e-3)
    assert (given.live.look(light * 0.5) < first).all()


def test_blended_pictures_stand_at_the_end_and_the_others_stay() -> None:
    light = torch.rand(10, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    mixed, whole = blended(light, 0.3, torch.Generator().manual_seed(2))
    assert whole == 7
    assert torch.equal(mixed[:7], light[:7])
    assert not torch.equal(mixed[7:], light[7:])
    assert mixed.min() >= light.min()
    assert mixed.max() <= light.max()
    assert blended(light, 0, torch.Generator())[1] == 10


def test_a_stage_with_a_view_learns_from_the_live_teacher() -> None:
    stage = Stage(size=32, view=48, mixed=0.34, steps=3, batch=6, rate=3e-4, warmup=1)
    recipe = replace(tiny(teacher=1.0, relations=1.0), stages=(stage,))
    heard: list[Mapping[str, float]] = []
    trainer = Trainer(recipe, live())
    trainer.run(3, lambda step, losses: heard.append(losses))
    assert trainer.student.teacher.out_features == 2
    assert all(np.isfinite(list(losses.values())).all() for losses in heard)
    assert {"teacher", "relations", "labels"} < set(heard[0])
    again = Trainer(recipe, live())
    again.run(3)
    assert again.network().sha256 == trainer.network().sha256


def test_an_unknown_teacher_is_named_beside_those_there_are() -> None:
    with pytest.raises(BadSetup, match="efficientnet-lite2"):
        open_teacher("resnet")
