"""What a viewer shows of a query file: a DICOM file under names of its own, without identity."""

from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset
from pydicom.uid import UID, SecondaryCaptureImageStorage

from embedder.pixels import Image, open_picture
from infra.records import Instance
from ingest.arrival.items import Item
from ingest.arrival.prepare import Options
from ingest.arrival.walk import read
from ingest.privacy import deidentify
from ingest.privacy.identity import Pseudonyms
from ingest.reading import dicom
from ingest.showing.query_file import is_picture
from ingest.wrap.files import to_bytes
from ingest.wrap.modules import Place, add_image, add_pixels, new_object
from ingest.wrap.stored import Stored
from ingest.wrap.table import Row


@dataclass(frozen=True, slots=True)
class Names:
    """The UIDs under which a copy is shown."""

    study_uid: str
    series_uid: str
    instance_uid: str


def write_viewer_copy(item: Item, target: Path, names: Names, options: Options) -> Instance:
    """Write the copy of a DICOM file or a plain picture; its record. Runs in a fenced worker.

    A plain picture becomes a secondary capture of the light that was embedded. The header loses
    identity as at ingest; text that is burned into the pixels stays, as only those who sent the
    file get to see it. Raises RejectedFile, StorageFull.
    """
    data = read(item, options.settings)
    if is_picture(data):
        copy = _secondary_capture(open_picture(data, options.settings), names)
        target.write_bytes(to_bytes(copy))
    else:
        copy = _without_identity(data, options)
        copy.StudyInstanceUID, copy.SeriesInstanceUID = names.study_uid, names.series_uid
        copy.SOPInstanceUID = names.instance_uid
        copy.file_meta.MediaStorageSOPInstanceUID = UID(names.instance_uid)
        deidentify.write(copy, target)
    return dicom.instance_of(
        copy, pixel_hash="", frames=dicom.frame_count(copy), identity_kept=False
    )


def _without_identity(data: bytes, options: Options) -> Dataset:
    dataset = dicom.parse(data, options.settings)
    dicom.complete_uids(dataset, "")
    return deidentify.deidentify(dataset, Pseudonyms(options.key)).dataset


def _secondary_capture(light: Image, names: Names) -> Dataset:
    """uint8 light of shape (rows, columns) or (rows, columns, 3) as an image of modality OT."""
    row = Row(line=0, file="", modality="OT")
    place = Place(
        dataset="",
        patient_id="",
        study_uid=names.study_uid,
        series_uid=names.series_uid,
        digest="",
    )
    made = new_object(row, place, SecondaryCaptureImageStorage, names.instance_uid)
    add_image(made, row, place, lossy=None)
    add_pixels(made, Stored(light[None]))
    made.ConversionType = "WSD"
    return made
