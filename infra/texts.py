"""The searchable text of a case: what was said about it, and how it was named."""

from infra.records import CaseHead, CaseText


def case_text(case: CaseHead) -> CaseText:
    """Current reports first, then descriptions, labels and titles, each once, one a line."""
    parts = dict.fromkeys([*(report.text for report in case.current_reports), *case.wording])
    return CaseText(
        study_uid=case.study_uid,
        dataset=case.dataset,
        version=case.version,
        text="\n".join(part for part in parts if part),
    )
