"""Names of hospitals in free text, found by the word for a hospital beside them."""

import re

from ingest.privacy.capitals import run_after, run_before, tells
from ingest.privacy.vocabulary import words

INSTITUTION = "[institution]"

_LOOK_BACK = 80

_HOSPITAL = re.compile(
    r"(?<!\w)(?:Hospital|HOSPITAL|Clinic|CLINIC|Medical Cent(?:er|re)|MEDICAL CENT(?:ER|RE)|"
    r"Infirmary|INFIRMARY|Health ?care|Health System|Imaging Cent(?:er|re)|Sanatorium|"
    r"Klinikum|Krankenhaus|Klinik|"
    r"Universitätsklinikum|Hôpital|HÔPITAL|Ospedale|Clínica|Clinique|Spital|Ziekenhuis)(?!\w)"
)
_FOREIGN_HOSPITAL = words(
    "hospital hôpital ospedale clínica clinique klinikum universitätsklinikum krankenhaus klinik"
)
_NOT_FIRST = words("at from in of the to by our their his her this that seen transferred referred")
_HOSPITAL_GAP = re.compile(r"(?:,? |\. |-)(?=[^\W\d_])|['’]s (?=[^\W\d_])")


def scrub_hospitals(text: str) -> str:
    """Replace the proper name before (or, outside English, after) a word for a hospital."""
    pieces, at = [], 0
    for match in _HOSPITAL.finditer(text):
        if match.start() < at:
            continue
        begin, end = match.span()
        before = _proper_before(text, max(at, begin - _LOOK_BACK), begin)
        after = _proper_after(text, end) if match[0].lower() in _FOREIGN_HOSPITAL else None
        if before is not None or after is not None:
            begin = begin if before is None else before
            pieces += [text[at:begin], INSTITUTION]
            at = end if after is None else after
    return "".join([*pieces, text[at:]]) if pieces else text


def _proper_before(text: str, low: int, begin: int) -> int | None:
    if text[begin - 1 : begin] != " ":
        return None
    end = begin - 1
    if text[max(0, end - 2) : end] in ("'s", "’s"):
        end -= 2
    spans = run_before(text, low, end, _HOSPITAL_GAP)
    if not any(_is_proper(text[slice(*span)]) for span in spans):
        return None
    while text[slice(*spans[0])].lower() in _NOT_FIRST:
        spans = spans[1:]
    return spans[0][0]


def _proper_after(text: str, end: int) -> int | None:
    gap = _HOSPITAL_GAP.match(text, end)
    spans = run_after(text, gap.end()) if gap else []
    telling = [span for span in spans if _is_proper(text[slice(*span)])]
    return telling[-1][1] if telling else None


def _is_proper(word: str) -> bool:
    return word == "St" or tells(word)
