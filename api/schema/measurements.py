"""Measured numbers."""

from math import isfinite

import strawberry
from strawberry import field

from infra import records
from infra.fields import EF
from measure import names, reasons
from measure.thresholds import DEFAULT_SET, THRESHOLD_SETS, TITLES, grade_ef, limits_of


@strawberry.type(description="Something to be known of a number: a code, and what it means.")
class MeasurementNote:
    """A reason or note of `measure.reasons`."""

    code: str = field(description="Stable, such as single_plane.")
    text: str = field(description="What people read.")

    @classmethod
    def of(cls, stored: str) -> "MeasurementNote":
        """What a record keeps, in words."""
        return cls(code=reasons.code_of(stored), text=reasons.sentence(stored))


@strawberry.type(description="The class of an ejection fraction under one set of limits.")
class MeasurementClass:
    """`measure.thresholds.Grade` in GraphQL."""

    threshold_set: str = field(description="ase2015, usal or ase2005.")
    class_: str = field(name="class", description='Such as normal or grey_zone; "" without one.')
    reason: str = field(description='Why there is none, "" where there is.')


@strawberry.type(description="Where a class begins.")
class ClassLimit:
    """`measure.thresholds.Limit` in GraphQL."""

    class_: str = field(name="class", description="Such as normal.")
    least: float | None = field(description="It begins here; null for the lowest.")
    inclusive: bool = field(description="Whether `least` itself belongs to it.")


@strawberry.type(description="A named set of limits of the ejection fraction.")
class ThresholdSet:
    """A set of `measure.thresholds` in GraphQL."""

    name: str = field(description="ase2015, usal or ase2005.")
    title: str = field(description="What people read.")
    is_default: bool = field(description="Whether it is used where nothing else is asked.")
    limits: list[ClassLimit] = field(description="The highest first; [] with a reason.")
    reason: str = field(description='Why there are none, "" where there are.')

    @classmethod
    def of(cls, name: str, sex: str) -> "ThresholdSet":
        """The set for a patient of this sex."""
        limits = limits_of(name, sex)
        return cls(
            name=name,
            title=TITLES[name],
            is_default=name == DEFAULT_SET,
            limits=[
                ClassLimit(
                    class_=one.grade,
                    least=one.least if isfinite(one.least) else None,
                    inclusive=one.inclusive,
                )
                for one in limits
            ],
            reason="" if limits else reasons.sentence("sex_unknown"),
        )


@strawberry.type(description="A number that was measured, or why it could not be.")
class Measurement:
    """`infra.records.Measurement` in GraphQL."""

    instance_uid: strawberry.ID = field(description="The image it was measured in.")
    name: str = field(description="Stable, such as ejection_fraction; see docs/measurements.md.")
    label: str = field(description="What people read for the name.")
    value: float | None = field(description="Median over the beats; null where it is not known.")
    unit: str = field(description="%, mL, mm, cm2, g, 1/min, 1 …")
    method: str = field(description="How: discs, area_length, biplane_discs, teichholz …")
    method_label: str = field(description="What people read for the method.")
    threshold_set: str = field(description='The limits behind `class`; "" where none apply.')
    class_: str = field(name="class", description='Its class under them; "" without one.')
    classes: list[MeasurementClass] = field(
        description="Of an ejection fraction the class under every set of limits, else []."
    )
    per_beat: list[float] = field(description="The value of each beat, in order.")
    reason: MeasurementNote | None = field(
        description="Why there is no value; null where there is."
    )
    quality: list[MeasurementNote] = field(description="What is to be known of it.")
    model_id: str = field(description='What measured it; "" where nothing was asked.')

    @classmethod
    def of(cls, record: records.Measurement, sex: str) -> "Measurement":
        """The record as GraphQL shows it; `sex` is the patient's."""
        return cls(
            instance_uid=strawberry.ID(record.instance_uid),
            name=record.name,
            label=names.label_of(record.name),
            value=record.value,
            unit=record.unit,
            method=record.method,
            method_label=names.method_label(record.method),
            threshold_set=record.threshold_set,
            class_=record.grade,
            classes=_classes(record, sex),
            per_beat=list(record.per_beat),
            reason=MeasurementNote.of(record.reason) if record.reason else None,
            quality=[MeasurementNote.of(note) for note in record.quality],
            model_id=record.model_id,
        )


def _classes(record: records.Measurement, sex: str) -> list[MeasurementClass]:
    if record.name != EF:
        return []
    graded = [(name, grade_ef(record.value, name, sex)) for name in THRESHOLD_SETS]
    return [
        MeasurementClass(
            threshold_set=name,
            class_=grade.grade,
            reason=reasons.sentence(grade.reason) if grade.reason else "",
        )
        for name, grade in graded
    ]
