"""One spelling for each word: case, accents, plurals and British spellings folded."""

import re
import unicodedata

from ingest.reports.tables import rows

_IRREGULAR = {row[0]: row[1] for row in rows("spellings.tsv")}
_BRITISH = (
    (re.compile(r"aem"), "em"),
    (re.compile(r"^oe(?=[ds])|(?<=[a-z])oe(?=d|a$|ic$)"), "e"),
    (re.compile(r"haem"), "hem"),
    (re.compile(r"noea"), "nea"),
    (re.compile(r"rhoe"), "rhe"),
    (re.compile(r"tumour"), "tumor"),
)


def folded(word: str) -> str:
    """Lower case without accents; equal to the input for plain lower-case ASCII."""
    word = word.lower()
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word)
    return "".join(part for part in parts if not unicodedata.combining(part))


def stem(word: str) -> str:
    """The form under which the lexicon knows a word: singular, American spelling.

    Only has to be the same function for the lexicon and for the text; it is no linguistic stem.
    """
    word = folded(word)
    word = _IRREGULAR.get(word, word)
    if len(word) < 4 or not word.isalpha():
        return word
    if "ae" in word or "oe" in word or "our" in word:
        for pattern, plain in _BRITISH:
            word = pattern.sub(plain, word)
    return _singular(word)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith(("sis", "ses")):  # atelectasis, atelectases; disease, diseases
        return word[:-2]
    if word.endswith("se"):
        return word[:-1]
    if word.endswith("ae"):  # bullae, vertebrae
        return word[:-1]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
