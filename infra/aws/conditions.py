"""What Comprehend Medical says of a chunk of text -> findings.

Two answers are joined on their offsets: InferICD10CM has codes, DetectEntitiesV2 has the traits
that the other lacks (PAST_HISTORY, FUTURE). Shapes as in the service's API reference (2018-10-30).
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from infra.records import Assertion, Finding, Report

log = logging.getLogger(__name__)

Entity = Mapping[str, Any]

# The first trait of these that is there decides: "no family history of X" is absent.
ASSERTIONS = {
    "NEGATION": Assertion.ABSENT,
    "PERTAINS_TO_FAMILY": Assertion.FAMILY,
    "HYPOTHETICAL": Assertion.HYPOTHETICAL,
    "FUTURE": Assertion.HYPOTHETICAL,
    "PAST_HISTORY": Assertion.HISTORICAL,
    "LOW_CONFIDENCE": Assertion.UNCERTAIN,
}  # SIGN, SYMPTOM and DIAGNOSIS say what kind of condition it is, not whether it is there

# Ids of chest findings by code, as the rules of `ingest/reports` name them; words decide for R91.
_BY_CODE = {
    "J98.11": "atelectasis",
    "I51.7": "cardiomegaly",
    "J90": "effusion",
    "J91.8": "effusion",
    "R91.1": "nodule",
    "J93.9": "pneumothorax",
    "J93.83": "pneumothorax",
    "J18.9": "pneumonia",
    "J81.0": "edema",
    "J81.1": "edema",
    "J43.9": "emphysema",
    "J84.10": "fibrosis",
    "J84.112": "fibrosis",
    "J92.9": "pleural_thickening",
    "K44.9": "hernia",
}
_BY_WORD = {"infiltra": "infiltration", "consolid": "consolidation", "mass": "mass"}


def findings_of(
    report: Report, begin: int, coded: Iterable[Entity], detected: Sequence[Entity], tagger_id: str
) -> Iterator[Finding]:
    """Findings of one chunk that begins at `begin` of the report's text; offsets are code points.

    Entities without a code, and those whose words are not in the text, are left out.
    """
    for entity in coded:
        concepts = entity.get("ICD10CMConcepts") or []
        if entity.get("Type") == "TIME_EXPRESSION" or not concepts:
            continue
        span = _span(report.text, begin, entity)
        if span is None:
            log.warning("a finding of Comprehend Medical is not where it says: left out")
            continue
        best = max(concepts, key=lambda concept: concept.get("Score", 0.0))
        other = _same_place(entity, detected)
        assertion, trait = _assertion([*_traits(entity), *_traits(other)])
        text = report.text[slice(*span)]
        yield Finding(
            report_id=report.report_id,
            report_version=report.version,
            text=text,
            begin=span[0],
            end=span[1],
            finding_id=_finding_id(best["Code"], text, best.get("Description", "")),
            code=best["Code"],
            assertion=assertion,
            trigger=trait,
            score=float(best.get("Score", 0.0)),
            tagger_id=tagger_id,
            laterality=_attribute("DIRECTION", entity, other),
            severity=_attribute("ACUITY", entity, other),
            location=_attribute("SYSTEM_ORGAN_SITE", entity, other),
        )


def _span(text: str, begin: int, entity: Entity) -> tuple[int, int] | None:
    """Where the entity is in the whole text: by its offsets (code points), proven by its words.

    Offsets that do not fit (counted in another unit) give way to the nearest place of the words.
    """
    low, high = begin + int(entity["BeginOffset"]), begin + int(entity["EndOffset"])
    words = str(entity.get("Text", ""))
    if text[low:high] == words:
        return (low, high) if words else None
    places = [found.start() for found in re.finditer(re.escape(words), text)] if words else []
    if not places:
        return None
    near = min(places, key=lambda place: abs(place - low))
    return near, near + len(words)


def _same_place(entity: Entity, detected: Sequence[Entity]) -> Entity:
    """The detected condition that shares most characters with a coded one; {} for none."""
    best: Entity = {}
    most = 0
    for other in detected:
        if other.get("Category") == "MEDICAL_CONDITION" and _shared(entity, other) > most:
            best, most = other, _shared(entity, other)
    return best


def _shared(one: Entity, other: Entity) -> int:
    begin = max(int(one["BeginOffset"]), int(other["BeginOffset"]))
    return min(int(one["EndOffset"]), int(other["EndOffset"])) - begin


def _traits(entity: Entity) -> list[str]:
    return [str(trait.get("Name", "")) for trait in entity.get("Traits") or ()]


def _assertion(traits: Sequence[str]) -> tuple[Assertion, str]:
    """The assertion and the trait that decided it ("" for present)."""
    for name, assertion in ASSERTIONS.items():
        if name in traits:
            return assertion, name
    return Assertion.PRESENT, ""


def _attribute(kind: str, *entities: Entity) -> str:
    for entity in entities:
        for attribute in entity.get("Attributes") or ():
            if attribute.get("Type") == kind:
                return str(attribute.get("Text", "")).lower()
    return ""


def _finding_id(code: str, text: str, description: str) -> str:
    """Our name where there is one; otherwise the words of the code's description."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code.startswith("R91"):
        for word, name in _BY_WORD.items():
            if word in text.lower():
                return name
    return "_".join(re.findall(r"[a-z0-9]+", (description or text).lower()))
