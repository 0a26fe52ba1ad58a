"""One received file -> everything the store needs of it. Runs in a fenced worker process.

read -> parse -> decode (hash, render) -> clean and de-identify -> stage. Nothing is stored
here: the original is written to a staging folder, and the store takes it over later.
"""

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydicom import Dataset

from infra.errors import RejectedFile
from infra.records import Attachment, Instance, StudyKeys
from infra.settings import Settings
from ingest.arrival.staging import HashingWriter
from ingest.arrival.walk import Item, read
from ingest.decoding import decode
from ingest.embedding.spool import Pictures
from ingest.joining.report_files import document_id
from ingest.privacy import burned_in, deidentify
from ingest.privacy.identity import Pseudonyms
from ingest.privacy.known import patient_of
from ingest.privacy.scrub import scrub
from ingest.reading import dicom
from ingest.reading.content_hash import content_hash
from ingest.reading.quiet import quiet
from ingest.reading.sr_text import sr_text
from ingest.showing.rendering import View, render_instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How files are prepared; the same for a whole run. `staging` None keeps no original."""

    settings: Settings
    key: bytes
    size: int
    keep_identity: bool = False
    staging: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """By which names the stored archive may know this file, its study and its patient.

    Each is a tuple of candidates: the pseudonym, and the original for homes that keep identity.
    `join_keys` find reports that wait; `tombs` find tombstones.
    """

    instances: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    join_keys: tuple[str, ...] = ()
    tombs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """What one file became: an image or an attachment, never both; neither for a DICOMDIR."""

    sha256: str
    instance: Instance | None = None
    attachment: Attachment | None = None
    keys: StudyKeys = StudyKeys()
    identifiers: Identifiers = Identifiers()
    views: tuple[View, ...] = ()
    pictures: Pictures = Pictures()
    thumbnail: bytes = b""
    original: Path | None = None
    original_sha256: str = ""
    report_id: str = ""
    report_text: str = ""
    report_date: date | None = None

    @property
    def instance_uid(self) -> str:
        """UID of the object; "" for a DICOMDIR, which only lists other files."""
        stored = self.instance or self.attachment
        return stored.instance_uid if stored else ""

    def discard(self) -> None:
        """Delete what is left of it in the staging folder."""
        self.pictures.discard()
        if self.original is not None:
            self.original.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that is refused; `study_uid` (stored name) where the header could be read."""

    sha256: str
    reason: str
    message: str
    study_uid: str = ""


@quiet()
def prepare(item: Item, options: Options) -> Prepared | Refused:
    """Read and prepare one file. Raises RejectedFile when it cannot even be read."""
    data = read(item, options.settings)
    sha256 = hashlib.sha256(data).hexdigest()
    dataset: Dataset | None = None
    try:
        dataset = dicom.parse(data, options.settings)
        if dicom.is_dicomdir(dataset):
            return Prepared(sha256=sha256)
        make = _image if dicom.is_image(dataset) else _attachment
        return replace(make(dataset, data, options), sha256=sha256)
    except RejectedFile as error:
        return Refused(
            sha256=sha256,
            reason=error.reason,
            message=error.message,
            study_uid=_study_of(dataset, options),
        )


def _study_of(dataset: Dataset | None, options: Options) -> str:
    """The stored name of the study a refused file belongs to, so that it is erased with it."""
    original = str(dataset.get("StudyInstanceUID", "") or "") if dataset is not None else ""
    return original if options.keep_identity else Pseudonyms(options.key).uid(original)


def _image(dataset: Dataset, data: bytes, options: Options) -> Prepared:
    if not options.keep_identity:
        burned_in.check(dataset)
    rendering = render_instance(dataset, options.settings, options.size, options.staging)
    names, cleaned = _stored_as(dataset, rendering.pixel_hash, options)
    instance = dicom.instance_of(
        cleaned.dataset,
        pixel_hash=rendering.pixel_hash,
        frames=rendering.frames,
        identity_kept=options.keep_identity,
    )
    instance = replace(instance, patient=cleaned.patient)
    original, digest = _stage(cleaned.dataset, data, options)
    return Prepared(
        sha256="",
        instance=instance,
        keys=cleaned.keys,
        identifiers=names,
        views=rendering.views,
        pictures=rendering.pictures,
        thumbnail=rendering.thumbnail,
        original=original,
        original_sha256=digest,
    )


def _attachment(dataset: Dataset, data: bytes, options: Options) -> Prepared:
    pseudonyms = Pseudonyms(options.key)
    identity = content_hash(dataset, data)
    names, cleaned = _stored_as(dataset, identity, options)
    text, report_id = sr_text(dataset), document_id(dataset)
    attachment = dicom.attachment_of(
        cleaned.dataset, content_hash=identity, identity_kept=options.keep_identity
    )
    attachment = replace(attachment, patient=cleaned.patient)
    original, digest = _stage(cleaned.dataset, data, options)
    return Prepared(
        sha256="",
        attachment=attachment,
        keys=cleaned.keys,
        identifiers=names,
        original=original,
        original_sha256=digest,
        report_id=report_id if options.keep_identity else pseudonyms.report_id(report_id),
        report_text=text if options.keep_identity else scrub(text, pseudonyms, cleaned.keys),
        report_date=dicom.report_date(cleaned.dataset, dataset) if text else None,
    )


# --- identity -------------------------------------------------------------------------------------


def _stored_as(
    dataset: Dataset, identity: str, options: Options
) -> tuple[Identifiers, deidentify.Deidentified]:
    """Its names, and the object as it is kept; where it has no UIDs, `identity` makes them."""
    pseudonyms = Pseudonyms(options.key)
    dicom.complete_uids(dataset, identity)
    return identifiers(dataset, pseudonyms), _without_identity(dataset, pseudonyms, options)


def identifiers(dataset: Dataset, pseudonyms: Pseudonyms) -> Identifiers:
    """The names under which the archive may hold this object, read from its original header."""
    instance, study = str(dataset.SOPInstanceUID), str(dataset.StudyInstanceUID)
    patient_id = str(dataset.get("PatientID", "") or "").strip()
    accession = str(dataset.get("AccessionNumber", "") or "").strip()
    patient = patient_of(dataset, pseudonyms)
    keys = (pseudonyms.study_key(study), pseudonyms.accession_key(accession))
    return Identifiers(
        instances=(pseudonyms.uid(instance), instance),
        studies=(pseudonyms.uid(study), study),
        patients=tuple(name for name in (patient, patient_id) if name),
        join_keys=tuple(key for key in keys if key),
        tombs=(pseudonyms.tomb("study", study), pseudonyms.tomb("patient", patient)),
    )


def _without_identity(
    dataset: Dataset, pseudonyms: Pseudonyms, options: Options
) -> deidentify.Deidentified:
    if options.keep_identity:
        return deidentify.keep(dataset, pseudonyms)
    if dicom.is_image(dataset) and burned_in.needs_cleaning(dataset):
        dataset = burned_in.clean(dataset, decode.frames(dataset, options.settings))
    return deidentify.deidentify(dataset, pseudonyms)


# --- staging --------------------------------------------------------------------------------------


def _stage(dataset: Dataset, data: bytes, options: Options) -> tuple[Path | None, str]:
    """Write the file that is kept, durably; with identity kept it is the received file itself."""
    if options.staging is None or not options.settings.keep_originals:
        return None, ""
    path = options.staging / uuid.uuid4().hex
    if not options.keep_identity:
        return path, deidentify.write(dataset, path)
    with HashingWriter(path) as file:
        file.write(data)
        return path, file.finish()
