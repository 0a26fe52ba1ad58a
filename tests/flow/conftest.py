"""What every flow test needs."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _log() -> Iterator[None]:
    """Commands that run in this process set up the log; afterwards it is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
