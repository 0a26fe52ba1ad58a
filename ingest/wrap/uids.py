"""Stable UIDs: the same table gives the same UIDs, on every machine and day."""

import hashlib
import json
import uuid

# Made once with uuid4; changing it changes every UID that was ever wrapped.
NAMESPACE = uuid.UUID("6f3a1f0e-52f1-4d5c-9b57-7a2f1f0c9a31")


def uid(kind: str, *parts: str) -> str:
    """A UID under 2.25 (PS3.5 B.2) made from names by UUID version 5."""
    return f"2.25.{uuid.uuid5(NAMESPACE, json.dumps([kind, *parts])).int}"


def fitting(text: str, longest: int) -> str:
    """An identifier cut to `longest` characters, with a hash so that two never become one."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 9]}~{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def pseudo_patient(*parts: str) -> str:
    """A patient id for pictures whose patient is not known."""
    return f"unknown-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]}"
