"""The log: one line an event, structured, on stderr. Case ids may be in it, patient data never."""

import json
import logging
import sys
from datetime import UTC, datetime

from infra.errors import BadSetup

# Drivers of servers, which would log what is sent at DEBUG: that is patient data.
# At WARNING they name every answer that is no success, such as that an index is not there yet: what
# matters of that is raised. Whoever asks for INFO sees it.
_DRIVERS = ("boto3", "botocore", "opensearch", "opensearchpy", "pynamodb", "s3transfer", "urllib3")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, event, and whatever `extra` holds."""

    def format(self, record: logging.LogRecord) -> str:
        """Turn a record into a line."""
        return json.dumps(_values(record), ensure_ascii=False, default=str)


class KeyValues(logging.Formatter):
    """The same for people: `WARNING ingest.pipeline: event key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Turn a record into a line."""
        values = _values(record)
        head = f"{values.pop('level')} {values.pop('logger')}: {values.pop('event')}"
        values.pop("at")
        return " ".join([head, *(f"{name}={value}" for name, value in values.items())])


def _values(record: logging.LogRecord) -> dict[str, object]:
    extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
    values: dict[str, object] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "event": record.getMessage(),
        **extra,
    }
    if record.exc_info and record.exc_info[0] is not None:
        values["error"] = record.exc_info[0].__name__
    return values


def configure(level: str, *, as_json: bool) -> None:
    """Send our log to stderr. Raises BadSetup for an unknown level."""
    if level.upper() not in logging.getLevelNamesMapping():
        raise BadSetup(f"SIMILIS_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {level!r}.")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else KeyValues())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    asked = logging.getLogger().level
    for name in _DRIVERS:
        logging.getLogger(name).setLevel(logging.INFO if asked <= logging.INFO else logging.ERROR)
