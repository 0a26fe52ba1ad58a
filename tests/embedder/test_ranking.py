"""Retrieval scores: against values worked out by hand, and against a slow and plain oracle."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedder.labelled import LabelledPicture
from embedder.scoring import bootstrap
from embedder.scoring.bootstrap import difference, mean_of, sampled
from embedder.scoring.disturbed import DISTURBANCES
from embedder.scoring.ranking import IDENTITY, KIND, METRICS, answered, jaccard
from embedder.scoring.retrieval import by_chance, drops, judge, scorecard
from tests.embedder.pictures_of_shapes import shape


def picture(patient: str, *labels: str, **more: str) -> LabelledPicture:
    given = {"table": "t", "modality": "CR", "body_part": "CHEST"} | more
    return LabelledPicture(
        path=Path("x.png"), name="x.png", patient=patient, labels=frozenset(labels), **given
    )


def on_a_line(*places: float) -> np.ndarray:
    """Vectors of norm 1 whose cosines fall with the distance of their places (in radians)."""
    return np.array([[math.cos(p), math.sin(p)] for p in places], np.float32)


def test_scores_worked_out_by_hand() -> None:
    # Seen from the first: b (wrong), c (right), d (right), its own patient's picture never counts.
    rows = [
        picture("1", "a"),
        picture("2", "b"),
        picture("3", "a"),
        picture("4", "a", "b"),
        picture("1", "a"),
    ]
    found = answered(on_a_line(0.0, 0.1, 0.2, 0.3, 0.01), rows)
    scores = {name: values[0] for name, values in found.scores.items()}
    assert found.top[0][:3].tolist() == [1, 2, 3]
    assert scores["P@1"] == 0
    assert scores["P@5"] == pytest.approx(2 / 5)
    assert scores["P@10"] == pytest.approx(2 / 10)
    assert scores["mAP@10"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    ideal = 1 + 1 / math.log2(3)
    assert scores["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / 2) / ideal)
    assert scores[IDENTITY] == 1
    assert scores[KIND] == 1
    assert math.isnan(found.scores[IDENTITY][1])  # its patient has no other picture


def test_a_query_without_anything_relevant_has_no_score() -> None:
    rows = [picture("1", "a"), picture("2", "b"), picture("1", "a")]
    found = answered(on_a_line(0, 0.1, 0.2), rows)
    assert all(math.isnan(found.scores[name][0]) for name in METRICS)


def test_a_label_belongs_to_its_table() -> None:
    rows = [picture("1", "a"), picture("2", "a", table="other"), picture("3", "a", "b")]
    assert jaccard(rows)[0].tolist() == [1.0, 0.0, 0.5]


def test_neighbours_of_another_body_part_are_counted_against() -> None:
    rows = [
        picture("1", "a"),
        picture("2", "a"),
        picture("3", "a", body_part="HAND"),
        picture("4", "a", modality="OT"),
    ]
    assert answered(on_a_line(0, 0.1, 0.2, 0.3), rows).scores[KIND][0] == 0.5


# --- an oracle in plain loops ---------------------------------------------------------------------


def oracle(vectors: np.ndarray, rows: list[LabelledPicture], query: int) -> dict[str, float]:
    def alike(one: LabelledPicture, other: LabelledPicture) -> bool:
        return len(one.labels & other.labels) / len(one.labels | other.labels) >= 0.5

    asked = rows[query]
    others = [i for i, row in enumerate(rows) if row.patient != asked.patient]
    cosines = {i: float(vectors[query].astype(float) @ vectors[i].astype(float)) for i in others}
    ranked = sorted(others, key=lambda i: (-cosines[i], i))[:10]
    relevant = sum(alike(asked, rows[i]) for i in others)
    if not relevant:
        return {}
    hits = [alike(asked, rows[i]) for i in ranked] + [False] * (10 - len(ranked))
    precisions = [sum(hits[: k + 1]) / (k + 1) for k in range(10)]
    gains = sum(hit / math.log2(k + 2) for k, hit in enumerate(hits))
    best = sum(1 / math.log2(k + 2) for k in range(min(10, relevant)))
    return {
        "P@1": precisions[0],
        "P@5": precisions[4],
        "P@10": precisions[9],
        "mAP@10": sum(p for p, hit in zip(precisions, hits, strict=True) if hit)
        / min(10, relevant),
        "nDCG@10": gains / best,
    }


@settings(derandomize=True, max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 30))
def test_scores_equal_the_oracles(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [
        picture(str(random.integers(6)), *random.choice(list("abc"), size=random.integers(1, 3)))
        for _ in range(count)
    ]
    found = answered(vectors, rows).scores
    for query in range(count):
        wanted = oracle(vectors, rows, query)
        for name in METRICS:
            if wanted:
                assert found[name][query] == pytest.approx(wanted[name], abs=1e-9)
            else:
                assert math.isnan(found[name][query])


# --- intervals ------------------------------------------------------------------------------------


def test_an_interval_is_the_same_every_time_and_holds_the_mean() -> None:
    scores = np.random.default_rng(0).random(60)
    patients = [str(n // 3) for n in range(60)]
    one, other = sampled(scores, patients).estimate(), sampled(scores, patients).estimate()
    assert one == other
    assert one.low < one.mean < one.high
    assert one.mean == pytest.approx(scores.mean())


def test_pictures_of_one_patient_do_not_narrow_an_interval() -> None:
    scores = np.random.default_rng(0).random(30)
    alone = sampled(scores, [str(n) for n in range(30)]).estimate()
    tenfold = sampled(np.repeat(scores, 10), [str(n // 10) for n in range(300)]).estimate()
    assert tenfold.low == pytest.approx(alone.low)
    assert tenfold.high == pytest.approx(alone.high)


def test_draws_follow_a_plain_bootstrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "DRAWS", 20_000)
    scores = np.array([0.0, 1.0, 1.0, 0.5])
    random = np.random.default_rng(3)
    plain = [scores[random.integers(4, size=4)].mean() for _ in range(20_000)]
    draws = sampled(scores, list("abcd")).draws
    assert draws.std() == pytest.approx(np.std(plain), rel=0.03)


def test_a_paired_difference_uses_the_same_draws() -> None:
    scores = np.random.default_rng(0).random(40)
    patients = [str(n) for n in range(40)]
    better = difference(sampled(scores + 0.1, patients), sampled(scores, patients)).estimate()
    assert (better.mean, better.low, better.high) == pytest.approx((0.1, 0.1, 0.1))


def test_unknown_scores_are_left_out() -> None:
    found = sampled(np.array([1.0, np.nan, 0.0]), ["a", "b", "c"])
    assert (found.mean, found.count) == (0.5, 2)
    assert math.isnan(sampled(np.array([np.nan]), ["a"]).estimate().low)


def test_the_mean_over_tables_counts_each_the_same() -> None:
    parts = [sampled(np.ones(90), [str(n) for n in range(90)]), sampled(np.zeros(2), ["a", "b"])]
    assert mean_of(parts).mean == 0.5


# --- the scorecard --------------------------------------------------------------------------------


def test_a_scorecard_compares_the_first_model_with_the_others() -> None:
    random = np.random.default_rng(1)
    rows = [picture(str(n), "ab"[n % 2]) for n in range(40)]
    good = np.array([[n % 2, (n + 1) % 2] for n in range(40)], np.float32)
    good += random.normal(scale=0.1, size=good.shape).astype(np.float32)
    card = scorecard(rows, {"good": judge(rows, good), "chance": by_chance(rows)})
    assert card["models"]["good"]["overall"]["mAP@10"]["mean"] == 1
    assert card["models"]["chance"]["tables"]["t"]["P@10"]["mean"] == pytest.approx(0.49, abs=0.05)
    gain = card["paired"]["chance"]["overall"]["mAP@10"]
    assert gain["low"] > 0.4
    assert set(card["models"]["good"]["labels"]) == {"a", "b"}


def test_other_vectors_may_ask() -> None:
    rows = [picture("1", "a"), picture("2", "a"), picture("3", "b")]
    vectors = on_a_line(0.0, 0.1, 1.0)
    asked = on_a_line(1.1, 0.1, 1.0)
    assert judge(rows, vectors).tables["t"].scores["P@1"][0] == 1
    assert judge(rows, vectors, asked).tables["t"].scores["P@1"][0] == 0


def test_vectors_must_be_as_many_as_rows() -> None:
    with pytest.raises(ValueError, match="1 vectors for 2 rows"):
        judge([picture("1", "a"), picture("2", "a")], on_a_line(0.0))


def test_disturbed_queries_are_compared_with_undisturbed_ones() -> None:
    rows = [picture(str(n), "ab"[n % 2]) for n in range(20)]
    vectors = np.array([[n % 2, (n + 1) % 2] for n in range(20)], np.float32)
    clean = judge(rows, vectors)
    lost = drops(rows, clean, {"none": clean, "all": judge(rows, vectors, vectors[:, ::-1])})
    assert lost["none"]["mAP@10"]["mean"] == 0
    assert lost["all"]["mAP@10"]["mean"] < -0.9


@pytest.mark.parametrize("name", DISTURBANCES)
def test_a_disturbance_changes_a_picture_but_not_its_shape(name: str) -> None:
    before = shape("disc", 1, side=64)
    after = DISTURBANCES[name](before.copy())
    assert (after.shape, after.dtype) == (before.shape, before.dtype)
    assert not np.array_equal(after, before)
