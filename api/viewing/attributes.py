"""Studies, series and instances as QIDO-RS lists them (PS3.18 10.6.3.3), made of records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydicom.datadict import dictionary_VR, tag_for_keyword

from api.viewing.objects import objects_of
from infra.records import Attachment, Case, Instance

Value = str | int | None
# Modality is required (PS3.3 C.7.3.1) and OHIF's study list stops at a study without one.
UNKNOWN_MODALITY = "OT"


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: DICOM keyword -> values. Of what is unknown, the values are ()."""

    values: dict[str, tuple[Value, ...]]

    def as_json(self, base: str) -> dict[str, Any]:
        """In the DICOM JSON model; `base` is the path of the DICOMweb service."""
        found = {
            f"{tag_for_keyword(keyword):08X}": _element(str(dictionary_VR(keyword)), values)
            for keyword, values in sorted(self.values.items(), key=lambda pair: _tag(pair[0]))
        }
        found["00081190"] = {"vr": "UR", "Value": [base + self._path()]}
        return dict(sorted(found.items()))

    def _path(self) -> str:
        steps = (
            ("studies", "StudyInstanceUID"),
            ("series", "SeriesInstanceUID"),
            ("instances", "SOPInstanceUID"),
        )
        named = [(step, self.values[key][0]) for step, key in steps if self.values.get(key)]
        return "".join(f"/{step}/{uid}" for step, uid in named)


def studies(case: Case) -> Iterator[Row]:
    """A study as one row."""
    objects = objects_of(case)
    yield Row(
        {
            **_study(case),
            "NumberOfStudyRelatedSeries": (len({o.series_uid for o in objects}),),
            "NumberOfStudyRelatedInstances": (len(objects),),
        }
    )


def series(case: Case) -> Iterator[Row]:
    """A row for each series, in the catalog's order."""
    by_uid: dict[str, list[Instance | Attachment]] = {}
    for one in objects_of(case):
        by_uid.setdefault(one.series_uid, []).append(one)
    study = _study(case)
    for objects in by_uid.values():
        yield Row({**study, **_series(objects)})


def instances(case: Case) -> Iterator[Row]:
    """A row for each image, then for each other object."""
    study = _study(case)
    for one in objects_of(case):
        yield Row({**study, **_series([one], counted=False), **_instance(one)})


def _study(case: Case) -> dict[str, tuple[Value, ...]]:
    first = case.instances[0] if case.instances else None
    day = first.study_date if first else None
    modalities = dict.fromkeys(one.modality or UNKNOWN_MODALITY for one in objects_of(case))
    return {
        "ModalitiesInStudy": tuple(modalities),
        "StudyDate": (f"{day:%Y%m%d}",) if day else (),
        "StudyTime": (),
        "AccessionNumber": _one(first.accession if first else ""),
        "InstanceAvailability": ("ONLINE",),
        "ReferringPhysicianName": (),
        "StudyDescription": _one(first.study_description if first else ""),
        "PatientName": _one(case.patient),
        "PatientID": _one(case.patient),
        "PatientBirthDate": (),
        "PatientSex": _one(first.sex if first else ""),
        "StudyInstanceUID": (case.study_uid,),
        "StudyID": (),
    }


def _series(
    objects: Sequence[Instance | Attachment], *, counted: bool = True
) -> dict[str, tuple[Value, ...]]:
    first = objects[0]
    found: dict[str, tuple[Value, ...]] = {
        "Modality": (first.modality or UNKNOWN_MODALITY,),
        "SeriesInstanceUID": (first.series_uid,),
    }
    if counted:
        found["NumberOfSeriesRelatedInstances"] = (len(objects),)
    if isinstance(first, Instance):
        number = first.series_number
        found["SeriesNumber"] = () if number is None else (number,)
        found["SeriesDescription"] = _one(first.series_description)
        found["BodyPartExamined"] = _one(first.body_part)
        found["Laterality"] = _one(first.laterality)
        found["Manufacturer"] = _one(first.manufacturer)
    else:
        found["SeriesDescription"] = _one(first.title)
    return found


def _instance(one: Instance | Attachment) -> dict[str, tuple[Value, ...]]:
    found: dict[str, tuple[Value, ...]] = {
        "SOPClassUID": _one(one.sop_class_uid),
        "SOPInstanceUID": (one.instance_uid,),
    }
    if isinstance(one, Instance):
        number = one.instance_number
        found["InstanceNumber"] = () if number is None else (number,)
        found["Rows"], found["Columns"] = (one.rows,), (one.columns,)
        found["NumberOfFrames"] = (one.frames,)
        found["AvailableTransferSyntaxUID"] = _one(one.transfer_syntax_uid)
    return found


def _one(value: str) -> tuple[Value, ...]:
    return (value,) if value else ()


def _element(vr: str, values: Sequence[Value]) -> dict[str, Any]:
    if not values:
        return {"vr": vr}
    return {"vr": vr, "Value": [{"Alphabetic": v} if vr == "PN" else v for v in values]}


def _tag(keyword: str) -> int:
    return tag_for_keyword(keyword) or 0
