"""The identity of a non-image object's content, however its bytes were encoded."""

import hashlib
import io

from pydicom import Dataset
from pydicom.filebase import DicomIO
from pydicom.filewriter import write_dataset

from infra.errors import RejectedFile
from ingest.guard import refuse_as
from ingest.quiet import quiet

PADDING = 0xFFFCFFFC


@quiet()
def content_hash(dataset: Dataset, data: bytes) -> str:
    """Sha256 (hex) of all elements written as Implicit VR Little Endian; an archive may send the
    same object in another encoding. Group lengths and trailing padding do not count. What cannot be
    written like this is hashed as it was received (`data`).
    """
    tags = [tag for tag in list(dataset.keys()) if tag.element and tag != PADDING]
    plain = Dataset({tag: dataset.get_item(tag) for tag in tags})
    implicit, little = dataset.original_encoding
    plain.set_original_encoding(implicit, little, dataset.original_character_set)
    written = io.BytesIO()
    buffer = DicomIO(written)
    buffer.is_implicit_VR, buffer.is_little_endian = True, True
    try:
        with refuse_as("bad_header"):
            write_dataset(buffer, plain)
    except RejectedFile:
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha256(written.getvalue()).hexdigest()
