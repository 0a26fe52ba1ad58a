"""Locks between processes, by `flock`: the kernel lifts them when their holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.embedded.files import PRIVATE_FILE


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock on a file (made if need be), waiting for it."""
    handle = hold(path, shared=shared)
    try:
        yield
    finally:
        os.close(handle)


def hold(path: Path, *, shared: bool = False, wait: bool = True) -> int:
    """Take a lock and return the descriptor whose closing lifts it.

    Raises BlockingIOError when another has it and `wait` is False.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(handle, kind if wait else kind | fcntl.LOCK_NB)
    except BaseException:
        os.close(handle)
        raise
    return handle
