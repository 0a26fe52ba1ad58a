"""Store decided objects: their blobs first, then each in the catalog with its vectors."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from infra.ports import BlobStore, Stored
from infra.records import Report, Vector
from infra.services import Services
from ingest.storage.decide import Policy, Received

THREADS = 8  # waiting for the disk or a server


@dataclass(frozen=True, slots=True)
class Kept:
    """Blob keys of an object, "" for what is not kept."""

    original: str = ""
    thumbnail: str = ""


def put_blobs(blobs: BlobStore, batch: Sequence[Received]) -> dict[str, Kept]:
    """Store the originals and thumbnails of a batch, by instance UID.

    Side by side, because most of the time a disk or server is only waited for.
    """
    with ThreadPoolExecutor(THREADS, thread_name_prefix="blobs") as pool:
        kept = pool.map(lambda received: _put_blobs(blobs, received), batch)
        return {received.uid: keys for received, keys in zip(batch, kept, strict=True)}


def _put_blobs(blobs: BlobStore, received: Received) -> Kept:
    prepared, study_uid = received.prepared, received.study_uid
    original = thumbnail = ""
    if prepared.original is not None:
        original = blobs.put_file(study_uid, prepared.original, prepared.original_sha256, "dcm")
    if prepared.thumbnail:
        thumbnail = blobs.put(study_uid, prepared.thumbnail, "webp")
    return Kept(original, thumbnail)


def store(
    services: Services,
    received: Received,
    kept: Kept,
    policy: Policy,
    vectors: Sequence[Vector],
) -> Stored:
    """Store what a file holds; CONFLICT when another process was first with something else."""
    instance, attachment = received.prepared.instance, received.prepared.attachment
    keys, again = received.prepared.keys, policy.replace_conflicts
    if attachment is not None:
        attachment = replace(attachment, original=kept.original)
        result = services.catalog.put_attachment(attachment, policy.dataset, keys, replace=again)
    elif instance is not None:
        instance = replace(instance, original=kept.original, thumbnail=kept.thumbnail)
        result = services.catalog.put_instance(instance, policy.dataset, keys, replace=again)
    else:
        raise ValueError("a container holds no object")
    if result is Stored.CONFLICT:
        return result
    if result is Stored.REPLACED:  # those of other models were made of the old picture
        services.vectors.delete([received.uid])
    if vectors:
        services.vectors.replace(received.uid, vectors[0].model_id, vectors)
    if received.prepared.report_text:
        services.catalog.put_report(_report(received), policy.dataset)
    return result


def _report(received: Received) -> Report:
    return Report(
        report_id=received.prepared.report_id,
        study_uid=received.study_uid,
        text=received.prepared.report_text,
        date=received.prepared.report_date,
    )
