"""The walk through a dataset that applies the profile to every element, nested ones too.

What cannot be read, does not fit its value representation or is not known is left out.
"""

import re
from collections.abc import Callable, Iterable
from typing import cast

from pydicom import DataElement, Dataset, Sequence
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement, empty_value_for_VR
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import UID

from infra.records import StudyKeys
from ingest.privacy.identity import Pseudonyms
from ingest.privacy.profile import Action, action_of
from ingest.privacy.scrub import scrub
from ingest.privacy.scrub_words import scrub_words
from ingest.privacy.shift import shift_da, shift_dt
from ingest.privacy.vocabulary import words

Element = DataElement | RawDataElement

REMOVED = "REMOVED"
_DEEPEST = 32

_TEXT = frozenset({"AE", "CS", "LO", "LT", "SH", "ST", "UC", "UT"})
_NUMBERS = frozenset({"US", "SS", "UL", "SL", "UV", "SV", "FL", "FD"})
_BYTES = frozenset({"OB", "OW", "OF", "OD", "OL", "OV"})
_FAMILIES = (_TEXT, _NUMBERS, _BYTES, frozenset({"DS", "IS"}), frozenset({"US", "SS", "OW"}))
_LONGEST = {"SH": 16, "CS": 16, "LO": 64, "ST": 1024, "LT": 10240}
_FORMS = {
    "DS": re.compile(rb"[0-9+\-.eE \\\0]*"),
    "IS": re.compile(rb"[0-9+\-. \\\0]*"),
    "TM": re.compile(rb"[0-9:.\- \\\0]*"),
    "AS": re.compile(rb"[0-9DWMYdwmy \\\0]*"),
    "UI": re.compile(rb"[0-9. \\\0]*"),
}
_CODE = re.compile(r"[A-Z0-9_ ]{0,16}")
# Names of things and codes, in which a date or a number is no person's: only known words go.
_TERMS = re.compile(
    r"CodeValue|CodingScheme|MappingResource|Manufacturer|SoftwareVersion|Kernel|SequenceName"
    r"|ModelName|MIMEType|AlgorithmVersion|Version$|VR$"
)
# Concepts of PS3.16 whose values are about persons: observers, subjects, their numbers and dates.
_PERSONAL_CONCEPTS = words(
    "121008 121009 121013 121016 121017 121020 121021 121022 121029 121030 121031 121036 121040 "
    "113870 113873 113880 128774 128775 121196 121197 121434"
)
_CONCEPT_VALUES = ("TextValue", "PersonName", "Date", "DateTime", "UID", "ConceptCodeSequence")


