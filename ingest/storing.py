"""Store one decided object: blobs first, then catalog, then vectors."""

from collections.abc import Sequence
from dataclasses import replace

from infra.ports import Stored
from infra.query import AccessScope
from infra.records import Attachment, Instance, Report, Vector
from infra.services import Services
from ingest.decide import Known, Policy, Received, StoredObject, objects_of


def store(
    services: Services,
    received: Received,
    known: Known,
    policy: Policy,
    model_id: str,
    vectors: Sequence[Vector] | None,
) -> bool:
    """Store what a file holds. False when another process was first with something else."""
    if received.prepared.attachment is not None:
        result = _attachment(services, received, received.prepared.attachment, policy)
    elif received.prepared.instance is not None:
        result = _image(services, received, received.prepared.instance, policy)
    else:
        raise ValueError("a container holds no object")
    if result is Stored.CONFLICT:
        return False
    if vectors is not None:
        services.vectors.replace(received.uid, model_id, vectors)
    if result is Stored.REPLACED:
        _drop_blobs(services, known.objects[received.uid])
    return True


def _image(services: Services, received: Received, image: Instance, policy: Policy) -> Stored:
    kept = replace(
        image,
        original=_keep_original(services, received),
        thumbnail=services.blobs.put(image.study_uid, received.prepared.thumbnail, "webp"),
    )
    return services.catalog.put_instance(
        kept, policy.dataset, received.prepared.keys, replace=policy.replace_conflicts
    )


def _attachment(
    services: Services, received: Received, attachment: Attachment, policy: Policy
) -> Stored:
    kept = replace(attachment, original=_keep_original(services, received))
    result = services.catalog.put_attachment(
        kept, policy.dataset, received.prepared.keys, replace=policy.replace_conflicts
    )
    if received.prepared.report_text and result is not Stored.CONFLICT:
        report = Report(
            report_id=received.prepared.report_id,
            study_uid=attachment.study_uid,
            text=received.prepared.report_text,
            date=received.prepared.report_date,
        )
        services.catalog.put_report(report, policy.dataset)
    return result


def _keep_original(services: Services, received: Received) -> str:
    prepared = received.prepared
    if prepared.original is None:
        return ""
    return services.blobs.put_file(
        received.study_uid, prepared.original, prepared.original_sha256, "dcm"
    )


def _drop_blobs(services: Services, old: StoredObject) -> None:
    """Delete the blobs of a replaced object that nothing else in its case uses."""
    cases = services.catalog.cases([old.study_uid], AccessScope.everything()).values()
    used = {key for stored in objects_of(cases).values() for key in _blobs(stored)}
    for key in _blobs(old) - used:
        services.blobs.delete(key)


def _blobs(stored: StoredObject) -> set[str]:
    thumbnail = stored.thumbnail if isinstance(stored, Instance) else ""
    return {stored.original, thumbnail} - {""}
