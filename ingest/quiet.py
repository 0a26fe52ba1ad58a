"""Reading DICOM tolerantly: complaints about values become neither errors nor log lines."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from pydicom import config


@contextmanager
def quiet() -> Iterator[None]:
    """Suspend pydicom's value validation, warnings and log (they would name patients' values).

    Everything is as before afterwards. Works as a decorator too. Like `warnings.catch_warnings`
    it changes the whole process while it lasts: use it where one thread reads DICOM.
    """
    logger = logging.getLogger("pydicom")
    was_disabled = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings(), config.disable_value_validation():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = was_disabled
