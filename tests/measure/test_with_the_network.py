"""The shipped network on a drawn heart, from DICOM to numbers; skipped where none was shipped.

It has learnt from people and not from drawings, so the tolerances are wide: EF 10 points, volume
15 %.
"""

from dataclasses import replace

import pytest

from infra.errors import BadSetup
from infra.settings import Settings
from ingest.showing.clips import facts_of
from measure.measuring import Asked, Measured, measure
from measure.opening import open_segmenter
from measure.segmenter import CAVITY, Segmenter
from tests.measure.making import row, value
from tests.phantoms import Cine

CINE = Cine(edv_ml=160, esv_ml=96, noise=8, tilt=6, beats_ms=(800, 800), frame_ms=40)


@pytest.fixture(scope="module")
def network() -> Segmenter:
    try:
        return open_segmenter(Settings(precision="fp32"))
    except BadSetup as error:
        pytest.skip(f"no segmentation weights: {error}")


@pytest.fixture(scope="module")
def found(network: Segmenter) -> Measured:
    frames = CINE.frames()
    facts = facts_of(CINE.dataset(SeriesDescription=""))
    return measure(facts, lambda: iter(frames), lambda: network, Asked())


def test_a_drawn_heart_is_measured_about_right(found: Measured) -> None:
    assert value(found, "ejection_fraction", "discs") == pytest.approx(CINE.ef, abs=10)
    assert value(found, "end_diastolic_volume", "discs") == pytest.approx(160, rel=0.15)
    assert value(found, "heart_rate") == pytest.approx(75, rel=0.05)


def test_its_view_is_assumed_and_its_model_named(found: Measured, network: Segmenter) -> None:
    ef = row(found, "ejection_fraction", "discs")
    assert "view_assumed" in ef.quality
    assert ef.model_id == network.model_id


@pytest.mark.parametrize("mirrored", [False, True])
def test_upside_down_it_is_found_where_it_is_shown(network: Segmenter, mirrored: bool) -> None:
    cine = replace(CINE, flipped=True, mirrored=mirrored, beats_ms=(240,))
    truths = cine.masks() == CAVITY
    for found, truth in zip(network.segment(cine.frames()), truths, strict=True):
        cavity = found.classes == CAVITY
        assert 2 * (cavity & truth).sum() / (cavity.sum() + truth.sum()) > 0.9
