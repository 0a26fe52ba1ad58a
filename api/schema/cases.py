"""A case and its patient's other studies."""

from collections.abc import Iterable, Sequence

import strawberry
from strawberry import field

from api import timeline
from api.schema.annotations import Annotation
from api.schema.context import Info
from api.schema.corrections import Correction, listed
from api.schema.enums import Findings
from api.schema.findings import Finding
from api.schema.measurements import Measurement
from api.schema.pictures import Attachment, Series, middle_thumbnail
from api.schema.texts import Report
from infra import records
from infra.corrected_measurements import corrected_measurements
from infra.corrections import corrected_findings
from infra.fields import EF
from infra.measured import grade_of, is_edited, value_of


@strawberry.type(description="A study of the same patient.")
class TimelineEntry:
    """One study of `api.timeline`."""

    study_uid: strawberry.ID = field(description="StudyInstanceUID.")
    date: records.Day | None = field(description="Study date (shifted unless identity is kept).")
    description: str = field(description="Study description.")
    modalities: list[str] = field(description="Modalities of its images, each once.")
    report_dates: list[records.Day] = field(
        description="Days of its current reports, oldest first."
    )
    thumbnail: str | None = field(description="Path of a thumbnail; null without one.")
    is_this: bool = field(description="Whether it is the study that was asked for.")
    image_count: int = field(description="Number of image objects.")

    @classmethod
    def of(cls, record: records.Case, *, is_this: bool) -> "TimelineEntry":
        """A case as a point in time."""
        days = (report.date for report in record.current_reports)
        return cls(
            study_uid=strawberry.ID(record.study_uid),
            date=timeline.day_of(record),
            description=timeline.description_of(record),
            modalities=_modalities(record),
            report_dates=sorted(day for day in days if day),
            thumbnail=middle_thumbnail(record.instances),
            is_this=is_this,
            image_count=len(record.instances),
        )


