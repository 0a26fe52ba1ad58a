"""The modules that every object has: patient, study, series, image, pixels (PS3.3 C.7)."""

from dataclasses import dataclass

import numpy as np
from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.valuerep import format_number_as_ds

from ingest.reading.labels import set_labels
from ingest.wrap.anatomy import UNPAIRED
from ingest.wrap.source import Lossy
from ingest.wrap.stored import Stored
from ingest.wrap.table import Row
from ingest.wrap.uids import fitting, pseudo_patient, uid

UTF_8 = "ISO_IR 192"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an object belongs. `digest` is of the picture; `dataset` keeps two tables apart."""

    dataset: str
    patient_id: str
    study_uid: str
    series_uid: str
    digest: str
    series_number: int = 1
    instance_number: int = 1

    @classmethod
    def of(
        cls, row: Row, dataset: str, digest: str, series: str, number: tuple[int, int]
    ) -> "Place":
        """The place of a row's picture; `series` names its series within the study.

        Rows with the same patient and study id share a study; without a study id, each row is its
        own. `number` is (series number, instance number).
        """
        own = (row.study_id,) if row.study_id else (row.file, digest)
        study_uid = uid("study", dataset, row.patient_id, *own)
        return cls(
            dataset=dataset,
            patient_id=fitting(row.patient_id, 64) or pseudo_patient(dataset, *own),
            study_uid=study_uid,
            series_uid=uid("series", study_uid, row.modality, series),
            digest=digest,
            series_number=number[0],
            instance_number=number[1],
        )


def new_object(row: Row, place: Place, sop_class: str, instance_uid: str) -> Dataset:
    """A dataset with SOP common, patient, study, series and equipment modules."""
    made = Dataset()
    made.SpecificCharacterSet = UTF_8
    made.SOPClassUID, made.SOPInstanceUID = sop_class, instance_uid
    made.PatientName = made.PatientID = place.patient_id
    made.PatientName = place.patient_id.replace("^", " ").replace("=", " ").strip()
    made.IssuerOfPatientID = fitting(place.dataset, 64)
    made.PatientBirthDate, made.PatientSex = "", row.sex
    made.StudyInstanceUID = place.study_uid
    made.StudyDate = f"{row.study_date:%Y%m%d}" if row.study_date else ""
    made.StudyTime = made.ReferringPhysicianName = ""
    made.StudyID = row.study_id if len(row.study_id) <= 16 else ""
    made.AccessionNumber = row.accession
    if row.age:
        made.PatientAge = row.age
    made.SeriesInstanceUID, made.SeriesNumber = place.series_uid, place.series_number
    made.Manufacturer = ""
    return made


def add_image(made: Dataset, row: Row, place: Place, lossy: Lossy | None) -> None:
    """General series, general image and labels, for objects with pixels."""
    made.Modality = row.modality
    made.InstanceNumber = place.instance_number
    made.PatientOrientation = list(row.orientation or ())
    made.ImageType = ["DERIVED", "SECONDARY"]
    if row.body_part:
        made.BodyPartExamined = row.body_part
    if row.view:
        made.ViewPosition = row.view
    if row.laterality:
        made.ImageLaterality = row.laterality
    elif row.body_part not in UNPAIRED:
        made.Laterality = ""  # type 2C: it may have a side, which one is not known
    if row.burned_in:
        made.BurnedInAnnotation = "YES"
    if lossy:
        made.LossyImageCompression = "01"
        made.LossyImageCompressionMethod = lossy.method
        made.LossyImageCompressionRatio = f"{lossy.ratio:.4g}"
    if row.labels:
        set_labels(made, row.labels)


def add_pixels(made: Dataset, stored: Stored) -> None:
    """Image pixel module: stored values of one frame, or of several, grey or RGB."""
    values = stored.values
    colour = values.shape[-1] == 3 and values.ndim == 4
    frames, made.Rows, made.Columns = values.shape[:3]
    bits = values.dtype.itemsize * 8
    made.SamplesPerPixel = 3 if colour else 1
    made.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        made.PlanarConfiguration = 0
    if frames > 1:
        made.NumberOfFrames = frames
    made.BitsAllocated = made.BitsStored = bits
    made.HighBit = bits - 1
    made.PixelRepresentation = int(values.dtype == np.int16)
    data = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
    made.PixelData = data + b"\0" * (len(data) % 2)
    made["PixelData"].VR = "OB" if bits == 8 else "OW"


def add_rescale(made: Dataset, stored: Stored, unit: str) -> None:
    """Modality LUT module (PS3.3 C.11.1): value = stored · slope + intercept, in `unit`."""
    made.RescaleIntercept = format_number_as_ds(stored.intercept)
    made.RescaleSlope = format_number_as_ds(stored.slope)
    made.RescaleType = unit


def add_window(made: Dataset, stored: Stored) -> None:
    """A VOI window over exactly the values there are (PS3.3 C.11.2.1.2.1, LINEAR)."""
    low = float(stored.values.min()) * stored.slope + stored.intercept
    high = float(stored.values.max()) * stored.slope + stored.intercept
    # LINEAR shows [center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2]
    made.WindowCenter = format_number_as_ds(round((low + high) / 2 + 0.5, 6))
    made.WindowWidth = format_number_as_ds(round(max(high - low + 1, 1), 6))


def empty_sequence() -> Sequence:
    """A type 2 sequence without items."""
    return Sequence([])


def mm(values: tuple[float, ...]) -> list[str]:
    """Distances or directions as DS values."""
    return [format_number_as_ds(value) for value in values]
