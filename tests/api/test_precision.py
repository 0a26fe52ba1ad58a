"""The precision gate: the same neighbours as float32, on real pictures."""

from pathlib import Path

import numpy as np
import pytest

from api import precision
from api.precision import gate
from api.scoring import read_asked
from embedder.scoring.precision import overlap
from infra.errors import BadSetup
from infra.settings import Settings
from tests.embedder.pictures_of_shapes import write_table


def test_overlap_is_the_share_of_common_neighbours() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(40, 8)).astype(np.float32)
    assert overlap(vectors, vectors) == 1
    assert 0.1 < overlap(vectors, random.normal(size=(40, 8)).astype(np.float32)) < 0.5
    one, other = np.eye(4, dtype=np.float32)[:3], np.eye(4, dtype=np.float32)[1:]
    assert overlap(one, other) == 1  # of three pictures, the two others are the nearest


def test_every_precision_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "LEAST", 8)
    rows = read_asked([write_table(tmp_path / "shapes", 8)], None, "", {})
    settings = Settings(home=tmp_path / "home", seeded_weights=True, jobs=1)
    found = gate(rows, settings)
    assert found["pictures"] == 4
    assert [row["precision"] for row in found["precisions"]] == ["bf16", "int8"]
    assert all(row["overlap_at_10"] == 1 for row in found["precisions"])  # of three others, three
    assert all(row["mean_cosine"] > 0.97 for row in found["precisions"])


def test_a_few_pictures_decide_nothing(tmp_path: Path) -> None:
    rows = read_asked([write_table(tmp_path / "shapes", 8)], None, "", {})
    with pytest.raises(BadSetup, match="20 pictures"):
        gate(rows, Settings(home=tmp_path / "home", seeded_weights=True))
