"""Objects as DICOM files: the same object gives the same bytes, and a file is whole or absent."""

import io
import os
from pathlib import Path

from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from infra.errors import StorageFull

IMPLEMENTATION = UID("2.25.236186331842427571206093186270157325617")
IMPLEMENTATION_NAME = "SIMILIS_WRAP"


def to_bytes(made: Dataset) -> bytes:
    """A Part 10 file in Explicit VR Little Endian."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = made.SOPClassUID
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION
    meta.ImplementationVersionName = IMPLEMENTATION_NAME
    made.file_meta = meta
    buffer = io.BytesIO()
    dcmwrite(buffer, made, enforce_file_format=True)
    return buffer.getvalue()


def write(made: Dataset, out: Path) -> bool:
    """Write OUT/STUDY_UID/INSTANCE_UID.dcm unless it is there already; whether it was written.

    Raises StorageFull when the disk is full or cannot be written.
    """
    data = to_bytes(made)
    path = out / made.StudyInstanceUID / f"{made.SOPInstanceUID}.dcm"
    try:
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".part{os.getpid()}")
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StorageFull(f"{out} cannot be written: {error.strerror}.") from error
    return True
