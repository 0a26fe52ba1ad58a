"""Keys of blobs, "STUDY_UID/SHA256.suffix": made and checked the same way in every store."""

import re

from infra.errors import NotFound

_UID = re.compile(r"(?!\.)[0-9A-Za-z._-]{1,128}")
_NAME = re.compile(r"[0-9a-f]{64}\.[0-9a-z]{1,8}")


def key_of(study_uid: str, sha256: str, suffix: str) -> str:
    """The key of bytes with this hash. Raises ValueError for what would lead elsewhere."""
    name = f"{sha256}.{suffix}"
    if not is_study(study_uid) or not _NAME.fullmatch(name):
        raise ValueError("a blob needs a UID, a sha256 in hex and a suffix like dcm")
    return f"{study_uid}/{name}"


def parts_of(key: str) -> tuple[str, str]:
    """Study UID and name. Raises NotFound for what is no key."""
    study_uid, _, name = key.partition("/")
    if not is_study(study_uid) or not _NAME.fullmatch(name):
        raise missing()
    return study_uid, name


def is_study(study_uid: str) -> bool:
    """Whether this can be the study of a key."""
    return _UID.fullmatch(study_uid) is not None


def missing() -> NotFound:
    """What is raised for a key without a blob."""
    return NotFound("There is no such file in the store.")
