"""Pictures as CR, DX, MG, US and secondary capture objects.

An object is only chosen when everything it must say is known: the DX and MG objects need the
spacing at the detector, the orientation and the side. What lacks these becomes a secondary capture
of the same modality, because an invented spacing would become a wrong measurement.
"""

from pydicom import Dataset
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalXRayImageStorageForPresentation,
    SecondaryCaptureImageStorage,
    UltrasoundImageStorage,
    UltrasoundMultiFrameImageStorage,
)
from pydicom.valuerep import format_number_as_ds

from ingest.wrap.anatomy import MAMMOGRAPHY_VIEWS, TRUNK, VIEWS, code, region
from ingest.wrap.fields import BadRow
from ingest.wrap.modules import (
    Place,
    add_image,
    add_pixels,
    add_rescale,
    add_window,
    empty_sequence,
    mm,
    new_object,
)
from ingest.wrap.source import Source
from ingest.wrap.stored import Stored, stored, to_8_bits
from ingest.wrap.table import Row
from ingest.wrap.uids import uid


def picture_object(row: Row, place: Place, source: Source) -> Dataset:
    """The object of a still picture or an ultrasound cine. Raises BadRow."""
    if source.frames > 1 and row.modality != "US":
        raise BadRow("only ultrasound (US) may have several frames, and CT or MR several slices")
    spacing = row.spacing_mm or source.spacing_mm
    if row.modality == "US":
        return _ultrasound(row, place, source, spacing)
    values = stored(source.pixels)
    if row.modality == "CR" and not source.colour:
        return _computed_radiography(row, place, source, values, spacing)
    if row.modality in ("DX", "MG") and _fits_x_ray(row, source, values, spacing):
        return _digital_x_ray(row, place, source, values, spacing)
    return _secondary_capture(row, place, source, values, spacing)


def _image(row: Row, place: Place, source: Source, sop_class: str, values: Stored) -> Dataset:
    instance_uid = uid("instance", place.study_uid, row.file, place.digest)
    made = new_object(row, place, sop_class, instance_uid)
    add_image(made, row, place, source.lossy)
    add_pixels(made, values)
    if not values.exact:
        made.DerivationDescription = "Values scaled to the bits stored"
    return made


# --- ultrasound -----------------------------------------------------------------------------------


def _ultrasound(
    row: Row, place: Place, source: Source, spacing: tuple[float, float] | None
) -> Dataset:
    """US Image and US Multi-frame Image (PS3.3 A.6, A.7): 8 bits, spacing in a region."""
    values = Stored(source.pixels) if source.colour else to_8_bits(source.pixels)
    cine = source.frames > 1
    sop_class = UltrasoundMultiFrameImageStorage if cine else UltrasoundImageStorage
    made = _image(row, place, source, sop_class, values)
    if spacing:
        made.SequenceOfUltrasoundRegions = [_calibrated(made, spacing)]
    if cine:
        _add_cine(made, row, source)
    return made


def _calibrated(made: Dataset, spacing: tuple[float, float]) -> Dataset:
    """The whole picture as one calibrated 2D tissue region (PS3.3 C.8.5.5), deltas in cm."""
    area = Dataset()
    area.RegionSpatialFormat, area.RegionDataType, area.RegionFlags = 1, 1, 0
    area.RegionLocationMinX0 = area.RegionLocationMinY0 = 0
    area.RegionLocationMaxX1, area.RegionLocationMaxY1 = made.Columns - 1, made.Rows - 1
    area.PhysicalUnitsXDirection = area.PhysicalUnitsYDirection = 3
    area.PhysicalDeltaY, area.PhysicalDeltaX = (distance / 10 for distance in spacing)
    return area


def _add_cine(made: Dataset, row: Row, source: Source) -> None:
    """Cine and multi-frame modules (PS3.3 C.7.6.5, C.7.6.6); an unknown time stays unknown."""
    frame_ms = 1000 / row.frame_rate if row.frame_rate else source.frame_ms
    if frame_ms:
        made.FrameTime = format_number_as_ds(frame_ms)
        made.FrameIncrementPointer = 0x00181063  # FrameTime
    else:
        made.FrameLabelVector = [str(number) for number in range(1, source.frames + 1)]
        made.FrameIncrementPointer = 0x00182002  # FrameLabelVector


