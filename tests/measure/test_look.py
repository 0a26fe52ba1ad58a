"""Clips that are looked at in another way: upside down, or without what lies beside the sector."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from measure.engine import Scores
from measure.fitting import Picture
from measure.look import LEAST_OTHER, LOOKED, SURE, Look
from measure.network_segmenter import NetworkSegmenter
from measure.segmenter import Segmented
from tests.measure.hearts import random_network

Array = npt.NDArray[np.uint8]
ROWS, COLUMNS = 60, 90
DOUBTFUL = (SURE + LEAST_OTHER) / 2


class Corners:
    """An engine that sees a cavity in what is bright, and a heart by the corner that it lies in:
    `present` is the presence by (at the top, at the left).
    """

    depth = 3

    def __init__(self, present: dict[tuple[bool, bool], float]) -> None:
        self._present = present
        self.runs = 0

    def start(self, picture: Picture) -> Callable[[], Scores]:
        self.runs += 1
        bright = picture > 0
        cavity = np.where(bright, 0.98, 0.01).astype(np.float32)
        chances = np.stack([1 - cavity - 0.01, cavity, np.full_like(cavity, 0.01)])
        y, x = (float(at.mean()) for at in np.nonzero(bright)) if bright.any() else (0.0, 0.0)
        side = len(picture) / 2
        present = self._present.get((y < side, x < side), 0.1) if bright.any() else 0.1
        score = float(np.log(present / (1 - present)))
        return lambda: Scores(chances, score)


UPRIGHT, FLIPPED, ROTATED = (True, True), (False, True), (False, False)
OTHERS = len(Look) - 1
SEEN = {UPRIGHT: 0.95}


def frame(corner: tuple[bool, bool], *, side: int = 14) -> Array:
    """A bright square in a corner of a grey picture."""
    made = np.full((ROWS, COLUMNS), 40, np.uint8)
    rows = slice(4, 4 + side) if corner[0] else slice(-4 - side, -4)
    columns = slice(4, 4 + side) if corner[1] else slice(-4 - side, -4)
    made[rows, columns] = 220
    return made


EMPTY = np.zeros((ROWS, COLUMNS), np.uint8)


def segmented(engine: Corners, *clips: Iterable[Array]) -> list[Segmented]:
    return list(NetworkSegmenter(random_network(), engine).segment_clips(clips))


def covers(found: Segmented, shown: Array) -> bool:
    """Whether the mask lies where the bright square is, in the frame as it is shown."""
    truth, mask = shown == 220, found.classes == 1
    return 2 * int((truth & mask).sum()) > 0.8 * int(truth.sum() + mask.sum())


@pytest.mark.parametrize("corner", [UPRIGHT, FLIPPED, ROTATED])
def test_masks_lie_where_the_heart_is_shown(corner: tuple[bool, bool]) -> None:
    clip = [frame(corner, side=12 + number % 4) for number in range(12)]
    found = segmented(Corners(SEEN), clip)
    assert all(one.present > SURE for one in found)
    assert all(covers(one, shown) for one, shown in zip(found, clip, strict=True))


def test_a_clip_that_is_sure_is_never_turned() -> None:
    engine = Corners({UPRIGHT: 0.95, FLIPPED: 0.99})
    clip = [frame(UPRIGHT)] * 20
    assert all(covers(one, clip[0]) for one in segmented(engine, clip))
    assert engine.runs == 20


def test_what_is_seen_better_as_it_is_stays_as_it_is() -> None:
    engine = Corners({UPRIGHT: DOUBTFUL, FLIPPED: DOUBTFUL - 0.01})
    clip = [frame(UPRIGHT)] * 20
    assert all(covers(one, clip[0]) for one in segmented(engine, clip))
    assert engine.runs == 20 + OTHERS  # its first frame was turned, too


def test_more_is_asked_of_a_turned_frame() -> None:
    found = segmented(Corners({UPRIGHT: LEAST_OTHER - 0.05}), [frame(FLIPPED)] * 8)
    assert not any(one.classes.any() for one in found)


def test_the_whole_clip_goes_the_way_of_the_frame_that_told() -> None:
    """Also where a later frame, as it is, would seem to be a heart."""
    clip = [frame(FLIPPED)] * 8 + [frame(UPRIGHT)] * 2
    found = segmented(Corners(SEEN), clip)
    assert [bool(one.classes.any()) for one in found] == [True] * 8 + [False] * 2


@pytest.mark.parametrize(("empty", "seen"), [(LOOKED - 1, True), (LOOKED, False)])
def test_the_first_frames_tell_and_no_others(empty: int, seen: bool) -> None:
    engine = Corners(SEEN)
    found = segmented(engine, [EMPTY] * empty + [frame(FLIPPED)] * 10)
    assert [bool(one.classes.any()) for one in found] == [False] * empty + [seen] * 10
    if not seen:
        assert engine.runs == empty + 10 + OTHERS * LOOKED


def test_every_clip_has_a_way_up_of_its_own() -> None:
    clips: Sequence[list[Array]] = [
        [frame(corner)] * count
        for corner, count in ((FLIPPED, 3), (UPRIGHT, 1), (ROTATED, 2), (UPRIGHT, 4))
    ]
    shown = [one for clip in clips for one in clip]
    found = segmented(Corners(SEEN), *clips)
    assert all(covers(one, at) for one, at in zip(found, shown, strict=True))


def test_what_lies_beside_the_largest_lit_area_is_left_out_where_nothing_is_seen_with_it() -> None:
    """With the letters at its left the heart would lie in the right half of the picture."""
    shown = np.zeros((ROWS, 3 * COLUMNS), np.uint8)
    shown[:, 2 * COLUMNS :] = frame(UPRIGHT)
    shown[20:40, :70] = 39
    assert all(covers(one, shown) for one in segmented(Corners(SEEN), [shown] * 6))


@pytest.mark.parametrize("look", Look)
def test_a_turn_undoes_itself(look: Look) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    assert np.array_equal(look.turned(look.turned(picture)), picture)
    assert np.array_equal(look.turned(picture), picture) == (look in (Look.PLAIN, Look.ALONE))
