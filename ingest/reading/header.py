"""Dataset -> Instance or Attachment, whatever its values look like."""

import re
from datetime import date

from pydicom import Dataset

from infra.records import Attachment, Instance
from ingest.reading import syntaxes
from ingest.reading.geometry import frame_time_ms, spacing_mm
from ingest.reading.labels import labels_of
from ingest.reading.quiet import quiet
from ingest.reading.values import (
    KEYWORD_LIMIT,
    age_years,
    day,
    frame_group,
    integer,
    item,
    sop_class,
    text,
    transfer_syntax,
    word,
)

STUDY_DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")
# Code meanings of PS3.16 CID 4010 and 4014, letters only, to the terms of ViewPosition.
VIEWS = {
    "anteroposterior": "AP", "posteroanterior": "PA", "leftlateral": "LL", "rightlateral": "RL",
    "craniocaudal": "CC", "mediolateral": "ML", "mediolateraloblique": "MLO",
    "lateromedial": "LM", "lateromedialoblique": "LMO", "caudocranial": "FB",
}  # fmt: skip
SIDES = {"LEFT": "L", "RIGHT": "R", "BOTH": "B", "BILATERAL": "B", "UNPAIRED": "U"}
SEXES = {"MALE": "M", "FEMALE": "F", "OTHER": "O", "W": "F"}


UNKNOWN_DAYS = ("19000101",)  # what `similis wrap` writes where a document must have a date


@quiet()
def instance_of(ds: Dataset, *, pixel_hash: str, frames: int, identity_kept: bool) -> Instance:
    """The record of an image; what is missing or malformed becomes "" or None.

    `frames` is how many were decoded. UIDs are taken as they are: call `complete_uids` before.
    """
    return Instance(
        instance_uid=text(ds, "SOPInstanceUID", KEYWORD_LIMIT),
        series_uid=text(ds, "SeriesInstanceUID", KEYWORD_LIMIT),
        study_uid=text(ds, "StudyInstanceUID", KEYWORD_LIMIT),
        patient=text(ds, "PatientID"),
        pixel_hash=pixel_hash,
        sop_class_uid=sop_class(ds),
        transfer_syntax_uid=str(transfer_syntax(ds)),
        modality=word(ds, "Modality"),
        body_part=body_part(ds),
        view=view(ds),
        laterality=laterality(ds),
        sex=_one_of(word(ds, "PatientSex"), SEXES, "MFO"),
        age_years=age_years(ds),
        study_date=day(ds, *STUDY_DATES),
        study_description=text(ds, "StudyDescription"),
        series_description=text(ds, "SeriesDescription"),
        series_number=integer(ds, "SeriesNumber"),
        instance_number=integer(ds, "InstanceNumber"),
        manufacturer=text(ds, "Manufacturer", KEYWORD_LIMIT),
        device=text(ds, "ManufacturerModelName", KEYWORD_LIMIT),
        accession=text(ds, "AccessionNumber", KEYWORD_LIMIT),
        photometric=word(ds, "PhotometricInterpretation"),
        rows=integer(ds, "Rows") or 0,
        columns=integer(ds, "Columns") or 0,
        frames=frames,
        spacing_mm=spacing_mm(ds),
        frame_time_ms=frame_time_ms(ds),
        lossy=is_lossy(ds),
        labels=labels_of(ds),
        identity_kept=identity_kept,
    )


@quiet()
def attachment_of(ds: Dataset, *, content_hash: str, identity_kept: bool) -> Attachment:
    """The record of an object that is no image, under the best title its header has."""
    concept = item(ds, "ConceptNameCodeSequence")
    titles = (
        text(ds, "DocumentTitle"),
        text(concept, "CodeMeaning") if concept is not None else "",
        text(ds, "ContentDescription"),
        text(ds, "ContentLabel"),
        text(ds, "SeriesDescription"),
    )
    return Attachment(
        instance_uid=text(ds, "SOPInstanceUID", KEYWORD_LIMIT),
        series_uid=text(ds, "SeriesInstanceUID", KEYWORD_LIMIT),
        study_uid=text(ds, "StudyInstanceUID", KEYWORD_LIMIT),
        patient=text(ds, "PatientID"),
        sop_class_uid=sop_class(ds),
        modality=word(ds, "Modality"),
        title=next(filter(None, titles), ""),
        content_hash=content_hash,
        identity_kept=identity_kept,
    )


def body_part(ds: Dataset) -> str:
    """BodyPartExamined, else the meaning of the anatomic region code, in capitals."""
    if found := word(ds, "BodyPartExamined"):
        return found
    anatomy = frame_group(ds, "FrameAnatomySequence")
    for source in (ds, anatomy):
        region = item(source, "AnatomicRegionSequence")
        if region is not None and (meaning := word(region, "CodeMeaning")):
            return meaning
    return ""


def view(ds: Dataset) -> str:
    """ViewPosition, else the view code in the terms of ViewPosition, in capitals."""
    if found := word(ds, "ViewPosition"):
        return found
    code = item(ds, "ViewCodeSequence")
    if code is None:
        return ""
    meaning = word(code, "CodeMeaning")
    return VIEWS.get(re.sub("[^a-z]", "", meaning.lower()), meaning)


def laterality(ds: Dataset) -> str:
    """L, R, B or U of the image, its frames or the series; "" where unknown."""
    anatomy = frame_group(ds, "FrameAnatomySequence")
    found = word(ds, "ImageLaterality")
    found = found or (word(anatomy, "FrameLaterality") if anatomy is not None else "")
    return _one_of(found or word(ds, "Laterality"), SIDES, "LRBU")


def is_lossy(ds: Dataset) -> bool:
    """Whether the pixels were ever compressed with loss (PS3.3 C.7.6.1.1.5), or are now."""
    said = word(ds, "LossyImageCompression")
    syntax = transfer_syntax(ds)
    if said == "01":
        return True
    return syntax in syntaxes.LOSSY and not (said == "00" and syntax in syntaxes.EITHER)


@quiet()
def report_date(ds: Dataset, received: Dataset | None = None) -> date | None:
    """The day a document was made: its content date, else the study's.

    `received` is the dataset before its dates were moved: 19000101 there, which stands where a
    document must have a date, says nothing.
    """
    for keyword in ("ContentDate", "InstanceCreationDate", *STUDY_DATES):
        if text(ds if received is None else received, keyword) not in UNKNOWN_DAYS:
            found = day(ds, keyword)
            if found is not None:
                return found
    return None


def _one_of(found: str, names: dict[str, str], letters: str) -> str:
    short = names.get(found, found)
    return short if len(short) == 1 and short in letters else ""