class Cleaner:
    """Applies the profile with one patient's keys. `shift_days` None: texts and dates are clean."""

    def __init__(
        self,
        pseudonyms: Pseudonyms,
        keys: StudyKeys,
        phrases: Iterable[str],
        shift_days: int | None,
    ) -> None:
        """Take what is known of the patient; `phrases` are cut out of texts whole."""
        self._pseudonyms = pseudonyms
        self._keys = keys
        self._shift = shift_days
        listed = tuple(phrases)
        self._phrases = _any_of(listed)
        self._numbers = frozenset(phrase.encode() for phrase in listed if phrase.isdecimal())
        self._cleaned: dict[tuple[bool, str], str] = {}
        self._treatments: dict[Action, Callable[[DataElement, int], DataElement | None]] = {
            Action.KEEP: self._kept,
            Action.EMPTY: _emptied,
            Action.DUMMY: self._dummy,
            Action.UID: self._mapped,
            Action.SHIFT: self._shifted,
            Action.CLEAN: self._with_clean_text,
            Action.ITEMS: self._with_clean_items,
        }

    def dataset(self, source: Dataset, depth: int = 0) -> Dataset:
        """A new dataset of what may stay; bulk data are shared, not copied."""
        cleaned = Dataset()
        implicit, little = source.original_encoding
        cleaned.set_original_encoding(implicit, little, "utf8")
        elements = {}
        for tag in sorted(source.keys()):
            element = self._element(source, tag, depth)
            if element is not None:
                elements[tag] = element
        cleaned._dict.update(elements)
        if "ConceptNameCodeSequence" in cleaned:
            _blank_personal(cleaned)
        return cleaned

    def text(self, value: str, *, terms: bool = False) -> str:
        """A text without what identifies; of `terms` only the known words go."""
        if self._shift is None:
            return value
        known = self._cleaned.get((terms, value))
        if known is None:
            known = self._phrases.sub(REMOVED, value) if self._phrases else value
            if terms:
                known = scrub_words(known, self._pseudonyms, self._keys.name_keys)
            else:
                known = scrub(known, self._pseudonyms, self._keys)
            self._cleaned[terms, value] = known
        return known

    def _element(self, source: Dataset, tag: BaseTag, depth: int) -> Element | None:
        action = action_of(tag)
        if action is Action.REMOVE:
            return None
        raw = cast("Element | None", source.get_item(tag))
        if action is Action.KEEP and isinstance(raw, RawDataElement) and _may_stay(raw):
            return None if raw.value and raw.value.strip() in self._numbers else raw
        try:
            element = source[tag]
            return self._treatments[action](element, depth) if _fits(element) else None
        except Exception:  # noqa: BLE001 - untrusted header: what cannot be read is left out
            return None

    def _kept(self, element: DataElement, depth: int) -> DataElement | None:
        if element.VR in _TEXT:
            return self._with_clean_text(element, depth)
        form = _FORMS.get(element.VR)
        if form is None:
            return element
        written = _joined(element).encode("ascii", "replace")
        known = written.strip() in self._numbers
        return element if form.fullmatch(written) and not known else None

    def _dummy(self, element: DataElement, _depth: int) -> DataElement | None:
        if element.VR in _TEXT or element.VR == "PN":
            return _like(element, REMOVED)
        if element.VR in _NUMBERS:
            return _like(element, 0)
        if element.VR in _BYTES:
            return _like(element, b"\0\0")
        return self._mapped(element, 0) if element.VR == "UI" else None

    def _mapped(self, element: DataElement, _depth: int) -> DataElement:
        mapped = [self._uid(str(value)) for value in _values(element)]
        return DataElement(element.tag, "UI", mapped[0] if len(mapped) == 1 else mapped)

    def _uid(self, uid: str) -> str:
        uid = uid.strip(" \0")
        return uid if UID(uid).type else self._pseudonyms.uid(uid)

    def _shifted(self, element: DataElement, _depth: int) -> DataElement:
        shift = shift_da if dictionary_VR(element.tag) == "DA" else shift_dt
        moved = [shift(str(value), self._shift or 0) for value in _values(element)]
        vr = dictionary_VR(element.tag)
        return DataElement(element.tag, vr, moved[0] if len(moved) == 1 else moved)

    def _with_clean_text(self, element: DataElement, _depth: int) -> DataElement:
        terms = element.VR == "CS" or bool(_TERMS.search(element.keyword))
        parts = [self._part(str(value), element, terms) for value in _values(element)]
        return _like(element, parts[0] if len(parts) == 1 else parts)

    def _part(self, value: str, element: DataElement, terms: bool) -> str:
        if element.VR == "CS" and not _CODE.fullmatch(value):
            terms = False
        cleaned = self.text(value, terms=terms)
        return value if cleaned == value else cleaned[: _LONGEST.get(element.VR)]

    def _with_clean_items(self, element: DataElement, depth: int) -> DataElement | None:
        if element.VR != "SQ" or depth >= _DEEPEST:
            return None
        cleaned = Sequence([self.dataset(item, depth + 1) for item in element.value])
        return DataElement(element.tag, "SQ", cleaned)


# --- elements -------------------------------------------------------------------------------------


def _may_stay(raw: RawDataElement) -> bool:
    """Whether bytes may be passed on unread: numbers and bulk data in their own form."""
    vr = raw.VR or dictionary_VR(raw.tag)
    if vr in _FORMS:
        form = _FORMS[vr]
        return bool(form.fullmatch(raw.value or b"")) and dictionary_VR(raw.tag) == vr
    return vr in dictionary_VR(raw.tag).split(" or ") and vr in _NUMBERS | _BYTES


def _fits(element: DataElement) -> bool:
    """Whether the value representation is the dictionary's or of the same kind."""
    expected = dictionary_VR(element.tag).split(" or ")
    if element.VR in expected or " or ".join(expected) == element.VR:
        return True
    return any(element.VR in family and family & set(expected) for family in _FAMILIES)


def _values(element: DataElement) -> list[object]:
    value = element.value
    if value is None:
        return [""]
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


def _joined(element: DataElement) -> str:
    return "\\".join(str(value) for value in _values(element))


def _like(element: DataElement, value: object) -> DataElement:
    return DataElement(element.tag, element.VR, value)


def _emptied(element: DataElement, _depth: int) -> DataElement:
    vr = dictionary_VR(element.tag).split(" or ")[0]
    return DataElement(element.tag, vr, [] if vr == "SQ" else empty_value_for_VR(vr))


def _blank_personal(item: Dataset) -> None:
    """Take the value from a content item whose concept is about a person (PS3.16 TID 1001 on)."""
    concepts = item.get("ConceptNameCodeSequence") or [Dataset()]
    if str(concepts[0].get("CodeValue", "")) not in _PERSONAL_CONCEPTS:
        return
    for keyword in _CONCEPT_VALUES:
        if keyword in item:
            item[keyword] = _blank(item[keyword])


def _blank(element: DataElement) -> DataElement:
    if element.VR in _TEXT or element.VR == "PN":
        return _like(element, REMOVED)
    return element if element.VR == "UI" else _emptied(element, 0)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str] | None:
    listed = sorted(set(phrases), key=len, reverse=True)
    if not listed:
        return None
    either = "|".join(re.escape(phrase) for phrase in listed)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
