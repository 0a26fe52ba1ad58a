"""What is left of a score when view, site or sex are held still."""

from pathlib import Path

import numpy as np
import pytest

from embedder.labelled import LabelledPicture, read_labelled
from embedder.scoring.retrieval import shortcuts
from embedder.scoring.shortcuts import held, shortcut

COUNT = 80


def films() -> list[LabelledPicture]:
    """Half effusion, half none; four in five effusions are AP, four in five others PA."""
    return [
        LabelledPicture(
            path=Path(f"{n}.png"),
            name=f"{n}.png",
            patient=f"p{n}",
            labels=frozenset(["effusion" if n % 2 else "none"]),
            table="films",
            view="AP" if (n % 2 == 1) == (n % 10 < 8) else "PA",
            sex="F",
        )
        for n in range(COUNT)
    ]


def knows(values: list[str]) -> np.ndarray:
    """Vectors of one direction for each value, and a little noise to break ties."""
    names = sorted(set(values))
    exact = np.eye(len(names))[[names.index(value) for value in values]]
    noise = np.random.default_rng(1).normal(0, 0.05, (len(values), 8))
    return np.concatenate([exact, noise], axis=1).astype(np.float32)


def test_a_model_that_only_sees_the_view_has_nothing_left_among_one_view() -> None:
    rows = films()
    (one,) = held(rows)  # sex has one value only, and no site is known
    assert (one.attribute, dict(one.values)) == ("view", {"AP": 40, "PA": 40})
    found = shortcut(knows([row.view for row in rows]), one)
    assert found.alike.mean == 1
    assert found.alike_by_chance.mean == pytest.approx(39 / 79)
    assert found.gains["all"].mean > 0.1
    assert abs(found.gains["same"].mean) < 0.05


def test_a_model_that_sees_the_finding_keeps_what_it_has() -> None:
    rows = films()
    (one,) = held(rows)
    found = shortcut(knows([min(row.labels) for row in rows]), one)
    assert {who: round(score.mean, 9) for who, score in found.scores.items()} == {
        "all": 1,
        "same": 1,
        "other": 1,
    }
    assert all(gain.mean > 0.2 for gain in found.gains.values())


def test_values_of_few_pictures_are_left_out() -> None:
    rows = films()[:19]
    assert held(rows) == ()
    document = shortcuts(films(), {"m": knows([row.view for row in films()])})
    assert document[0]["models"]["m"]["same_value@10"]["found"]["mean"] == 1
    assert document[0]["models"]["m"]["above_chance"]["all"]["queries"] == COUNT


def test_a_patient_never_answers_himself_even_in_another_view(tmp_path: Path) -> None:
    table = tmp_path / "films.csv"
    lines = ["file,label,patient_id,view,sex,age"]
    lines += [f"{n}.png,a,p{n // 2},{'AP' if n % 2 else 'PA'},f,{n}Y" for n in range(24)]
    table.write_text("\n".join(lines))
    rows = read_labelled(table)
    assert (rows[23].sex, rows[23].age, rows[5].age) == ("F", "20s", "0s")
    (one,) = held(rows)
    found = shortcut(np.eye(24, dtype=np.float32), one)
    assert found.alike_by_chance.mean == pytest.approx(11 / 22)


@pytest.mark.parametrize("age", ["", "unknown", "nan", "inf"])
def test_an_age_that_is_no_number_is_not_known(age: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"file,age\na.png,{age}\n")
    assert read_labelled(tmp_path / "t.csv")[0].age == ""
