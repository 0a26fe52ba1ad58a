"""Free text without personal data: names, dates, numbers, addresses.

It is a set of rules and finds most, not all; `docs/deidentification.md` says what was measured.
"""

from infra.records import StudyKeys
from ingest.privacy.identity import Pseudonyms
from ingest.privacy.scrub_dates import scrub_dates
from ingest.privacy.scrub_hospitals import scrub_hospitals
from ingest.privacy.scrub_names import scrub_names
from ingest.privacy.scrub_numbers import scrub_addresses, scrub_labelled_ids, scrub_numbers
from ingest.privacy.scrub_words import scrub_words


def scrub(text: str, pseudonyms: Pseudonyms, keys: StudyKeys | None) -> str:
    """The text with what identifies replaced by "[name]", "[date]", "[id]" and the like.

    With `keys` the patient's own words are known and dates are moved by the patient's shift, in the
    form they were written in; without, dates become "[date]". Measurements, levels, scores and
    eponyms stay. Deterministic, linear in the length of the text.
    """
    known = keys or StudyKeys()
    text = scrub_addresses(text)
    text = scrub_words(text, pseudonyms, known.name_keys)
    text = scrub_labelled_ids(text)
    text = scrub_dates(text, known.date_shift_days)
    text = scrub_numbers(text)
    return scrub_hospitals(scrub_names(text))
