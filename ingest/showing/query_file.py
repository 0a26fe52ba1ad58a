"""A file that is asked about, not stored: the same reading and pixel path as at ingest."""

from dataclasses import dataclass, replace
from pathlib import Path

from embedder.pixels import fit, open_picture, thumbnail
from infra.errors import RejectedFile
from infra.records import Instance, VectorKind
from ingest.arrival.items import Item
from ingest.arrival.prepare import Identifiers, Options, identifiers
from ingest.arrival.walk import read
from ingest.embedding.spool import Pictures
from ingest.privacy.identity import Pseudonyms
from ingest.privacy.known import patient_of
from ingest.reading import dicom
from ingest.reading.parsing import looks_like_dicom
from ingest.reasons import rejected
from ingest.showing.rendering import View, render_instance

PICTURE_SIGNS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"RIFF")
DICOM_SIGN, DICOM_SIGN_AT = b"DICM", 128  # after a preamble that may be a TIFF header, PS3.10 7.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueryFile:
    """What a query file shows; `instance` is None for a plain picture.

    `identifiers` are the names under which the archive may hold this object, study or patient.
    """

    views: tuple[View, ...]
    pictures: Pictures
    thumbnail: bytes
    identifiers: Identifiers = Identifiers()
    instance: Instance | None = None


def prepare_query(item: Item, options: Options) -> QueryFile:
    """Read a DICOM, PNG, JPEG, TIFF or WebP file for a search. Raises RejectedFile."""
    data = read(item, options.settings)
    if is_picture(data):
        shown = open_picture(data, options.settings)
        fitted = fit(shown, options.size)
        return QueryFile(
            views=(View(kind=VectorKind.IMAGE, frame=None),),
            pictures=Pictures(count=1, held=(fitted,), shape=fitted.shape),
            thumbnail=thumbnail(shown),
        )
    if not looks_like_dicom(data):
        raise RejectedFile(
            "not_dicom", "This is no picture: ask with a DICOM, PNG, JPEG, TIFF or WebP file."
        )
    return _dicom(data, options)


def is_picture(data: bytes) -> bool:
    """Whether a file is a plain picture, as far as its first bytes say."""
    return data.startswith(PICTURE_SIGNS) and not data.startswith(DICOM_SIGN, DICOM_SIGN_AT)


def _dicom(data: bytes, options: Options) -> QueryFile:
    dataset = dicom.parse(data, options.settings)
    if dicom.is_dicomdir(dataset) or not dicom.is_image(dataset):
        raise RejectedFile("no_pixel_data", "This DICOM object is no image: ask with one that is.")
    rendering = render_instance(dataset, options.settings, options.size, options.staging)
    dicom.complete_uids(dataset, rendering.pixel_hash)
    pseudonyms = Pseudonyms(options.key)
    instance = dicom.instance_of(
        dataset,
        pixel_hash=rendering.pixel_hash,
        frames=rendering.frames,
        identity_kept=options.keep_identity,
    )
    return QueryFile(
        views=rendering.views,
        pictures=rendering.pictures,
        thumbnail=rendering.thumbnail,
        identifiers=identifiers(dataset, pseudonyms),
        instance=replace(instance, patient=patient_of(dataset, pseudonyms)),
    )


def item_of(path: Path) -> Item:
    """A single file as an item. Raises RejectedFile when it is not there."""
    try:
        status = path.stat()
    except OSError as error:
        raise rejected("unreadable") from error
    return Item(file=str(path), path=str(path), size=status.st_size, mtime_ns=status.st_mtime_ns)
