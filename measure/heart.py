"""A B-mode clip -> its ventricle in every frame, its beats, and the sizes at both ends of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from measure.beats import Beat, Beats, find_beats
from measure.clip import ClipFacts
from measure.modes import APICAL, TRAINED, Seen, View, has_colour_box, view_named, view_seen
from measure.others import Others, find_others
from measure.r_waves import by_r_waves
from measure.reasons import with_detail
from measure.regions import Box, Mode, Place
from measure.scale import Scale, unknown_scale
from measure.segmenter import Frame, Segmented, Segmenter
from measure.species import HEARTS, Species
from measure.timing import FrameTimes, frame_times
from measure.ventricle import Shape, Ventricle, find_ventricle, shape_of

Numbers = npt.NDArray[np.float64]

UNSURE = 0.6  # of the network's confidence
SAME_RATE = 0.2  # of the header's heart rate
COLOUR_FRAMES = 4  # every so many frames one is looked at


@dataclass(frozen=True, slots=True, eq=False)
class Heart:
    """What was seen in a clip.

    `ventricles` are one a frame (pixels of the whole frame), None where there is none; `shapes`
    are their sizes. `scale.known` is False where sizes have no unit, for `scale_reason`. `reason`
    tells why there are no beats. `confidence` is one number a frame. `edited` frames have a
    contour that a person drew. `others` are the lines around the cavity, one a frame, or none.
    """

    facts: ClipFacts
    species: Species
    model_id: str
    seen: Seen
    box: Box
    scale: Scale
    scale_reason: str
    times: FrameTimes | None
    ventricles: tuple[Ventricle | None, ...]
    shapes: tuple[Shape | None, ...]
    confidence: tuple[float, ...]
    beats: Beats
    notes: tuple[str, ...] = ()
    edited: frozenset[int] = frozenset()
    others: tuple[Others, ...] = ()

    @property
    def reason(self) -> str:
        """Why nothing can be told, "" where it can."""
        return self.beats.reason

    @property
    def areas(self) -> Numbers:
        """mm² by frame, NaN where there is none."""
        return np.array([np.nan if s is None else s.area_mm2 for s in self.shapes])


def watch(
    facts: ClipFacts, place: Place, frames: Iterable[Frame], segmenter: Segmenter, species: Species
) -> Heart:
    """Look at every frame once; one at a time is held, and of each only its contour is kept."""
    scale = place.scale or unknown_scale(facts.aspect)
    look = _Look(place.box)
    ventricles: list[Ventricle | None] = []
    others: list[Others] = []
    confidence, present = [], []
    for one in segmenter.segment(look.cut(frames)):
        ventricles.append(_found(one, place.box, scale))
        others.append(find_others(one.classes, place.box[:2]))
        confidence.append(round(one.confidence, 3))
        present.append(one.present)
    seen = view_seen(facts.description, float(np.median(present)) if present else 0.0)
    heart = Heart(
        facts=facts,
        species=species,
        model_id=segmenter.model_id,
        seen=seen,
        box=place.box,
        scale=scale,
        scale_reason=place.reason if place.scale is None else "",
        times=frame_times(facts.time, len(ventricles)),
        ventricles=tuple(ventricles),
        shapes=tuple(None if v is None else shape_of(v, scale) for v in ventricles),
        confidence=tuple(confidence),
        beats=Beats((), np.empty(0), ""),
        others=tuple(others),
    )
    refused = look.reason or _refused(heart, present)
    return with_beats(heart, refused)


def with_beats(heart: Heart, refused: str = "", chosen: Sequence[Beat] = ()) -> Heart:
    """The same with its beats: those `chosen` by a person, or found in its area curve."""
    times = heart.times.ms if heart.times else None
    kind = HEARTS[heart.species]
    found = find_beats(heart.areas, times, kind)
    waves = heart.facts.time.r_waves_ms(times) if times is not None else ()
    if times is not None and waves:
        found = by_r_waves(found, times, waves, kind)
    if refused:
        found = Beats((), found.smooth, refused)
    elif chosen:
        found = _chosen(chosen, found, times)
    notes = () if found.reason else (*notes_of(heart, found), *found.notes)
    return replace(heart, beats=found, notes=notes)


def _chosen(chosen: Sequence[Beat], found: Beats, times: Numbers | None) -> Beats:
    """Beats that a person named, in the order of time."""
    ordered = sorted(chosen, key=lambda beat: beat.end_diastole)
    starts = [beat.end_diastole for beat in ordered]
    ends = [*starts[1:], None]
    beats = tuple(
        Beat(b.end_diastole, b.end_systole, e) for b, e in zip(ordered, ends, strict=True)
    )
    steps = () if times is None else tuple(float(s) for s in np.diff(times[starts]))
    return Beats(beats, found.smooth, "", steps, ("edited",))


class _Look:
    """Cuts frames to the region on their way to the network, and looks for colour in some."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._looked = self._coloured = 0

    def cut(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        left, top, right, bottom = self._box
        for number, frame in enumerate(frames):
            part = frame[top:bottom, left:right]
            if number % COLOUR_FRAMES == 0:
                self._looked += 1
                self._coloured += has_colour_box(part)
                if number == 0 and self._coloured:
                    return  # the others need not be looked at
            yield part

    @property
    def reason(self) -> str:
        """colour_box where colour lies over the first picture, or over half of them."""
        return "colour_box" if 2 * self._coloured > self._looked else ""


def _found(one: Segmented, box: Box, scale: Scale) -> Ventricle | None:
    """The ventricle in pixels of the whole frame."""
    found = find_ventricle(one.classes, scale)
    if found is None:
        return None
    corner = np.array(box[:2], np.float64)
    return Ventricle(found.line + corner, found.apex + corner, found.base + corner)


def _refused(heart: Heart, present: Sequence[float]) -> str:
    if heart.seen.view not in (*APICAL, View.UNKNOWN):
        return with_detail("view_off", heart.seen.view.value)
    if not present or np.median(present) < 0.5:
        return "no_ventricle"
    return ""


def notes_of(heart: Heart, beats: Beats) -> Iterator[str]:
    """What is to be known of its numbers, besides what its beats say."""
    if heart.seen.source != "header":
        yield "view_assumed"
    elif heart.seen.view not in TRAINED:
        yield with_detail("view_not_trained", heart.seen.view.value)
    if heart.species is not Species.HUMAN:
        yield "species_not_trained"
    if not heart.scale.known and heart.facts.aspect == (1.0, 1.0):
        yield "square_pixels"
    if heart.times is None:
        yield "assumed_frame_time"
    elif heart.times.is_uneven:
        yield "frames_dropped"
    if heart.confidence and np.mean(heart.confidence) < UNSURE:
        yield with_detail("low_confidence", f"{np.mean(heart.confidence):.2f}")
    rate, said = beats.rate, heart.facts.heart_rate
    if rate and said and said > 20 and abs(rate - said) > SAME_RATE * said:
        yield with_detail("header_rate", f"{said:.0f} against {rate:.0f} a minute")


def refusal(facts: ClipFacts, place: Place) -> str:
    """Why a clip need not be looked at at all; "" where it should be."""
    if not facts.ultrasound:
        return "not_ultrasound"
    if place.refused:
        return place.refused
    if place.mode is Mode.M_MODE:
        return ""
    named = view_named(facts.description)
    return "" if named in (*APICAL, View.UNKNOWN) else with_detail("view_off", named.value)
