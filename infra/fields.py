"""Every filter and facet, in one table. To add one, add a line here: stores need no change.

A field reads its values from a case and one of its instances when the case is indexed; after adding
one, `similis reindex` fills it for what is already there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from infra.errors import BadQuery
from infra.records import Case, IndexRow, Instance


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


Read = Callable[[Case, Instance | None], Iterable[str | float | None]]


@dataclass(frozen=True, slots=True)
class Field:
    """One filter: its name on the command line and in the API, its kind and where it comes from."""

    name: str
    kind: FieldKind
    read: Read
    help: str
    facet: FacetRule = FacetRule.NONE


def _of_instance(attribute: str) -> Read:
    def read(_case: Case, instance: Instance | None) -> Iterable[str | float | None]:
        return () if instance is None else (getattr(instance, attribute),)

    return read


def _date(_case: Case, instance: Instance | None) -> Iterable[str | None]:
    if instance is None or instance.study_date is None:
        return ()
    return (instance.study_date.isoformat(),)


def _labels(_case: Case, instance: Instance | None) -> Iterable[str]:
    return () if instance is None else instance.labels


def _has_report(case: Case, _instance: Instance | None) -> Iterable[str]:
    return ("true" if case.current_reports else "false",)


_K, _N, _D, _F = FieldKind.KEYWORD, FieldKind.NUMBER, FieldKind.DATE, FieldKind.FLAG
_VALUES, _YEARS, _DECADES = FacetRule.VALUES, FacetRule.YEARS, FacetRule.DECADES

_TABLE = (
    Field("dataset", _K, lambda c, _: (c.dataset,), "dataset of the case", _VALUES),
    Field("modality", _K, _of_instance("modality"), "DICOM modality, e.g. CT", _VALUES),
    Field("body_part", _K, _of_instance("body_part"), "body part examined, e.g. CHEST", _VALUES),
    Field("view", _K, _of_instance("view"), "view position, e.g. PA", _VALUES),
    Field("laterality", _K, _of_instance("laterality"), "L, R, B or U", _VALUES),
    Field("sex", _K, _of_instance("sex"), "patient's sex: M, F or O", _VALUES),
    Field("age", _N, _of_instance("age_years"), "age at the study in years", _DECADES),
    Field("date", _D, _date, "study date (shifted unless identity is kept)", _YEARS),
    Field("manufacturer", _K, _of_instance("manufacturer"), "maker of the device", _VALUES),
    Field("label", _K, _labels, "label given with the data", _VALUES),
    Field("has_report", _F, _has_report, "a report is there", _VALUES),
    Field("accession", _K, _of_instance("accession"), "accession number, where identity is kept"),
    Field("patient", _K, lambda c, _: (c.patient,), "patient pseudonym, or id if kept"),
    Field("study_uid", _K, lambda c, _: (c.study_uid,), "StudyInstanceUID"),
    Field("series_uid", _K, _of_instance("series_uid"), "SeriesInstanceUID"),
    Field("instance_uid", _K, _of_instance("instance_uid"), "SOPInstanceUID"),
)  # fmt: skip


FIELDS: dict[str, Field] = {field.name: field for field in _TABLE}
FACETS: tuple[str, ...] = tuple(f.name for f in _TABLE if f.facet is not FacetRule.NONE)


def field_named(name: str) -> Field:
    """The field of this name. Raises BadQuery, which lists the names there are."""
    try:
        return FIELDS[name]
    except KeyError:
        raise BadQuery(
            f"There is no filter named {name!r}; the filters are {', '.join(FIELDS)}."
        ) from None


def index_rows(case: Case) -> list[IndexRow]:
    """What the index must know of a case: a row an instance, or one row if it has no images."""
    instances: tuple[Instance | None, ...] = case.instances or (None,)
    return [_row(case, instance) for instance in instances]


def _row(case: Case, instance: Instance | None) -> IndexRow:
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
    field: Field, case: Case, instance: Instance | None
) -> tuple[str, ...] | tuple[float, ...]:
    found = [value for value in field.read(case, instance) if value is not None and value != ""]
    if field.kind is FieldKind.NUMBER:
        return tuple(float(value) for value in found)
    return tuple(str(value) for value in found)
