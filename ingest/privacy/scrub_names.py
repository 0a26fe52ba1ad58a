"""Names of people in free text, found by what stands around them.

The patient's own names are found by `scrub_words.py`; this finds names nobody told us of.
"""

import re
from collections.abc import Callable

from ingest.privacy.capitals import GAP, PARTICLES, Span, is_initial, run_after, run_before, tells
from ingest.privacy.identity import fold
from ingest.privacy.vocabulary import is_ordinary, words

NAME = "[name]"

_LOOK_BACK = 80

# After "Dr." and the like even an ordinary word is a name ("Dr. White"), but not one of these.
_STARTERS = words(
    "a an and as at by did does for from had has he her his if in is it no not of on or our she "
    "that the their there these they this to was we were who will with"
)

_TITLE = re.compile(
    r"(?<!\w)(?:(?:Drs?|Dra|Prof|Profa|Mr|Mrs|Ms|Mx|Sra|Srta|Sr|Sig|Mme|Mlle|Hr|DR|MRS|PROF|dr|prof"
    r"|mr|mrs)\."
    r"|(?:Dr|Dra|Prof|Mr|Mrs|Ms|Miss|Doctor|Professor|Herrn?|Frau|Señora?|Señorita|Signora?|Monsieur"
    r"|Madame|Mme|Mlle|Doctora?|Nurse|Sister|DR|MRS)(?!\w))"
    r"\s?(?:(?:Dr|Prof|med|habil|h\.c)\.\s?){0,3}(?=[^\W\d_])"
)
_SIGNED = (
    r"dictated|signed|read|reported|reviewed|interpreted|verified|transcribed|approved|performed|"
    r"authenticated|finali[sz]ed|prepared|requested|ordered|referred|attested|validated|firmado|"
    r"informado|solicitado|unterschrieben|vidiert|befundet|signé|validé|rédigé"
)
_LABEL = re.compile(
    r"(?<!\w)(?:patient|pt|paciente|nombre|apellidos?|(?:patient|pt|last|first|given|family)"
    r"(?:'s|’s)? name|name|surname|nom|prénom|vorname|nachname|"
    r"(?:referring|ordering|attending|requesting|consulting|primary(?: care)?|family|performing|"
    r"reading|interpreting|responsible)(?: (?:physician|provider|doctor|clinician|practitioner|md|"
    r"radiologist|cardiologist))?|physician|provider|pcp|technologist|sonographer|operator|"
    r"transcriptionist|author|radiolog(?:ist|e)|radiólogo|arzt|ärztin|zuweiser|überweiser|befunder|"
    r"médecin|médico|resident|fellow|surgeon|consultant|cc|dd|dictated|read|reported|signed|"
    rf"(?:{_SIGNED})(?: electronically)? (?:by|por|von|par))\s?:[ \t]{{0,4}}(?=[^\W\d_])",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"(?<!\w)(?:{_SIGNED})(?: electronically| digitally)? (?:by|por|von|par) (?=[^\W\d_])",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?<!\w)(?:discussed|communicated|conveyed|relayed|called|telephoned|phoned|paged|notified|"
    r"informed|spoke|spoken|speaking|patient|infant|wife|husband|mother|father|son|daughter|sister|"
    r"brother|attn|attention|dear|I,)(?: (?:to|with|by|named|of))?[:,]? (?=[^\W\d_])",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(
    r",? (?:M\.?D\.?|D\.O\.|MBBS|MBChB|Ph\.?D\.?|R\.?N\.?|N\.P\.|NP|PA-C|FRCR|FACR|FRCPC|RDMS|RDCS|"
    r"R\.?T\.? ?\(R\))(?!\w)"
)
_PART = r"[^\W\d_](?:[^\W\d_]|['’.-]){0,40}"
_CARET = re.compile(rf"(?<!\w){_PART}(?:\^{{1,4}}{_PART}){{1,5}}")
# "Abdomen^Liver": makers write region and protocol as DICOM writes family and given name.
_REGIONS = words(
    "abdomen abdominal ankle aorta arm body bones brain breast cardiac cardio carotid cervical "
    "chest elbow extremities extremity femur finger foot forearm hand head heart hip kidney "
    "knee leg liver lower lumbar mamma neck neuro orbit pelvis prostate runoff sacrum shoulder "
    "sinus skull spine thoracic thorax thyroid upper vascular wrist"
)


def scrub_names(text: str) -> str:
    """Replace names after titles, labels and verbs of signing, and before degrees."""
    if "^" in text:
        text = _CARET.sub(_person_name, text)
    text = _after(_TITLE, text, _titled)
    text = _after(_LABEL, text, _named_by_context)
    text = _after(_BY, text, _named_by_context)
    text = _after(_TOLD, text, _full_name)
    return _before_degree(text)


def _person_name(match: re.Match[str]) -> str:
    """NAME; where the first part is a region, only for parts that are not ordinary words."""
    first, *rest = re.split(r"(\^+)", match[0])
    if fold(first) not in _REGIONS:
        return NAME
    return first + "".join(p if p.startswith("^") or is_ordinary(p) else NAME for p in rest)


# --- words after a sign ---------------------------------------------------------------------------

Judge = Callable[[str, list[Span]], int]


def _after(sign: re.Pattern[str], text: str, judge: Judge) -> str:
    """Replace the words after each match that `judge` counts as a name."""
    pieces, at = [], 0
    for match in sign.finditer(text):
        if match.end() < at:
            continue
        spans = run_after(text, match.end())
        count = judge(text, spans)
        if count:
            pieces += [text[at : match.end()], NAME]
            at = spans[count - 1][1]
    return "".join([*pieces, text[at:]]) if pieces else text


def _titled(text: str, spans: list[Span]) -> int:
    """How many words after a title are its bearer's name."""
    if not spans:
        return 0
    first = text[slice(*spans[0])]
    if first.lower() in _STARTERS or (is_ordinary(first) and not _can_be_surname(first)):
        return 1 + _titled(text, spans[1:]) if is_initial(first) and len(spans) > 1 else 0
    count = 1
    for span in spans[1:]:
        word = text[slice(*span)]
        if "," in text[spans[count - 1][1] : span[0]]:
            break
        if is_ordinary(word) and word.lower() not in PARTICLES and not is_initial(word):
            break
        count += 1
    return count + _ordinary_surname(text, spans, count)


def _ordinary_surname(text: str, spans: list[Span], count: int) -> int:
    """1 where a first name alone was found and a word like "White" follows directly, else 0."""
    if len(spans) <= count or sum(tells(text[slice(*span)]) for span in spans[:count]) != 1:
        return 0
    word, between = text[slice(*spans[count])], text[spans[count - 1][1] : spans[count][0]]
    return int(between in (" ", ". ") and _can_be_surname(word) and word.lower() not in _STARTERS)


def _can_be_surname(word: str) -> bool:
    return len(word) > 2 and word[0].isupper() and (word[1].islower() or word[1] in "'’")


def _named_by_context(text: str, spans: list[Span]) -> int:
    """A run that starts with a capital and has a word that is not ordinary: up to the last one."""
    if not spans or not text[spans[0][0]].isupper():
        return 0
    telling = [i for i, span in enumerate(spans) if tells(text[slice(*span)])]
    if not telling:
        return 0
    last = telling[-1] + 1
    while last < len(spans) and is_initial(text[slice(*spans[last])]):
        last += 1
    return last + _ordinary_surname(text, spans, last)


def _full_name(text: str, spans: list[Span]) -> int:
    """Words like "John Smith": title case, not ordinary, an initial between allowed."""
    count = full = 0
    for span in spans[:4]:
        word = text[slice(*span)]
        if "," in text[spans[count - 1][1] : span[0]] and count:
            break
        titled = _can_be_surname(word) and (bool(full) or not is_ordinary(word))
        if not titled and not (count and (is_initial(word) or word.lower() in PARTICLES)):
            break
        count += 1
        full += titled
    return count if full >= 2 else 0


# --- words before a sign --------------------------------------------------------------------------


def _before_degree(text: str) -> str:
    """Replace the name before ", MD" and other degrees."""
    pieces, at = [], 0
    for match in _CREDENTIAL.finditer(text):
        begin = _name_before(text, max(at, match.start() - _LOOK_BACK), match.start())
        if begin is not None:
            pieces += [text[at:begin], NAME]
            at = match.start()
    return "".join([*pieces, text[at:]]) if pieces else text


def _name_before(text: str, low: int, end: int) -> int | None:
    spans = run_before(text, low, end, GAP)
    while spans and not tells(text[slice(*spans[0])]):
        spans = spans[1:]
    surely = len(spans) > 1 or text[end : end + 1] == ","
    return spans[0][0] if spans and surely else None
