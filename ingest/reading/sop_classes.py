"""Which objects are images to be indexed, and which are kept with their case (PS3.4 B.5)."""

from functools import cache

from pydicom import Dataset
from pydicom._uid_dict import UID_dictionary

from ingest.reading.parsing import PIXEL_TAGS
from ingest.reading.quiet import quiet
from ingest.reading.values import sop_class, word
from ingest.reasons import rejected

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
# Images whose class is not named "… Image Storage".
OTHER_IMAGES = frozenset(
    (
        "1.2.840.10008.5.1.4.1.1.6.2",  # Enhanced US Volume
        "1.2.840.10008.5.1.4.1.1.81.1",  # Ophthalmic Thickness Map
        "1.2.840.10008.5.1.4.1.1.82.1",  # Corneal Topography Map
    )
)
# For files without a SOP class: what surely was a picture.
IMAGE_MODALITIES = frozenset(
    (
        "CR",
        "CT",
        "DX",
        "ES",
        "IO",
        "MG",
        "MR",
        "NM",
        "OP",
        "OPT",
        "PT",
        "PX",
        "RF",
        "RG",
        "US",
        "XA",
    )
)


@cache
def _storage_classes() -> dict[str, bool]:
    """Every registered storage class -> whether it is an image."""
    return {
        uid: "Image Storage" in name or uid in OTHER_IMAGES
        for uid, (name, kind, *_) in UID_dictionary.items()
        if kind == "SOP Class" and "Storage" in name
    }


@quiet()
def is_dicomdir(ds: Dataset) -> bool:
    """Whether this is a media directory, which only lists other files."""
    return sop_class(ds) == MEDIA_DIRECTORY or (
        "DirectoryRecordSequence" in ds and not has_pixels(ds)
    )


@quiet()
def is_image(ds: Dataset) -> bool:
    """Whether this is an image to be indexed; else it is kept as an attachment.

    Decided by the SOP class; by the pixels where it is private or missing. Raises RejectedFile
    no_pixel_data for an image class, or an image modality without class, without pixels.
    """
    known = _storage_classes().get(sop_class(ds))
    if known is False:
        return False
    if has_pixels(ds):
        return True
    if known or (not sop_class(ds) and word(ds, "Modality") in IMAGE_MODALITIES | {""}):
        raise rejected("no_pixel_data")
    return False


def has_pixels(ds: Dataset) -> bool:
    """Whether there is a pixel data element with something in it."""
    return any(tag in ds and ds[tag].value for tag in PIXEL_TAGS)
