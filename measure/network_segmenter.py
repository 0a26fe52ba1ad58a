"""The segmenter that a trained network makes: frame -> picture -> scores -> class numbers."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from infra.settings import Settings
from measure.cleaning import spread, tidy
from measure.engine import Engine, Scores
from measure.fitting import Placement, fit, gray, normalise, place
from measure.look import LEAST_PRESENT, ClipLook, Look
from measure.network import Calibration, SegmenterNetwork
from measure.segmenter import CAVITY, Frame, Segmented

Begun = tuple[Callable[[], Scores], Placement, tuple[int, int]]
Show = Callable[[Frame, Look], Future[Segmented]]


class NetworkSegmenter:
    """A `measure.segmenter.Segmenter`: a network on an engine."""

    def __init__(self, network: SegmenterNetwork, engine: Engine) -> None:
        self._network = network
        self._engine = engine

    @property
    def model_id(self) -> str:
        """See `Segmenter`."""
        return self._network.model_id

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the classes 1, 2 …"""
        return self._network.shape.structures

    def segment(self, frames: Iterable[Frame]) -> Iterator[Segmented]:
        """See `Segmenter`."""
        return self.segment_clips([frames])

    def segment_clips(self, clips: Iterable[Iterable[Frame]]) -> Iterator[Segmented]:
        """See `ClipSegmenter`: while the network works on a few frames, the caller makes the next,
        and a thread of its own finishes those before.
        """
        waiting: deque[_Shown] = deque()
        with ThreadPoolExecutor(1, "segmenter") as finishing:
            show = partial(self._show, finishing)
            for clip in clips:
                chosen = ClipLook()
                for frame in clip:
                    look = chosen.look
                    waiting.append(_Shown(frame, chosen, look, show(frame, look)))
                    if len(waiting) > self._engine.depth:
                        yield _settled(waiting.popleft(), show)
            while waiting:
                yield _settled(waiting.popleft(), show)

    def _show(self, finishing: ThreadPoolExecutor, frame: Frame, look: Look) -> Future[Segmented]:
        return finishing.submit(self._end, self._begin(frame, look), look)

    def _begin(self, frame: Frame, look: Look) -> Begun:
        picture = gray(look.turned(frame))
        placement = place(picture, self._network.shape.side, look.large)
        started = self._engine.start(normalise(fit(picture, placement)))
        return started, placement, (picture.shape[0], picture.shape[1])

    def _end(self, begun: Begun, look: Look) -> Segmented:
        finish, placement, (rows, columns) = begun
        scores = finish()
        present = presence(scores.presence, self._network.calibration)
        tidied = tidy(scores.chances)
        if not tidied.has(CAVITY):
            present = 0.0  # whatever the frame as a whole looks like
        if present < LEAST_PRESENT:
            return Segmented(np.zeros((rows, columns), np.uint8), 0.0, present)
        classes = look.turned(spread(tidied, placement, rows, columns))
        return Segmented(classes, tidied.confidence, present)


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """A frame that the network has been shown in this way."""

    frame: Frame
    chosen: ClipLook
    look: Look
    found: Future[Segmented]


def _settled(shown: _Shown, show: Show) -> Segmented:
    """What is seen in a frame when it is looked at as its clip is."""
    frame, chosen, found = shown.frame, shown.chosen, shown.found.result()
    if shown.look is not chosen.look:  # it was begun before that was known
        return show(frame, chosen.look).result()
    if not chosen.doubts(found.present):
        return found
    begun = {look: show(frame, look) for look in Look if look is not shown.look}
    every = {shown.look: found, **{look: one.result() for look, one in begun.items()}}
    chosen.decide({look: one.present for look, one in every.items()})
    return every[chosen.look]


def open_network_segmenter(network: SegmenterNetwork, settings: Settings) -> NetworkSegmenter:
    """The network on the engine that these settings ask for. Raises BadSetup.

    Where nothing is asked for it runs in bf16 if the CPU has it: areas of cavities differ by less
    than 0.2 % from those of float32 (120 CAMUS frames), and it takes three quarters of the time.
    """
    from embedder.calibration import has_native_bf16
    from embedder.runtime import wants_gpu

    engine: Engine
    if wants_gpu(settings):
        from measure.torch_engine import TorchEngine

        engine = TorchEngine(network)
    else:
        from measure.openvino_engine import OpenVinoEngine

        chosen = settings.precision == "auto" and has_native_bf16()
        engine = OpenVinoEngine(
            network, "bf16" if chosen or settings.precision == "bf16" else "fp32"
        )
    return NetworkSegmenter(network, engine)


def presence(score: float, calibration: Calibration) -> float:
    """The raw score as a probability, 0..1."""
    power = max(-60.0, min(60.0, calibration.slope * score + calibration.offset))
    return 1 / (1 + math.exp(-power))
