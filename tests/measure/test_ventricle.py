"""The ventricle in a mask: which end is its base, how long and how large it is."""

import numpy as np
import pytest

from measure import volumes
from measure.scale import Scale, unknown_scale
from measure.ventricle import find_ventricle, shape_of
from tests.phantoms import ATRIUM, CAVITY, MYOCARDIUM, Cine

CINE = Cine(edv_ml=120)
SCALE = Scale(CINE.x_mm, CINE.y_mm)
MASK = CINE.masks()[0]


def volume_of(mask: np.ndarray, scale: Scale = SCALE) -> float:
    ventricle = find_ventricle(mask, scale)
    assert ventricle is not None
    return shape_of(ventricle, scale).discs_ml


def without(*classes: int) -> np.ndarray:
    mask = MASK.copy()
    mask[np.isin(mask, classes)] = 0
    return mask


@pytest.mark.parametrize(
    "mask",
    [
        MASK,
        MASK[:, ::-1],
        MASK[::-1],
        np.swapaxes(MASK, 0, 1),
        without(ATRIUM),
        without(MYOCARDIUM),
        without(MYOCARDIUM, ATRIUM),
    ],
    ids=["as it is", "mirrored", "upside down", "lying", "no atrium", "no wall", "cavity alone"],
)
def test_the_volume_does_not_depend_on_how_the_heart_lies(mask: np.ndarray) -> None:
    assert volume_of(mask) == pytest.approx(120, rel=0.03)


def test_the_base_is_where_no_wall_is_and_the_atrium_plays_no_part() -> None:
    moved = without(ATRIUM)
    moved[:40, :] = ATRIUM  # an atrium beyond the apex
    for mask in (MASK, moved):
        ventricle = find_ventricle(mask, SCALE)
        assert ventricle is not None
        assert ventricle.base[:, 1].min() > ventricle.apex[1]


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("part", [0.15, 0.35])
def test_a_wall_that_is_found_too_short_changes_little(side: str, part: float) -> None:
    rows, columns = np.nonzero(MASK == CAVITY)
    y, x = np.mgrid[: MASK.shape[0], : MASK.shape[1]]
    low = rows.max() - part * np.ptp(rows)
    there = x < columns.mean() if side == "left" else x > columns.mean()
    mask = MASK.copy()
    mask[(mask == MYOCARDIUM) & (y > low) & there] = 0
    assert volume_of(mask) == pytest.approx(volume_of(MASK), rel=0.02)


def test_specks_and_holes_do_not_count() -> None:
    mask = MASK.copy()
    mask[5:9, 5:9] = CAVITY
    rows, columns = np.nonzero(MASK == CAVITY)
    y, x = int(rows.mean()), int(columns.mean())
    mask[y - 3 : y + 3, x - 3 : x + 3] = 0
    assert volume_of(mask) == pytest.approx(volume_of(MASK), rel=0.005)


def test_oblong_pixels_are_measured_in_millimetres() -> None:
    narrow = MASK[:, ::2]
    assert volume_of(narrow, Scale(2 * CINE.x_mm, CINE.y_mm)) == pytest.approx(120, rel=0.04)


def test_without_a_scale_a_fraction_is_the_same() -> None:
    masks = CINE.masks()
    known, unknown = (
        [volume_of(masks[n], scale) for n in (0, 12)] for scale in (SCALE, unknown_scale())
    )
    assert volumes.ejection_fraction(*known) == pytest.approx(
        volumes.ejection_fraction(*unknown), abs=0.1
    )


def test_too_little_is_nothing() -> None:
    assert find_ventricle(np.zeros((50, 50), np.uint8), SCALE) is None
    speck = np.zeros((50, 50), np.uint8)
    speck[10:14, 10:14] = CAVITY
    assert find_ventricle(speck, SCALE) is None


def test_a_cavity_at_the_edge_of_the_picture_is_measured() -> None:
    rows, columns = np.nonzero(MASK == CAVITY)
    cut = MASK[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert volume_of(cut) == pytest.approx(120, rel=0.03)
