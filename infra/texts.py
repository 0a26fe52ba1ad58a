"""The searchable text of a case: what was said about it, and how it was named."""

from infra.records import Case, CaseText


def case_text(case: Case) -> CaseText:
    """Current reports first, then descriptions and labels, each once, one a line."""
    parts: dict[str, None] = {}
    for report in case.current_reports:
        parts.setdefault(report.text)
    for instance in case.instances:
        parts.setdefault(instance.study_description)
        parts.setdefault(instance.series_description)
        parts.update(dict.fromkeys(instance.labels))
    for attachment in case.attachments:
        parts.setdefault(attachment.title)
    return CaseText(
        study_uid=case.study_uid,
        dataset=case.dataset,
        version=case.version,
        text="\n".join(part for part in parts if part),
    )
