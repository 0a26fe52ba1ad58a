"""Small files that the embedder keeps for the next start, written whole or not at all."""

import os
import tempfile
from pathlib import Path

from infra.errors import StorageFull

FOLDER = "engine"


def keep(path: Path, data: bytes) -> None:
    """Write a file so that another process, or one after a crash, sees all of it or nothing.

    Raises StorageFull when it cannot be written.
    """
    try:
        for folder in (path.parent.parent, path.parent):  # the home, when it is not there yet
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise StorageFull(f"{path.name} cannot be written in {path.parent}.") from exc
