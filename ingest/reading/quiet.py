"""Reading DICOM tolerantly: complaints about values become neither errors nor log lines."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from pydicom import config

# What is suspended belongs to the whole process, so one thread after the other reads DICOM.
_one_thread = threading.RLock()


@contextmanager
def quiet() -> Iterator[None]:
    """Suspend pydicom's value validation, warnings and log (they would name patients' values).

    Everything is as before afterwards. Works as a decorator too. What it changes is the process's,
    like `warnings.catch_warnings`; so other threads that come here wait.
    """
    logger = logging.getLogger("pydicom")
    with _one_thread:
        if logger.disabled and config.settings.reading_validation_mode == config.IGNORE:
            yield
            return
        was_disabled = logger.disabled
        logger.disabled = True
        try:
            with warnings.catch_warnings(), config.disable_value_validation():
                warnings.simplefilter("ignore")
                yield
        finally:
            logger.disabled = was_disabled
