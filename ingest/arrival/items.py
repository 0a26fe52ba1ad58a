"""One received file as intake sees it, before anything of it is read."""

from dataclasses import dataclass
from pathlib import PurePath

from infra.settings import MEGA, Settings
from ingest.reasons import rejected

LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
LITTER_FOLDERS = frozenset({"__macosx"})
CONTAINERS = frozenset({"dicomdir"})
MEMBER_MARK = "!/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A plain file, a member of a zip archive, or something that has to be refused unread.

    `file` names it in the ledger: an absolute path, "ARCHIVE!/member/name.dcm" for members; it
    is always valid Unicode. `path` is the file to open; `members` are positions in the archive's
    directory, the second one inside a nested archive. `size` is in bytes. `problem` is a reason
    code of `ingest/reasons.py` for an item that cannot be read; "" for all others.
    """

    file: str
    path: str
    size: int = 0
    mtime_ns: int = 0
    members: tuple[int, ...] = ()
    problem: str = ""
    detail: str = ""


def shown(path: str) -> str:
    """A path as valid Unicode: bytes of a file name that are no UTF-8 become hexadecimal."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_litter(name: str) -> bool:
    """Whether a path (of a file, or inside an archive) is what a desktop system leaves behind."""
    parts = [part.lower() for part in PurePath(name).parts]
    if not parts:
        return True
    last = parts[-1]
    return last in LITTER or last.startswith("._") or not LITTER_FOLDERS.isdisjoint(parts)


def is_container(name: str) -> bool:
    """Whether a path names a DICOMDIR, which only lists the files beside it."""
    return PurePath(name).name.lower() in CONTAINERS


def check_size(size: int, settings: Settings) -> None:
    """Raises RejectedFile for more bytes than the settings allow."""
    if size > settings.max_file_mb * MEGA:
        raise rejected("too_large")
