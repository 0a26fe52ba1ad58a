"""Blobs that nothing names: what a killed run had put, and what a replaced picture leaves."""

from infra.services import Services


def sweep(services: Services) -> None:
    """Delete the blobs of unfinished studies that no object names, and finish those studies.

    While another process stores something, it is put off: what that puts has no name yet.
    """
    if not services.ledger.unfinished():
        return
    with services.blobs.sweeping() as alone:
        if alone:
            _sweep(services)


def _sweep(services: Services) -> None:
    notes = services.ledger.unfinished()
    for study_uid in {note.study_uid: None for note in notes}:
        named = services.catalog.blob_keys(study_uid)
        for key in list(services.blobs.keys(study_uid)):
            if key not in named:
                services.blobs.delete(key)
    services.ledger.finish([note.note_id for note in notes])
