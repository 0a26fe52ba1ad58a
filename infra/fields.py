"""Every filter and facet, in one table. To add one, add a line here: stores need no change.

A field reads its values from a case (without its objects) and one of its instances when that is
indexed; after adding one, `similis reindex` fills it for what is already there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from infra.corrected_measurements import corrected_measurements
from infra.corrections import corrected_findings, is_corrected
from infra.errors import BadQuery
from infra.icd10 import Level, key_at
from infra.measured import grade_of, is_edited, value_of
from infra.records import Annotation, Assertion, Case, CaseHead, Finding, IndexRow, Instance


class FieldKind(StrEnum):
    """How values of a field are compared."""

    KEYWORD = "keyword"  # whole values, without regard to case
    NUMBER = "number"
    DATE = "date"  # ISO days
    FLAG = "flag"  # "true" / "false"


class FacetRule(StrEnum):
    """How values of a field are counted."""

    NONE = "none"
    VALUES = "values"
    YEARS = "years"
    DECADES = "decades"


Read = Callable[[CaseHead, Instance | None], Iterable[str | float | None]]


@dataclass(frozen=True, slots=True)
class Field:
    """One filter: its name on the command line and in the API, its kind and where it comes from.

    `of_case`: it reads the case alone, so that all rows of a case have the same values. `listed`:
    it is among the facets that are counted when none are named. `internal`: nobody asks for it by
    its name.
    """

    name: str
    kind: FieldKind
    read: Read
    help: str
    facet: FacetRule = FacetRule.NONE
    of_case: bool = False
    listed: bool = True
    internal: bool = False


def _of_instance(attribute: str) -> Read:
    def read(_case: CaseHead, instance: Instance | None) -> Iterable[str | float | None]:
        return () if instance is None else (getattr(instance, attribute),)

    return read


def _date(_case: CaseHead, instance: Instance | None) -> Iterable[str | None]:
    if instance is None or instance.study_date is None:
        return ()
    return (instance.study_date.isoformat(),)


def _month(_case: CaseHead, instance: Instance | None) -> Iterable[str]:
    if instance is None or instance.study_date is None:
        return ()
    return (instance.study_date.isoformat()[:7],)


def _labels(_case: CaseHead, instance: Instance | None) -> Iterable[str]:
    return () if instance is None else instance.labels


def _has_report(case: CaseHead, _instance: Instance | None) -> Iterable[str]:
    return ("true" if case.current_reports else "false",)


def _corrected(case: CaseHead, _instance: Instance | None) -> Iterable[str]:
    return ("true" if is_corrected(case) else "false",)


EF = "ejection_fraction"


def _measured(name: str) -> Read:
    """The number that speaks for a case, whichever of its images it was measured in."""
    return lambda case, _: (value_of(case.measurements, name),)


def _ef_class(case: CaseHead, _instance: Instance | None) -> Iterable[str]:
    return (grade_of(case.measurements, EF),)


def _heart_corrected(case: CaseHead, _instance: Instance | None) -> Iterable[str]:
    edited = is_edited(case.measurements)
    return () if edited is None else ("true" if edited else "false",)


def token(assertion: Assertion | str, key: str) -> str:
    """How a finding's value is kept: what is said of it, and of what, in one keyword."""
    return f"{assertion}|{key}"


def split_token(value: str) -> tuple[str, str]:
    """(assertion, key) of a token."""
    assertion, _, key = value.partition("|")
    return assertion, key


def _finding_id(finding: Finding) -> str:
    return finding.finding_id.lower()


def _at(level: Level) -> Callable[[Finding], str]:
    return lambda finding: key_at(level, finding.code.upper())


KeyOf = Callable[[Finding], str]


def _of_findings(name: str, key_of: KeyOf, help: str) -> Field:
    """A field of tokens: one for each key and assertion, however often a case's reports say it."""

    def read(case: CaseHead, _instance: Instance | None) -> Iterable[str]:
        return _tokens(case.current_findings, key_of)

    return Field(name, FieldKind.KEYWORD, read, help, FacetRule.VALUES, of_case=True)


def _as_corrected(name: str, key_of: KeyOf) -> Field:
    """The same after people's corrections, kept only of cases that have some: they are few."""

    def read(case: CaseHead, _instance: Instance | None) -> Iterable[str]:
        if not case.corrections or not is_corrected(case):
            return ()
        return _tokens(corrected_findings(case, case.corrections), key_of)

    return Field(
        corrected_name(name), FieldKind.KEYWORD, read, f"{name} of corrected cases",
        FacetRule.VALUES, of_case=True, listed=False, internal=True,
    )  # fmt: skip


def corrected_name(name: str) -> str:
    """The field that holds the corrected form of a field of findings."""
    return f"corrected_{name}"


def _tokens(findings: Iterable[Finding], key_of: KeyOf) -> Iterable[str]:
    named = ((finding.assertion, key_of(finding)) for finding in findings)
    return sorted({token(assertion, key) for assertion, key in named if key})


_K, _N, _D, _F = FieldKind.KEYWORD, FieldKind.NUMBER, FieldKind.DATE, FieldKind.FLAG
_VALUES, _YEARS, _DECADES = FacetRule.VALUES, FacetRule.YEARS, FacetRule.DECADES

CORRECTED = "corrected"
HEART_CORRECTED = "heart_corrected"

