"""The compiled lexicon is kept on disk and made anew when one of its sources changes."""

import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from ingest.reports.compiling import compile_lexicon
from ingest.reports.icd10 import tabular_file
from ingest.reports.lexicon import Compiled
from ingest.reports.tables import rules_hash

log = logging.getLogger(__name__)


def default_cache() -> Path:
    """The platform's folder for what can be made again."""
    from platformdirs import user_cache_path

    return user_cache_path("similis")


def sources_hash() -> str:
    """sha256 (hex) over the rules, the code that reads them and the ICD-10-CM list."""
    tabular = hashlib.sha256(tabular_file().read_bytes()).hexdigest()
    return hashlib.sha256(f"{rules_hash()} {tabular}".encode()).hexdigest()


def compiled_lexicon(folder: Path) -> tuple[str, Compiled]:
    """(hash of the sources, compiled lexicon), from `folder` where it is there.

    A file that cannot be read, or a folder that cannot be written, only costs time.
    """
    key = sources_hash()
    path = folder / f"lexicon-{key[:20]}.json"
    try:
        kept: Compiled = json.loads(path.read_bytes())
    except (OSError, ValueError):
        kept = compile_lexicon(tabular_file())
        _keep(path, kept)
    return key, kept


def _keep(path: Path, compiled: Compiled) -> None:
    """Write in one step: another process sees the whole file or none."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(compiled, file, ensure_ascii=False, separators=(",", ":"))
        Path(temporary).replace(path)
    except OSError as error:
        log.info("the compiled lexicon cannot be kept: %s", error.strerror)
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink()
