"""Frames of every kind through the segmenter: sizes, borders, order, presence."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measure.cleaning import Tidied, spread, tidy
from measure.engine import Scores
from measure.fitting import Picture, content_box, fit, fit_mask, gray, normalise, place
from measure.network_segmenter import NetworkSegmenter
from measure.segmenter import Frame
from tests.measure.hearts import heart, random_network

SIDE = 64


class BrightIsCavity:
    """An engine that calls what is brighter than the mean a cavity, and counts its work."""

    depth = 3

    def __init__(self, presence: float = 20.0) -> None:
        self._presence = presence
        self.under_way = 0
        self.most = 0

    def start(self, picture: Picture) -> Callable[[], Scores]:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        cavity = np.where(picture > 0, 0.9, 0.05).astype(np.float32)
        chances = np.stack([1 - cavity - 0.01, cavity, np.full_like(cavity, 0.01)])

        def finish() -> Scores:
            self.under_way -= 1
            return Scores(chances, self._presence)

        return finish


def segmenter(presence: float = 20.0) -> NetworkSegmenter:
    return NetworkSegmenter(random_network(), BrightIsCavity(presence))


def square(rows: int, columns: int, top: int, left: int, side: int) -> npt.NDArray[np.uint8]:
    frame = np.full((rows, columns), 40, np.uint8)
    frame[top : top + side, left : left + side] = 220
    return frame


@pytest.mark.parametrize("size", [(64, 64), (200, 100), (91, 333), (480, 640), (33, 47)])
def test_masks_have_the_size_of_their_frames_and_lie_where_the_thing_is(
    size: tuple[int, int],
) -> None:
    side = min(size) // 2
    frame = square(*size, top=size[0] // 4, left=size[1] // 4, side=side)
    (found,) = segmenter().segment([frame])
    assert found.classes.shape == size
    truth = frame == 220
    overlap = 2 * (truth & (found.classes == 1)).sum() / (truth.sum() + (found.classes == 1).sum())
    assert overlap > 0.85  # of a thing of 8 pixels in the picture
    assert 0.85 < found.confidence <= 1
    assert found.present > 0.99


def test_colour_is_seen_as_gray() -> None:
    frame = square(80, 80, 20, 20, 40)
    gray_one, colour_one = segmenter().segment([frame, np.stack([frame] * 3, axis=-1)])
    assert np.array_equal(gray_one.classes, colour_one.classes)


def test_black_borders_change_nothing() -> None:
    frame = square(80, 100, 20, 30, 40)
    bordered = np.pad(frame, ((30, 10), (50, 90)))
    plain, other = segmenter().segment([frame, bordered])
    np.testing.assert_array_equal(other.classes[30:-10, 50:-90], plain.classes)


@pytest.mark.parametrize("value", [0, 255])
def test_a_picture_of_one_value_shows_nothing(value: int) -> None:
    (found,) = segmenter().segment([np.full((50, 70), value, np.uint8)])
    assert not found.classes.any()
    assert found.confidence == 0
    assert found.present == 0


def test_no_ventricle_no_mask() -> None:
    (found,) = segmenter(presence=-20).segment([square(80, 80, 20, 20, 40)])
    assert not found.classes.any()
    assert found.present < 0.01


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4), np.float32),  # type: ignore[list-item]
        np.zeros((0, 4), np.uint8),
        np.zeros(4, np.uint8),
    ],
)
def test_what_is_no_frame_is_refused(frame: Frame) -> None:
    with pytest.raises(ValueError):
        list(segmenter().segment([frame]))


def test_frames_stream_in_order_and_few_are_under_way() -> None:
    engine = BrightIsCavity()
    drawn = 0

    def clip() -> Iterator[Frame]:
        nonlocal drawn
        for number in range(40):
            drawn += 1
            yield square(60, 60, number // 2, 10, 20)

    results = NetworkSegmenter(random_network(), engine).segment(clip())
    first = next(results)
    assert drawn <= engine.depth + 1
    tops = [int(np.flatnonzero((one.classes == 1).any(axis=1))[0]) for one in [first, *results]]
    assert len(tops) == 40
    assert tops == sorted(tops)
    assert engine.most <= engine.depth + 1


def test_only_the_largest_piece_is_left_and_holes_are_filled() -> None:
    chances = np.zeros((3, SIDE, SIDE), np.float32)
    chances[0] = 0.6
    chances[1, 10:40, 10:40] = 0.9
    chances[1, 20:23, 20:23] = 0
    chances[2, 50:60, 50:60] = 0.8
    chances[1, 2:4, 2:4] = 0.7
    found = tidy(chances).winners
    assert (found[10:40, 10:40] == 1).all()
    assert (found == 1).sum() == 900
    assert (found == 2).sum() == 100
    assert chances[1, 21, 21] == 0  # what was given is not changed


def test_what_is_in_one_piece_stays_as_it_is() -> None:
    chances = np.zeros((2, SIDE, SIDE), np.float32)
    chances[0], chances[1, 5:9, 5:9] = 0.5, 0.9
    assert tidy(chances).chances is chances


@settings(deadline=None, max_examples=50, derandomize=True)
@given(seed=st.integers(0, 1000), blobs=st.integers(0, 4))
def test_tidying_in_a_window_is_tidying_the_whole_picture(seed: int, blobs: int) -> None:
    rng = np.random.default_rng(seed)
    chances = rng.random((3, SIDE, SIDE), np.float32) * np.float32(0.3)
    chances[0] += 0.3
    for _ in range(blobs):
        top, left = rng.integers(-8, SIDE - 8, 2)
        number, reach = rng.integers(1, 3), rng.integers(4, 24)
        chances[number, max(top, 0) : top + reach, max(left, 0) : left + reach] += 1
    chances[:, rng.integers(0, SIDE, 3), :] = 0.1  # cuts pieces apart and opens holes
    tidied = tidy(chances)
    assert np.array_equal(tidied.winners, tidied.chances.argmax(axis=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("measure.cleaning._around", lambda found: (slice(None), slice(None)))
        whole = tidy(chances)
    assert np.array_equal(tidied.chances, whole.chances)


@settings(deadline=None, max_examples=50, derandomize=True)
@given(
    rows=st.integers(1, 300),
    columns=st.integers(1, 300),
    seed=st.integers(0, 1000),
)
def test_any_frame_goes_in_and_comes_back_at_its_size(rows: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = rng.integers(0, 256, (rows, columns), np.uint8)
    placement = place(frame, SIDE)
    fitted = fit(frame, placement)
    assert fitted.shape == (SIDE, SIDE)
    assert np.isfinite(normalise(fitted)).all()
    chances = rng.random((3, SIDE, SIDE), np.float32)
    classes = spread(tidy(chances), placement, rows, columns)
    assert classes.shape == (rows, columns)
    assert classes.max() < 3


def test_masks_are_placed_like_their_frames() -> None:
    frame, mask = heart(3, 300, 420)
    placement = place(gray(frame), 128)
    small = fit_mask(mask, placement)
    chances = np.stack([small == number for number in range(3)]).astype(np.float32)
    as_it_is = Tidied(chances, chances.argmax(axis=0).astype(np.uint8))
    back = spread(as_it_is, placement, 300, 420)
    assert (back == mask).mean() > 0.98


def test_specks_are_no_content() -> None:
    frame = np.zeros((100, 100), np.uint8)
    frame[20:80, 30:70] = 100
    frame[2, 2] = 255
    assert content_box(frame) == (30, 20, 70, 80)
