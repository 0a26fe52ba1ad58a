"""Series, instances and attachments of a case."""

from collections.abc import Sequence

import strawberry
from strawberry import field

from api.headers import HeaderRow
from api.schema.context import Info
from infra import records


@strawberry.type(description="One element of a DICOM header.")
class HeaderElement:
    """`api.headers.HeaderRow` in GraphQL."""

    tag: str = field(description='(gggg,eeee); elements of a sequence\'s items begin with ">".')
    keyword: str = field(description='DICOM keyword; "" for private and unknown elements.')
    vr: str = field(description="Value representation.")
    value: str = field(description="Value as text; long ones are cut, binary ones only measured.")

    @classmethod
    def of(cls, row: HeaderRow) -> "HeaderElement":
        """The row as GraphQL shows it."""
        return cls(tag=row.tag, keyword=row.keyword, vr=row.vr, value=row.value)


@strawberry.type(description="One DICOM image object: a still, a cine or a multi-frame stack.")
class Instance:
    """`infra.records.Instance` in GraphQL."""

    record: strawberry.Private[records.Instance]
    instance_uid: strawberry.ID = field(description="SOPInstanceUID.")
    series_uid: strawberry.ID = field(description="SeriesInstanceUID.")
    study_uid: strawberry.ID = field(description="StudyInstanceUID.")
    number: int | None = field(description="Instance number.")
    modality: str = field(description="DICOM modality, e.g. CT.")
    body_part: str = field(description="Body part examined.")
    view: str = field(description="View position, e.g. PA.")
    laterality: str = field(description="L, R, B or U.")
    description: str = field(description="Series description, or else the study's.")
    manufacturer: str = field(description="Maker of the device.")
    sex: str = field(description="M, F or O.")
    age_years: float | None = field(description="Age at the study in years.")
    date: records.Day | None = field(description="Study date (shifted unless identity is kept).")
    rows: int = field(description="Height in pixels.")
    columns: int = field(description="Width in pixels.")
    frames: int = field(description="Number of frames.")
    spacing_mm: list[float] | None = field(
        description="Distance of rows and of columns in mm; null: uncalibrated."
    )
    frame_time_ms: float | None = field(description="Time of a cine's frame in ms.")
    lossy: bool = field(description="Whether it was ever compressed with loss.")
    labels: list[str] = field(description="Labels given with the data.")
    thumbnail: str | None = field(description="Path of its thumbnail; null without one.")
    original: str | None = field(
        description="Path of the stored, de-identified file; null where it was not kept."
    )
    viewable: bool = field(description="Whether frames can be asked for over DICOMweb.")

    @field(description="Header of the stored, de-identified file; [] where it was not kept.")
    async def header(self, info: Info) -> list[HeaderElement]:
        """Rows in order, without pixel data."""
        rows = await info.context.loaders.headers.load(self.record)
        return [HeaderElement.of(row) for row in rows]

    @classmethod
    def of(cls, record: records.Instance) -> "Instance":
        """The record as GraphQL shows it."""
        return cls(
            record=record,
            instance_uid=strawberry.ID(record.instance_uid),
            series_uid=strawberry.ID(record.series_uid),
            study_uid=strawberry.ID(record.study_uid),
            number=record.instance_number,
            modality=record.modality,
            body_part=record.body_part,
            view=record.view,
            laterality=record.laterality,
            description=record.series_description or record.study_description,
            manufacturer=record.manufacturer,
            sex=record.sex,
            age_years=record.age_years,
            date=record.study_date,
            rows=record.rows,
            columns=record.columns,
            frames=record.frames,
            spacing_mm=list(record.spacing_mm) if record.spacing_mm else None,
            frame_time_ms=record.frame_time_ms,
            lossy=record.lossy,
            labels=list(record.labels),
            thumbnail=thumbnail_path(record.thumbnail),
            original=original_path(record),
            viewable=bool(record.original),
        )


@strawberry.type(description="A series of a study.")
class Series:
    """The instances of one series UID."""

    members: strawberry.Private[Sequence[records.Instance]]
    series_uid: strawberry.ID = field(description="SeriesInstanceUID.")
    number: int | None = field(description="Series number.")
    description: str = field(description="Series description.")
    modality: str = field(description="DICOM modality.")
    body_part: str = field(description="Body part examined.")
    laterality: str = field(description="L, R, B or U.")
    instance_count: int = field(description="Number of image objects.")
    frame_count: int = field(description="Number of frames of all of them.")
    thumbnail: str | None = field(description="Path of the middle instance's thumbnail.")

    @field(description="Image objects in the order of instance number.")
    def instances(self, info: Info) -> list[Instance]:
        """In the catalog's order."""
        info.context.budget.spend(len(self.members))
        return [Instance.of(record) for record in self.members]

    @classmethod
    def of(cls, instances: Sequence[records.Instance]) -> "Series":
        """One series of at least one instance."""
        first = instances[0]
        return cls(
            members=instances,
            series_uid=strawberry.ID(first.series_uid),
            number=first.series_number,
            description=first.series_description,
            modality=first.modality,
            body_part=first.body_part,
            laterality=first.laterality,
            instance_count=len(instances),
            frame_count=sum(instance.frames for instance in instances),
            thumbnail=middle_thumbnail(instances),
        )


@strawberry.type(description="A DICOM object that is not an image, kept with its case.")
class Attachment:
    """`infra.records.Attachment` in GraphQL."""

    instance_uid: strawberry.ID = field(description="SOPInstanceUID.")
    title: str = field(description="What it calls itself.")
    modality: str = field(description="DICOM modality, e.g. SR.")
    sop_class: str = field(description="Name of its SOP class, or else the UID.")
    original: str | None = field(
        description="Path of the stored, de-identified file; null where it was not kept."
    )

    @classmethod
    def of(cls, record: records.Attachment) -> "Attachment":
        """The record as GraphQL shows it."""
        return cls(
            instance_uid=strawberry.ID(record.instance_uid),
            title=record.title,
            modality=record.modality,
            sop_class=_sop_class(record.sop_class_uid),
            original=original_path(record),
        )


def thumbnail_path(key: str) -> str | None:
    """Where the page asks for a thumbnail; a blob key is "STUDY_UID/SHA256.webp"."""
    return f"/api/thumbnails/{key}" if key else None


def original_path(record: records.Instance | records.Attachment) -> str | None:
    """Where the page asks for the stored file."""
    return f"/api/originals/{record.instance_uid}" if record.original else None


def middle_thumbnail(instances: Sequence[records.Instance]) -> str | None:
    """The thumbnail in the middle, which shows more of a stack than its first."""
    keys = [instance.thumbnail for instance in instances if instance.thumbnail]
    return thumbnail_path(keys[len(keys) // 2]) if keys else None


def _sop_class(uid: str) -> str:
    from pydicom.uid import UID

    return UID(uid).name
