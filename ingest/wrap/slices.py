"""Volumes as CT and MR series: one object a slice, placed by the file's own affine."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from pydicom import Dataset
from pydicom.uid import CTImageStorage, MRImageStorage

from ingest.wrap.fields import BadRow
from ingest.wrap.modules import Place, add_image, add_pixels, add_rescale, mm, new_object
from ingest.wrap.source import Geometry, Source
from ingest.wrap.stored import Stored, stored
from ingest.wrap.table import Row
from ingest.wrap.uids import uid


def slice_objects(row: Row, place: Place, source: Source) -> Iterator[Dataset]:
    """The slices of a CT or MR volume in the order of the file. Raises BadRow."""
    if source.colour or source.geometry is None:
        raise BadRow("a colour volume has no CT or MR form")
    values = _16_bits(stored(source.pixels))
    for index in range(source.frames):
        yield _slice(row, place, source, source.geometry, values, index)


def _16_bits(values: Stored) -> Stored:
    """CT and MR objects have 16 bits (PS3.3 C.8.2.1, C.8.3.1)."""
    if values.values.dtype.itemsize == 1:
        return replace(values, values=values.values.astype(np.uint16))
    return values


def _slice(
    row: Row, place: Place, source: Source, geometry: Geometry, values: Stored, index: int
) -> Dataset:
    sop_class = CTImageStorage if row.modality == "CT" else MRImageStorage
    instance_uid = uid("instance", place.study_uid, row.file, place.digest, str(index))
    made = new_object(row, place, sop_class, instance_uid)
    add_image(made, row, replace(place, instance_number=index + 1), source.lossy)
    add_pixels(made, replace(values, values=values.values[index : index + 1]))
    _add_plane(made, source, geometry, index)
    made.FrameOfReferenceUID = uid("frame of reference", place.series_uid, row.file)
    made.PositionReferenceIndicator = made.PatientPosition = ""
    if not values.exact:
        made.DerivationDescription = "Values scaled to the bits stored"
    _add_ct(made, values) if row.modality == "CT" else _add_mr(made, values)
    return made


def _add_plane(made: Dataset, source: Source, geometry: Geometry, index: int) -> None:
    """Image plane module (PS3.3 C.7.6.2)."""
    origin, step = np.asarray(geometry.origin), np.asarray(geometry.step)
    made.ImagePositionPatient = mm(tuple(origin + index * step))
    made.ImageOrientationPatient = mm((*geometry.row, *geometry.column))
    made.PixelSpacing = mm(source.spacing_mm or (1.0, 1.0))
    made.SliceThickness = mm((geometry.distance,))[0]


def _add_ct(made: Dataset, values: Stored) -> None:
    """CT image module (PS3.3 C.8.2.1); the file's values are taken to be Hounsfield units."""
    made.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    made.KVP = made.AcquisitionNumber = None
    add_rescale(made, values, "HU")


def _add_mr(made: Dataset, values: Stored) -> None:
    """MR image module (PS3.3 C.8.3.1): how it was acquired is not known."""
    made.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
    made.ScanningSequence, made.SequenceVariant, made.ScanOptions = "RM", "NONE", ""
    made.MRAcquisitionType = ""
    made.RepetitionTime = made.EchoTime = made.EchoTrainLength = None
    if values.rescaled:
        add_rescale(made, values, "US")