@strawberry.type(description="A study with everything known of it.")
class Case:
    """`infra.records.Case` in GraphQL."""

    record: strawberry.Private[records.Case]
    study_uid: strawberry.ID = field(description="StudyInstanceUID.")
    dataset: str = field(description="The dataset it belongs to.")
    patient: str = field(description="The patient's pseudonym, or id where identity is kept.")
    date: records.Day | None = field(description="Study date (shifted unless identity is kept).")
    description: str = field(description="Study description.")
    sex: str = field(description="M, F or O.")
    age_years: float | None = field(description="Age at the study in years.")
    modalities: list[str] = field(description="Modalities of its images, each once.")
    labels: list[str] = field(description="Labels given with the data, each once.")
    identity_kept: bool = field(description="Whether it was stored without de-identification.")

    @field(description="Its series, in the order of series number.")
    def series(self, info: Info) -> list[Series]:
        """In the catalog's order."""
        found = _by_series(self.record.instances)
        info.context.budget.spend(len(found))
        return [Series.of(members) for members in found]

    @field(description="Its objects that are no images.")
    def attachments(self) -> list[Attachment]:
        """In the catalog's order."""
        return [Attachment.of(record) for record in self.record.attachments]

    @field(description="Its reports: the current version of each, or all versions.")
    def reports(self, all_versions: bool = False) -> list[Report]:
        """By report id and version."""
        chosen = self.record.reports if all_versions else self.record.current_reports
        return [Report.of(record) for record in chosen]

    @field(description="What its current reports say, in the order of reports and places.")
    async def findings(self, info: Info, form: Findings = Findings.TAGGED) -> list[Finding]:
        """Of all assertions."""
        found = self.record.current_findings
        if form is Findings.CORRECTED:
            said = await info.context.loaders.annotations.load(self.record.study_uid)
            found = corrected_findings(self.record, said)
        info.context.budget.spend(len(found))
        return [Finding.of(record) for record in found]

    @field(
        description="What people said of its findings, oldest first; also what was taken back, or "
        "belongs to an older text."
    )
    async def corrections(self, info: Info) -> list[Correction]:
        """In the order of time."""
        said = await info.context.loaders.annotations.load(self.record.study_uid)
        found = listed(self.record, said)
        info.context.budget.spend(len(found))
        return found

    @field(description="What the machine measured in its images, and what could not be.")
    def measurements(self, info: Info) -> list[Measurement]:
        """In the order of images."""
        found = self.record.measurements
        info.context.budget.spend(len(found))
        sexes = {image.instance_uid: image.sex for image in self.record.instances}
        return [Measurement.of(one, sexes.get(one.instance_uid, "")) for one in found]

    @field(
        description="The ejection fraction that stands for it in filters, in %: after people's "
        "corrections of contours and beats."
    )
    async def ejection_fraction(self, info: Info) -> float | None:
        """Two planes before one; of several clips the one in the middle."""
        return value_of(await self._numbers(info), EF)

    @field(description='The class of that ejection fraction (ASE 2015); "" without one.')
    async def ejection_fraction_class(self, info: Info) -> str:
        """As filters have it."""
        return grade_of(await self._numbers(info), EF)

    @field(description="End-diastolic volume that stands for it, in mL; after corrections, too.")
    async def end_diastolic_volume(self, info: Info) -> float | None:
        """As filters have it."""
        return value_of(await self._numbers(info), "end_diastolic_volume")

    @field(description="End-systolic volume that stands for it, in mL; after corrections, too.")
    async def end_systolic_volume(self, info: Info) -> float | None:
        """As filters have it."""
        return value_of(await self._numbers(info), "end_systolic_volume")

    @field(
        description="Whether one of these numbers rests on what a person drew or chose; null "
        "without any."
    )
    async def heart_corrected(self, info: Info) -> bool | None:
        """As filters have it."""
        return is_edited(await self._numbers(info))

    async def _numbers(self, info: Info) -> tuple[records.Measurement, ...]:
        """The machine's, with people's in their place."""
        if not self.record.measurements:
            return ()
        said = await info.context.loaders.annotations.load(self.record.study_uid)
        return corrected_measurements(self.record.measurements, said)

    @field(
        description="The patient's studies that the caller may see, oldest first, this one "
        "included; at most 100."
    )
    async def timeline(self, info: Info) -> list[TimelineEntry]:
        """Studies without a date come last."""
        cases = await info.context.loaders.timelines.load(self.record)
        info.context.budget.spend(len(cases))
        own = self.record.study_uid
        return [TimelineEntry.of(case, is_this=case.study_uid == own) for case in cases]

    @field(description="What people said about it, oldest first; withdrawn ones included.")
    async def annotations(self, info: Info) -> list[Annotation]:
        """In the order of time."""
        found = await info.context.loaders.annotations.load(self.record.study_uid)
        return [Annotation.of(record) for record in found]

    @classmethod
    def of(cls, record: records.Case) -> "Case":
        """The record as GraphQL shows it."""
        instances = record.instances
        ages = (i.age_years for i in instances if i.age_years is not None)
        return cls(
            record=record,
            study_uid=strawberry.ID(record.study_uid),
            dataset=record.dataset,
            patient=record.patient,
            date=timeline.day_of(record),
            description=timeline.description_of(record),
            sex=next((i.sex for i in instances if i.sex), ""),
            age_years=next(ages, None),
            modalities=_modalities(record),
            labels=_once(label for i in instances for label in i.labels),
            identity_kept=any(i.identity_kept for i in instances)
            or any(a.identity_kept for a in record.attachments),
        )


def _by_series(instances: Sequence[records.Instance]) -> list[list[records.Instance]]:
    """Instances of each series, in the order in which the series first appear."""
    found: dict[str, list[records.Instance]] = {}
    for instance in instances:
        found.setdefault(instance.series_uid, []).append(instance)
    return list(found.values())


def _modalities(case: records.Case) -> list[str]:
    return _once(instance.modality for instance in case.instances if instance.modality)


def _once(values: Iterable[str]) -> list[str]:
    """Each value once, in the order in which they first appear."""
    return list(dict.fromkeys(values))
