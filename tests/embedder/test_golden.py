"""The pixel path gives what it always gave; who changes it names a new PIXEL_PATH."""

import numpy as np
import pytest

from tests.embedder import golden

PICTURES = golden.pictures()


def test_every_picture_has_its_golden_one() -> None:
    assert golden.path().exists(), "a new PIXEL_PATH: run `python -m tests.embedder.golden`"
    with np.load(golden.path()) as kept:
        assert sorted(kept) == sorted(PICTURES)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_the_path_has_not_changed(name: str) -> None:
    with np.load(golden.path()) as kept:
        expected = kept[name]
    assert PICTURES[name].shape == expected.shape
    assert PICTURES[name].dtype == expected.dtype
    # Machines may differ in the last bit of an exponential: here and there one step of 256.
    apart = np.abs(PICTURES[name].astype(int) - expected)
    assert apart.max() <= 1, "changed: give PIXEL_PATH a new name"
    assert apart.mean() < 0.01, "changed: give PIXEL_PATH a new name"


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_no_golden_picture_is_empty(name: str) -> None:
    assert PICTURES[name].max() > 100
    assert PICTURES[name].std() > 12
