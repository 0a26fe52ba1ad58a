"""A clip -> its measurements: the one way that the command line, ingest and the server measure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from infra.records import Measurement
from measure.clip import ClipFacts
from measure.heart import Heart, refusal, watch
from measure.linear import TRACER_ID, Strip, strip_records, trace
from measure.modes import View, mode_of_image_type, view_named
from measure.regions import Mode, Place, place_of
from measure.results import DISCS, EF, records_of, refused
from measure.segmenter import Frame, Segmenter
from measure.species import HEARTS, Species
from measure.thresholds import DEFAULT_SET

OPEN = Callable[[], Segmenter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How to measure."""

    species: Species = Species.HUMAN
    threshold_set: str = DEFAULT_SET


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """What a clip told: `heart` of a B-mode clip, `strip` of an M-mode, neither where refused."""

    facts: ClipFacts
    mode: Mode
    view: str
    records: tuple[Measurement, ...]
    heart: Heart | None = None
    strip: Strip | None = field(default=None)


def measure(
    facts: ClipFacts, frames: Callable[[], Iterable[Frame]], opened: OPEN, asked: Asked
) -> Measured:
    """Measure one clip. `opened` is called where a network is needed (it may raise BadSetup),
    `frames` where the pictures are.
    """
    place = placed(facts, asked.species)
    reason = refusal(facts, place)
    if reason:
        return _refused(facts, place, reason)
    if place.mode is Mode.M_MODE:
        return _of_strip(facts, place, next(iter(frames())), asked)
    heart = watch(facts, place, frames(), opened(), asked.species)
    view = heart.seen.view.value
    records = records_of(heart, asked.threshold_set)
    mode = Mode.COLOUR if heart.reason == "colour_box" else Mode.B_MODE
    return Measured(facts=facts, mode=mode, view=view, records=records, heart=heart)


def without_network(facts: ClipFacts, asked: Asked) -> Measured:
    """What can be said of a clip that needs a network where there is none."""
    return _refused(facts, placed(facts, asked.species), "no_network")


def placed(facts: ClipFacts, species: Species) -> Place:
    """Where the picture is; what regions do not tell, ImageType may."""
    place = place_of(facts.regions, facts.rows, facts.columns, HEARTS[species])
    if place.mode is not Mode.UNKNOWN:
        return place
    mode = mode_of_image_type(facts.image_type)
    why = {Mode.DOPPLER: "doppler", Mode.COLOUR: "colour_box"}.get(mode, "")
    return Place(box=place.box, mode=mode, scale=None, reason=place.reason, refused=why)


def _of_strip(facts: ClipFacts, place: Place, frame: Frame, asked: Asked) -> Measured:
    strip = trace(place, frame, asked.species)
    records = strip_records(facts, strip, asked.species, asked.threshold_set)
    return Measured(
        facts=facts, mode=Mode.M_MODE, view=View.UNKNOWN.value, records=records, strip=strip
    )


def _refused(facts: ClipFacts, place: Place, reason: str) -> Measured:
    """An EF with the reason; the model that was not asked has no id."""
    records = (refused(facts.instance_uid, EF, reason, model_id="", method=DISCS, unit="%"),)
    named = view_named(facts.description)
    mode = place.mode if facts.ultrasound else Mode.UNKNOWN
    return Measured(facts=facts, mode=mode, view=named.value, records=records)


__all__ = ["TRACER_ID", "Asked", "Measured", "measure", "placed"]