_TABLE = (
    Field("dataset", _K, lambda c, _: (c.dataset,), "dataset of the case", _VALUES),
    Field("modality", _K, _of_instance("modality"), "DICOM modality, e.g. CT", _VALUES),
    Field("body_part", _K, _of_instance("body_part"), "body part examined, e.g. CHEST", _VALUES),
    Field("view", _K, _of_instance("view"), "view position, e.g. PA", _VALUES),
    Field("laterality", _K, _of_instance("laterality"), "L, R, B or U", _VALUES),
    Field("sex", _K, _of_instance("sex"), "patient's sex: M, F or O", _VALUES),
    Field("age", _N, _of_instance("age_years"), "age at the study in years", _DECADES),
    Field("date", _D, _date, "study date (shifted unless identity is kept)", _YEARS),
    Field("month", _K, _month, "month of the study date, e.g. 2019-05", _VALUES, listed=False),
    Field("manufacturer", _K, _of_instance("manufacturer"), "maker of the device", _VALUES),
    Field("label", _K, _labels, "label given with the data", _VALUES),
    Field("has_report", _F, _has_report, "a report is there", _VALUES),
    Field("ef", _N, _measured(EF), "ejection fraction in %", _DECADES),
    Field("ef_class", _K, _ef_class, "grade of the ejection fraction (ASE 2015)", _VALUES),
    Field("edv", _N, _measured("end_diastolic_volume"), "end-diastolic volume in mL", _DECADES),
    Field("esv", _N, _measured("end_systolic_volume"), "end-systolic volume in mL", _DECADES),
    Field(HEART_CORRECTED, _F, _heart_corrected, "someone corrected these numbers", _VALUES, True),
    _of_findings("finding", _finding_id, "what reports find, e.g. effusion"),
    _of_findings("code", _at(Level.CODE), "findings by ICD-10-CM code, e.g. J98.11"),
    _of_findings("category", _at(Level.CATEGORY), "findings by ICD-10-CM category, e.g. J98"),
    _of_findings("block", _at(Level.BLOCK), "findings by ICD-10-CM block, e.g. J96-J99"),
    _of_findings("chapter", _at(Level.CHAPTER), "findings by ICD-10-CM chapter, e.g. 10"),
    _as_corrected("finding", _finding_id),
    *(_as_corrected(level.value, _at(level)) for level in Level),
    Field(CORRECTED, _F, _corrected, "someone corrected its findings", _VALUES, True, False),
    Field("accession", _K, _of_instance("accession"), "accession number, where identity is kept"),
    Field("patient", _K, lambda c, _: (c.patient,), "patient pseudonym, or id if kept"),
    Field("study_uid", _K, lambda c, _: (c.study_uid,), "StudyInstanceUID"),
    Field("series_uid", _K, _of_instance("series_uid"), "SeriesInstanceUID"),
    Field("instance_uid", _K, _of_instance("instance_uid"), "SOPInstanceUID"),
)  # fmt: skip


FIELDS: dict[str, Field] = {field.name: field for field in _TABLE}
FACETS: tuple[str, ...] = tuple(
    f.name for f in _TABLE if f.facet is not FacetRule.NONE and f.listed
)
FILTERS = {name: field for name, field in FIELDS.items() if not field.internal}
FINDING_FIELDS: tuple[str, ...] = ("finding", *(level.value for level in Level))  # of tokens


def field_named(name: str) -> Field:
    """The field of this name. Raises BadQuery, which lists the filters there are."""
    try:
        return FIELDS[name]
    except KeyError:
        raise _unknown(name) from None


def filter_named(name: str) -> Field:
    """The same for what a person asks by."""
    try:
        return FILTERS[name]
    except KeyError:
        raise _unknown(name) from None


def _unknown(name: str) -> BadQuery:
    return BadQuery(f"There is no filter named {name!r}; the filters are {', '.join(FILTERS)}.")


def index_rows(case: Case, corrections: Sequence[Annotation] = ()) -> list[IndexRow]:
    """What the index must know of a case: a row an instance, or one row if it has no images."""
    return rows_of(with_corrections(case.head, corrections), case.instances)


def with_corrections(case: CaseHead, said: Sequence[Annotation]) -> CaseHead:
    """A case as it is indexed: with what people said of it, and their numbers for the machine's."""
    numbers = corrected_measurements(case.measurements, said)
    return replace(case, corrections=tuple(said), measurements=numbers)


def rows_of(case: CaseHead, instances: Sequence[Instance]) -> list[IndexRow]:
    """The rows of some of a case's instances, or its one row if it has no images at all."""
    return [_row(case, each) for each in (instances if case.has_images else (None,))]


def says_the_same(one: CaseHead, other: CaseHead) -> bool:
    """Whether rows of instances need no change for what has changed in their case."""
    return _row(one, None).keys == _row(other, None).keys


def _row(case: CaseHead, instance: Instance | None) -> IndexRow:
    keys = {field.name: _values(field, case, instance) for field in _TABLE}
    return IndexRow(
        instance_uid=instance.instance_uid if instance else "",
        series_uid=instance.series_uid if instance else "",
        study_uid=case.study_uid,
        dataset=case.dataset,
        version=case.version,
        keys={name: values for name, values in keys.items() if values},
    )


def _values(
    field: Field, case: CaseHead, instance: Instance | None
) -> tuple[str, ...] | tuple[float, ...]:
    found = [value for value in field.read(case, instance) if value is not None and value != ""]
    if field.kind is FieldKind.NUMBER:
        return tuple(float(value) for value in found)
    return tuple(str(value) for value in found)
