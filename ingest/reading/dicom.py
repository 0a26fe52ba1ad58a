"""The front door of reading DICOM: bytes -> Dataset -> Instance or Attachment.

The parts: `parsing` (bytes to elements), `sop_classes` (image or attachment), `uids` (missing),
`geometry` (frames in time or space), `header` (records).
"""

from pydicom import Dataset

from infra.settings import Settings
from ingest.reading.geometry import frame_count, is_cine, is_slice, slice_positions_mm
from ingest.reading.header import attachment_of, instance_of, report_date
from ingest.reading.parsing import read_dataset
from ingest.reading.sop_classes import is_dicomdir, is_image
from ingest.reading.uids import complete_uids

__all__ = [
    "attachment_of",
    "complete_uids",
    "frame_count",
    "instance_of",
    "is_cine",
    "is_dicomdir",
    "is_image",
    "is_slice",
    "parse",
    "report_date",
    "slice_positions_mm",
]


def parse(data: bytes | memoryview, settings: Settings) -> Dataset:
    """Read a file's bytes, tolerating what can be tolerated; every element can be read afterwards.

    Raises RejectedFile: not_dicom, truncated_file, bad_header or too_large.
    """
    return read_dataset(data, settings)
