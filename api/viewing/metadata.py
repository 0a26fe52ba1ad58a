"""Headers of stored files in the DICOM JSON model, as their frames are served."""

from api.viewing.frames import Frames
from api.viewing.objects import StoredFile, Viewer
from api.viewing.recent import Recent
from infra.settings import MEGA, Settings
from ingest.reading.json_header import json_header

_headers: Recent[bytes] = Recent(64 * MEGA, len)


def metadata_json(viewer: Viewer, file: StoredFile) -> bytes:
    """The header of an object as one JSON object. Raises RejectedFile, NotFound."""
    return _headers.get(file.version, lambda: _made(viewer, file))


def _made(viewer: Viewer, file: StoredFile) -> bytes:
    frames, settings = Frames.of(viewer, file), viewer.app.settings
    with file.open() as handle:
        if frames.layout is not None:
            head = frames.layout.read_head(handle)
            return json_header(head, settings, frames.syntax, plain=not frames.kept_as_stored)
        whole = handle.read()
    task = viewer.held.fence.submit(_of_whole, whole, settings, frames.syntax)
    return task.result()


def _of_whole(whole: bytes, settings: Settings, syntax: str) -> bytes:
    """For a worker, which takes no keywords."""
    return json_header(whole, settings, syntax, plain=True)
