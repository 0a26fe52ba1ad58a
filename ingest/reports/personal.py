"""Where a text names people, dates, numbers and addresses: places, never the words themselves."""

import re
from collections.abc import Iterator

_PATTERNS = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")),
    ("url", re.compile(r"\bhttps?://[^\s<>\"]{1,2000}|\bwww\.[^\s<>\"]{1,2000}", re.IGNORECASE)),
    (
        "date",
        re.compile(
            r"(?<![\w/.-])\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d{2})(?![\w/-])"
            r"|(?<![\w/.-])(?:19|20)\d\d-\d{2}-\d{2}(?![\w/-])"
            r"|\b(?:\d{1,2}(?:st|nd|rd|th)? )?(?:January|February|March|April|May|June|July|August|"
            r"September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
            r" "
            r"(?:\d{1,2}(?:st|nd|rd|th)?,? )?(?:19|20)\d\d\b"
        ),
    ),
    (
        "phone",
        re.compile(r"(?<![\w.+-])(?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w-])"),
    ),
    ("id", re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")),
    (
        "id",
        re.compile(
            r"\b(?:MRN|SSN|accession|medical record|account|patient id)"
            r"(?: (?:number|no\.?|#))? ?[:#]? {0,3}(?=[A-Z-]{0,5}\d)[\w-]{3,24}",
            re.IGNORECASE,
        ),
    ),
    (
        "name",
        re.compile(
            r"\b(?:Dr|Mr|Mrs|Ms|Prof|DR|MR|MRS|MS)\.? [A-Z][\w'’-]{1,30}"
            r"(?: [A-Z][\w'’-]{1,30}){0,2}"
        ),
    ),
    ("age", re.compile(r"\b(?:9\d|1[01]\d)[- ]years?[- ]old\b", re.IGNORECASE)),
    (
        "redacted",
        re.compile(
            r"\bX{4,20}\b|\[\*\*[^\[\]*]{0,80}\*\*\]|\*\*[A-Z-]{2,20}(?:\[[^\[\]]{0,60}\])?"
        ),
    ),
)


def personal_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """(begin, end, kind) in code points, by kind. Rules: they find most, not all."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), kind
