"""UIDs for files that lack them: derived, so that the same file always gets the same ones."""

import hashlib

from pydicom import Dataset

from ingest.reading.quiet import quiet
from ingest.reading.values import text, valid_uid, values

IDENTIFIERS = ("PatientID", "StudyDate", "SeriesNumber", "InstanceNumber")


@quiet()
def complete_uids(ds: Dataset, pixel_hash: str) -> None:
    """Fill missing or invalid study, series and SOP instance UIDs in place.

    The SOP instance UID comes from the file meta if it is there, else from the pixel hash with the
    header's identifiers. A missing study UID is derived from the series, else from the instance (a
    date and an empty patient ID would throw strangers together); a missing series UID from study
    and series number, else from the instance. An invalid UID is hashed, so that files that share it
    stay together. Derived UIDs have the form 2.25.* (PS3.5 B.2).
    """
    meta = getattr(ds, "file_meta", None) or Dataset()
    study = _given(ds, "StudyInstanceUID")
    series = _given(ds, "SeriesInstanceUID")
    instance = _given(ds, "SOPInstanceUID") or _given(meta, "MediaStorageSOPInstanceUID")
    if not instance:
        instance = derived_uid("instance", pixel_hash, *(text(ds, key) for key in IDENTIFIERS))
    study = study or derived_uid("study", series or instance)
    if not series:
        number = text(ds, "SeriesNumber")
        series = derived_uid("series", study, number or instance)
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.SOPInstanceUID = study, series, instance


def derived_uid(*parts: str) -> str:
    """A UID under 2.25 made of the first 128 bits of a sha256 over the parts."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def _given(ds: Dataset, keyword: str) -> str:
    found = str(next(iter(values(ds, keyword)), "")).strip(" \0")
    if not found:
        return ""
    return valid_uid(found) or derived_uid("invalid", found)
