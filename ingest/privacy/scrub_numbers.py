"""Addresses, telephone and record numbers in free text, replaced by what kind of thing stood there.

Every pattern is bounded, so a text is read in linear time whatever it holds.
"""

import re

EMAIL, URL, PHONE, ID, ADDRESS = "[email]", "[url]", "[phone]", "[id]", "[address]"

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_URL = re.compile(
    r"\b(?:https?|ftp|file)://[^\s<>\"]{1,2000}|\bwww\.[^\s<>\"]{1,2000}", re.IGNORECASE
)
_UID = re.compile(r"(?<![\w.])[0-2](?:\.\d{1,39}){5,30}(?![\w.]?\d)")
_SOCIAL_SECURITY = re.compile(r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w-])")

_VALUE = r"(?P<value>(?=(?:[^\W\d_./-]|[./-])*\d)[A-Za-z]{0,5}[-/ ]?\d[\w./-]{1,30}\w)"
_NUMBER_WORD = r"(?:identifier|id|number|num|nr|no|code|#|nº|n°)\.?"
_LABELLED_ID = re.compile(
    r"(?<!\w)(?:(?:(?:MRN|M\.R\.N\.|SSN|NPI|NHC|accession|medical record|chart|acct|health card|"
    rf"passport|historia cl[ií]nica)(?:\s?{_NUMBER_WORD})?)"
    r"|(?:(?:patient|pat|pt|hospital|account|case|acc|order|visit|encounter|insurance|policy|member|"
    r"study|exam|examination|requisition|record|specimen|report|fall|f[ae]ll|nhs|dni|license|"
    rf"licence|protocol|subject|device|serial)(?:\s?|-){_NUMBER_WORD})"
    r"|(?:(?:patienten|fall|auftrags|kranken|versicherten)nummer)"
    r"|ID)\s?[:#=]?[ \t]{0,3}" + _VALUE,
    re.IGNORECASE,
)
_LONG_ID = re.compile(r"(?<![\w.,/+-])(?:[A-Za-z]{1,4}-?\d{6,20}|\d{7,20})(?!\w|[.,]\d)")
_AMOUNT = re.compile(r"\s?(?:copies|cells|cel|units|IU|UI|U/|/|per\b|x10)", re.IGNORECASE)
_COMPACT_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d[0-5]\d)?"
)

_LABELLED_PHONE = re.compile(
    r"(?<!\w)(?P<label>(?:tel(?:ephone|efax|efon|efono|éfono|éphone)?|phone|ph|fax|pager|beeper|"
    r"mobile|móvil|cell|callback|ext(?:ension)?|durchwahl|dect)\b\.?(?: (?:number|no|nr|is|at))?\.?"
    r"[ \t]?[:#]?[ \t]{0,3})(?P<value>\+?\(?\d[\d ().\-/]{1,22}\d)(?!\w|[.,]\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+?1[-. ]?)?"
    r"(?:\(\d{3}\) ?\d{3}[-. ]|\d{3}-\d{3}[-. ]|\d{3}\.\d{3}\.)\d{4}(?![\w-])"
    r"|(?<!\w)\+\d{1,3}[ .-]?(?:\(0\) ?)?\d{1,5}(?:[ ./-]?\d{2,5}){2,4}(?!\w)"
    r"|(?<![\w.])00[1-9]\d{0,2} \d{1,5}(?: \d{2,5}){2,4}(?!\w)"
)

_STREET = (
    r"Street|STREET|St|Avenue|AVENUE|Ave|AVE|Road|ROAD|Rd|Boulevard|BOULEVARD|Blvd|BLVD|Lane|LANE|"
    r"Ln|Drive|DRIVE|Way|Court|Ct|Place|Highway|Hwy|Parkway|Pkwy|Terrace|Square|"
    r"Crescent|Dr(?!\.? [A-Z])"
)
_CAPITAL = r"(?:St\.|[A-Z]\.|[^\W\d_a-z][\w'’-]{0,30})"
_TOWN = rf"(?:,? (?:{_CAPITAL} ?){{1,3}},? ?[A-Z]{{2}},? \d{{5}}(?:-\d{{4}})?)"
_ADDRESS = re.compile(
    rf"(?<![\w.,/-])\d{{1,5}} (?:[NSEW]\.? )?(?:{_CAPITAL} ){{1,3}}(?:{_STREET})\b\.?"
    rf"(?:,? (?:Apt|Suite|Ste|Unit|#)\.? ?\w{{1,6}})?{_TOWN}?"
    r"|(?<!\w)[^\W\d_]{3,30}(?:straße|strasse|gasse|allee|platz)[ ]\d{1,4}[a-z]?(?!\w)"
    r"|(?<!\w)\d{1,4},? (?:rue|avenue|boulevard) (?:de la |de l'|du |des |de )?"
    + rf"{_CAPITAL}(?: {_CAPITAL})?"
    + rf"|(?<!\w)(?:Calle|C/|Avda\.?|Avenida|Plaza|Via|Viale|Rua) (?:de la |del |de |da )?"
    rf"{_CAPITAL},? (?:n[º°]? ?)?\d{{1,4}}(?!\w)"
    r"|(?<!\w)P\.? ?O\.? Box \d{1,6}"
)
_TOWN_WITH_CODE = re.compile(
    rf"(?<!\w)(?:{_CAPITAL} ){{0,2}}{_CAPITAL}, ?[A-Z]{{2}},? \d{{5}}(?:-\d{{4}})?(?!\w)"
    r"|(?<!\w)(?:zip|zip code|postcode|PLZ)\b:? ?[A-Z\d]{3,5}[ -]?[A-Z\d]{0,4}(?!\w)"
)


def scrub_addresses(text: str) -> str:
    """Replace e-mail, web and postal addresses and DICOM UIDs."""
    if "@" in text:
        text = _EMAIL.sub(EMAIL, text)
    if "://" in text or "www." in text.lower():
        text = _URL.sub(URL, text)
    text = _UID.sub(ID, text) if text.count(".") > 4 else text
    return _TOWN_WITH_CODE.sub(ADDRESS, _ADDRESS.sub(ADDRESS, text))


def scrub_labelled_ids(text: str) -> str:
    """Replace numbers that a word before them calls a record, case or account number."""
    return _LABELLED_ID.sub(_without_value, _SOCIAL_SECURITY.sub(ID, text))


def scrub_numbers(text: str) -> str:
    """Replace telephone numbers and long numbers; dates were handled before."""
    text = _LABELLED_PHONE.sub(_without_phone, text)
    text = _PHONE.sub(PHONE, text)
    return _LONG_ID.sub(_without_long, text)


def _without_value(match: re.Match[str]) -> str:
    value = match["value"]
    if sum(sign.isdigit() for sign in value) < 3 or _COMPACT_DATE.fullmatch(value):
        return match[0]
    return match[0][: match.start("value") - match.start()] + ID


def _without_phone(match: re.Match[str]) -> str:
    digits = sum(sign.isdigit() for sign in match["value"])
    return match["label"] + PHONE if digits >= 4 else match[0]


def _without_long(match: re.Match[str]) -> str:
    amount = _AMOUNT.match(match.string, match.end())
    return match[0] if amount or _COMPACT_DATE.fullmatch(match[0]) else ID
