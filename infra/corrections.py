"""What people say of findings: kept beside what the tagger found, and laid over it when asked.

A correction belongs to one version of a report. It is an Annotation whose body holds two findings:
the one that was meant and the one that it should be. So it outlives the tagger that it corrects.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from infra.records import Annotation, Assertion, Case, CaseHead, Finding, Report

KIND = "finding"  # of an Annotation
PERSON = "person"  # in place of a tagger's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """`before` is the finding that is meant, None for one that was overlooked; `after` is what it
    should be, None where there is nothing. One of them is there.
    """

    annotation: Annotation
    before: Finding | None
    after: Finding | None
    comment: str = ""

    @property
    def of(self) -> Finding:
        """The finding that tells the report, version and place."""
        found = self.after or self.before
        assert found is not None
        return found

    def is_about(self, finding: Finding) -> bool:
        """Whether it speaks of this finding: the same thing, in the same words of the report.

        A newer tagger may find a little more or less, or name it otherwise under the same code.
        """
        return any(
            (one.report_id, one.report_version) == (finding.report_id, finding.report_version)
            and one.begin < finding.end
            and finding.begin < one.end
            and (one.finding_id == finding.finding_id or one.code == finding.code)
            for one in (self.before, self.after)
            if one is not None
        )


def body_of(before: Finding | None, after: Finding | None, comment: str) -> str:
    """The body of the annotation that keeps a correction."""
    document = {
        "before": asdict(before) if before else None,
        "after": asdict(after) if after else None,
        "comment": comment,
    }
    return json.dumps(document, ensure_ascii=False)


def corrections_of(annotations: Iterable[Annotation]) -> list[Correction]:
    """The corrections among annotations, in their order; withdrawn ones included."""
    return [_read(one) for one in annotations if one.kind == KIND]


def in_force(corrections: Iterable[Correction], reports: Iterable[Report]) -> list[Correction]:
    """Those that count: not withdrawn, and made in the text that is current now."""
    texts = {(r.report_id, r.version): r.text for r in reports if r.current}
    return [
        one
        for one in corrections
        if not one.annotation.withdrawn
        and texts.get((one.of.report_id, one.of.report_version), "")[one.of.begin : one.of.end]
        == one.of.text
    ]


def corrected(findings: Sequence[Finding], corrections: Iterable[Correction]) -> list[Finding]:
    """Findings after corrections that are in force, the last word last; in the order of places."""
    left = list(findings)
    for correction in corrections:
        left = [finding for finding in left if not correction.is_about(finding)]
        if correction.after is not None:
            left.append(correction.after)
    return sorted(left, key=lambda f: (f.report_id, f.begin, f.end, f.finding_id))


def corrected_findings(
    case: Case | CaseHead, annotations: Iterable[Annotation]
) -> tuple[Finding, ...]:
    """What the current reports say after all that people said of it."""
    own = in_force(corrections_of(annotations), case.current_reports)
    return tuple(corrected(case.current_findings, own)) if own else case.current_findings


def is_corrected(case: CaseHead) -> bool:
    """Whether a correction of its findings is in force."""
    return bool(in_force(corrections_of(case.corrections), case.current_reports))


def _read(annotation: Annotation) -> Correction:
    document: dict[str, Any] = json.loads(annotation.body)
    return Correction(
        annotation=annotation,
        before=_finding(document["before"]),
        after=_finding(document["after"]),
        comment=str(document.get("comment", "")),
    )


def _finding(document: dict[str, Any] | None) -> Finding | None:
    if document is None:
        return None
    return Finding(**{**document, "assertion": Assertion(document["assertion"])})
