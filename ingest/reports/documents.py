"""What the tagger read, as the JSON document that scripts rely on."""

from typing import Any

from infra.records import Finding
from ingest.reports.tagger import Reading, RulesTagger


def document(reading: Reading, tagger: RulesTagger) -> dict[str, Any]:
    """{"tagger_id", "sections", "findings", "entities"}; offsets count Unicode code points."""
    return {
        "tagger_id": tagger.tagger_id,
        "sections": [
            {"name": section.name, "begin": section.begin, "end": section.end}
            for section in reading.sections
        ],
        "findings": [finding_document(finding, tagger) for finding in reading.findings],
        "entities": [
            {"kind": entity.kind, "begin": entity.begin, "end": entity.end}
            for entity in reading.entities
        ],
    }


def finding_document(finding: Finding, tagger: RulesTagger) -> dict[str, Any]:
    """A finding with what ICD-10-CM says of its code."""
    term = tagger.lexicon.term(finding.code)
    return {
        "text": finding.text,
        "begin": finding.begin,
        "end": finding.end,
        "finding_id": finding.finding_id,
        "code": finding.code,
        "category": term.category,
        "block": term.block,
        "chapter": term.chapter,
        "description": term.description,
        "assertion": finding.assertion.value,
        "trigger": finding.trigger,
        "section": finding.section,
        "score": finding.score,
        "laterality": finding.laterality,
        "severity": finding.severity,
        "location": finding.location,
    }
