"""Records -> the JSON documents of the command line (`docs/cli.md`)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from api.search import Answer, Described
from api.terms import describe
from infra.fields import EF
from infra.measured import grade_of, is_edited, value_of
from infra.records import Case, Finding, LedgerRow


def hit_document(found: Described) -> dict[str, Any]:
    """One hit with its scores and what is known of it."""
    hit, case, instance = found.hit, found.case, found.instance
    document: dict[str, Any] = {
        "rank": hit.rank,
        "score": hit.score,
        "instance_uid": hit.instance_uid,
        "series_uid": hit.series_uid,
        "study_uid": hit.study_uid,
        "patient": case.patient,
        "dataset": case.dataset,
    }
    if instance is not None:
        document |= {
            "patient": instance.patient,
            "modality": instance.modality,
            "body_part": instance.body_part,
            "view": instance.view,
            "laterality": instance.laterality,
            "sex": instance.sex,
            "age": instance.age_years,
            "date": instance.study_date.isoformat() if instance.study_date else None,
            "manufacturer": instance.manufacturer,
            "description": instance.series_description or instance.study_description,
            "labels": list(instance.labels),
        }
    return document | {
        "has_report": bool(case.current_reports),
        "ef": value_of(found.measurements, EF),
        "ef_class": grade_of(found.measurements, EF),
        "edv": value_of(found.measurements, "end_diastolic_volume"),
        "esv": value_of(found.measurements, "end_systolic_volume"),
        "heart_corrected": is_edited(found.measurements),
        "frame": hit.frame,
        "vector_id": hit.vector_id,
        "cosine": hit.cosine,
        "text_score": hit.text_score,
    }


def answer_document(
    answer: Answer, spoken_of: Mapping[str, Sequence[Finding]] = MappingProxyType({})
) -> dict[str, Any]:
    """What `similis search --json` prints. `spoken_of`: findings that are asked for, by study."""
    return {
        "total": answer.total,
        "model_id": answer.model_id,
        "hits": [
            hit_document(found)
            | {"matched_findings": [_spoken(f) for f in spoken_of.get(found.case.study_uid, ())]}
            for found in answer.hits
        ],
        "next": answer.next,
        **({"left_out": answer.left_out} if answer.left_out else {}),
    }


def _spoken(finding: Finding) -> dict[str, Any]:
    return {
        "report_id": finding.report_id,
        "text": finding.text,
        "begin": finding.begin,
        "end": finding.end,
        "finding_id": finding.finding_id,
        "code": finding.code,
        "description": describe("code", finding.code),
        "assertion": finding.assertion.value,
        "trigger": finding.trigger,
        "section": finding.section,
    }


def case_document(case: Case) -> dict[str, Any]:
    """Everything known of a case."""
    document = plain(asdict(case))
    assert isinstance(document, dict)
    return document


def ledger_document(row: LedgerRow) -> dict[str, Any]:
    """One ledger row."""
    document = plain(asdict(row))
    assert isinstance(document, dict)
    return document


def plain(value: Any) -> Any:
    """Dates as ISO text, tuples as lists, throughout."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