# --- X-ray ----------------------------------------------------------------------------------------


def _computed_radiography(
    row: Row, place: Place, source: Source, values: Stored, spacing: tuple[float, float] | None
) -> Dataset:
    """CR Image (PS3.3 A.2)."""
    made = _image(row, place, source, ComputedRadiographyImageStorage, values)
    made.BodyPartExamined, made.ViewPosition = row.body_part, row.view
    if spacing:
        made.ImagerPixelSpacing = mm(spacing)
    _add_meaning(made, values)
    return made


def _fits_x_ray(
    row: Row, source: Source, values: Stored, spacing: tuple[float, float] | None
) -> bool:
    """Whether everything is known that a DX or MG object must say (PS3.3 C.8.11)."""
    unsigned = not source.colour and values.values.dtype.kind == "u" and not values.rescaled
    known = unsigned and spacing is not None and _orientation(row) is not None
    if row.modality == "MG":
        return known and row.laterality in ("L", "R", "B") and row.view in MAMMOGRAPHY_VIEWS
    return known and bool(_side(row))


def _orientation(row: Row) -> tuple[str, str] | None:
    if row.orientation is None and row.view in VIEWS and row.body_part in TRUNK:
        return "L", "F"
    return row.orientation


def _side(row: Row) -> str:
    return row.laterality or ("U" if row.body_part in TRUNK else "")


def _digital_x_ray(
    row: Row, place: Place, source: Source, values: Stored, spacing: tuple[float, float] | None
) -> Dataset:
    """DX Image and Digital Mammography X-Ray Image, for presentation (PS3.3 A.26, A.27)."""
    breast = row.modality == "MG"
    sop_class = (
        DigitalMammographyXRayImageStorageForPresentation
        if breast
        else DigitalXRayImageStorageForPresentation
    )
    made = _image(row, place, source, sop_class, values)
    made.PresentationIntentType = "FOR PRESENTATION"
    made.ImageType = ["DERIVED", "PRIMARY", ""]
    made.PatientOrientation = list(_orientation(row) or ())
    made.ImageLaterality = _side(row)
    made.AnatomicRegionSequence = [region(row.body_part)] if row.body_part else empty_sequence()
    made.DetectorType = made.PositionerType = ""
    made.ImagerPixelSpacing = mm(spacing or ())
    made.AcquisitionContextSequence = empty_sequence()
    made.BurnedInAnnotation = "YES" if row.burned_in else "NO"
    made.LossyImageCompression = "01" if source.lossy else "00"
    made.PixelIntensityRelationship, made.PixelIntensityRelationshipSign = "LOG", 1
    made.PresentationLUTShape = "IDENTITY"
    add_rescale(made, values, "US")
    add_window(made, values)
    if row.view in VIEWS:
        made.ViewCodeSequence = [code(VIEWS[row.view][0], "SCT", VIEWS[row.view][1])]
    if breast:
        _add_mammography(made, row)
    return made


def _add_mammography(made: Dataset, row: Row) -> None:
    """Mammography series, image and anatomy (PS3.3 C.8.11.6, C.8.11.7)."""
    made.BodyPartExamined, made.OrganExposed = "BREAST", "BREAST"
    made.PositionerType = "MAMMOGRAPHIC"
    made.AnatomicRegionSequence = [region("BREAST")]
    value, meaning = MAMMOGRAPHY_VIEWS[row.view]
    view = code(value, "SCT", meaning)
    view.ViewModifierCodeSequence = empty_sequence()
    made.ViewCodeSequence = [view]
    made.BreastImplantPresent = ""


# --- everything else ------------------------------------------------------------------------------


def _secondary_capture(
    row: Row, place: Place, source: Source, values: Stored, spacing: tuple[float, float] | None
) -> Dataset:
    """Secondary Capture Image (PS3.3 A.8), of the source's modality."""
    made = _image(row, place, source, SecondaryCaptureImageStorage, values)
    made.ConversionType = "WSD"
    if spacing:
        made.PixelSpacing = mm(spacing)
    _add_meaning(made, values)
    return made


def _add_meaning(made: Dataset, values: Stored) -> None:
    """What stored values stand for where they are not plain 8-bit grey."""
    if values.values.ndim == 4 or values.values.dtype.itemsize == 1:
        return
    if values.rescaled:
        add_rescale(made, values, "US")
    add_window(made, values)
